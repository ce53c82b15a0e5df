"""A fake GitHub in another process, and maybe in another network: made ready and looked at from here."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from .faults import Fault
from .ledger import Ledger
from .server import FakeGitHub
from .state import Repository, Token

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class World:
    """All that a fake GitHub holds."""

    repository: Repository = field(default_factory=Repository)
    tokens: dict[str, Token] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, fake: FakeGitHub) -> World:
        return cls(fake.repository, fake.tokens, fake.faults, fake.ledger, fake.violations)


def encoded(world: World) -> str:
    return base64.b64encode(pickle.dumps(world)).decode()


def decoded(text: str) -> World:
    """Only ever of what this test run encoded itself."""
    world = pickle.loads(base64.b64decode(text))  # noqa: S301  # both ends of the pipe are this test run
    assert isinstance(world, World)
    return world


def place(fake: FakeGitHub, world: World) -> None:
    """Makes *world* what *fake* holds."""
    fake.repository, fake.tokens = world.repository, world.tokens
    fake.ledger, fake.violations = world.ledger, world.violations
    fake.faults = []
    fake.fail(*world.faults)


class RemoteFake:
    """Starts the process, with *before* in front of its command; ends it on the way out."""

    def __init__(self, before: Sequence[str] = ()) -> None:
        command = [*before, sys.executable, "-m", "tests.fake_github"]
        self.process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.url = self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("the fake GitHub did not start")
        return line

    def _order(self, text: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self._line()

    def set(self, world: World) -> None:
        self._order(f"set {encoded(world)}")

    def get(self) -> World:
        """What it holds now.

        Raises:
            AssertionError: a request or an answer was not GitHub's.
        """
        world = decoded(self._order("get"))
        if world.violations:
            raise AssertionError("not GitHub's API:\n" + "\n".join(world.violations))
        return world

    def __enter__(self) -> RemoteFake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()

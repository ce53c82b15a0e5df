"""A workflow's three jobs, each on a fresh checkout, against the fake GitHub: nothing but the branch survives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from automation.cli.app import run_app
from tests.fake_github import FakeGitHub

READER, WRITER = "token-of-run", "token-of-publish"
_OURS = ("GITHUB_", "ZTR_", "SLACK_", "AIRTABLE_", "NOTION_", "OPENAI_", "ZAPIER_", "GH_TOKEN")


class Told(NamedTuple):
    """How a command ended, what it printed, and what it gave to later jobs."""

    code: int
    out: str
    err: str
    outputs: Mapping[str, str]


class Flow:
    """A repository with plans below `source`, and its workflow."""

    def __init__(self, fake: FakeGitHub, source: Path, work: Path, capsys: pytest.CaptureFixture[str] | None) -> None:
        self.fake, self.source, self.work, self._capsys = fake, source, work, capsys
        fake.grant(READER, contents="read")
        fake.grant(WRITER, contents="write", issues="write")
        self.secrets: dict[str, str] = {}
        self.trigger, self.actor = "schedule", "ada"
        self.options: tuple[str, ...] = ()
        self._checkouts = 0

    def checkout(self) -> Path:
        """A folder with the plans, and without any state."""
        self._checkouts += 1
        place = self.work / f"job-{self._checkouts}"
        shutil.copytree(self.source, place)
        return place

    def __call__(
        self, place: Path, *arguments: str, run: int = 1, attempt: int = 1, token: str = WRITER, **more: str
    ) -> Told:
        """One command in a checkout, as a step of the run."""
        outputs = place / "outputs"
        outputs.write_text("")
        environment = {
            "GITHUB_REPOSITORY": self.fake.repository.full_name,
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_TOKEN": token,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_EVENT_NAME": self.trigger,
            "GITHUB_ACTOR": self.actor,
            "GITHUB_OUTPUT": str(outputs),
            "ZTR_GITHUB_PAUSE": "0",
            **more,
        }
        if self._capsys:
            self._capsys.readouterr()
        with _inside(place, environment):
            code = run_app(arguments)
        out, err = self._capsys.readouterr() if self._capsys else ("", "")
        given = dict(
            line.split("=", 1) for line in outputs.read_text().splitlines() if "=" in line and "<<" not in line
        )
        return Told(code, out, err, given)

    def claim(self, mode: str = "auto", *, run: int = 1, attempt: int = 1, **more: str) -> Told:
        """The first job."""
        present = {"ZTR_PRESENT": " ".join(self.secrets)}
        options = ("--mode", mode, *self.options)
        return self(self.checkout(), "github", "claim", *options, run=run, attempt=attempt, **present, **more)

    def run(self, claimed: Told, *, run: int = 1, attempt: int = 1) -> tuple[Told, Path]:
        """The second job, up to its artifact."""
        place = self.checkout()
        with_claim = ["--claimed"] if claimed.outputs["why"] == "claimed" else []
        pulled = self(
            place,
            "state",
            "pull",
            "--at",
            claimed.outputs["commit"],
            *with_claim,
            run=run,
            attempt=attempt,
            token=READER,
        )
        if pulled.code:
            return pulled, place
        ran = self(
            place,
            "run",
            "--quiet",
            "--mode",
            claimed.outputs["mode"],
            "--jobs",
            "1",
            *self.options,
            run=run,
            attempt=attempt,
            token=READER,
            **self.secrets,
        )
        packed = self(place, "github", "pack", run=run, attempt=attempt, token=READER, **self.secrets)
        assert packed.code == 0, packed
        return ran, place / "ztr-report"

    def publish(self, artifact: Path | None, *, run: int = 1, attempt: int = 1, result: str = "success") -> Told:
        """The third job."""
        place = self.checkout()
        if artifact is not None:
            shutil.copytree(artifact, place / "ztr-report")
        return self(place, "github", "publish", "--result", result, *self.now, run=run, attempt=attempt)

    @property
    def now(self) -> tuple[str, ...]:
        """The clock that all jobs of a day share."""
        options = self.options
        return options[options.index("--now") : options.index("--now") + 2] if "--now" in options else ()

    def day(self, mode: str = "auto", *, run: int = 1) -> Told:
        """All three jobs; what publish told."""
        claimed = self.claim(mode, run=run)
        assert claimed.code == 0, claimed
        if claimed.outputs["go"] != "true":
            return self.publish(None, run=run, result="skipped") if claimed.outputs["alarm"] == "true" else claimed
        ran, artifact = self.run(claimed, run=run)
        assert ran.code in (0, 1), ran
        return self.publish(artifact, run=run)

    def branch(self, branch: str = "ztr-state") -> dict[str, bytes]:
        """The files of the state branch."""
        git = self.fake.repository.git
        return git.files(git.refs[f"refs/heads/{branch}"])

    def events(self, plan: str = "small") -> list[str]:
        """The names of the plan's journals on the branch."""
        prefix = f"plans/{plan}/events/"
        return sorted(path.removeprefix(prefix) for path in self.branch() if path.startswith(prefix))


@contextmanager
def _inside(place: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """That folder and environment, and afterwards those of before."""
    before, here = dict(os.environ), Path.cwd()
    for name in before:
        if name.startswith(_OURS):
            del os.environ[name]
    os.environ.update(environment)
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)

"""The worker's program by itself, spoken to over its two pipes as the runner does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]


class Alone(NamedTuple):
    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]

    def ask(self, function: str, **arguments: object) -> dict[str, object]:
        request = {"env": {"PATH": "/usr/bin:/bin"}, "cwd": "/", "function": function, "arguments": arguments}
        body = json.dumps(request).encode()
        self.requests.write(len(body).to_bytes(4, "big") + body)
        self.requests.flush()
        found: dict[str, object] = json.loads(self.replies.read(int.from_bytes(self.replies.read(4), "big")))
        return found


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Alone]:
    """A worker with the module `work` on its search path."""
    (tmp_path / "work.py").write_text(
        "import os\n"
        "def double(n: int) -> dict: return {'n': 2 * n}\n"
        "def fork() -> dict:\n"
        "    child = os.fork()\n"
        "    return {'n': os.waitpid(child, 0)[1] if child else 0}\n"
    )
    reader, requests = os.pipe()
    replies, writer = os.pipe()
    command = [sys.executable, "-m", "automation.engine.worker_main", str(reader), str(writer)]
    process = subprocess.Popen([*command, json.dumps([str(tmp_path)])], cwd=ROOT, pass_fds=(reader, writer))
    os.close(reader)
    os.close(writer)
    with os.fdopen(requests, "wb") as to_worker, os.fdopen(replies, "rb") as from_worker:
        yield Alone(process, to_worker, from_worker)
    process.kill()
    process.wait(30)


def test_it_answers_one_request_after_the_other_and_ends_in_peace_when_there_are_no_more(alone: Alone) -> None:
    assert alone.ask("work:double", n=21) == {"outputs": {"n": 42}}
    assert "no module" in json.dumps(alone.ask("nowhere:double", n=1))
    assert alone.ask("work:double", n=2) == {"outputs": {"n": 4}}
    alone.requests.close()
    assert alone.process.wait(30) == 0


def test_a_child_that_a_function_forked_answers_nothing(alone: Alone) -> None:
    assert alone.ask("work:fork") == {"outputs": {"n": 0}}
    assert alone.ask("work:double", n=1) == {"outputs": {"n": 2}}

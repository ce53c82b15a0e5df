"""git, asked so that a stranger's repository can only be read: none of its programs run, nothing of it is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SECONDS = 120.0

# A repository's own configuration may name programs (fsmonitor, hooks, pagers, signature checkers): the command line
# outranks it. A promisor remote would be asked over the network for missing objects: no protocol is allowed.
_OVERRIDES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "diff.external=",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.directory=*",
)
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # `git status` and others would refresh and write the index
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class GitFailed(OSError):
    """git is missing, took too long, or refused; the message is its last line."""


def git(folder: Path, *arguments: str, seconds: float = SECONDS, given: bytes = b"") -> bytes:
    """The output of a git command that reads. Raises `GitFailed`."""
    try:
        done = subprocess.run(
            _command(folder, arguments),
            input=given,
            capture_output=True,
            env=_environment(),
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitFailed("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitFailed(f"git {arguments[0]} took longer than {seconds:g} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitFailed(f"git {arguments[0]}: {said[-1][:300] if said else f'status {done.returncode}'}")
    return done.stdout


@contextmanager
def git_stream(folder: Path, *arguments: str) -> Iterator[IO[bytes]]:
    """The output of a git command while it runs, for histories that do not fit into memory; ended with the block."""
    with subprocess.Popen(
        _command(folder, arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            yield process.stdout
        finally:
            process.kill()


def blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The contents of objects, in order, one at a time; an object that is missing is empty."""
    with subprocess.Popen(
        _command(folder, ("cat-file", "--batch")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for name in names:
            process.stdin.write(f"{name}\n".encode())
            process.stdin.flush()
            head = process.stdout.readline().split()
            if len(head) == 3:  # noqa: PLR2004 - name, type, size; a missing object has two words
                yield process.stdout.read(int(head[2]))
                process.stdout.read(1)
            else:
                yield b""


def _command(folder: Path, arguments: Sequence[str]) -> list[str]:
    overrides = [word for setting in _OVERRIDES for word in ("-c", setting)]
    return ["git", "--no-pager", "-C", str(folder), *overrides, *arguments]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.devnull, **_ENVIRONMENT}

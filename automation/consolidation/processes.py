"""A target's own programs: in a copy, in their own process group, with a time limit and next to no environment."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from automation.consolidation.facts import FileFacts
from automation.consolidation.study import Study
from automation.consolidation.tree import contents

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
_OUTPUT = 1_000_000  # bytes of a program's output that are kept, from its end


class Ended(NamedTuple):
    """How a program ended: its status (None if it was stopped at its time limit or never began), output, seconds."""

    status: int | None
    output: str
    seconds: float
    reason: str = ""


@contextmanager
def copy_of(study: Study, wanted: Callable[[FileFacts], bool] = lambda _: True) -> Iterator[Path]:
    """The wanted files of a target in a folder of their own, which is gone after the block. Links are left out.

    It lies outside of the target and of the work directory: tools look for settings in the folders above.
    """
    with tempfile.TemporaryDirectory(prefix="ztr-target-") as folder:
        root = Path(folder, "copy")
        root.mkdir()
        for entry, data in contents(study.target, [one.entry for one in study.files if wanted(one)]):
            place = os.path.join(root, entry.path)  # noqa: PTH118 - undecodable names
            os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - undecodable names
            mode = 0o777 if entry.mode & 0o100 else 0o666  # less the umask, as git would check it out
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT, mode), "wb") as file:
                file.write(data or b"")
        yield root


def run(argv: Sequence[str], folder: Path, seconds: float, extra: Mapping[str, str] | None = None) -> Ended:
    """Run a program to its end without input; whatever it leaves running in its group is ended with it."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        try:
            process = start(argv, folder, output, extra)
        except OSError as error:
            return Ended(None, "", 0.0, f"{argv[0]} cannot be started: {error.strerror or error}")
        try:
            status: int | None = process.wait(timeout=seconds)
            reason = ""
        except subprocess.TimeoutExpired:
            status, reason = None, f"it was stopped at its time limit of {seconds:g} s"
        finally:
            end(process)
        took = time.monotonic() - begun
        return Ended(status, tail(output), round(took, 3), reason)


def start(
    argv: Sequence[str], folder: Path, output: IO[bytes], extra: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own; OSError if it is not there."""
    return subprocess.Popen(
        argv,
        cwd=folder,
        env=environment(folder, extra),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group of a program."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(output: IO[bytes]) -> str:
    """The end of what a program wrote."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _OUTPUT))
    return output.read().decode("utf-8", "replace")


def environment(folder: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a target's program gets: ways to find programs, a home and temporary folder beside its copy, no secrets."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", os.defpath)))
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CI": "true",
        **(extra or {}),
    }


def argv_of(command: str, variables: Mapping[str, str] | None = None) -> list[str]:
    """A declared command as program and arguments; `$NAME` and `{name}` of the variables are put in, no shell reads it.

    Raises ValueError for a command that cannot be taken apart.
    """
    words = shlex.split(command)
    if not words:
        raise ValueError("the command is empty")
    for name, value in (variables or {}).items():
        for mark in (f"${{{name}}}", f"${name}", f"{{{name.lower()}}}"):
            words = [word.replace(mark, value) for word in words]
    if words[0] in ("python", "python3"):
        return [sys.executable, *words[1:]]
    if words[0] == "pytest":
        return [sys.executable, "-m", *words]
    return words


NOTHING = "none"
"""The word with which a plan forbids to run anything of a target."""
FORBIDDEN = "the plan says that nothing of the target is run"


def declared(text: str, names: Sequence[str]) -> str | None:
    """The command that `NAME=COMMAND; …` declares for one of the names, or for all; None for `auto` and for others.

    `none`, for one or for all, is a command like any other: it means that nothing is run.
    """
    general = None
    for part in text.split(";"):
        name, equals, command = part.strip().partition("=")
        if equals and name.strip() in names:
            return command.strip()
        if part.strip() and part.strip() != "auto" and not (equals and _is_name(name.strip())):
            general = part.strip()
    return general


def _is_name(text: str) -> bool:
    return bool(text) and all(letter.isalnum() or letter in "-_./" for letter in text)

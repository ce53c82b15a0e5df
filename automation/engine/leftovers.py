"""Process groups that a run has started, on disk: who takes the lock next ends what a killed run left running.

Without it an orphan of a run that got SIGKILL would go on writing into the work directory beside the next run.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_WAIT = 2.0
_SLICE = 0.01


class Running:
    """The folder of notes, one file a process group: its id is the name, when it began the content."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def note(self, pid: int) -> None:
        """Note a group that has just been started. A disk that refuses must not keep a command from running."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / str(pid)).write_text(_began(pid))

    def forget(self, pid: int) -> None:
        """The group has ended."""
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / str(pid)).unlink()

    def end_all(self) -> int:
        """Kill every noted group that is still the one that was noted, and wait until it is gone. Gives their number.

        To be called by whoever has just taken the lock: nobody else's groups can be noted then.
        """
        notes = sorted(self._folder.iterdir()) if self._folder is not None and self._folder.is_dir() else []
        found = 0
        for note in notes:
            with suppress(OSError, ValueError):
                pid = int(note.name)
                began = note.read_text()
                if began and _began(pid) == began:
                    found += 1
                    _end(pid, began)
            with suppress(OSError):
                note.unlink()
        return found


def _end(pid: int, began: str) -> None:
    os.killpg(pid, signal.SIGKILL)
    deadline = time.monotonic() + _WAIT
    while _began(pid) == began and time.monotonic() < deadline:
        time.sleep(_SLICE)


def _began(pid: int) -> str:
    """When the process began, in clock ticks since the machine did; empty when it is gone, a zombie, or not on Linux.

    Process ids are used again; id and start together are not. Field 22 of proc(5)'s stat, after the name in brackets.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]

"""The journal: one JSONL file per run, one event a line, each line checksummed over everything before it.

A line is written by a single `write`, so that a killed process leaves whole lines and at most one torn last one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar, cast
from zlib import crc32

from automation.engine.codec import Unreadable, decode_event, encode_event
from automation.engine.events import Event
from automation.errors import StateError

E = TypeVar("E", bound=Event)

_LINE = re.compile(rb'(\{.*),"crc":"([0-9a-f]{8})"\}', re.DOTALL)


class JournalFull(StateError):
    """The event could not be written: the disk is full or the file system refuses."""


class JournalWriter:
    """Appends events to a new journal file. `clean` is the redactor that every line goes through."""

    def __init__(self, path: Path, clean: Callable[[str], str]) -> None:
        self.path = path
        self._clean = clean
        self._crc = 0
        self._size = 0
        self._named = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _refused(path, error) from error

    def append(self, event: E) -> E:
        """Write the event, and give it back as it was written: redacted.

        Raises `JournalFull`; the file then ends with the last whole line.
        """
        text = encode_event(event)
        clean = self._clean(text)
        body = clean[:-1].encode("utf-8", "backslashreplace")
        crc = crc32(body, self._crc)
        line = b'%s,"crc":"%08x"}\n' % (body, crc)
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise _refused(self.path, error) from error
        if written != len(line):
            os.ftruncate(self._file, self._size)
            raise JournalFull(
                f"{self.path}: the disk is full", "free some space; then run again: it goes on where it stopped"
            )
        self._crc, self._size = crc, self._size + written
        return event if clean == text else cast(E, decode_event(json.loads(clean)))

    def sync(self) -> None:
        """Make everything so far survive a power cut. Raises `JournalFull`."""
        try:
            os.fdatasync(self._file)
            if not self._named:  # the file's name, too, has to survive
                _sync_folder(self.path.parent)
                self._named = True
        except OSError as error:
            raise _refused(self.path, error) from error

    def close(self) -> None:
        """Close the file; further calls of `close` do nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def discard(self) -> None:
        """Close and remove the file: nothing in it was ever acted on."""
        self.close()
        self.path.unlink(missing_ok=True)


class Journal(NamedTuple):
    """A journal that was read: its events, its whole lines' bytes, and the bytes of a torn last line that were
    dropped.
    """

    events: tuple[Event, ...]
    size: int
    torn: int


class Damaged(StateError):
    """A journal with a line that is not what was written. `line` counts from 1, `offset` is where it begins."""

    def __init__(self, path: Path, line: int, offset: int, why: str) -> None:
        super().__init__(
            f"{path}:{line}: the journal is damaged ({why})",
            "restore the file; or `ztr state rebuild --accept-loss` cuts it before this line and keeps a copy",
        )
        self.path, self.line, self.offset = path, line, offset


def read_journal(path: Path) -> Journal:
    """All events of the file; a torn last line is dropped. Raises `Damaged`, or `StateError` when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateError(
            f"{path}: cannot be read: {error.strerror}", "make the state folder readable, then run again"
        ) from error
    events: list[Event] = []
    crc = offset = 0
    *lines, last = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        event, crc = _read_line(path, number, offset, line, crc)
        events.append(event)
        offset += len(line) + 1
    if _LINE.match(last) and _whole(last, crc):
        raise Damaged(path, len(lines) + 1, offset, "its last line break is gone")
    return Journal(tuple(events), offset, len(last))


def _read_line(path: Path, number: int, offset: int, line: bytes, crc: int) -> tuple[Event, int]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise Damaged(path, number, offset, "not a journal line")
    body, told = match.groups()
    crc = crc32(body, crc)
    if b"%08x" % crc != told:
        raise Damaged(path, number, offset, "wrong checksum")
    try:
        found = json.loads(body + b"}")
        return decode_event(found), crc
    except (ValueError, Unreadable) as error:
        raise Damaged(path, number, offset, str(error)) from error
    except RecursionError as error:
        raise Damaged(path, number, offset, "it is nested too deeply") from error


def _whole(last: bytes, crc: int) -> bool:
    match = _LINE.match(last)
    return match is not None and b"%08x" % crc32(match.group(1), crc) == match.group(2)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, error: OSError) -> JournalFull:
    return JournalFull(
        f"{path}: cannot be written: {error.strerror or error}",
        "make room and the folder writable; then run again: it goes on where it stopped",
    )

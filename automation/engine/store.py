"""The state folder of one plan: lock, journals, snapshot.

The journals are the truth; the snapshot can always be rebuilt.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast
from zlib import crc32

from automation.engine.codec import Unreadable, decode_state, encode_state
from automation.engine.events import Opened
from automation.engine.journal import Damaged, JournalWriter, read_journal
from automation.engine.state import State, evolve
from automation.engine.transitions import NotAllowed
from automation.errors import Locked, StateError
from automation.plan.model import Json

REBUILD = "`ztr state rebuild` makes it anew from the journals"


class Loaded(NamedTuple):
    """The state, the journals that it was folded from (name → size and CRC-32), and what was mended on the way."""

    state: State
    journals: Mapping[str, tuple[int, int]]
    notes: tuple[str, ...] = ()


class Store:
    """The folder `.ztr/<plan>`. `lineage` is repository and plan id: state of another lineage is refused."""

    def __init__(self, folder: Path, lineage: str) -> None:
        self.folder = folder
        self.lineage = lineage
        self._lock = -1

    @property
    def workdir(self) -> Path:
        return self.folder / "work"

    def lock(self, run: str, since: str) -> None:
        """Take the lock for this process.

        Raises `Locked`, which names who holds it; the kernel frees it when the process ends.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StateError(
                f"{self.folder}: cannot be written: {error.strerror}", "make it writable, or name another with --state"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise Locked(
                f"{self.folder} is in use by {holder}", "wait for it to end, or stop it; nothing was started here"
            ) from error
        self._lock = descriptor
        told = json.dumps({"run": run, "pid": os.getpid(), "host": os.uname().nodename, "since": since})
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, told.encode(), 0)
        except OSError as error:
            self.unlock()
            raise StateError(
                f"{self.folder / 'lock'}: cannot be written: {error.strerror}", "free some space; then run again"
            ) from error

    def unlock(self) -> None:
        """Give the lock back; without one nothing happens."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def load(self, *, lenient: bool = False, mend: bool = True, anew: bool = False) -> Loaded:
        """The state after all journals. Raises `StateError` for what is damaged, foreign or rewound.

        Whoever does not hold the lock has to say `mend=False`: a torn last line may be one that is just being written.

        With `lenient` events that no longer fit, because a journal before them was lost, are left out and counted in
        the notes. With `anew` the snapshot is left aside: the journals alone make the state.
        """
        notes: list[str] = []
        snapshot, covered = (State(), {}) if anew else self._snapshot(notes)
        self._check_all(covered)
        state, found = snapshot, dict(covered)
        for name in sorted(path.name for path in self._journals()):
            if name not in covered:
                state, found[name] = self._fold(name, state, notes, lenient=lenient, mend=mend)
        if state.lineage and state.lineage != self.lineage:
            raise StateError(
                f"{self.folder}: this state belongs to {state.lineage}, the plan here is {self.lineage}",
                "name another folder with --state, or move this one away",
            )
        return Loaded(state, {name: pair for name, pair in found.items() if pair[0]}, tuple(notes))

    def rebuild(self, *, accept_loss: bool) -> Loaded:
        """Make the snapshot anew from the journals. When that fails the old one stays.

        With `accept_loss` damaged journals are cut, and a copy is kept beside them; without it a journal that the old
        snapshot knows and that is gone or shorter is an error, as ever.
        """
        notes: list[str] = []
        if not accept_loss:
            self._check_all(self._known())
        loaded: Loaded | None = None
        while loaded is None:
            try:
                loaded = self.load(lenient=accept_loss, anew=True)
            except Damaged as damage:
                if not accept_loss:
                    raise
                notes.append(_cut(damage))
        self.save(loaded.state, loaded.journals)
        return loaded._replace(notes=(*notes, *loaded.notes))

    def open_journal(
        self, serial: int, name: str, at: str, plan: str, clean: Callable[[str], str]
    ) -> tuple[JournalWriter, Opened]:
        """A new journal, its first line written."""
        opened = Opened(at, name, serial, self.lineage, plan)
        writer = JournalWriter(self.folder / "journal" / f"{serial:06d}-{name}.jsonl", clean)
        writer.append(opened)
        return writer, opened

    def save(self, state: State, journals: Mapping[str, tuple[int, int]]) -> None:
        """Replace the snapshot in one stroke. Raises `StateError`; the old one then stays."""
        path = self.folder / "state.json"
        body = json.dumps(
            {"journals": {name: list(pair) for name, pair in sorted(journals.items())}, **encode_state(state)},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "backslashreplace")
        write_atomic(path, b'{"sha256":"%s","state":%s}\n' % (sha256(body).hexdigest().encode(), body))

    def measure(self, name: str) -> tuple[int, int]:
        """Size and CRC-32 of a journal as it is on disk."""
        content = (self.folder / "journal" / name).read_bytes()
        return len(content), crc32(content)

    def _journals(self) -> list[Path]:
        return list((self.folder / "journal").glob("*.jsonl"))

    def _snapshot(self, notes: list[str]) -> tuple[State, dict[str, tuple[int, int]]]:
        path = self.folder / "state.json"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return State(), {}
        except OSError as error:
            raise StateError(f"{path}: cannot be read: {error.strerror}", "make it readable, then run again") from error
        try:
            return _parse_snapshot(content)
        except (ValueError, KeyError, TypeError) as error:
            if not self._journals():
                raise StateError(
                    f"{path}: the state is damaged ({error}), and there are no journals",
                    "restore the folder from a copy",
                ) from error
            notes.append(f"{path}: the snapshot is damaged ({error}); the state was made anew from the journals")
            return State(), {}

    def _known(self) -> Mapping[str, tuple[int, int]]:
        """The journals that the snapshot was made from; none where it cannot be read: making it anew is the remedy."""
        try:
            return self._snapshot([])[1]
        except StateError:
            return {}

    def _check_all(self, covered: Mapping[str, tuple[int, int]]) -> None:
        """That all journals which a snapshot covers are there, and what they were."""
        missing = sorted(set(covered) - {path.name for path in self._journals()})
        if missing:
            raise StateError(
                f"{self.folder / 'journal' / missing[0]}: the journal is gone, and the state was made from it",
                "restore it from a copy; `ztr state rebuild --accept-loss` goes on without it",
            )
        for name, told in sorted(covered.items()):
            self._check(name, told)

    def _check(self, name: str, told: tuple[int, int]) -> None:
        """That a journal which the snapshot covers is what it was.

        Raises `Damaged` at the line, where it can be told.
        """
        if self.measure(name) == told:
            return
        path = self.folder / "journal" / name
        journal = read_journal(path)
        why = f"{journal.size} good bytes are left of {told[0]}"
        raise Damaged(path, len(journal.events) + 1, journal.size, why)

    def _fold(
        self, name: str, state: State, notes: list[str], *, lenient: bool, mend: bool
    ) -> tuple[State, tuple[int, int]]:
        path = self.folder / "journal" / name
        journal = read_journal(path)
        if journal.torn and mend:
            notes.append(f"{path}: {journal.torn} bytes of a line that was never finished were dropped")
            os.truncate(path, journal.size)
        if not journal.events:
            if mend:
                path.unlink(missing_ok=True)
            return state, (0, 0)
        left_out = 0
        for line, event in enumerate(journal.events, 1):
            if lenient and isinstance(event, Opened):
                state = state._replace(serial=event.serial - 1)
            try:
                state = evolve(state, event)
            except NotAllowed as error:
                if not lenient:
                    remedy = (
                        "restore the folder from a copy; `ztr state rebuild --accept-loss` leaves out what does not fit"
                    )
                    raise StateError(f"{path}:{line}: {error}", remedy) from error
                left_out += 1
        if left_out:
            notes.append(f"{path}: {left_out} events were left out, they no longer fit")
        return state, self.measure(name)


def write_atomic(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Temporary file, fsync, rename, directory fsync: whoever reads sees the old file or the new one.

    `content` may come in pieces, where all of it at once would take too much memory. Raises `StateError`.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.writelines((content,) if isinstance(content, bytes) else content)
            file.flush()
            os.fdatasync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise StateError(
            f"{path}: cannot be written: {error.strerror}",
            "free some space and make the folder writable; then run again",
        ) from error


def _parse_snapshot(content: bytes) -> tuple[State, dict[str, tuple[int, int]]]:
    head, tail = b'{"sha256":"', b'","state":'
    start = len(head) + 64 + len(tail)
    body = content[start:-2]
    if content[:start] != b"%s%s%s" % (head, sha256(body).hexdigest().encode(), tail) or content[-2:] != b"}\n":
        raise ValueError("wrong checksum")
    found = cast(dict[str, Json], json.loads(body))
    journals = cast(Mapping[str, list[int]], found["journals"])
    try:
        return decode_state(found), {name: (size, crc) for name, (size, crc) in journals.items()}
    except Unreadable as error:
        raise StateError(str(error), REBUILD) from error


def _holder(descriptor: int) -> str:
    try:
        told = json.loads(os.pread(descriptor, 1_000, 0))
        return f"run {told['run']} (process {told['pid']} on {told['host']}, since {told['since']})"
    except (ValueError, KeyError, TypeError, OSError):
        return "another run that is just starting"


def _cut(damage: Damaged) -> str:
    content = damage.path.read_bytes()
    copy = damage.path.with_suffix(".damaged")
    write_atomic(copy, content)
    write_atomic(damage.path, content[: damage.offset])
    return f"{damage.path}: cut before line {damage.line}; the damaged file is kept as {copy.name}"

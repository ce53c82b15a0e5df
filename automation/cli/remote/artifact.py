"""The artifact `ztr-report`: what a run hands over to publish. It is read as something that a stranger made."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast

from automation.cli.remote.trial import Refused
from automation.engine.events import Event
from automation.engine.journal import read_journal
from automation.errors import StateError
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, read_inside

SCHEMA = 1
MANIFEST, JOURNAL = "manifest.json", "journal.jsonl"
MOST_FILES = 5_000
LARGEST = {MANIFEST: 2_000_000, JOURNAL: 40_000_000}
LARGEST_OTHER = 50_000_000
ALL = 400_000_000
"""Bytes of one file and of all files together that are read."""

_TEXTS = frozenset({"report.json", "summary.md", "report.html"})


class Manifest(NamedTuple):
    """What the artifact says of itself. `files` are path → hash and bytes; `commit` is the branch's at first."""

    plan: str
    lineage: str
    run: str
    files: Mapping[str, tuple[str, int]]
    commit: str = ""
    ran: bool = True


class Artifact(NamedTuple):
    """A whole and undamaged artifact; whether it may be believed is judged by `trial`. No events: nothing ran."""

    manifest: Manifest
    events: tuple[Event, ...]
    objects: Mapping[str, bytes]
    journal: bytes = b""


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as a file."""
    files = {path: {"sha256": digest, "size": size} for path, (digest, size) in sorted(manifest.files.items())}
    told = {"schema": SCHEMA, **manifest._asdict(), "files": files}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def read_artifact(folder: Path) -> Artifact | None:
    """None where there is no artifact. Raises `Refused` for what is too large, damaged or not of ours."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    sizes = dict(_walk(folder))
    manifest = _manifest(_read(folder, MANIFEST))
    if set(sizes) - {MANIFEST} != set(manifest.files):
        odd = sorted((set(sizes) - {MANIFEST}) ^ set(manifest.files))
        raise Refused(f"its manifest and its files differ: {odd[0][:80]!r}")
    objects: dict[str, bytes] = {}
    events: tuple[Event, ...] = ()
    journal = b""
    for path, (digest, size) in manifest.files.items():
        content = _read(folder, path)
        if len(content) != size or sha256(content).hexdigest() != digest:
            raise Refused(f"{path} is not what its manifest says")
        if path == JOURNAL:
            events, journal = _events(folder / path), content
        elif path.startswith("objects/"):
            if path != f"objects/{digest[:2]}/{digest}":
                raise Refused(f"{path[:80]!r} is not the place of a product with the hash {digest}")
            objects[digest] = content
    if manifest.ran != bool(events):
        raise Refused(
            "its manifest tells of a run, and there is no journal" if manifest.ran else "it denies its journal"
        )
    return Artifact(manifest, events, objects, journal)


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """Every file below; nothing is read and no link is followed. Raises `Refused`."""
    number = total = 0
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place) / name
            mode = path.lstat()
            relative = path.relative_to(folder).as_posix()
            if stat.S_ISDIR(mode.st_mode):
                continue
            number, total = number + 1, total + mode.st_size
            if not stat.S_ISREG(mode.st_mode):
                raise Refused(f"{relative[:80]!r} is no plain file")
            if not _is_known(relative):
                raise Refused(f"{relative[:80]!r} does not belong into it")
            if number > MOST_FILES or total > ALL or mode.st_size > LARGEST.get(relative, LARGEST_OTHER):
                raise Refused(f"it is too large: {number} files, {total:,} bytes up to {relative[:80]!r}")
            yield relative, mode.st_size


def _is_known(path: str) -> bool:
    return path in (MANIFEST, JOURNAL) or path in _TEXTS or path.startswith(("logs/", "objects/"))


def _read(folder: Path, path: str) -> bytes:
    try:
        return read_inside(folder, path, LARGEST.get(path, LARGEST_OTHER))
    except (UnsafePath, OSError, ValueError) as error:
        raise Refused(f"{path[:80]!r} cannot be read: {error}") from error


def _events(path: Path) -> tuple[Event, ...]:
    try:
        return read_journal(path).events
    except StateError as error:
        raise Refused(error.message.replace(str(path), JOURNAL)) from error


def _manifest(content: bytes) -> Manifest:
    try:
        found = cast(dict[str, Json], json.loads(content))
        files = {
            str(path): (str(one["sha256"]), int(cast(int, one["size"])))
            for path, one in cast(dict[str, dict[str, Json]], found["files"]).items()
        }
        plan, lineage, run = (str(found[name]) for name in ("plan", "lineage", "run"))
        manifest = Manifest(plan, lineage, run, files, str(found.get("commit", "")), found["ran"] is True)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Refused(f"{MANIFEST} is no manifest of ours ({type(error).__name__})") from error
    if found.get("schema") != SCHEMA:
        raise Refused(f"{MANIFEST} has schema {str(found.get('schema'))[:20]}, this ztr reads {SCHEMA}")
    return manifest

"""The files of a target: what git tracks, with what lies there now. Contents are read once, and never followed out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from automation.consolidation.git import blobs, git
from automation.consolidation.targets import Target

HUGE = 5_000_000
"""Bytes beyond which a file is only measured."""
_SUBMODULE = 0o160000
_LOOKED_AT = 8000  # bytes in which a binary file shows a zero byte; git looks at as many


class Entry(NamedTuple):
    """A tracked path; `stamp` changes when the content may have changed. Undecodable bytes are surrogates."""

    path: str
    mode: int
    size: int
    stamp: str
    kind: str = "file"  # file, huge, symlink, submodule, missing, special, unreadable

    @property
    def readable(self) -> bool:
        """Whether its content is looked at."""
        return self.kind == "file"


def entries(target: Target) -> list[Entry]:
    """Every tracked path, in git's order. Raises `GitFailed`."""
    if target.bare:
        return list(_from_objects(target)) if target.head else []
    listed = git(target.root, "ls-files", "--stage", "-z").split(b"\0")
    seen: dict[str, Entry] = {}
    inside = _Inside(os.path.realpath(target.root))
    for line in listed:
        head, _, name = line.partition(b"\t")
        path = os.fsdecode(name)
        if name and path not in seen:  # a path in conflict is listed once for each of its versions
            seen[path] = _present(target, path, int(head[:6], 8), inside)
    return list(seen.values())


def contents(target: Target, wanted: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
    """The contents of readable entries, in order; None for one that has vanished or may not be read."""
    readable = [entry for entry in wanted if entry.readable]
    if target.bare:
        yield from zip(readable, blobs(target.root, [entry.stamp for entry in readable]), strict=True)
        return
    for entry in readable:
        yield entry, _read(os.path.join(target.root, entry.path))  # noqa: PTH118 - undecodable names, many thousand times


def content(target: Target, entry: Entry) -> bytes:
    """The content of one entry."""
    return next((data or b"" for _, data in contents(target, [entry])), b"")


def is_binary(data: bytes) -> bool:
    """Whether it is no text: a zero byte near its start, as git tells them apart."""
    return b"\0" in data[:_LOOKED_AT]


_TESTS = frozenset({"tests", "test", "__tests__", "spec", "e2e", "testing"})
_VENDORED = frozenset({"node_modules", "vendor", "third_party", "_vendor", "vendored", "external"})
_FIXTURES = frozenset({"fixtures", "testdata", "__fixtures__", "snapshots", "examples"})


def role(path: str) -> str:
    """What a file is for, by its path: vendored, test, docs or product."""
    parts = PurePosixPath(path).parts
    folders, name = {part.lower() for part in parts[:-1]}, parts[-1].lower()
    if folders & _VENDORED:
        return "vendored"
    if folders & (_TESTS | _FIXTURES) or name.startswith("test_") or name == "conftest.py":
        return "test"
    stem = name.rpartition(".")[0]
    if stem.endswith(("_test", ".test", ".spec")):
        return "test"
    return "docs" if folders & {"docs", "doc"} or name.endswith((".md", ".rst")) else "product"


class _Inside:
    """Whether a tracked path still lies inside the target: a folder of it may have become a link that leads out."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, bool] = {}

    def __call__(self, folder: str) -> bool:
        if folder not in self._known:
            real = os.path.realpath(os.path.join(self._root, folder))  # noqa: PTH118 - undecodable names
            self._known[folder] = real == os.path.join(self._root, folder).rstrip("/")  # noqa: PTH118 - undecodable names
        return self._known[folder]


def _present(target: Target, path: str, mode: int, inside: _Inside) -> Entry:
    if stat.S_IFMT(mode) == _SUBMODULE:
        return Entry(path, mode, 0, "", "submodule")
    try:
        found = os.lstat(os.path.join(target.root, path))  # noqa: PTH118 - undecodable names, many thousand times
    except OSError:
        return Entry(path, mode, 0, "", "missing")
    kind = _kind(found, inside(os.path.dirname(path)))  # noqa: PTH120 - undecodable names, many thousand times
    return Entry(path, found.st_mode, found.st_size, f"{found.st_mtime_ns}", kind)


def _kind(found: os.stat_result, inside: bool) -> str:
    if not inside:
        return "symlink"
    if stat.S_ISLNK(found.st_mode):
        return "symlink"
    if not stat.S_ISREG(found.st_mode):
        return "special"
    return "huge" if found.st_size > HUGE else "file"


def _from_objects(target: Target) -> Iterator[Entry]:
    for line in git(target.root, "ls-tree", "-r", "-z", "-l", "HEAD").split(b"\0"):
        head, _, name = line.partition(b"\t")
        if not name:
            continue
        mode, kind, oid, size = head.split()
        told = {b"120000": "symlink", b"160000": "submodule"}.get(mode, "file")
        length = int(size) if kind == b"blob" else 0
        what = "huge" if told == "file" and length > HUGE else told
        yield Entry(os.fsdecode(name), int(mode, 8), length, oid.decode(), what)


def _read(path: str) -> bytes | None:
    try:
        # A regular file a moment ago may be a pipe or a link now.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(HUGE)

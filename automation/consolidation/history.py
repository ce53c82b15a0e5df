"""Phase 1, history: commits, churn and hot spots, read from `git log` as it streams."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from automation.consolidation.facts import FileFacts
from automation.consolidation.git import git_stream
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.targets import Target

NEWEST = 20_000
"""Commits that are looked at, the newest first; older ones are said to be left out."""
_RECORD = b"\x01"


class Commit(NamedTuple):
    """One commit: its author's name, its day (YYYY-MM-DD), and the lines added and taken away by path."""

    author: str
    day: str
    changes: tuple[tuple[str, int, int], ...]


class History(NamedTuple):
    """What the history of a target tells; paths that are no longer there count for churn only."""

    commits: int
    complete: bool
    first: str
    last: str
    authors: Counter[str]
    churn: Counter[str]
    changed: Counter[str]
    months: Counter[str]


class HotSpot(NamedTuple):
    """A source file that is changed often and is long: where a mistake is most likely, and worth a test most."""

    path: str
    commits: int
    churn: int
    lines: int
    score: int


def read_history(target: Target, newest: int = NEWEST) -> History:
    """The history of what is checked out; of a target without commits it is empty."""
    found = History(0, True, "", "", Counter(), Counter(), Counter(), Counter())
    if not target.has_history:
        return found
    number, first, last = 0, "", ""
    arguments = (
        "log",
        f"--max-count={newest + 1}",
        "--no-renames",
        "--no-textconv",
        "--no-ext-diff",
        "--numstat",
        "-z",
    )
    with git_stream(target.root, *arguments, "--format=%x01%an%x00%ad%x00", "--date=short", "HEAD") as output:
        for commit in commits(output):
            number += 1
            if number > newest:
                break
            first, last = commit.day, last or commit.day
            found.authors[commit.author] += 1
            found.months[commit.day[:7]] += 1
            for path, added, removed in commit.changes:
                found.churn[path] += added + removed
                found.changed[path] += 1
    complete = number <= newest and not target.shallow
    return found._replace(commits=min(number, newest), complete=complete, first=first, last=last)


def commits(output: IO[bytes]) -> Iterator[Commit]:
    """The commits of `git log --numstat -z` in the format above, one at a time."""
    rest = b""
    while block := output.read(1 << 16):
        *whole, rest = (rest + block).split(_RECORD)
        yield from (_commit(text) for text in whole if text.strip(b"\0\n"))
    if rest.strip(b"\0\n"):
        yield _commit(rest)


def hot_spots(history: History, files: Iterable[FileFacts], number: int = 20) -> list[HotSpot]:
    """The source files with the highest product of commits and lines."""
    found = [
        HotSpot(
            one.path,
            history.changed[one.path],
            history.churn[one.path],
            one.lines,
            history.changed[one.path] * one.lines,
        )
        for one in files
        if one.language in PROGRAMMING and one.role == "product" and history.changed[one.path] > 1
    ]
    return sorted(found, key=lambda one: (-one.score, one.path))[:number]


def _commit(text: bytes) -> Commit:
    author, day, *rest = text.split(b"\0")
    changes = tuple(change for line in rest if (change := _change(line)) is not None)
    return Commit(author.decode("utf-8", "replace"), day.decode("ascii", "replace"), changes)


def _change(line: bytes) -> tuple[str, int, int] | None:
    parts = line.strip(b"\n").split(b"\t", 2)
    if len(parts) != 3:  # noqa: PLR2004 - added, removed, path
        return None
    added, removed, path = parts
    # A binary file has `-` for both.
    return os.fsdecode(path), int(added) if added.isdigit() else 0, int(removed) if removed.isdigit() else 0

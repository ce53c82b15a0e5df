"""What is known of each file after it was read once: kept among the run's files, so that no phase reads it again."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation import javascript_facts, python_facts, text_facts
from automation.consolidation.source import Parsed, flags, language
from automation.consolidation.targets import Target
from automation.consolidation.tree import Entry, contents, entries, is_binary, role

_FORMAT = 3  # of the kept file; another one is not read
_GENERATED = re.compile(rb"(?i)(do not edit|@generated|(?:generated|written) by [\w/.-]+\.\w+)")
_TOLD_EVERY = 2.0  # seconds between two lines of progress

Say = Callable[[str], None]
_PARSERS = {
    "Python": python_facts.parse,
    "JavaScript": javascript_facts.parse,
    "TypeScript": javascript_facts.parse_typescript,
}


class FileFacts(NamedTuple):
    """A file: entry, role, language, lines and content hash, what its source says, and what stands out.

    A flag is a word, or a word and its value with a colon between: `conflict-marker:12`, `licence:MIT`.
    """

    entry: Entry
    role: str
    language: str
    lines: int
    digest: str
    parsed: Parsed
    flags: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its path inside the target."""
        return self.entry.path


def facts_of(target: Target, cache: Path, say: Say = print) -> list[FileFacts]:
    """The facts of all files of a target, read anew only where a file has changed since they were kept."""
    kept = _kept(cache / f"{target.name}.jsonl")
    found: list[FileFacts | None] = []
    changed: list[Entry] = []
    places: list[int] = []
    listed = entries(target)
    for entry in listed:
        known = kept.get(entry)
        if known is None and entry.readable:
            places.append(len(found))
            changed.append(entry)
        found.append(known or (None if entry.readable else _untouched(entry)))
    for place, one in zip(places, _read(target, changed, say), strict=True):
        found[place] = one
    result = [one for one in found if one is not None]
    if changed:
        _keep(cache / f"{target.name}.jsonl", result)
    return result


def look_at(entry: Entry, data: bytes) -> FileFacts:
    """The facts of one file with its content (pure)."""
    used = "generated" if is_generated(data) else role(entry.path)
    if is_binary(data):
        return FileFacts(entry, used, "binary", 0, hashlib.sha256(data).hexdigest(), Parsed())
    name = language(entry.path, data)
    parse = javascript_facts.parse_tsx if entry.path.endswith(".tsx") else _PARSERS.get(name, text_facts.parse)
    parsed = Parsed() if used == "vendored" else parse(data)
    lines = data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
    return FileFacts(entry, used, name, lines, hashlib.sha256(data).hexdigest(), parsed, flags(name, data))


def _untouched(entry: Entry) -> FileFacts:
    """An entry of which nothing but its path is known."""
    return FileFacts(entry, role(entry.path), "", 0, "", Parsed())


def is_generated(data: bytes) -> bool:
    """Whether the first lines say that a program wrote it: nobody mends such a file."""
    return _GENERATED.search(data[:400]) is not None


def _read(target: Target, wanted: Sequence[Entry], say: Say) -> Iterator[FileFacts]:
    told = time.monotonic()
    for number, (entry, data) in enumerate(contents(target, wanted), start=1):
        yield look_at(entry, data) if data is not None else _untouched(entry._replace(kind="unreadable"))
        if time.monotonic() - told > _TOLD_EVERY:
            told = time.monotonic()
            say(f"{target.name}: {number} of {len(wanted)} files read")
    if wanted:
        say(f"{target.name}: {len(wanted)} of {len(wanted)} files read")


def _kept(path: Path) -> dict[Entry, FileFacts]:
    """What was kept, by entry; nothing where the file is missing, torn or of another format."""
    try:
        with path.open(encoding="utf-8") as file:
            if json.loads(next(file, "0")) != _FORMAT:
                return {}
            return {one.entry: one for one in map(_unpacked, file)}
    except (OSError, ValueError, TypeError):
        return {}


def _unpacked(line: str) -> FileFacts:
    entry, used, name, lines, digest, parsed, flagged = json.loads(line)
    return FileFacts(Entry(*entry), used, name, lines, digest, Parsed.of(parsed), tuple(flagged))


def _keep(path: Path, found: Iterable[FileFacts]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(f"{_FORMAT}\n")
        for one in found:
            file.write(json.dumps(one, separators=(",", ":")) + "\n")  # a lone surrogate is written as an escape
    beside.replace(path)

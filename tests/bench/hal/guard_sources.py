"""Labelled texts from public sources, and what may be learnt from when one source is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.bench.hal.folder import BadFolder, read_rows

FILE = "guard.jsonl"
_FIELDS = {"id": str, "text": str, "label": int, "kind": str, "source": str, "policy": str}
_RUN = 8
_COPIED = 0.25
_WORD = re.compile(r"\w+")


class Labelled(NamedTuple):
    """One text; `source` is the collection, whose parts (as train and test mails of one) count as one."""

    id: str
    text: str
    attack: bool
    kind: str
    source: str
    policy: str


def labelled(folder: Path) -> list[Labelled]:
    """Every text of the folder. Raises `BadFolder` if there is only one label."""
    rows = [
        Labelled(
            str(row["id"]), str(row["text"]), row["label"] == 1, str(row["kind"]), _collection(str(row["source"])),
            str(row["policy"]),
        )
        for row in read_rows(folder, FILE, _FIELDS)
    ]  # fmt: skip
    if len({row.attack for row in rows}) < 2:
        raise BadFolder(f"{folder / FILE}: needs attacks (label 1) and harmless texts (label 0)")
    return rows


def plain(rows: Sequence[Labelled]) -> list[Labelled]:
    """Attacks on prompts and harmless texts as they stand: no disguised ones, no harmful requests (another policy)."""
    return [row for row in rows if not row.kind.startswith("obfuscated") and row.policy != "harmful_request"]


def disguised(rows: Sequence[Labelled]) -> list[tuple[Labelled, Labelled]]:
    """Each disguised text with the plain one that it was made of (its id without the ending)."""
    known = {row.id: row for row in rows}
    dressed = [row for row in rows if row.kind.startswith("obfuscated")]
    return [(known[bare], row) for row in dressed if (bare := row.id.rpartition("-")[0]) in known]


def copied(texts: Sequence[str], held_out: Sequence[str]) -> list[bool]:
    """Which texts share a quarter or more of their runs of eight words with the held-out texts: a leak, were they
    learnt from."""
    seen = {run for text in held_out for run in _runs(text)}
    shares = [(sum(run in seen for run in runs) / len(runs)) if (runs := _runs(text)) else 0.0 for text in texts]
    return [share >= _COPIED for share in shares]


@cache
def _runs(text: str) -> tuple[int, ...]:
    """The runs of words of a text, by their hashes."""
    words = _WORD.findall(text.lower())
    starts = range(max(1, len(words) - _RUN + 1)) if words else ()
    return tuple(hash(tuple(words[start : start + _RUN])) for start in starts)


def _collection(source: str) -> str:
    """Mails of one collection near-duplicate each other, whatever split they come from."""
    return "bipia" if source.startswith("bipia") else source

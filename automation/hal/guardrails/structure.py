"""How a message is built: what in it asks for something, and whether that stands in a letter, a receipt or another
document.

An instruction is judged where it stands. *Explain photosynthesis* is a fine question, and out of place at the end of a
receipt, where nobody asks and somebody hopes that a reader who obeys will find it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from automation.hal.guardrails.cues import in_lower_case
from automation.hal.guardrails.files import read_yaml

STRUCTURE_FILE = Path(__file__).parents[1] / "data" / "guardrails-structure.yaml"

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+|\s{3,}|\|")
_TRIM = " \t\"'*-•>#"
_LEAD = re.compile(
    r"(?:please |now |then |also |next |finally |first |instead,? |and |but |kindly |only |just )*([^\W\d_]+)(?!\w)"
)
_ABOUT_ANSWER = re.compile(
    r"\b(?:in|of|to|with|for|your|throughout|each) ?(?:your |the |every )?"
    r"(?:answers?|responses?|repl(?:y|ies)|outputs?)\b"
)
_ABOUT_MATERIAL = re.compile(
    r"\b(?:following|below|this|these|given|provided|attached|above|here is|email:|text:|input)\b"
)
_HEADING = re.compile(r"[\w -]{1,24}:")
_MANY = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a sentence does: order, ask, speak of the answer, point at material that stands beside it."""

    orders: bool
    asks: bool
    about_answer: bool
    about_material: bool

    @property
    def requests(self) -> bool:
        """Whether it wants something of the reader."""
        return self.orders or self.asks or self.about_answer


@dataclass(frozen=True, slots=True)
class _Known:
    verbs: frozenset[str]
    questions: re.Pattern[str]
    document: tuple[re.Pattern[str], ...]


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text without bullets and quotation marks; empty ones left out."""
    return [bare for part in _SENTENCE_END.split(text) if (bare := part.strip(_TRIM))]


def structure(text: str) -> dict[str, float]:
    """Features of how the text is built, by name."""
    lowered = in_lower_case(text)
    row = [_sentence(one) for one in sentences(lowered)]
    signs = sum(pattern.search(lowered) is not None for pattern in _known().document)
    asked = [place for place, one in enumerate(row) if one.requests]
    found = {
        f"signs:{min(signs, 4)}": 1.0,
        f"requests:{min(len(asked), _MANY)}": 1.0,
        f"sentences:{min(len(row).bit_length(), 6)}": 1.0,
        "about answer": float(any(one.about_answer for one in row)),
    }
    if asked[:1] == [0]:
        found["task with material"] = float(row[0].about_material)
        found["plain request"] = float(len(row) <= _MANY and signs < _DOCUMENT)
    return found if signs < _DOCUMENT else {**found, **_in_document(row, asked)}


_DOCUMENT = 2
"""So many signs of a document (a heading, a greeting, an amount…) make one."""


def _in_document(row: list[Sentence], asked: list[int]) -> dict[str, float]:
    bare = [place for place in asked if not row[place].about_material]
    last = len(row) - 1
    return {
        "slipped in": float(min(len(bare), _MANY)),
        "any slipped in": float(bool(bare)),
        "order slipped in": float(any(row[place].orders for place in bare)),
        "question slipped in": float(any(row[place].asks and not row[place].orders for place in bare)),
        "answer slipped in": float(any(row[place].about_answer for place in asked)),
        "slipped in first": float(0 in bare),
        "slipped in last": float(last in bare and last > 0),
        "slipped in between": float(any(0 < place < last for place in bare)),
        "nothing asked": float(not asked),
    }


def _sentence(lowered: str) -> Sentence:
    if _HEADING.fullmatch(lowered):
        return Sentence(orders=False, asks=False, about_answer=False, about_material=False)
    lead = _LEAD.match(lowered)
    return Sentence(
        orders=lead is not None and lead.group(1) in _known().verbs,
        asks=lowered.rstrip("\"' ").endswith("?") or _known().questions.match(lowered) is not None,
        about_answer=_ABOUT_ANSWER.search(lowered) is not None,
        about_material=_ABOUT_MATERIAL.search(lowered) is not None,
    )


@lru_cache(maxsize=1)
def _known() -> _Known:
    document = read_yaml(STRUCTURE_FILE)
    return _Known(
        frozenset(document["verbs"].split()),
        re.compile(rf"(?:{'|'.join(document['questions'])}) "),
        tuple(re.compile(pattern, re.MULTILINE) for pattern in document["document"]),
    )

"""What a question asks for: its content words, the names and dates in it, and its kind. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from automation.hal.memory.recall.postings import Scores
from automation.hal.memory.text import terms
from automation.hal.memory.traits import wanted

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
KINDS: Final = ("when", "how much", "who", "where", "yes or no", "list", "why", "what")
_KINDS = (
    r"when\b|what (?:date|day|month|year)|which (?:month|year)|how long ago",
    r"how (?:long|many|often|much)",
    r"who(?:se|m)?\b",
    r"where\b|.* (?:country|city)\b",
    r"(?:would|could|is|does|did|do|are|was|has|have|might|will|can)\b|.*\b(?:likely|might)\b",
    r"(?:what|which) (?:\w+ )?(?!(?:is|was|does|has)\b)\w+s\b",
    r"why\b|how ",
    r"what\b",
)
_COMPILED = tuple(re.compile(pattern) for pattern in _KINDS)
_YEAR = re.compile(r"\b20[0-9]{2}\b")
_DAY = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th)?\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
_LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Named:
    """The months (1 to 12), years and days of a month that a text names."""

    months: frozenset[int]
    years: frozenset[int]
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read: ``bare`` is its text without the speakers' names; ``speakers`` are those that it names."""

    text: str
    bare: str
    terms: tuple[str, ...]
    all_terms: tuple[str, ...]
    speakers: frozenset[str]
    dates: Named
    kinds: Scores
    wants: Scores


def read(question: str, speakers: Sequence[str]) -> Asked:
    """The question as the ranker sees it. Names of speakers are taken out of it: they stand in every other turn."""
    bare = _without(question, speakers)
    named = frozenset(name for name in speakers if re.search(rf"\b{re.escape(name)}\b", question, re.IGNORECASE))
    low = question.strip().lower()
    kinds = np.array([float(bool(pattern.match(low))) for pattern in _COMPILED])
    return Asked(
        question, bare, tuple(terms(bare)), tuple(terms(question)), named, dates_in(question), kinds, wanted(question)
    )


def dates_in(text: str) -> Named:
    """What the text says of dates, in words or figures."""
    low = text.lower()
    return Named(
        frozenset(MONTHS.index(word) + 1 for word in _MONTH.findall(low)),
        frozenset(int(year) for year in _YEAR.findall(low)),
        frozenset(_days(low)),
    )


def _days(low: str) -> Iterator[int]:
    for day in _DAY.findall(low):
        if 1 <= int(day) <= _LAST_DAY:
            yield int(day)


def _without(question: str, speakers: Sequence[str]) -> str:
    """The question without names and their possessives; as it stands if nothing else is left."""
    if not speakers:
        return question
    names = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True))
    return " ".join(re.sub(rf"\b(?:{names})(?:['\u2019]s)?\b", "", question, flags=re.IGNORECASE).split()) or question

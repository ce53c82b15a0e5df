"""What kind of answer a question wants, and what kinds of answer a text could hold: surface marks only."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

Traits = NDArray[np.float64]

KINDS: Final = ("time", "number", "name", "place")

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_HELD = (
    re.compile(
        rf"\b(?:{_MONTHS}|{_DAYS}|spring|summer|autumn|winter|easter|christmas|morning|afternoon|evening|noon|midnight"
        r"|week|month|year|daily|\d+(?:st|nd|rd|th)|\d{1,2}:\d\d|o'clock)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred"
        r"|thousand|million|half|per cent)\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?<=[\w,;:\"] )\"?[A-Z][a-z]+"),
    re.compile(r"\b(?:in|at|on|under|behind|beside|beneath|near|along|next to|to|from|by)\s+\w+", re.IGNORECASE),
)
_WANTED = (
    re.compile(
        r"\b(?:when|what (?:time|day|date)|which (?:days?|dates?)|at what (?:time|hour)|by when|date|hour)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:how (?:much|many)|number|digits?|code|budget|cost|price|sum|limit|quota|target|figure|amount)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:who|whom|whose|which (?:company|firm|person|colleague)|called|name)\b", re.IGNORECASE),
    re.compile(
        r"\b(?:where|which (?:place|hotel|venue|school|town|city)|place|spot|location|venue|home)\b", re.IGNORECASE
    ),
)


def wanted(question: str) -> Traits:
    """1 for each of ``KINDS`` that the question asks for, else 0."""
    return np.array([float(bool(pattern.search(question))) for pattern in _WANTED])


def held(text: str) -> Traits:
    """1 for each of ``KINDS`` that the text shows a mark of, else 0."""
    return np.array([float(bool(pattern.search(text))) for pattern in _HELD])

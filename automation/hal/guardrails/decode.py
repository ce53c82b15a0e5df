"""Other readings of a canonical text: what base64, rot13, digits for letters, or letters set apart would say."""

from __future__ import annotations

import base64
import binascii
import codecs
import math
import re
import string
from dataclasses import dataclass

from automation.hal.guardrails.normalise import canonical

MAX_DEPTH = 2
"""A reading may itself be encoded once more; deeper nesting is not followed."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_SHIFT_HINT = re.compile(r"\b(?:rot-?13|caesar|cipher)", re.IGNORECASE)
# Per cent of letters in English prose, a to z, rounded.
_ENGLISH = (
    8.2,
    1.5,
    2.8,
    4.3,
    12.7,
    2.2,
    2.0,
    6.1,
    7.0,
    0.15,
    0.8,
    4.0,
    2.4,
    6.7,
    7.5,
    1.9,
    0.1,
    6.0,
    6.3,
    9.1,
    2.8,
    1.0,
    2.4,
    0.15,
    2.0,
    0.07,
)
_LETTERS = string.ascii_lowercase
_RARITY = [-math.log(share / 100) for share in _ENGLISH]
_MIN_EASIER = 0.15
_MIN_ROTATED_LETTERS = 12
_TOGETHER = {separator: re.compile(f"[^{re.escape(separator)}]{{2}}", re.DOTALL) for separator in " .-_*|"}
"""By separator: two characters that it does not set apart."""
_MIN_APART_SHARE = 0.6
_MIN_APART_LETTERS = 8
_MOST_OF_ONE = 3
"""A chunk of letters set apart has at most so many characters for each of its separators (two letters and it)."""
_LEET_TOKEN = re.compile(r"(?<![\w/+=])(?=\S*[a-z])(?=\S*[0134578@$])[a-z0134578@$'!|]{2,20}(?![\w/+=])")
_LEET_DIGITS = frozenset("0134578@$")
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_MIN_LEET_SHARE = 0.25
_MIN_LEET_TOKENS = 2
_MIN_WORDY = 0.7


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: how it was decoded, and what it says then."""

    how: str
    text: str


def readings(text: str, depth: int = MAX_DEPTH) -> tuple[Reading, ...]:
    """The text as it stands, first, and every other plausible reading of it; duplicates and implausible ones left
    out.
    """
    found = {text: Reading("plain", text)}
    if depth:
        for reading in _decoded(text):
            if reading.text.strip() and reading.text not in found:
                for deeper in readings(reading.text, depth - 1):
                    how = reading.how if deeper.how == "plain" else f"{reading.how}+{deeper.how}"
                    found.setdefault(deeper.text, Reading(how, deeper.text))
    return tuple(found.values())


def _decoded(text: str) -> list[Reading]:
    return [
        *(Reading("base64", plain) for run in _BASE64.findall(text)[:8] if (plain := _from_base64(run))),
        *(Reading("hex", plain) for run in _HEX.findall(text)[:8] if (plain := _from_hex(run))),
        *_rotated(text),
        *_joined(text),
        *_unleeted(text),
    ]


def _from_base64(run: str) -> str:
    body = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return _as_words(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _from_hex(run: str) -> str:
    try:
        return _as_words(bytes.fromhex(run.replace(":", " ")))
    except ValueError:
        return ""


def _as_words(raw: bytes) -> str:
    """The bytes as text if they are mostly letters and blanks, else nothing."""
    try:
        text = canonical(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return ""
    wordy = sum(char.isalpha() or char.isspace() for char in text)
    return text if wordy >= _MIN_WORDY * len(raw) else ""


def _rotated(text: str) -> list[Reading]:
    easier = _rarity(text) - _rarity(text, shift=13)
    enough = easier > _MIN_EASIER and sum(map(str.isalpha, text)) >= _MIN_ROTATED_LETTERS
    return [Reading("rot13", codecs.encode(text, "rot13"))] if enough or _hints_at_shift(text) else []


def _hints_at_shift(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in ("rot", "caesar", "cipher")) and _SHIFT_HINT.search(text) is not None


def _rarity(text: str, shift: int = 0) -> float:
    """Mean surprise of its letters, each so many places further, to a reader of English, in nats."""
    lowered = text.lower()
    counts = [lowered.count(letter) for letter in _LETTERS]
    surprise = sum(count * _RARITY[(place + shift) % len(_RARITY)] for place, count in enumerate(counts))
    return surprise / (sum(counts) or 1)


def _joined(text: str) -> list[Reading]:
    for separator in _TOGETHER:
        if not (most := _MOST_OF_ONE * text.count(separator)):
            continue
        chunks = re.split(r"\n|  ", text) if separator == " " else re.split(r"\s+", text)
        least = max(_MIN_APART_LETTERS, _MIN_APART_SHARE * len(text.strip()) - len(chunks))
        if most < least:
            continue
        apart = [chunk for chunk in chunks if _is_apart(chunk, separator)]
        if sum(map(len, apart)) >= least:
            return [Reading("spaced", " ".join(_closed(chunk, separator) for chunk in chunks))]
    return []


def _is_apart(chunk: str, separator: str) -> bool:
    return len(chunk) > 1 and _TOGETHER[separator].search(chunk) is None


def _closed(chunk: str, separator: str) -> str:
    """Letters one separator apart become a word."""
    return chunk.replace(separator, "") if _is_apart(chunk, separator) else chunk


def _unleeted(text: str) -> list[Reading]:
    lowered = text.lower()
    words = lowered.split()
    tokens = _LEET_TOKEN.findall(" ".join(word for word in words if not _LEET_DIGITS.isdisjoint(word)))
    if len(tokens) < max(_MIN_LEET_TOKENS, _MIN_LEET_SHARE * len(words)):
        return []
    return [Reading("leet", lowered.translate(_LEET))]

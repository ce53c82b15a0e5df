"""One canonical form for a text, whatever it was dressed up in.

`canonical` is idempotent, never fails and never grows a text beyond its bound.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from automation.hal.guardrails.confusables import LATIN_LOOKALIKE

MAX_CHARACTERS = 10_000
"""Longer texts keep their beginning and their end, half each: instructions hide at either."""

_TAG_START, _TAG_END = 0xE0000, 0xE007F
_FLAG = "\U0001f3f4"
_EMOJI_FLAG = re.compile(f"{_FLAG}[\U000e0061-\U000e007a\U000e0030-\U000e0039]{{2,6}}\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_FOREIGN_WORD = re.compile(r"(?<![^\W\d_])[a-zA-Z]*[^\W\d_\x00-\x7f][^\W\d_]*")
_LATIN_LETTER = re.compile(r"[a-zA-Z]+")
_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_WIDE_GAP = "  "
_BEYOND_PLAIN = re.compile(r"[^\x20-\x7e\n\t]")
_BLANK_LINES = re.compile(r" *\n\s*")
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in canonical form, what was hidden in it, and what had to be done to it."""

    text: str
    hidden: str
    notes: tuple[str, ...]


def normalise(text: str) -> Normalised:
    """Canonical text, the text that was smuggled in invisible tag characters, and notes on what was found."""
    notes = []
    bounded = _bounded(text)
    if bounded is not text:
        notes.append("shortened")
    without_flags = _EMOJI_FLAG.sub(_FLAG, bounded)
    hidden = "".join(_visible(run) for run in _TAGS.findall(without_flags))
    if hidden.strip():
        notes.append("tag-characters")
    if _has_joined_letters(bounded):
        notes.append("zero-width")
    folded = canonical(without_flags)
    if not without_flags.isascii() and folded != _canonical_once(without_flags, fold=False):
        notes.append("look-alikes")
    return Normalised(folded, hidden, tuple(notes))


def canonical(text: str) -> str:
    """NFKC, no invisible or control characters, look-alike letters folded, wide gaps at most two blanks; idempotent."""
    text = _bounded(text)
    for _ in range(_ROUNDS):
        once = _canonical_once(text, fold=True)
        if once == text:
            break
        text = once
    return text


def _canonical_once(text: str, *, fold: bool) -> str:
    if _BEYOND_PLAIN.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = unicodedata.normalize("NFKC", text).translate(_SHOWN)
        text = unicodedata.normalize("NFKC", _fold_lookalikes(text) if fold else text)
    text = _BLANK_LINES.sub("\n", _BLANKS.sub(_one_or_two, text)).strip()
    return _bounded(text)


def _one_or_two(blanks: re.Match[str]) -> str:
    """A wide gap stays wider than a blank: between letters set apart it is the only trace of where words end."""
    return " " if len(blanks.group()) == 1 else _WIDE_GAP


def _shown(char: str) -> str:
    if char in "\n\t":
        return char
    category = unicodedata.category(char)
    if category in {"Cf", "Cc", "Cs", "Co"}:
        return "\n" if char in "\r\x0b\x0c\x85" else ""
    return "\n" if category in {"Zl", "Zp"} else char


class _Shown(dict[int, str]):
    """What each character becomes, by its number: looked up once, then translated without a call."""

    def __missing__(self, number: int) -> str:
        shown = _shown(chr(number))
        if len(self) < _MAX_KNOWN:
            self[number] = shown
        return shown


_MAX_KNOWN = 4096
_SHOWN = _Shown()


def _fold_lookalikes(text: str) -> str:
    latin = sum(map(len, _LATIN_LETTER.findall(text)))
    mostly_latin = latin * 2 >= sum(map(str.isalpha, text))

    def fold(match: re.Match[str]) -> str:
        word = match.group()
        folded = word.translate(LATIN_LOOKALIKE)
        mixed = any(char.isascii() for char in word)
        return folded if folded.isascii() and (mixed or mostly_latin) else word

    return _FOREIGN_WORD.sub(fold, text)


def _visible(tags: str) -> str:
    return "".join(chr(ord(char) - _TAG_START) for char in tags if _TAG_START + 0x20 <= ord(char) < _TAG_END)


def _has_joined_letters(text: str) -> bool:
    return re.search("[^\\W\\d_][\u200b\u200c\u200d\u2060\ufeff\u00ad][^\\W\\d_]", text, re.ASCII) is not None


def _bounded(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return text[: half - 1] + "\n" + text[-half:]

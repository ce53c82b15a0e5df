"""Reads a text as a row of meanings: each word becomes the concepts that it can stand for.

Words in quotation marks are kept apart (a quoted attack is talked about, not made); addresses become concepts of
their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from automation.hal.guardrails.files import read_yaml

LEXICON_FILE = Path(__file__).parents[1] / "data" / "guardrails-lexicon.yaml"

_TOKEN = re.compile(
    r"(?P<url>(?:https?:)?//[^\s\"'<>)]+)|(?P<email>[\w.+-]+@[\w-]+\.\w[\w.]*)"
    r"|(?P<tag></?[a-z!{#|]|<\|\w+|\[/?[A-Z ]{4,}\]|[-=#*]{3,})"
    r"|(?P<word>[^\W\d_]+(?:['’][a-z]+)?)|(?P<number>\d+)|(?P<stop>[.?!;:\n]+)|(?P<code>[{}()=_$\[\]]+)",  # noqa: RUF001 - the confusable character is meant
)
_QUOTED = re.compile(r"\"[^\"\n]{3,300}\"|“[^”\n]{3,300}”|«[^»\n]{3,300}»|(?<!\w)'[^\n]{3,300}?'(?!\w)|‘[^’\n]{3,300}’")  # noqa: RUF001 - the confusable character is meant
_SUFFIXES = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("s", ""),
    ("ed", ""),
    ("ed", "e"),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("er", ""),
    ("'s", ""),
)
_MIN_STEM = 3
_MAX_QUOTED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Token:
    """A word (lower case) or mark, where it stands, and what it can mean."""

    text: str
    start: int
    end: int
    concepts: tuple[str, ...]
    quoted: bool


def tokens(text: str) -> list[Token]:
    """The words and marks of a text in order; unknown words have no concepts."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    if sum(end - start for start, end in quoted) > _MAX_QUOTED_SHARE * len(text):
        quoted = []  # nobody talks about it: the text is data, such as JSON
    return [_token(match, quoted) for match in _TOKEN.finditer(text)]


def marks(text: str) -> list[re.Match[str]]:
    """The places of `tokens`, before anything is asked of what they mean."""
    return list(_TOKEN.finditer(text))


def meaning(mark: re.Match[str]) -> tuple[str, ...]:
    """The concepts of one of these `marks`."""
    kind = str(mark.lastgroup)
    return concepts(mark.group().lower()) if kind == "word" else (f"@{kind}",)


def _token(match: re.Match[str], quoted: list[tuple[int, int]]) -> Token:
    start, end = match.span()
    inside = any(first < start and end < last for first, last in quoted)
    return Token(match.group().lower(), start, end, meaning(match), inside)


@lru_cache(maxsize=20_000)
def concepts(word: str) -> tuple[str, ...]:
    known = lexicon()
    found: dict[str, None] = {}
    for form in forms(word):
        for concept in known.get(form, ()):
            found.setdefault(concept)
    return tuple(found)


def forms(word: str) -> Iterator[str]:
    """The word, and what it may be an inflected form of."""
    yield word
    for suffix, ending in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM:
            stem = word[: -len(suffix)]
            yield stem + ending
            if not ending and stem[-1] == stem[-2]:
                yield stem[:-1]


@lru_cache(maxsize=1)
def lexicon() -> MappingProxyType[str, tuple[str, ...]]:
    """Concepts by word, from the lexicon file."""
    found: dict[str, list[str]] = {}
    for concept, words in read_yaml(LEXICON_FILE).items():
        for word in words.split():
            if concept not in found.setdefault(word.replace("’", "'"), []):  # noqa: RUF001 - the confusable character is meant
                found[word].append(concept)
    return MappingProxyType({word: tuple(concepts) for word, concepts in found.items()})

"""Turns of phrase by which attacks on assistants work, in several languages, from the file of cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from automation.hal.guardrails.files import read_yaml

CUES_FILE = Path(__file__).parents[1] / "data" / "guardrails-cues.yaml"

_CASED = "(?-i:"
_CAPITAL = re.compile(r"\\.|[A-Z]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cue:
    """One turn of phrase: what kind of thing it does, and how it is recognised.

    `fragments` are a quick test: unless one of them stands in the lower-case text, the pattern is not tried. The
    pattern is for the lower-case text, too, unless capitals matter to it (`cased`): ignoring case takes twice as long.
    """

    name: str
    kind: str
    fragments: tuple[str, ...]
    pattern: re.Pattern[str]
    cased: bool


def cues(text: str) -> Counter[str]:
    """How often each cue stands in a text, by name; absent ones are left out."""
    lowered = in_lower_case(text)
    found: Counter[str] = Counter()
    for cue in known_cues():
        for fragment in cue.fragments:
            if fragment in lowered:
                if count := sum(1 for _ in cue.pattern.finditer(text if cue.cased else lowered)):
                    found[cue.name] = count
                break
    return found


def spans(text: str, names: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """The first place of each of these cues in a text: its name, start and end (exclusive)."""
    lowered = in_lower_case(text)
    known = _by_name()
    places = ((name, known[name].pattern.search(text if known[name].cased else lowered)) for name in names)
    return tuple((name, *match.span()) for name, match in places if match)


def in_lower_case(text: str) -> str:
    """The text in lower case, character by character, so that every place in it stays where it was."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def kind_of(name: str) -> str:
    """What a cue does: ``replace``, ``leak``, ``dictate``, ``persona``, ``lift``, ``form`` or ``slip``."""
    return _by_name()[name].kind


@lru_cache(maxsize=1)
def known_cues() -> tuple[Cue, ...]:
    """The shipped cues."""
    return tuple(
        Cue(name, body["kind"], tuple(body["if"]), _pattern(body["find"]), _CASED in body["find"])
        for name, body in read_yaml(CUES_FILE).items()
    )


def _pattern(find: str) -> re.Pattern[str]:
    """For the lower-case text, with its own capitals lowered as well; the names of classes, as `\\W`, stay."""
    if _CASED in find:
        return re.compile(find, re.IGNORECASE)
    return re.compile(
        _CAPITAL.sub(lambda match: match.group().lower() if len(match.group()) == 1 else match.group(), find)
    )


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Cue]:
    return {cue.name: cue for cue in known_cues()}

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


@dataclass(frozen=True, slots=True)
class Cue:
    """One turn of phrase: what kind of thing it does, and how it is recognised.

    `fragments` are a quick test: unless one of them stands in the lower-case text, the pattern is not tried.
    """

    name: str
    kind: str
    fragments: tuple[str, ...]
    pattern: re.Pattern[str]


def cues(text: str) -> Counter[str]:
    """How often each cue stands in a text, by name; absent ones are left out."""
    lowered = text.lower()
    found: Counter[str] = Counter()
    for cue in known_cues():
        if any(fragment in lowered for fragment in cue.fragments):
            count = sum(1 for _ in cue.pattern.finditer(text))
            if count:
                found[cue.name] = count
    return found


def spans(text: str, names: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """The first place of each of these cues in a text: its name, start and end (exclusive)."""
    patterns = _patterns()
    return tuple((name, *match.span()) for name in names if (match := patterns[name].search(text)))


def kind_of(name: str) -> str:
    """What a cue does: ``replace``, ``leak``, ``dictate``, ``persona``, ``lift``, ``form`` or ``slip``."""
    return _kinds()[name]


@lru_cache(maxsize=1)
def known_cues() -> tuple[Cue, ...]:
    """The shipped cues."""
    return tuple(
        Cue(name, body["kind"], tuple(body["if"]), re.compile(body["find"], re.IGNORECASE))
        for name, body in read_yaml(CUES_FILE).items()
    )


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {cue.name: cue.kind for cue in known_cues()}


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {cue.name: cue.pattern for cue in known_cues()}

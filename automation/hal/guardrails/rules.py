"""Rules over meanings: which parts, in which order and how near one another, make a request a violation.

A rule names no wording. It says, for instance, that something is *overridden* which is an *instruction*, near a
word for
the one who is addressed; the lexicon says which words can mean that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automation.hal.guardrails.concepts import Token
from automation.hal.guardrails.rulebook import RULEBOOK, Rule

Alternatives = frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applies, and the stretch of text (character offsets, end exclusive) that it applies to."""

    rule: str
    category: str
    start: int
    end: int


def hits(row: Sequence[Token]) -> tuple[Hit, ...]:
    """The rules that apply to a text, in the order of the rule book, each at its first place."""
    spoken = [token for token in row if not token.quoted] or list(row)
    places: dict[str, list[int]] = {}
    for place, token in enumerate(spoken):
        for concept in token.concepts:
            places.setdefault(concept, []).append(place)
    found = (_first(rule, spoken, places) for rule in RULEBOOK)
    return tuple(hit for hit in found if hit)


def _first(rule: Rule, row: Sequence[Token], places: Mapping[str, Sequence[int]]) -> Hit | None:
    if not all(any(concept in places for concept in step) for step in (*rule.also, *rule.steps)):
        return None
    if any(concept in places for concept in rule.never):
        return None
    for start in sorted({place for concept in rule.steps[0] for place in places.get(concept, ())}):
        end = _end(rule.steps, row, start, rule.near)
        if end is not None:
            return Hit(rule.name, rule.category, row[start].start, row[end].end)
    return None


def _end(steps: Sequence[Alternatives], row: Sequence[Token], start: int, near: int) -> int | None:
    """Where the last step matches if the first is at `start` and each other soon after the one before."""
    here = start
    for step in steps[1:]:
        following = range(here + 1, min(len(row), here + 1 + near))
        here = next((place for place in following if not step.isdisjoint(row[place].concepts)), -1)
        if here < 0:
            return None
    return here

"""What the classifier sees of a text: character runs, word pairs, pairs of meanings that stand near one another, rules
that apply, and the skeleton of its sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from automation.hal.guardrails.concepts import Token, tokens
from automation.hal.guardrails.rules import hits
from automation.hal.guardrails.skeleton import skeletons

NEAR = 8
"""Two meanings belong together if at most so many words lie between them."""

_WORD = re.compile(r"\w+")
_MANY = 4
_LONG_WORD = 40
CALM = (
    "defend",
    "treat",
    "law",
    "discuss",
    "everyday_thing",
    "correspondence",
    "schedule",
    "code",
    "story",
    "victimhood",
    "asker_why",
    "mild",
    "guardian",
    "leisure",
    "asks_politely",
    "past",
    "benign_goal",
)
"""Meanings that often stand beside a harmless use of dangerous words."""


def counts(text: str) -> Mapping[str, Counter[str]]:
    """Features by kind: ``c`` character 3- to 5-grams, ``w`` words and word pairs, ``m`` meanings and pairs of them,
    ``r`` rules and their company, and the four kinds of `skeletons`.
    """
    row = tokens(text)
    return {
        "c": _characters(text.lower()),
        "w": _words(text.lower()),
        "m": _meanings(row),
        "r": _rules(row),
        **skeletons(row),
    }


def _characters(text: str) -> Counter[str]:
    return Counter([run for word in _WORD.findall(text) for run in _pieces(word)])


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f" {word[:_LONG_WORD]} "
    return tuple(padded[start : start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1))


def _words(text: str) -> Counter[str]:
    words = _WORD.findall(text)
    return Counter([*words, *(f"{first} {second}" for first, second in pairwise(words))])


def _meanings(row: list[Token]) -> Counter[str]:
    found: list[str] = []
    named = [tuple(_labelled(token)) for token in row]
    for here, labels in enumerate(named):
        if labels:
            near = [other for there in named[here + 1 : here + 1 + NEAR] for other in there]
            found += labels
            found += [f"{label}>{other}" for label in labels for other in near]
    return Counter(found)


def _rules(row: list[Token]) -> Counter[str]:
    """Rules that apply, and the same in the company of meanings that often make them harmless."""
    found = hits(row)
    present = {concept for token in row for concept in token.concepts}
    company = [concept for concept in CALM if concept in present]
    if any(token.quoted for token in row):
        company.append("quoted")
    if row and row[-1].text.startswith("?"):
        company.append("question")
    kinds = {hit.category for hit in found}
    return Counter(
        [
            *(hit.rule for hit in found),
            *kinds,
            *(f"{kind}&{calm}" for kind in kinds for calm in company),
            *(f"calm:{calm}" for calm in company),
            f"hits:{min(len(found), _MANY)}",
            f"first:{row[0].text if row else ''}",
            f"bare:{not company}",
        ]
    )


def _labelled(token: Token) -> list[str]:
    return [f"{concept}'" if token.quoted else concept for concept in token.concepts]

"""What a word denotes: groups of like words, and classes of like groups, from the thesaurus file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from automation.hal.guardrails.concepts import forms
from automation.hal.guardrails.files import read_yaml

THESAURUS_FILE = Path(__file__).parents[1] / "data" / "guardrails-thesaurus.yaml"


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """`groups` by word, principal group first; `class_of` each group; `rank` of the classes, gravest lowest; `colours`
    are groups that never stand for a word.
    """

    groups: Mapping[str, tuple[str, ...]]
    class_of: Mapping[str, str]
    rank: Mapping[str, int]
    colours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sense:
    """The groups and classes of a word, and the one of each that stands for it ('' if none does)."""

    groups: tuple[str, ...]
    classes: tuple[str, ...]
    group: str
    kind: str


@lru_cache(maxsize=20_000)
def sense(word: str) -> Sense:
    """What a word in lower case denotes, in any of its forms."""
    known = thesaurus()
    groups = tuple(dict.fromkeys(group for form in forms(word) for group in known.groups.get(form, ())))
    classes = tuple(dict.fromkeys(known.class_of[group] for group in groups))
    principal = next((group for group in groups if group not in known.colours), "")
    return Sense(groups, classes, principal, min(classes, key=known.rank.__getitem__, default=""))


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The shipped thesaurus."""
    document = read_yaml(THESAURUS_FILE)
    groups: dict[str, list[str]] = {}
    for group, words in document["groups"].items():
        for word in words.split():
            groups.setdefault(word, []).append(group)
    return Thesaurus(
        MappingProxyType({word: tuple(found) for word, found in groups.items()}),
        MappingProxyType({group: kind for kind, members in document["classes"].items() for group in members.split()}),
        MappingProxyType({kind: place for place, kind in enumerate(document["classes"])}),
        frozenset(document["colours"].split()),
    )

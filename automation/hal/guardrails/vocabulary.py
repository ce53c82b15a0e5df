"""Checks that the rules were not copied from the generator of attacks: how much wording the two share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from automation.hal.guardrails.concepts import LEXICON_FILE, forms
from automation.hal.guardrails.dataset import DATA
from automation.hal.guardrails.files import read_yaml
from automation.hal.guardrails.rulebook import RULEBOOK, Rule
from automation.hal.guardrails.thesaurus import THESAURUS_FILE

_ENTRY = re.compile(r"[a-z]+")
_STRETCH = 3
"""Two neighbours can meet by chance, as *credit card* do; three hardly."""


class Shared(TypedDict):
    """Rule words, phrases of two words or more among them, word lists' stretches and phrases that stand in a template,
    and the share of attack words of the test templates that the word lists know (they have to know many: a word for
    *ignore* is one in either place).
    """

    words: int
    phrases: int
    copied_phrases: int
    known_test_words: float


def shared_wording(
    data: Path = DATA, lists: Sequence[Path] = (LEXICON_FILE, THESAURUS_FILE), rulebook: Sequence[Rule] = RULEBOOK
) -> Shared:
    """Compares the word lists and every literal of the rule book with every template, word for word.

    Words that were lifted from a sentence stand in a list as they stood there: one after the other. So each three
    neighbours of a list count as copied if they are neighbours in a template too, and so does each phrase.
    """
    rows = [row.replace("’", "'").split() for path in lists for row in _rows(path)]  # noqa: RUF001 - the confusable character is meant
    words = {word for row in rows for word in row}
    literals = {*words, *(literal for rule in rulebook for step in rule.steps for literal in step)}
    phrases = {" ".join(_ENTRY.findall(literal)) for literal in literals if " " in literal}
    stretches = {" ".join(row[start : start + _STRETCH]) for row in rows for start in range(len(row) - _STRETCH + 1)}
    everything = "\n".join(_wording(data, path.stem.removeprefix("templates-")) for path in _template_files(data))
    test_words = set(_ENTRY.findall(_wording(data, "test", attacks_only=True)))
    known = sum(any(form in words for form in forms(word)) for word in test_words)
    return {
        "words": len(literals),
        "phrases": len(phrases),
        "copied_phrases": sum(f" {stretch} " in everything for stretch in phrases | stretches),
        "known_test_words": known / len(test_words),
    }


def _rows(path: Path) -> Iterable[str]:
    """The lists of words in a file: its own values, or those of its groups."""
    document = read_yaml(path)
    return [str(row) for row in document.get("groups", document).values()]


def _template_files(data: Path) -> list[Path]:
    """Every template file of inputs."""
    return [path for path in sorted((data / "guardrails").glob("templates-*.yaml")) if "outputs" not in path.name]


def _wording(data: Path, split: str, *, attacks_only: bool = False) -> str:
    document = read_yaml(data / "guardrails" / f"templates-{split}.yaml")
    attacks = {"prompt-injection", "jailbreak", "data-exfiltration", "harmful-request"}
    texts = [
        text
        for family in document["families"]
        if not attacks_only or family["category"] in attacks
        for text in [*family["text"], *(value for values in family["slots"].values() for value in values)]
    ]
    texts += [
        text
        for category, lines in document["cases"].items()
        if not attacks_only or category in attacks
        for text in lines
    ]
    return "\n".join(f" {' '.join(_ENTRY.findall(text.lower()))} " for text in texts)

"""Checks that the rules were not copied from the generator of attacks: how much wording the two share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypedDict

import yaml

from automation.hal.guardrails.concepts import forms, lexicon
from automation.hal.guardrails.dataset import DATA
from automation.hal.guardrails.rulebook import RULEBOOK

_ENTRY = re.compile(r"[a-z]+")


class Shared(TypedDict):
    """Rule words, phrases of two words or more among them, phrases that stand in a template, and the share of attack
    words of the
    test templates that the lexicon knows (it has to know many: a word for *ignore* is one in either place).
    """

    words: int
    phrases: int
    copied_phrases: int
    known_test_words: float


def shared_wording(data: Path = DATA) -> Shared:
    """Compares every literal of the lexicon and the rule book with every template phrase, word for word."""
    literals = {*lexicon(), *(literal for rule in RULEBOOK for step in rule.steps for literal in step)}
    phrases = {literal for literal in literals if len(_ENTRY.findall(literal)) > 1 and " " in literal}
    templates = {
        split: _wording(data, split) for split in ("train", "train-more", "train-lines", "train-wide", "dev", "test")
    }
    everything = "\n".join(templates.values())
    test_words = set(_ENTRY.findall(_wording(data, "test", attacks_only=True)))
    known = sum(any(form in lexicon() for form in forms(word)) for word in test_words)
    return {
        "words": len(literals),
        "phrases": len(phrases),
        "copied_phrases": sum(f" {phrase} " in everything for phrase in phrases),
        "known_test_words": known / len(test_words),
    }


def _wording(data: Path, split: str, *, attacks_only: bool = False) -> str:
    document = yaml.safe_load((data / "guardrails" / f"templates-{split}.yaml").read_text("utf-8"))
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

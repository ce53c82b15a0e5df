"""Which messages the context judge learns from, and how much each counts.

    python -m automation.hal.guardrails.context_training

writes the shipped weights again from the project's own lines. The benchmark adds public sources to the same lines with
the same function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from automation.hal.guardrails import corpus
from automation.hal.guardrails.context import ContextJudge, Fit, features, fit_features, save
from automation.hal.guardrails.dataset import DATA, load_split
from automation.hal.guardrails.files import read_yaml
from automation.hal.guardrails.normalise import normalise
from automation.hal.guardrails.training import learnt_from

WORDINGS = 60
"""Wordings of one family of whole messages that are learnt from."""

SHORT_LINES, WHOLE_MESSAGES = 0.3, 2.0
"""How much a short line of the other training files counts, and a whole message, on average."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message as features, its label, its family, and how much its group counts on average."""

    row: dict[str, float]
    attack: bool
    family: str
    group: str


@lru_cache(maxsize=1)
def own_examples() -> tuple[Example, ...]:
    """The project's own lines: the short ones of the train split, and whole messages from their templates."""
    short = [(case.text, case.violation, case.family, "short") for case in learnt_from(load_split("train"))]
    templates = read_yaml(DATA / "guardrails-context-train.yaml")
    whole = [
        (case["text"], case["category"] in corpus.VIOLATIONS, case["family"], "whole")
        for case in corpus.family_cases(templates, WORDINGS)
    ]
    return tuple(example(*one) for one in [*short, *whole])


def example(text: str, attack: bool, family: str, group: str) -> Example:
    """A message in canonical form as an example."""
    return Example(features(normalise(text).text), attack, family, group)


def train(examples: Sequence[Example], groups: dict[str, float] | None = None, how: Fit | None = None) -> ContextJudge:
    """A judge from examples; `groups` says what an example of each further group counts on average."""
    loud = {"short": SHORT_LINES, "whole": WHOLE_MESSAGES, **(groups or {})}
    return fit_features([one.row for one in examples], [one.attack for one in examples], _weights(examples, loud), how)


def _weights(examples: Sequence[Example], loud: dict[str, float]) -> list[float]:
    """Each family counts by the square root of its size, each group by what it counts on average."""
    sizes = Counter((one.group, one.family) for one in examples)
    raw = [sizes[one.group, one.family] ** -0.5 for one in examples]
    totals: dict[str, float] = dict.fromkeys(loud, 0.0)
    for one, weight in zip(examples, raw, strict=True):
        totals[one.group] += weight
    members = Counter(one.group for one in examples)
    return [
        weight * loud[one.group] * members[one.group] / totals[one.group]
        for one, weight in zip(examples, raw, strict=True)
    ]


if __name__ == "__main__":
    save(train(own_examples()))

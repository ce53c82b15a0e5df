"""Which texts the classifier learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from automation.hal.guardrails.classifier import Classifier, train
from automation.hal.guardrails.dataset import Case
from automation.hal.guardrails.normalise import normalise

PER_FAMILY = 9
"""Wordings of one family that are learnt from: more of the same say little and take time."""


def train_on(cases: Sequence[Case], per_family: int = PER_FAMILY) -> Classifier:
    """A classifier trained on the plain texts; disguises are the normaliser's work, not something to learn by heart."""
    plain = learnt_from(cases, per_family)
    return train(
        [normalise(case.text).text for case in plain],
        [case.violation for case in plain],
        [case.family for case in plain],
    )


def learnt_from(cases: Sequence[Case], per_family: int = PER_FAMILY) -> list[Case]:
    """The cases that training uses: undisguised, at most `per_family` of each family."""
    return list(_few_of_each((case for case in cases if not case.disguise), per_family))


def _few_of_each(cases: Iterator[Case], limit: int) -> Iterator[Case]:
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.family] += 1
        if seen[case.family] <= limit:
            yield case

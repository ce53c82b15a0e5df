"""Which texts the classifier learns from."""

from __future__ import annotations

from collections.abc import Sequence

from automation.hal.guardrails.classifier import Classifier, train
from automation.hal.guardrails.dataset import Case
from automation.hal.guardrails.normalise import normalise


def train_on(cases: Sequence[Case]) -> Classifier:
    """A classifier trained on the plain texts; disguises are the normaliser's work, not something to learn by heart."""
    plain = [case for case in cases if not case.disguise]
    return train(
        [normalise(case.text).text for case in plain],
        [case.violation for case in plain],
        [case.family for case in plain],
    )

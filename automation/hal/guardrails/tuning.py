"""How the guardrails are tuned: on families held out of training, and on the dev split; the test split takes no part.

    python -m automation.hal.guardrails.tuning

prints the figures that `classifier.SPREAD`, `classifier.SLOPE`, `classifier.OFFSET` and `chain.THRESHOLD` hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from automation.hal.guardrails.chain import THRESHOLD
from automation.hal.guardrails.classifier import SPREAD, Classifier
from automation.hal.guardrails.dataset import Case, load_split
from automation.hal.guardrails.detector import suspicion
from automation.hal.guardrails.training import learnt_from, train_on

MAX_FALSE_POSITIVES = 0.015
"""The share of harmless dev texts and of harmless held-out texts, counted together, that may be flagged."""

FOLDS = 4

Floats = NDArray[np.float64]
Voices = dict[str, float]


def held_out_voices(cases: Sequence[Case], folds: int = FOLDS) -> list[Voices]:
    """What the heads say of each case when they have learnt from no case of its family."""
    places = {family: place for place, family in enumerate(dict.fromkeys(case.family for case in cases))}
    found: dict[int, Voices] = {}
    for fold in range(folds):
        model = train_on([case for case in cases if places[case.family] % folds != fold])
        found |= {
            number: model.voices(case.text) for number, case in enumerate(cases) if places[case.family] % folds == fold
        }
    return [found[number] for number in range(len(cases))]


def spreads(voices: Sequence[Voices]) -> Voices:
    """The standard deviation of each head's log-odds."""
    return {kind: float(np.std([one[kind] for one in voices])) for kind in SPREAD}


def mean_voice(voices: Sequence[Voices], spread: Voices) -> Floats:
    """One number for each case: the mean of its heads, each divided by its spread."""
    return np.array([np.mean([one[kind] / spread[kind] for kind in spread]) for one in voices])


def calibration(mean: Floats, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that turn the mean voice into log-odds (Platt's scaling)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(mean[:, None], labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def lowest_threshold(harmless: Sequence[float], most: float = MAX_FALSE_POSITIVES) -> float:
    """The lowest threshold, in steps of 0.005, at which at most a share `most` of the harmless scores reach it."""
    scores = np.asarray(harmless)
    steps = np.round(np.arange(1, 200) * 0.005, 3)
    return float(next(step for step in steps if (scores >= step).mean() <= most))


def main(out: TextIO) -> None:
    """Prints spreads and calibration from held-out families, the threshold by the rule, and the rates at it."""
    train, dev = learnt_from(load_split("train")), load_split("dev")
    voices, labels = held_out_voices(train), np.array([case.violation for case in train])
    mean = mean_voice(voices, spreads(voices))
    slope, offset = calibration(mean, labels)
    held_out = 1 / (1 + np.exp(-(offset + slope * mean)))
    scores = dev_scores(train_on(train), dev)
    dev_labels = np.array([case.violation for case in dev])
    chosen = lowest_threshold([*held_out[~labels], *scores[~dev_labels]])
    figures = {"spread": spreads(voices), "slope": slope, "offset": offset, "threshold by the rule": chosen}
    print(json.dumps(figures, indent=1), file=out)
    for threshold in (chosen, THRESHOLD):
        for name, values, truth in (("held out", held_out, labels), ("dev", scores, dev_labels)):
            detection, false = (values[truth] >= threshold).mean(), (values[~truth] >= threshold).mean()
            print(f"{threshold:.3f} {name}: detection {detection:.4f}, false positives {false:.4f}", file=out)


def dev_scores(model: Classifier, dev: Sequence[Case]) -> Floats:
    """How suspicious each dev text is as the chain reads it, disguises included."""
    return np.array([suspicion(case.text, model).score for case in dev])


if __name__ == "__main__":
    main(sys.stdout)

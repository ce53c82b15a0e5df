from __future__ import annotations

import json
from io import StringIO

import numpy as np
import pytest

from automation.hal.guardrails import tuning
from automation.hal.guardrails.classifier import SPREAD, Classifier
from automation.hal.guardrails.dataset import Case, load_split


@pytest.mark.parametrize(
    ("scores", "most", "threshold"),
    [([0.1] * 9 + [0.7], 0.1, 0.105), ([0.1] * 9 + [0.7], 0.0, 0.705), ([0.0], 0.0, 0.005)],
)
def test_the_threshold_is_the_lowest_that_keeps_false_positives_down(
    scores: list[float], most: float, threshold: float
) -> None:
    assert tuning.lowest_threshold(scores, most) == pytest.approx(threshold)


def test_a_case_is_judged_by_a_model_that_has_not_seen_its_family(
    monkeypatch: pytest.MonkeyPatch, small_train: list[Case]
) -> None:
    cases = small_train[:8]
    seen: list[set[str]] = []

    class Echo:
        def __init__(self, families: set[str]) -> None:
            self.families = families

        def voices(self, text: str) -> dict[str, float]:
            seen.append(self.families & {case.family for case in cases if case.text == text})
            return dict.fromkeys(SPREAD, 1.0)

    monkeypatch.setattr(tuning, "train_on", lambda some: Echo({case.family for case in some}))
    assert len(tuning.held_out_voices(cases, folds=2)) == len(cases)
    assert seen == [set()] * len(cases)


def test_louder_heads_are_turned_down() -> None:
    voices = [{kind: sign * (number + 1.0) for number, kind in enumerate(SPREAD)} for sign in (-1.0, 1.0)]
    assert tuning.mean_voice(voices, tuning.spreads(voices)) == pytest.approx([-1.0, 1.0])


def test_calibration_finds_the_slope() -> None:
    rng = np.random.default_rng(0)
    mean = rng.normal(size=4000)
    labels = rng.random(4000) < 1 / (1 + np.exp(-(2 * mean - 1)))
    assert tuning.calibration(mean, labels) == pytest.approx((2, -1), abs=0.2)


def test_the_figures_are_printed(monkeypatch: pytest.MonkeyPatch, small_train: list[Case], model: Classifier) -> None:
    monkeypatch.setattr(tuning, "train_on", lambda _cases: model)
    splits = {"train": tuple(small_train[::5]), "dev": load_split("dev")[::60]}
    monkeypatch.setattr(tuning, "load_split", splits.__getitem__)
    out = StringIO()
    tuning.main(out)
    figures, _, rates = out.getvalue().partition("\n}\n")
    assert set(json.loads(figures + "}")) == {"spread", "slope", "offset", "threshold by the rule"}
    assert rates.count("detection") == 4

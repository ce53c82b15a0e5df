"""A small model, trained once: one wording of some hundred families."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.hal.guardrails.classifier import Classifier, save
from automation.hal.guardrails.dataset import Case, load_split
from automation.hal.guardrails.training import train_on


@pytest.fixture(scope="session")
def model(small_train: list[Case]) -> Classifier:
    return train_on(small_train)


@pytest.fixture(scope="session")
def small_train() -> list[Case]:
    """One wording of every other template family, and one of twenty-five single lines."""
    first = {case.family: case for case in reversed(load_split("train")) if not case.disguise}
    lines = [case for family, case in first.items() if "-hand-" in family]
    return [case for family, case in first.items() if "-hand-" not in family][::2] + lines[::25]


@pytest.fixture(scope="session")
def model_file(model: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "detector.npz"
    save(model, path)
    return path

"""A small model, trained once: one wording of each family."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.hal.guardrails.classifier import Classifier, save
from automation.hal.guardrails.dataset import load_split
from automation.hal.guardrails.training import train_on


@pytest.fixture(scope="session")
def model() -> Classifier:
    first = {case.family: case for case in load_split("train") if not case.disguise}
    return train_on(list(first.values()))


@pytest.fixture(scope="session")
def model_file(model: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "detector.npz"
    save(model, path)
    return path

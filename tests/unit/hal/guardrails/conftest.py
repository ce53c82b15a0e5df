"""A small model, trained once: a few wordings of some dozen families."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.hal.guardrails.classifier import Classifier, save
from automation.hal.guardrails.dataset import Case, load_split
from automation.hal.guardrails.training import learnt_from, train_on


@pytest.fixture(scope="session")
def model(small_train: list[Case]) -> Classifier:
    return train_on(small_train)


@pytest.fixture(scope="session")
def small_train() -> list[Case]:
    """A few wordings of each family of the dev split: the train split is too large to learn from in a unit test."""
    return learnt_from(load_split("dev"), per_family=2)


@pytest.fixture(scope="session")
def model_file(model: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "detector.npz"
    save(model, path)
    return path

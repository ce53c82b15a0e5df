"""The training of the ranker, as it was run by hand before the weights were shipped."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from automation.hal.memory.training import train_on_dev


def test_training_on_dev_gives_the_shipped_weights(tmp_path: Path) -> None:
    shipped = json.loads((files("automation.hal") / "data" / "ranker-weights.json").read_text(encoding="utf-8"))
    trained = json.loads(train_on_dev(tmp_path))
    assert trained["features"] == shipped["features"]
    assert trained["weights"] == pytest.approx(shipped["weights"], abs=0.05)

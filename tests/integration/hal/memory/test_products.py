"""JSON products between tasks, and the training of the ranker."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from automation.hal.memory.products import read_product, write_product
from automation.hal.memory.training import train_on_dev


def test_a_product_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_product(tmp_path / "deep" / "a.json", {"ä": [1, None]})
    assert read_product(tmp_path / "deep" / "a.json") == {"ä": [1, None]}


@pytest.mark.parametrize(
    ("content", "complaint"), [("{", "is not valid JSON"), ("[1]", "holds list, expected an object")]
)
def test_a_spoiled_product_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"a.json {complaint}"):
        read_product(tmp_path / "a.json")


def test_a_missing_product_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run the task that produces it first"):
        read_product(tmp_path / "a.json")


def test_training_on_dev_gives_the_shipped_weights(tmp_path: Path) -> None:
    shipped = json.loads((files("automation.hal") / "data" / "ranker-weights.json").read_text(encoding="utf-8"))
    trained = json.loads(train_on_dev(tmp_path))
    assert trained["features"] == shipped["features"]
    assert trained["weights"] == pytest.approx(shipped["weights"], abs=0.05)

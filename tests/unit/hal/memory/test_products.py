"""JSON products between tasks."""

from pathlib import Path

import pytest

from automation.hal.memory.products import read_product, write_product


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

"""The shipped cases as a whole: what the generator writes, and what the splits share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from automation.hal.guardrails import corpus
from automation.hal.guardrails.dataset import DATA, load_split, overlap
from automation.hal.guardrails.vocabulary import shared_wording


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data that a test may write to."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / "guardrails", folder / "guardrails")
    shutil.copy(DATA / "MANIFEST-guardrails.json", folder)
    return folder


def test_the_generator_writes_the_shipped_cases_again_byte_for_byte(data: Path) -> None:
    corpus.write(data)
    names = [path.name for path in (DATA / "guardrails").iterdir()]
    assert [
        name for name in names if (data / "guardrails" / name).read_bytes() != (DATA / "guardrails" / name).read_bytes()
    ] == []
    assert (data / "MANIFEST-guardrails.json").read_text() == (DATA / "MANIFEST-guardrails.json").read_text()


def test_the_splits_share_neither_texts_nor_families() -> None:
    assert overlap([load_split("train"), load_split("dev"), load_split("test")]) == 0


def test_nothing_of_the_word_lists_and_the_rule_book_was_lifted_from_a_template() -> None:
    assert shared_wording()["copied_phrases"] == 0

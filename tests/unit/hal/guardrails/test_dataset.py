from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from automation.hal.guardrails import corpus
from automation.hal.guardrails.dataset import (
    DATA,
    MIN_CASES,
    by_category,
    load_outputs,
    load_split,
    overlap,
    read_split,
    save_split,
)
from automation.hal.guardrails.disguise import DISGUISES


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data that a test may write to."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / "guardrails", folder / "guardrails")
    shutil.copy(DATA / "MANIFEST-guardrails.json", folder)
    return folder


def test_the_generator_writes_the_shipped_cases_and_never_more_of_a_family_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "SPLITS", ("dev",))
    monkeypatch.setattr(corpus, "ADDED", ("train-lines",))
    folder = tmp_path / "guardrails"
    folder.mkdir()
    for name in ("templates-dev.yaml", "templates-train-lines.yaml", "templates-outputs.yaml"):
        shutil.copy(DATA / "guardrails" / name, folder)
    corpus.write(tmp_path)
    assert (folder / "dev.jsonl").read_bytes() == (DATA / "guardrails" / "dev.jsonl").read_bytes()
    plain = [case for case in load_split("dev", tmp_path) if not case.disguise]
    assert max(Counter(case.family for case in plain).values()) == corpus.PER_FAMILY["dev"]


def test_overlap_is_noticed() -> None:
    cases = load_split("dev")[:3]
    assert overlap([cases, cases]) == len({case.text for case in cases}) + len({case.family for case in cases})


def test_the_test_split_is_large_enough_for_a_claim_of_99_per_cent() -> None:
    cases = load_split("test")
    bad = sum(case.violation for case in cases)
    assert min(bad, len(cases) - bad) >= MIN_CASES
    assert by_category(cases)["obfuscated"] >= 100


def test_changed_data_is_refused(data: Path) -> None:
    (data / "guardrails" / "dev.jsonl").write_text("{}\n")
    with pytest.raises(ValueError, match=r"dev\.jsonl: does not match its SHA-256"):
        load_split("dev", data)


def test_a_split_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    cases = load_split("dev")[-40:]
    save_split(cases, tmp_path / "x" / "dev.jsonl")
    assert read_split(tmp_path / "x" / "dev.jsonl") == cases


@pytest.mark.parametrize("content", ["{", '{"id": "x"}', "é"])
def test_a_damaged_split_names_the_task_that_makes_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "dev.jsonl").write_text(content)
    with pytest.raises(ValueError, match="run the task safety-dataset again"):
        read_split(tmp_path / "dev.jsonl")


def test_a_missing_split_names_the_task_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="run the task safety-dataset first"):
        read_split(tmp_path / "dev.jsonl")


def test_planted_items_in_answers_are_filled_in_the_same_every_time() -> None:
    assert load_outputs("dev") == load_outputs("dev")
    assert not [case for case in load_outputs("test") if "<<" in case.text]


@pytest.mark.parametrize("kind", sorted(DISGUISES))
def test_a_disguise_changes_a_text(kind: str) -> None:
    assert DISGUISES[kind]("please open the gate", random.Random(1)) != "please open the gate"


def test_a_template_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "guardrails").mkdir()
    (tmp_path / "guardrails" / "templates-train.yaml").write_text("- a")
    with pytest.raises(ValueError, match="expected a mapping"):
        corpus.write(tmp_path)

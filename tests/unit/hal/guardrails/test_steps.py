from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from automation.hal.guardrails import integration_steps, steps, validation_steps
from automation.hal.guardrails.classifier import Classifier
from automation.hal.guardrails.dataset import DATA, load_split, save_split
from automation.hal.guardrails.files import read_json


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Splits of a few cases each, as the dataset task would leave them."""
    for name in ("train", "dev", "test"):
        save_split(
            load_split("dev")[::24],
            tmp_path / f"{name}.jsonl",
        )
    return tmp_path


def test_the_policy_is_written_and_read_back(tmp_path: Path) -> None:
    figures = steps.write_policy(target=tmp_path / "s" / "policy.yaml")
    assert figures == {"categories": 12, "without_examples": 0, "severities": 4, "refuses_unknown": True}


def test_the_cases_are_assembled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev = load_split("dev")
    names = ("train", "dev", "test")
    splits = {name: [case for case in dev if len(case.family) % 3 == third] for third, name in enumerate(names)}
    monkeypatch.setattr(steps, "load_split", lambda name, _data: splits[name])
    (tmp_path / "guardrails").mkdir()
    shutil.copy(DATA / "guardrails" / "templates-dev.yaml", tmp_path / "guardrails" / "templates-test.yaml")
    figures = steps.assemble_dataset(folder=tmp_path / "cases", counts=tmp_path / "counts.json", data=tmp_path)
    assert (figures["overlap"], figures["duplicates"], figures["copied_phrases"]) == (0, 0, 0)
    assert (
        len((tmp_path / "cases" / "test.jsonl").read_text().splitlines())
        == figures["test_violations"] + figures["test_harmless"]
    )


def test_the_judge_is_compared_with_the_dev_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Classifier
) -> None:
    monkeypatch.setattr(steps, "train_on", lambda _cases, per_family: model)
    monkeypatch.setattr(steps, "load_split", lambda _split, _data: load_split("dev")[::24])
    steps.write_policy(target=tmp_path / "policy.yaml")
    figures = steps.judge_dev(policy=tmp_path / "policy.yaml", report=tmp_path / "judge.json")
    assert figures["agreement"] > 0.8
    assert read_json(tmp_path / "judge.json")["cases"] == figures["cases"]


def test_escalation_is_simulated(tmp_path: Path) -> None:
    steps.write_policy(target=tmp_path / "policy.yaml")
    figures = steps.simulate_escalation(policy=tmp_path / "policy.yaml", report=tmp_path / "e.json")
    assert (figures["missed"], figures["late_notices"], figures["critical"]["severity"]) == (0, 0, "critical")


def test_strange_texts_neither_crash_nor_wander(tmp_path: Path) -> None:
    figures = validation_steps.fuzz_normaliser(count=200, report=tmp_path / "f.json")
    assert figures == {"texts": 200, "crashes": 0, "unstable": 0, "oversized": 0}


@pytest.mark.parametrize(
    ("broken", "outcome"),
    [(lambda text: 1 / 0, "crashes"), (lambda text: text + "x", "unstable"), (lambda text: "y" * 20_000, "oversized")],
)
def test_a_broken_normaliser_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: object, outcome: str
) -> None:
    from automation.hal.guardrails.normalise import Normalised

    assert callable(broken)
    monkeypatch.setattr(validation_steps, "normalise", lambda text: Normalised(broken(text), "", ()))
    monkeypatch.setattr(validation_steps, "canonical", lambda text: "other")
    assert validation_steps.fuzz_normaliser(count=5, report=tmp_path / "f.json")[outcome] == 5  # type: ignore[literal-required]  # the outcome is a parameter


def test_the_detector_is_trained_measured_and_timed(
    small: Path, monkeypatch: pytest.MonkeyPatch, model: Classifier
) -> None:
    monkeypatch.setattr(validation_steps, "train_on", lambda _cases: model)
    steps.write_policy(target=small / "policy.yaml")
    figures = validation_steps.train_detector(cases=small, model=small / "m.npz", report=small / "dev.json")
    assert figures["detection"] > 0.5 > figures["false_positives"]
    latency = validation_steps.measure_chain(
        model=small / "m.npz", policy=small / "policy.yaml", cases=small, report=small / "l.json", calls=5
    )
    assert (latency["calls"], 0 < latency["p50_ms"] <= latency["p95_ms"] <= latency["slowest_ms"]) == (5, True)
    final = validation_steps.evaluate_chain(
        model=small / "m.npz",
        policy=small / "policy.yaml",
        cases=small,
        report=small / "a.json",
        missed=small / "misses.json",
    )
    assert final["detection_low"] <= final["detection"] <= final["detection_high"]
    assert set(json.loads((small / "misses.json").read_text())) <= set(
        json.loads((small / "a.json").read_text())["per_category"]
    )


def test_answers_are_filtered(tmp_path: Path) -> None:
    steps.write_policy(target=tmp_path / "policy.yaml")
    figures = validation_steps.measure_output_filter(policy=tmp_path / "policy.yaml", report=tmp_path / "o.json")
    assert figures["detection"] > 0.95
    assert figures["false_positives"] < 0.02


def test_planted_items_are_found(tmp_path: Path) -> None:
    figures = validation_steps.plant_and_redact(rounds=10, report=tmp_path / "r.json")
    assert (figures["recall"], figures["damaged"], figures["spurious"]) == (1.0, 0, 0)


def test_the_ci_check_fails_on_a_planted_violation_only(tmp_path: Path, model_file: Path) -> None:
    steps.write_policy(target=tmp_path / "policy.yaml")
    shutil.copy(model_file, tmp_path / "m.npz")
    figures = integration_steps.add_ci_check(
        model=tmp_path / "m.npz",
        policy=tmp_path / "policy.yaml",
        workflow=tmp_path / "w" / "g.yml",
        report=tmp_path / "ci.json",
    )
    assert (figures["problems"], figures["clean_exit"], figures["planted_exit"]) == (0, 0, 1)
    assert [path.name for path in (tmp_path / "w").iterdir()] == ["g.yml"]


def test_the_page_is_rendered_from_its_reports(tmp_path: Path) -> None:
    rate = {"value": 0.5}
    (tmp_path / "accuracy.json").write_text(
        json.dumps({"detection": rate, "false_positives": rate, "per_category": {"x": {"cases": 1, "flagged": 1}}})
    )
    (tmp_path / "latency.json").write_text('{"p95_ms": 3.5}')
    (tmp_path / "escalation.json").write_text('{"table": []}')
    figures = integration_steps.render_dashboard(
        accuracy=tmp_path / "accuracy.json",
        latency=tmp_path / "latency.json",
        escalation=tmp_path / "escalation.json",
        page=tmp_path / "d" / "p.html",
    )
    assert (figures["figures"], figures["untraceable"], figures["unsourced"], figures["headline"]) == (
        5,
        0,
        0,
        "Safety: 1 of 3 goals met.",
    )


@pytest.mark.parametrize(
    ("content", "message"), [(None, "there is no such report"), ("{", "not JSON"), ("[]", "holds a list")]
)
def test_a_missing_or_damaged_report_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "r.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        read_json(tmp_path / "r.json")

"""Tasks 29 to 33: metric report, outcome store, quality, baseline, page."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.detection.documents import Json
from automation.hal.evaluation import steps
from automation.hal.evaluation.baseline import baseline, load_baseline
from automation.hal.evaluation.dashboard import read_page
from automation.hal.evaluation.history import load_history
from automation.hal.evaluation.metrics import SCHEMA, complaints_by, metric_report, spoiled
from automation.hal.evaluation.outcomes import (
    difference,
    gate_totals,
    outcome_store,
    record,
    seconds_by_component,
    totals,
)
from automation.hal.evaluation.quality import mean_score, score

Document = dict[str, object]


@pytest.fixture
def evaluated(history_path: Path) -> Path:
    """A work directory after tasks 29 to 31."""
    folder = history_path.parent.parent
    steps.write_metric_schema(target=folder / "schema.json")
    steps.write_metric_report(history=history_path, schema=folder / "schema.json", target=folder / "metrics.json")
    steps.record_outcomes(history=history_path, store=folder / "outcomes.sqlite")
    steps.assess_quality(history=history_path, target=folder / "quality.json")
    return folder


def test_the_report_holds_every_number_that_a_gate_measured_and_nothing_else(history_path: Path) -> None:
    report = metric_report(load_history(history_path))
    rows = report["metrics"]
    assert isinstance(rows, list)
    assert [(row["task"], row["name"], row["value"]) for row in rows] == [
        ("search-accuracy", "accuracy", 0.95),
        ("retrieval-latency", "late", 700.0),
    ]


def test_the_report_conforms_to_its_schema_and_no_spoiled_one_does(history_path: Path, tmp_path: Path) -> None:
    steps.write_metric_schema(target=tmp_path / "schema.json")
    result = steps.write_metric_report(
        history=history_path, schema=tmp_path / "schema.json", target=tmp_path / "metrics.json"
    )
    assert result == {"metrics": 2, "complaints": 0, "spoiled": 23, "spoiled_accepted": 0}


def test_a_schema_that_lets_everything_through_is_noticed(history_path: Path, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("{}", encoding="utf-8")
    result = steps.write_metric_report(
        history=history_path, schema=tmp_path / "schema.json", target=tmp_path / "metrics.json"
    )
    assert result["spoiled_accepted"] == result["spoiled"]


def test_an_empty_report_is_refused_by_the_schema() -> None:
    empty: dict[str, Json] = {"schema-version": 1, "plan": "p", "run": "r", "metrics": []}
    assert complaints_by(SCHEMA)(empty) != []
    assert len(list(spoiled(empty))) == 9


def test_an_invalid_schema_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a valid JSON Schema"):
        complaints_by({"type": "number of things"})


def test_outcomes_equal_the_journal_and_recording_twice_changes_nothing(history_path: Path, tmp_path: Path) -> None:
    result = steps.record_outcomes(history=history_path, store=tmp_path / "o.sqlite")
    assert result == {"outcomes": 3, "journal": 3, "difference": 0, "added_by_repeating": 0}


def test_a_journal_that_counted_otherwise_is_noticed(
    document: Document, write: Callable[[Document], Path], tmp_path: Path
) -> None:
    document["journal"] = {"events": 40, "finished": {"done": 2, "mocked": 1}}
    assert steps.record_outcomes(history=write(document), store=tmp_path / "o.sqlite")["difference"] == 2


def test_the_store_adds_up_by_status_verdict_and_component(history_path: Path, tmp_path: Path) -> None:
    with outcome_store(tmp_path / "o.sqlite") as store:
        record(store, load_history(history_path))
        assert totals(store) == {"done": 1, "failed": 1, "mocked": 1}
        assert gate_totals(store) == {"failed": 1, "not-judged": 1, "passed": 2}
        assert seconds_by_component(store) == {"search": 1.5}


def test_a_store_that_fails_in_the_middle_keeps_nothing_of_it(history_path: Path, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError), outcome_store(tmp_path / "o.sqlite") as store:
        record(store, load_history(history_path))
        store.execute("INSERT INTO outcomes VALUES ('p', 't', 's', 'r', 'done', 'c', 1, -1, 1, '')")
    with outcome_store(tmp_path / "o.sqlite") as store:
        assert totals(store) == {}


def test_a_status_that_one_side_lacks_counts_in_the_difference() -> None:
    assert difference({"done": 3}, {"done": 1, "failed": 4}) == 6


@pytest.mark.parametrize(
    ("status", "gates", "passed", "attempts", "expected"),
    [
        ("done", 2, 2, 1, 100.0),
        ("mocked", 2, 2, 1, 95.0),
        ("done", 3, 2, 1, 76.67),
        ("done", 2, 2, 4, 85.0),
        ("failed", 1, 0, 2, 10.0),
        ("done", 0, 0, 1, 30.0),
    ],
)
def test_scores_follow_the_documented_formula(
    status: str, gates: int, passed: int, attempts: int, expected: float
) -> None:
    assert score(status, gates, passed, attempts) == expected


@given(st.sampled_from(["done", "mocked", "failed"]), st.integers(0, 9), st.integers(0, 9), st.integers(1, 9))
def test_a_score_lies_between_0_and_100_and_grows_with_passed_gates(
    status: str, gates: int, passed: int, attempts: int
) -> None:
    passed = min(passed, gates)
    value = score(status, gates, passed, attempts)
    assert 0 <= value <= 100
    assert passed == 0 or value > score(status, gates, passed - 1, attempts)


@pytest.mark.parametrize(("gates", "passed", "attempts"), [(1, 2, 1), (1, -1, 1), (1, 1, 0)])
def test_impossible_counts_have_no_score(gates: int, passed: int, attempts: int) -> None:
    with pytest.raises(ValueError, match="needs 0 <= passed <= gates"):
        score("done", gates, passed, attempts)


def test_no_scores_have_mean_zero() -> None:
    assert mean_score([]) == 0.0


def test_scores_are_reproducible_from_the_report_alone(evaluated: Path, history_path: Path) -> None:
    assessed = steps.assess_quality(history=history_path, target=evaluated / "quality.json")
    again = steps.reproduce_quality(report=evaluated / "quality.json")
    assert (again["recomputed"], again["mismatches"], again["sha256"]) == (3, 0, assessed["sha256"])
    assert (assessed["mean"], assessed["lowest"]) == (45.0, 10.0)


def test_a_score_that_was_changed_by_hand_is_noticed(evaluated: Path) -> None:
    path = evaluated / "quality.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows[0]["score"] = 99.0
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert steps.reproduce_quality(report=path)["mismatches"] == 1


QUALITY = {"task": "x", "status": "done", "gates": 1, "passed": 1, "attempts": 1, "score": 100.0}


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"task": "x"}, "entry 1 has no usable status, gates"),
        (7, "entry 1 has no usable task"),
        (QUALITY | {"gates": "one"}, "no usable gates"),
        (QUALITY | {"extra": 1}, "no usable set of fields"),
    ],
)
def test_a_report_of_something_else_is_refused(tmp_path: Path, entry: object, complaint: str) -> None:
    (tmp_path / "q.json").write_text(json.dumps([entry]), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        steps.reproduce_quality(report=tmp_path / "q.json")


def test_a_run_without_tasks_has_nothing_to_score(
    document: Document, write: Callable[[Document], Path], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        steps.assess_quality(history=write(document | {"tasks": []}), target=tmp_path / "q.json")


def freeze(folder: Path) -> steps.FreezeResult:
    return steps.freeze_baseline(
        history=folder / "run" / "history.json",
        metrics=folder / "metrics.json",
        quality=folder / "quality.json",
        store=folder / "outcomes.sqlite",
        target=folder / "baseline.json",
    )


def test_the_frozen_baseline_is_signed_and_no_changed_copy_passes(evaluated: Path) -> None:
    frozen = freeze(evaluated)
    assert frozen["metrics"] == 2
    assert (evaluated / "baseline.json.sha256").read_text(encoding="utf-8") == f"{frozen['sha256']}  baseline.json\n"
    checked = steps.check_signature(baseline=evaluated / "baseline.json")
    assert checked["valid"] == 1
    assert checked["tampered"] > 100
    assert checked["tampered_accepted"] == 0
    assert load_baseline(evaluated / "baseline.json")["quality"] == {"lowest": 10.0, "mean": 45.0}
    assert load_baseline(evaluated / "baseline.json")["success"] == {"search-accuracy": 0.95}


def test_a_changed_or_missing_baseline_is_refused(evaluated: Path) -> None:
    freeze(evaluated)
    path = evaluated / "baseline.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.95", "0.99"), encoding="utf-8")
    with pytest.raises(ValueError, match="was changed since it was frozen"):
        load_baseline(path)
    with pytest.raises(FileNotFoundError, match="freeze the baseline first"):
        load_baseline(evaluated / "other.json")


def test_a_report_without_metrics_cannot_be_a_baseline() -> None:
    with pytest.raises(ValueError, match="nothing to freeze"):
        baseline({"metrics": []}, [], {}, {})
    with pytest.raises(ValueError, match="entries that are no metrics"):
        baseline({"metrics": [{"task": "x"}]}, [], {}, {})


def test_every_figure_on_the_page_matches_its_source_and_hostile_text_stays_text(evaluated: Path) -> None:
    result = steps.write_performance_page(
        store=evaluated / "outcomes.sqlite",
        metrics=evaluated / "metrics.json",
        target=evaluated / "page.html",
        title="Performance <of> HAL",
    )
    assert (result["mismatches"], result["hostile_marks"]) == (0, 0)
    text = (evaluated / "page.html").read_text(encoding="utf-8")
    assert "Performance &lt;of&gt; HAL" in text
    shown = read_page(text).figures
    assert (shown["tasks"], shown["tasks.failed"], shown["metric.1"]) == ("3", "1", "700")
    assert shown["task.retrieval-latency.gates"] == "0/1"
    assert len(shown) == result["figures"]


def test_a_script_on_a_page_would_be_seen() -> None:
    assert "script" in read_page('<p data-figure="x">1</p><script>alert(1)</script>').tags

"""Acceptance, automation share, reading test results, and the sign-off's page."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.hal.evaluation import closing_steps
from automation.hal.evaluation.acceptance import LATER, MET, MISSED, UNMEASURED, Target, judge, load_targets
from automation.hal.evaluation.automation_share import AutomationShare, automation_share
from automation.hal.evaluation.history import load_history
from automation.hal.evaluation.own_tests import OwnTests, read_results, run_tests
from automation.hal.evaluation.security import Completed

Document = dict[str, object]
TARGETS = {target.id: target for target in load_targets()}


def target(bound: str, limit: float) -> Target:
    return Target("x", "X", "memory", "ms", bound, limit, "search-accuracy", "evaluate.accuracy")


@pytest.mark.parametrize(
    ("bound", "limit", "holds"),
    [
        ("above", 0.95, False),
        ("above", 0.94, True),
        ("at-least", 0.95, True),
        ("below", 0.95, False),
        ("below", 0.96, True),
        ("at-most", 0.95, True),
        ("at-most", 0.94, False),
    ],
)
def test_a_bound_holds_or_not(bound: str, limit: float, holds: bool) -> None:
    assert target(bound, limit).holds(0.95) is holds


def test_the_success_metrics_are_those_of_the_plan() -> None:
    assert {name: (found.bound, found.limit) for name, found in TARGETS.items()} == {
        "context-retention": ("above", 0.95),
        "search-accuracy": ("above", 0.90),
        "retrieval-latency": ("below", 500),
        "violation-detection": ("above", 0.99),
        "false-positives": ("below", 0.02),
        "guardrail-latency": ("below", 200),
        "drift-delay": ("at-most", 24),
        "test-coverage": ("above", 0.95),
        "automation": ("at-least", 1.0),
    }


def test_each_metric_is_met_missed_unmeasured_or_left_to_sign_off(history_path: Path) -> None:
    results = judge(load_targets(), load_history(history_path), "phase3-sign-off")
    verdicts = {result.target.id: result.verdict for result in results}
    assert verdicts["search-accuracy"] == MET
    assert verdicts["retrieval-latency"] == UNMEASURED
    assert verdicts["violation-detection"] == UNMEASURED
    assert verdicts["automation"] == LATER


def test_a_good_value_of_a_failed_task_is_missed(document: Document, write: Callable[[Document], Path]) -> None:
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    tasks[0] |= {"status": "failed", "reason": "another gate"}
    (result,) = judge([TARGETS["search-accuracy"]], load_history(write(document)), "phase3-sign-off")
    assert (result.verdict, result.value) == (MISSED, 0.95)
    assert result.reason == "task search-accuracy is failed: another gate"


def test_the_acceptance_report_names_what_was_missed(
    document: Document, write: Callable[[Document], Path], tmp_path: Path
) -> None:
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    tasks[0] |= {"outputs": {"evaluate": {"accuracy": 0.88}}}
    result = closing_steps.accept(history=write(document), page=tmp_path / "a.md", report=tmp_path / "a.json")
    assert result["headline"] == "0 of 9 success metrics met; missed: search-accuracy"
    assert (result["missed"], result["later"], result["unaccounted"]) == (1, 2, 6)
    page = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "| memory | Search accuracy | above 0.9 | 0.88 share | missed | `search-accuracy` |" in page
    rows = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["metrics"]
    assert rows[1]["bound"] == {"above": 0.9}


def complete(folder: Path, line_rate: float, share: float) -> closing_steps.CompletionResult:
    rows = [{"id": name, "value": 0.97 if found.bound == "above" else 0.001} for name, found in TARGETS.items()]
    rows[3]["value"] = 0.995
    report = folder / "acceptance.json"
    report.write_text(json.dumps({"run": "r1", "metrics": rows[:7]}), encoding="utf-8")
    return closing_steps.write_completion_page(
        acceptance_report=report, line_rate=line_rate, share=share, page=folder / "done.md"
    )


def test_the_completion_page_adds_what_sign_off_measured(tmp_path: Path) -> None:
    result = complete(tmp_path, 0.97, 1.0)
    assert result == {"met": 9, "missed": 0, "headline": "HAL Phase 3 is complete (9 of 9 success metrics met)"}
    page = (tmp_path / "done.md").read_text(encoding="utf-8")
    assert page.startswith("# Completion of HAL Phase 3\n")
    assert "| performance | Test coverage of HAL | above 0.95 | 0.97 share | met | `phase3-sign-off` |" in page


def test_a_missed_measurement_of_sign_off_is_missed_on_the_page(tmp_path: Path) -> None:
    result = complete(tmp_path, 0.95, 0.5)
    assert result["missed"] == 2
    assert result["headline"].startswith("HAL Phase 3 is not complete, missed: test-coverage, automation (7 of 9")


def test_a_run_that_nobody_touched_is_automated_though_a_task_failed(history_path: Path) -> None:
    found = automation_share(load_history(history_path), [])
    assert (found.needed_a_person, found.share) == ({}, 1.0)


def test_a_wait_needs_a_person_unless_the_plan_asked_for_it(
    document: Document, write: Callable[[Document], Path], tmp_path: Path
) -> None:
    path = write(document | {"waits": ["session-store", "search-accuracy"]})
    found = automation_share(load_history(path), ["session-store"])
    assert set(found.needed_a_person) == {"search-accuracy"}
    result = closing_steps.measure_automation(
        history=path, report=tmp_path / "a.json", planned_approvals=["session-store"]
    )
    assert result == {"tasks": 3, "needed_a_person": 1, "share": pytest.approx(2 / 3)}


def test_no_tasks_are_no_automation() -> None:
    assert AutomationShare(0, {}).share == 0.0


JUNIT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1" time="1.25"/></testsuites>'
COVERAGE = '<coverage line-rate="0.9731" lines-valid="10"/>'


@dataclass
class Pytest:
    """A stand-in for pytest that leaves these results, or none."""

    root: Path
    junit: str = JUNIT
    coverage: str = COVERAGE
    installed: bool = True

    def run(self, tool: str, arguments: Sequence[str], folder: Path) -> Completed | None:
        assert (tool, folder) == ("pytest", self.root)
        for kind, content in (("--junit-xml=", self.junit), ("--cov-report=xml:", self.coverage)):
            (path,) = [word.removeprefix(kind) for word in arguments if word.startswith(kind)]
            if content:
                Path(path).write_text(content, encoding="utf-8")
        return Completed(1, "first\nlast words", "") if self.installed else None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "unit" / "hal").mkdir(parents=True)
    return tmp_path


def test_test_results_are_added_up(checkout: Path) -> None:
    run = run_tests(Pytest(checkout), checkout, "tests/unit/hal", checkout / "closing")
    assert (run.tests, run.failed, run.skipped, run.seconds, run.line_rate) == (5, 2, 1, 1.25, 0.9731)


def test_the_sign_off_step_tests_the_checkout_that_the_code_lies_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, str]] = []

    def run(_tools: object, root: Path, suite: str, _results: Path) -> OwnTests:
        asked.append((root, suite))
        return OwnTests(7, 1, 0, 2.5, 0.96)

    monkeypatch.setattr(closing_steps, "run_tests", run)
    result = closing_steps.run_own_tests(suite="tests/unit/hal", results=tmp_path, seconds=5.0)
    assert result == {"tests": 7, "failed": 1, "seconds": 2.5, "line_rate": 0.96}
    assert asked == [(Path(closing_steps.__file__).parents[3], "tests/unit/hal")]


def test_sign_off_needs_a_checkout_with_the_tests(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="sign off from a checkout"):
        run_tests(Pytest(tmp_path), tmp_path, "tests/unit/hal", tmp_path / "closing")


def test_a_test_run_without_results_says_how_it_ended(checkout: Path) -> None:
    with pytest.raises(OSError, match=r"status 1\): first / last words"):
        run_tests(Pytest(checkout, coverage=""), checkout, "tests/unit/hal", checkout / "closing")
    with pytest.raises(OSError, match=r"install the 'flagship' extra.* too busy: run again"):
        run_tests(Pytest(checkout, installed=False), checkout, "tests/unit/hal", checkout / "closing")


def test_results_of_an_earlier_run_are_not_taken_for_this_one(checkout: Path) -> None:
    run_tests(Pytest(checkout), checkout, "tests/unit/hal", checkout / "closing")
    with pytest.raises(OSError, match="produced no results"):
        run_tests(Pytest(checkout, junit="", coverage=""), checkout, "tests/unit/hal", checkout / "closing")


def test_unreadable_results_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<testsuites", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read"):
        read_results(tmp_path)

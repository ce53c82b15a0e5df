"""What the plan's last two tasks call: acceptance and sign-off."""

from pathlib import Path
from typing import TypedDict

from automation.hal.detection.documents import read_object, write_json, write_text
from automation.hal.evaluation import acceptance
from automation.hal.evaluation.automation_share import automation_share
from automation.hal.evaluation.history import load_history
from automation.hal.evaluation.own_tests import run_tests
from automation.hal.evaluation.security import package_folder
from automation.hal.evaluation.tools import InstalledTools

SIGN_OFF = "phase3-sign-off"


class AcceptanceResult(TypedDict):
    """Success metrics by verdict; `unaccounted` ones are neither met nor missed, nor measured by sign-off."""

    metrics: int
    met: int
    missed: int
    later: int
    unaccounted: int
    headline: str


def accept(*, history: Path, page: Path, report: Path) -> AcceptanceResult:
    """Judge all success metrics by the run's history and write the acceptance report, as a page and as JSON."""
    run = load_history(history)
    results = acceptance.judge(acceptance.load_targets(), run, SIGN_OFF)
    write_json(report, acceptance.as_json(results, run.run))
    write_text(page, acceptance.markdown(results, run.run))
    verdicts = [result.verdict for result in results]
    met, missed, later = (verdicts.count(word) for word in (acceptance.MET, acceptance.MISSED, acceptance.LATER))
    missing = ", ".join(result.target.id for result in results if result.verdict == acceptance.MISSED)
    return AcceptanceResult(
        metrics=len(results),
        met=met,
        missed=missed,
        later=later,
        unaccounted=len(results) - met - missed - later,
        headline=f"{met} of {len(results)} success metrics met" + (f"; missed: {missing}" if missing else ""),
    )


class OwnTestResult(TypedDict):
    """What came of HAL's own unit tests; `line_rate` is the share of lines of `automation.hal` that they ran."""

    tests: int
    failed: int
    seconds: float
    line_rate: float


def run_own_tests(*, suite: str, results: Path, seconds: float) -> OwnTestResult:
    """Run the repository's tests of HAL with coverage, within so many seconds."""
    root = package_folder().parent
    environment = {
        "COVERAGE_FILE": str((results / "coverage.data").resolve()),
        "HYPOTHESIS_STORAGE_DIRECTORY": str((results / "hypothesis").resolve()),
        "PYTHONPATH": str(root),
    }
    run = run_tests(InstalledTools(seconds=seconds, environment=environment), root, suite, results)
    return OwnTestResult(tests=run.tests, failed=run.failed, seconds=run.seconds, line_rate=run.line_rate)


class AutomationResult(TypedDict):
    """Tasks of the plan that finished before this one, those that needed a person, and the share that did not."""

    tasks: int
    needed_a_person: int
    share: float


def measure_automation(*, history: Path, report: Path, planned_approvals: list[str]) -> AutomationResult:
    """Measure from the run's history how much of the plan needed no person, planned approvals apart."""
    found = automation_share(load_history(history), planned_approvals)
    write_json(report, {"tasks": found.tasks, "share": found.share, "needed-a-person": found.needed_a_person})
    return AutomationResult(tasks=found.tasks, needed_a_person=len(found.needed_a_person), share=found.share)


class CompletionResult(TypedDict):
    """Success metrics met and missed, the sign-off's own included, and a line for people."""

    met: int
    missed: int
    headline: str


def write_completion_page(*, acceptance_report: Path, line_rate: float, share: float, page: Path) -> CompletionResult:
    """Complete the acceptance report by what sign-off measured itself, and write the completion page."""
    measured = {"test-coverage": line_rate, "automation": share}
    before = read_object(acceptance_report)
    rows = before["metrics"]
    known = {row["id"]: row for row in rows} if isinstance(rows, list) else {}
    results = []
    for target in acceptance.load_targets():
        value = measured.get(target.id, known[target.id]["value"] if target.id in known else None)
        holds = value is not None and target.holds(float(value))
        results.append(acceptance.Result(target, acceptance.MET if holds else acceptance.MISSED, value, "not measured"))
    met = sum(result.verdict == acceptance.MET for result in results)
    missed = [result.target.id for result in results if result.verdict == acceptance.MISSED]
    standing = "is complete" if not missed else f"is not complete, missed: {', '.join(missed)}"
    headline = f"HAL Phase 3 {standing} ({met} of {len(results)} success metrics met)"
    report = acceptance.markdown(results, str(before["run"])).replace("# Acceptance of", "# Completion of", 1)
    write_text(page, f"{report}\n{headline}.\n")
    return CompletionResult(met=met, missed=len(missed), headline=headline)

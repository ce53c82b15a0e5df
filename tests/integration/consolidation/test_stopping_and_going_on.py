"""A criterion that fails stops what depends on it and nothing else; a killed run goes on where it stood."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.consolidation.plan_run import PHASES, ROOT, Run, run_plan
from tests.integration.consolidation.repositories import make_service

pytestmark = pytest.mark.timeout(300)  # whole runs of the plan, also on a machine that is busy


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_service(tmp_path_factory.mktemp("target") / "orders")


def approved(run: Run) -> list[int]:
    return [report["phases"]["approved"] for report in reports(run)]


def reports(run: Run) -> list[Any]:
    names = sorted(path.stem for path in (run.folder / "reports").glob("status_report_*.json"))
    return [run.document(f"reports/{name}") for name in names]


def test_a_failing_criterion_stops_the_phases_after_it_and_says_what_was_measured(
    tmp_path: Path, service: Path
) -> None:
    stopped = run_plan(tmp_path, [service], tests="auto", benchmarks="auto", stop_at="critical")
    assert stopped.status == 1
    assert "9 done" in stopped.output
    line = next(line for line in stopped.output.splitlines() if "findings that stop the plan" in line)
    assert "security" in line
    assert " 2" in line, "the AWS key in a file, and the token in the history"
    assert not (stopped.folder / "10-infrastructure.json").exists()
    went_on = run_plan(tmp_path, [service], tests="auto", benchmarks="auto")
    assert went_on.status == 0, went_on.output
    assert f"{PHASES} done" in went_on.output
    assert went_on.output.count("✓") == PHASES - 9, "what was approved does not run twice"
    assert approved(went_on) == list(range(PHASES))


def test_variables_that_are_wrong_are_all_named_before_anything_runs(tmp_path: Path, service: Path) -> None:
    run = run_plan(
        tmp_path, [service], stop_at="terrible", commits="many", tests_seconds="-1", online="maybe", proposals="mail"
    )
    assert run.status == 2
    assert "stop-at is 'terrible'" in run.output
    assert "the plan's variable commits is 'many', not a number above 0" in run.output
    assert "the plan's variable tests-seconds is '-1'" in run.output
    assert "the plan's variable online is 'maybe', neither true nor false" in run.output
    assert "the plan's variable proposals is 'mail'; it is one of: files, pull-request" in run.output
    assert not (tmp_path / "unified-plan").exists(), "nothing was started"


def test_a_killed_run_goes_on_and_its_reports_stay_complete(tmp_path: Path, service: Path) -> None:
    argv = [sys.executable, "-m", "automation", "run", "--plan", "tasks/unified-plan", "--mode", "mock"]
    argv += ["--state", str(tmp_path), "--var", f"targets={service}", "--var", "tests=auto", "--var", "benchmarks=auto"]
    folder = tmp_path / "unified-plan" / "work" / "consolidation"
    for name in ("02-components.json", "09-security.json"):
        process = subprocess.Popen(
            argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 100
        while not (folder / name).exists() and process.poll() is None and time.monotonic() < deadline:
            os.sched_yield()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    last = run_plan(tmp_path, [service], tests="auto", benchmarks="auto")
    assert last.status == 0, last.output
    assert approved(last) == list(range(PHASES))
    assert all(report["consistent"] for report in reports(last))
    final = last.document("reports/final_report")
    assert [phase["number"] for phase in final["phases"]] == list(range(PHASES))
    assert final["consistent"]

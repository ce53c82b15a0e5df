"""Two repositories of different make: every planted fault is found and named, nothing else is, nothing is changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.integration.consolidation.all_phases import run_all
from tests.integration.consolidation.plan_run import PHASES, Run, hashes, run_plan
from tests.integration.consolidation.repositories import BOTH, SERVICE, WEB, Fault, make_service, make_web

pytestmark = pytest.mark.timeout(300)  # whole runs of the plan, also on a machine that is busy

LEDGER = (*SERVICE, *WEB, *BOTH)


class Looked(NamedTuple):
    """The documents of all phases over both repositories, with the hashes of everything in them before and after."""

    documents: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]

    def findings(self) -> list[Any]:
        """The findings of all phases."""
        return [finding for document in self.documents.values() for finding in document["findings"]]


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("planted")
    return [make_service(folder / "orders"), make_web(folder / "shop-web")]


@pytest.fixture(scope="module")
def looked(targets: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Looked:
    before = {target.name: hashes(target) for target in targets}
    documents = run_all(tmp_path_factory.mktemp("state") / "plan" / "work", targets)
    return Looked(documents, before, {target.name: hashes(target) for target in targets})


@pytest.fixture(scope="module")
def run(targets: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_plan(tmp_path_factory.mktemp("run"), targets, tests="auto", benchmarks="auto", budget_ms="2000")


def test_all_phases_run_to_the_end_without_a_person_and_change_nothing(
    targets: list[Path], looked: Looked, run: Run
) -> None:
    assert run.status == 0, run.output
    assert f"{PHASES} done" in run.output
    assert {target.name: hashes(target) for target in targets} == looked.before
    found = [one["found"] for one in run.documents()]
    assert found == [one["found"] for one in looked.documents.values()], "the same findings in a run as by calls"


def test_the_targets_are_byte_identical_afterwards(looked: Looked) -> None:
    assert looked.after == looked.before


def test_every_planted_fault_is_found_and_named_and_nothing_else(looked: Looked) -> None:
    """Recall and precision, as numbers, from the ledger: both are 1."""
    findings = looked.findings()
    found = [fault for fault in LEDGER if any(_names(finding, fault) for finding in findings)]
    justified = [finding for finding in findings if any(_names(finding, fault) for fault in LEDGER)]
    missed = [fault for fault in LEDGER if fault not in found]
    invented = [_short(finding) for finding in findings if finding not in justified]
    recall, precision = len(found) / len(LEDGER), len(justified) / len(findings)
    assert (recall, missed) == (1.0, [])
    assert (precision, invented) == (1.0, [])
    assert len(findings) == len(LEDGER), "one finding for each fault"


def test_no_secret_is_written_anywhere_in_the_run(run: Run) -> None:
    from tests.integration.consolidation.repositories import AWS, GITHUB, NPM

    written = b"".join(path.read_bytes() for path in run.folder.parents[1].rglob("*") if path.is_file())
    assert [secret for secret in (AWS, GITHUB, NPM.rpartition("=")[2]) if secret.encode() in written] == []


def test_every_finding_has_a_proposal(looked: Looked) -> None:
    assert [finding for finding in looked.findings() if not finding["proposal"]] == []


def test_the_dependency_audit_is_named_as_not_checked(looked: Looked) -> None:
    missing = looked.documents["09-security"]["not-checked"]
    assert {one["target"] for one in missing if one["what"] == "dependency audit"} == {"orders", "shop-web"}


def test_the_tests_of_both_targets_really_ran(looked: Looked) -> None:
    document = looked.documents["05-testing"]
    assert document["metrics"] == document["metrics"] | {"suites": 2, "tests": 3, "failed": 1}
    assert document["details"]["orders"]["line-rate"] > 0


def test_both_services_were_started_and_put_under_load(looked: Looked) -> None:
    asked = looked.documents["07-integration"]["details"]
    assert {one["route"]: one["status"] for one in asked["orders"]["asked"]} == {
        "/debug": 200,
        "/orders": 200,
        "/refunds": 404,
    }
    assert {one["route"]: one["status"] for one in asked["shop-web"]["asked"]} == {"/health": 200, "/items": 200}
    load = looked.documents["12-performance"]["metrics"]
    assert (load["measured"], load["requests"], load["failed"]) == (2, 400, 0)


def test_targets_and_state_came_back_byte_for_byte(looked: Looked) -> None:
    metrics = looked.documents["14-recovery"]["metrics"]
    assert (metrics["backups"], metrics["restored"]) == (5, 1.0)
    assert metrics["entries"] > 100


def test_the_verdict_says_not_ready_with_its_reasons(run: Run) -> None:
    final = run.document("reports/final_report")
    assert final["verdict"] == "not ready"
    assert any("critical" in reason for reason in final["reasons"])
    assert [phase["status"] for phase in final["phases"]] == ["done"] * 15 + ["measured"]
    assert all(one["verdict"] == "passed" for phase in final["phases"] for one in phase["criteria"])


def test_there_is_a_consistent_status_report_after_every_phase(run: Run) -> None:
    reports = [run.document(f"reports/status_report_{number:02}") for number in range(PHASES)]
    assert [report["phases"]["approved"] for report in reports] == list(range(PHASES))
    assert [report["phases"]["to-come"] for report in reports] == list(range(PHASES - 1, -1, -1))
    assert all(report["consistent"] for report in reports)


def _names(finding: Any, fault: Fault) -> bool:
    same = (finding["kind"], finding["target"], finding["path"]) == fault[:3]
    return same and fault.word in finding["what"]


def _short(finding: Any) -> Sequence[str]:
    return (finding["kind"], f"{finding['target']}/{finding['path']}:{finding['line']}", finding["what"])

"""Two repositories of different make: every planted fault is found and named, nothing else is, nothing is changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from tests.integration.consolidation.plan_run import PHASES, Run, hashes, run_plan
from tests.integration.consolidation.repositories import BOTH, SERVICE, WEB, Fault, make_service, make_web

LEDGER = (*SERVICE, *WEB, *BOTH)


class Looked(NamedTuple):
    """A run over both repositories, with the hashes of everything in them before and after."""

    run: Run
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    folder = tmp_path_factory.mktemp("planted")
    targets = [make_service(folder / "orders"), make_web(folder / "shop-web")]
    before = {target.name: hashes(target) for target in targets}
    run = run_plan(folder / "state", targets, tests="auto", benchmarks="auto", budget_ms="2000")
    return Looked(run, before, {target.name: hashes(target) for target in targets})


def test_all_phases_run_to_the_end_without_a_person(looked: Looked) -> None:
    assert looked.run.status == 0, looked.run.output
    assert f"{PHASES} done" in looked.run.output
    assert len(looked.run.documents()) == PHASES


def test_the_targets_are_byte_identical_afterwards(looked: Looked) -> None:
    assert looked.after == looked.before


def test_every_planted_fault_is_found_and_named_and_nothing_else(looked: Looked) -> None:
    """Recall and precision, as numbers, from the ledger: both are 1."""
    findings = looked.run.findings()
    found = [fault for fault in LEDGER if any(_names(finding, fault) for finding in findings)]
    justified = [finding for finding in findings if any(_names(finding, fault) for fault in LEDGER)]
    missed = [fault for fault in LEDGER if fault not in found]
    invented = [_short(finding) for finding in findings if finding not in justified]
    recall, precision = len(found) / len(LEDGER), len(justified) / len(findings)
    assert (recall, missed) == (1.0, [])
    assert (precision, invented) == (1.0, [])
    assert len(findings) == len(LEDGER), "one finding for each fault"


def test_no_secret_is_written_anywhere_in_the_run(looked: Looked) -> None:
    from tests.integration.consolidation.repositories import AWS, GITHUB, NPM

    written = b"".join(path.read_bytes() for path in looked.run.folder.parents[1].rglob("*") if path.is_file())
    assert [secret for secret in (AWS, GITHUB, NPM.rpartition("=")[2]) if secret.encode() in written] == []


def test_every_finding_has_a_proposal(looked: Looked) -> None:
    assert [finding for finding in looked.run.findings() if not finding["proposal"]] == []


def test_the_dependency_audit_is_named_as_not_checked(looked: Looked) -> None:
    missing = looked.run.document("09-security")["not-checked"]
    assert {one["target"] for one in missing if one["what"] == "dependency audit"} == {"orders", "shop-web"}


def test_the_tests_of_both_targets_really_ran(looked: Looked) -> None:
    document = looked.run.document("05-testing")
    assert document["metrics"] == document["metrics"] | {"suites": 2, "tests": 3, "failed": 1}
    assert document["details"]["orders"]["line-rate"] > 0


def test_both_services_were_started_and_put_under_load(looked: Looked) -> None:
    asked = looked.run.document("07-integration")["details"]
    assert {one["route"]: one["status"] for one in asked["orders"]["asked"]} == {
        "/debug": 200,
        "/orders": 200,
        "/refunds": 404,
    }
    assert {one["route"]: one["status"] for one in asked["shop-web"]["asked"]} == {"/health": 200, "/items": 200}
    load = looked.run.document("12-performance")["metrics"]
    assert (load["measured"], load["requests"], load["failed"]) == (2, 400, 0)


def test_targets_and_state_came_back_byte_for_byte(looked: Looked) -> None:
    metrics = looked.run.document("14-recovery")["metrics"]
    assert (metrics["backups"], metrics["restored"]) == (5, 1.0)
    assert metrics["entries"] > 100


def test_the_verdict_says_not_ready_with_its_reasons(looked: Looked) -> None:
    final = looked.run.document("reports/final_report")
    assert final["verdict"] == "not ready"
    assert any("critical" in reason for reason in final["reasons"])
    assert [phase["status"] for phase in final["phases"]] == ["done"] * 15 + ["measured"]
    assert all(one["verdict"] == "passed" for phase in final["phases"] for one in phase["criteria"])


def test_there_is_a_consistent_status_report_after_every_phase(looked: Looked) -> None:
    reports = [looked.run.document(f"reports/status_report_{number:02}") for number in range(PHASES)]
    assert [report["phases"]["approved"] for report in reports] == list(range(PHASES))
    assert [report["phases"]["to-come"] for report in reports] == list(range(PHASES - 1, -1, -1))
    assert all(report["consistent"] for report in reports)


def _names(finding: Any, fault: Fault) -> bool:
    same = (finding["kind"], finding["target"], finding["path"]) == fault[:3]
    return same and fault.word in finding["what"]


def _short(finding: Any) -> Sequence[str]:
    return (finding["kind"], f"{finding['target']}/{finding['path']}:{finding['line']}", finding["what"])

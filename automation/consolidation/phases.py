"""What the plan's steps call: one function for each phase, with the work directory as the current one."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from automation.consolidation.document import Json, Result, conclude
from automation.consolidation.study import Study, open_studies

FOLDER = Path("consolidation")
Given = str | list[str]
Number = int | float | str
"""A variable of the plan is a number; given with `--var` it is a text."""


def discover(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 0: take stock. Raises `NoTargets` that names every target that cannot be looked at."""
    from automation.consolidation.inventory import discover as work

    studies = _open("00-discovery", targets)
    return _done("00-discovery", "Discovery and assessment", studies, work(studies), stop_at)


def analyse(*, targets: Given, stop_at: str, commits: Number) -> dict[str, Json]:
    """Phase 1: history, churn, manifests, licences."""
    from automation.consolidation.analysis import analyse as work

    studies = _open("01-analysis", targets)
    return _done("01-analysis", "Repository analysis", studies, work(studies, int(number(commits, "commits"))), stop_at)


def map_components(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 2: imports, entry points, services, integration points, rules."""
    from automation.consolidation.mapping import map_components as work

    studies = _open("02-components", targets)
    return _done("02-components", "Component mapping", studies, work(studies), stop_at)


def plan_merge(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 3: duplicates and the order of merging."""
    from automation.consolidation.duplicates import merge_strategy as work

    studies = _open("03-merge", targets)
    return _done("03-merge", "Merge strategy", studies, work(studies), stop_at)


def resolve_conflicts(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 4: conflicts, each with a proposed resolution."""
    from automation.consolidation.conflicts import resolve_conflicts as work

    studies = _open("04-conflicts", targets)
    return _done("04-conflicts", "Conflict resolution", studies, work(studies), stop_at)


def test(*, targets: Given, stop_at: str, commands: str, seconds: Number) -> dict[str, Json]:
    """Phase 5: the targets' own tests, in copies, each within so many seconds."""
    from automation.consolidation.suites import validate as work

    studies = _open("05-testing", targets)
    result = work(studies, commands, number(seconds, "tests-seconds"), FOLDER / "05-testing")
    return _done("05-testing", "Testing and validation", studies, result, stop_at)


def document(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 6: documentation, its gaps, and pages that are proposed."""
    from automation.consolidation.documents import document_all as work

    studies = _open("06-documentation", targets)
    return _done("06-documentation", "Documentation", studies, work(studies, FOLDER / "06-documentation"), stop_at)


def integrate(*, targets: Given, stop_at: str, services: str) -> dict[str, Json]:
    """Phase 7: contracts, and services that are started and asked."""
    from automation.consolidation.contracts import integrate as work

    studies = _open("07-integration", targets)
    return _done("07-integration", "Integration testing", studies, work(studies, services), stop_at)


def configure(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 8: settings used and documented, and one template for all targets."""
    from automation.consolidation.configuration import configure as work

    studies = open_studies(targets)
    return _done(
        "08-configuration", "Final configuration", studies, work(studies, FOLDER / "08-configuration"), stop_at
    )


def harden(*, targets: Given, stop_at: str, commits: Number, online: bool | str) -> dict[str, Json]:
    """Phase 9: secrets, code, workflows, dependencies, permissions."""
    from automation.consolidation.security import harden as work

    studies = _open("09-security", targets)
    result = work(studies, commits=int(number(commits, "commits")), online=yes(online))
    return _done("09-security", "Production security hardening", studies, result, stop_at)


def provision(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 10: infrastructure as code, checked and proposed."""
    from automation.consolidation.infrastructure import provision as work

    studies = _open("10-infrastructure", targets)
    result = work(studies, FOLDER / "10-infrastructure")
    return _done("10-infrastructure", "Infrastructure as code", studies, result, stop_at)


def observe(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 11: logs, metrics and health."""
    from automation.consolidation.observability import observe as work

    studies = _open("11-observability", targets)
    return _done("11-observability", "Observability and monitoring", studies, work(studies), stop_at)


def load(
    *, targets: Given, stop_at: str, services: str, benchmarks: str, budget_ms: Number, benchmark_ms: Number
) -> dict[str, Json]:
    """Phase 12: declared benchmarks, or services under load, against a budget in milliseconds."""
    from automation.consolidation.load import measure_all as work

    studies = _open("12-performance", targets)
    result = work(studies, services, benchmarks, number(budget_ms, "budget-ms"), number(benchmark_ms, "benchmark-ms"))
    return _done("12-performance", "Performance and load testing", studies, result, stop_at)


def examine(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 13: workflows, required checks, proposals."""
    from automation.consolidation.pipelines import examine as work

    studies = _open("13-pipeline", targets)
    return _done("13-pipeline", "CI/CD pipeline", studies, work(studies, FOLDER / "13-pipeline"), stop_at)


def recover(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 14: targets and state are backed up, restored elsewhere and compared."""
    from automation.consolidation.recovery import rehearse as work

    studies = _open("14-recovery", targets)
    result = work(studies, Path.cwd().parent, FOLDER / "14-recovery")
    return _done("14-recovery", "Disaster recovery and backup", studies, result, stop_at)


def validate(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 15: everything looked at again, and the verdict."""
    from automation.consolidation.readiness import validate as work

    studies = _open("15-validation", targets)
    return _done("15-validation", "Final production validation", studies, work(studies, FOLDER), stop_at)


def final_report(*, history: Path, phase: str, document: Path) -> dict[str, Json]:
    """The last status report, and the final report of all phases, as JSON and as a page."""
    from automation.consolidation.document import write_json, write_text
    from automation.consolidation.reports import final, final_page, read_object

    told = report(history=history, phase=phase, document=document)
    whole = final(read_object(history), FOLDER, read_object(document))
    write_json(FOLDER / "reports" / "final_report.json", whole)
    write_text(FOLDER / "reports" / "final_report.md", final_page(whole))
    return {**told, "reports": len(cast("list[Json]", whole["phases"]))}


def report(*, history: Path, phase: str, document: Path) -> dict[str, Json]:
    """The status report of a phase, from the run so far and what the phase has measured."""
    from automation.consolidation.document import write_json
    from automation.consolidation.reports import PHASES, read_object, status

    try:
        measured = read_object(document)
    except OSError:  # the phase failed before it had anything to tell
        measured = {"title": phase, "trouble": "the phase ended before it had measured anything"}
    told = status(read_object(history), phase, measured)
    write_json(FOLDER / "reports" / f"status_report_{PHASES.index(phase):02}.json", told)
    return {"consistent": told["consistent"], **cast("dict[str, Json]", told["phases"])}


def number(given: Number, name: str) -> float:
    """The number that a variable of the plan holds. Raises ValueError that names it."""
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise ValueError(f"the plan's variable {name} is {given!r}, not a number above 0")
    return value


def yes(given: bool | str) -> bool:
    """Whether a variable of the plan says yes. Raises ValueError for a word that is neither yes nor no."""
    word = str(given).strip().lower()
    if word not in ("true", "yes", "false", "no", ""):
        raise ValueError(f"the plan's variable online is {given!r}, neither true nor false")
    return word in ("true", "yes")


def _open(name: str, targets: Given) -> list[Study]:
    """The targets, and nothing of what an earlier run of this phase has left: it must not stand in for this one's."""
    for ending in ("json", "md"):
        (FOLDER / f"{name}.{ending}").unlink(missing_ok=True)
    return open_studies(targets)


def _done(name: str, title: str, studies: list[Study], result: Result, stop_at: str) -> dict[str, Json]:
    return {**conclude(FOLDER, name, title, [study.target for study in studies], result, stop_at)}

"""What the plan's steps call: one function for each phase, with the work directory as the current one."""

from __future__ import annotations

from pathlib import Path

from automation.consolidation.document import Json, Result, conclude
from automation.consolidation.study import Study, open_studies

FOLDER = Path("consolidation")
Given = str | list[str]


def discover(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 0: take stock. Raises `NoTargets` that names every target that cannot be looked at."""
    from automation.consolidation.inventory import discover as work

    studies = open_studies(targets)
    return _done("00-discovery", "Discovery and assessment", studies, work(studies), stop_at)


def analyse(*, targets: Given, stop_at: str, commits: int) -> dict[str, Json]:
    """Phase 1: history, churn, manifests, licences."""
    from automation.consolidation.analysis import analyse as work

    studies = open_studies(targets)
    return _done("01-analysis", "Repository analysis", studies, work(studies, commits), stop_at)


def map_components(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 2: imports, entry points, services, integration points, rules."""
    from automation.consolidation.mapping import map_components as work

    studies = open_studies(targets)
    return _done("02-components", "Component mapping", studies, work(studies), stop_at)


def plan_merge(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 3: duplicates and the order of merging."""
    from automation.consolidation.duplicates import merge_strategy as work

    studies = open_studies(targets)
    return _done("03-merge", "Merge strategy", studies, work(studies), stop_at)


def resolve_conflicts(*, targets: Given, stop_at: str) -> dict[str, Json]:
    """Phase 4: conflicts, each with a proposed resolution."""
    from automation.consolidation.conflicts import resolve_conflicts as work

    studies = open_studies(targets)
    return _done("04-conflicts", "Conflict resolution", studies, work(studies), stop_at)


def _done(name: str, title: str, studies: list[Study], result: Result, stop_at: str) -> dict[str, Json]:
    return {**conclude(FOLDER, name, title, [study.target for study in studies], result, stop_at)}

"""Phase 1: history, churn and hot spots, dependency manifests, licences."""

from __future__ import annotations

from collections.abc import Sequence

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.history import NEWEST, History, HotSpot, hot_spots, read_history
from automation.consolidation.licences import Licence, licence_findings, licences
from automation.consolidation.manifests import Manifest, all_dependencies, manifests
from automation.consolidation.study import Study


def analyse(studies: Sequence[Study], newest: int = NEWEST) -> Result:
    """What history, manifests and licence texts of all targets tell."""
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    details: dict[str, Json] = {}
    histories: list[tuple[Study, History]] = []
    commits = authors = declared = hot = 0
    for study in studies:
        history = read_history(study.target, newest)
        histories.append((study, history))
        found, texts = manifests(study), licences(study)
        spots = hot_spots(history, study.files)
        findings += licence_findings(study, texts, found)
        findings += _unreadable(study, found)
        unchecked += _unchecked(study, history, found)
        commits, authors, hot = commits + history.commits, authors + len(history.authors), hot + len(spots)
        declared += sum(1 for _ in all_dependencies(found))
        details[shown(study.name)] = {
            "history": _history(history),
            "hot-spots": [_spot(one) for one in spots],
            "manifests": [_manifest(one) for one in found],
            "licences": [_licence(one) for one in texts],
        }
    metrics = {"commits": commits, "authors": authors, "dependencies": declared, "hot-spots": hot}
    accounted = sum(bool(history.commits) or not study.target.has_history for study, history in histories)
    return Result({**metrics, "accounted-for": accounted / len(studies)}, findings, unchecked, details)


def _unchecked(study: Study, history: History, found: Sequence[Manifest]) -> list[Unchecked]:
    missing = []
    if not study.target.has_history:
        missing.append(Unchecked("history", study.name, "there is no commit yet"))
    elif study.target.shallow:
        missing.append(
            Unchecked("history before the cut", study.name, "the clone is shallow: its older commits are missing")
        )
    elif not history.complete:
        missing.append(
            Unchecked("older history", study.name, f"only the newest {history.commits} commits are looked at")
        )
    if any(one.dependencies for one in found):
        reason = "their texts are not in the repository, and nothing is fetched"
        missing.append(Unchecked("licences of dependencies", study.name, reason))
    return missing


def _unreadable(study: Study, found: Sequence[Manifest]) -> list[Finding]:
    return [
        Finding(
            "manifest-unreadable", "medium", study.name, one.path, 0, one.error, "mend it: no tool can install from it"
        )
        for one in found
        if one.error
    ]


def _history(history: History) -> dict[str, Json]:
    return {
        "commits": history.commits,
        "complete": history.complete,
        "first": history.first,
        "last": history.last,
        "authors": {shown(name): number for name, number in history.authors.most_common(20)},
        "months": dict(sorted(history.months.items())[-36:]),
        "churn": {shown(path): lines for path, lines in history.churn.most_common(20)},
    }


def _spot(one: HotSpot) -> dict[str, Json]:
    return {**one._asdict(), "path": shown(one.path)}


def _manifest(one: Manifest) -> dict[str, Json]:
    return {
        "path": shown(one.path),
        "project": one.project,
        "licence": one.licence,
        "error": one.error,
        "dependencies": [
            {"ecosystem": each.ecosystem, "name": each.name, "wanted": each.wanted, "scope": each.scope}
            for each in one.dependencies
        ],
    }


def _licence(one: Licence) -> dict[str, Json]:
    return {"name": one.name, "about": shown(one.about) or ".", "path": shown(one.path)}

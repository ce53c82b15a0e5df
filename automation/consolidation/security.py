"""Phase 9: secrets in files and history, insecure code, workflows, dependencies and file permissions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automation.consolidation.document import Finding, Result, Unchecked
from automation.consolidation.scanners import scan_all
from automation.consolidation.secrets import Leak, in_files, in_history
from automation.consolidation.study import Study


def harden(studies: Sequence[Study], *, commits: int, online: bool) -> Result:
    """Everything of all targets; what could not be looked at is not checked, and never clean."""
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    for study in studies:
        now = in_files(study)
        before = in_history(study.target, commits, now)
        scanned, missing = scan_all(study, online=online)
        findings += [*_leaks(study, now), *_old_leaks(study, before), *permissions(study), *scanned]
        unchecked += missing
        if not study.target.has_history:
            unchecked.append(Unchecked("secrets in history", study.name, "there is no commit yet"))
        elif study.target.shallow:
            unchecked.append(Unchecked("secrets in older history", study.name, "the clone is shallow"))
        if study.target.bare:
            unchecked.append(Unchecked("file permissions", study.name, "nothing is checked out"))
    kinds = ("secret-in-file", "secret-in-history", "insecure-code", "vulnerable-workflow", "file-permission")
    counted = {kind: sum(one.kind == kind for one in findings) for kind in kinds}
    checks = 5 * len(studies)
    left = sum(one.what in ("code scan", "workflow audit", "dependency audit", "file permissions") for one in unchecked)
    return Result({**counted, "checks": checks - left, "left-out": left}, findings, unchecked)


def permissions(study: Study) -> Iterator[Finding]:
    """Files that everybody may change, that run as somebody else, or keys that others may read."""
    if study.target.bare:
        return
    for one in study.files:
        mode = one.entry.mode
        if one.entry.kind != "file":
            continue
        if mode & 0o6000:
            yield Finding(
                "file-permission",
                "high",
                study.name,
                one.path,
                0,
                f"it runs as its owner (mode {mode & 0o7777:o})",
                "chmod u-s,g-s",
            )
        elif mode & 0o002:
            yield Finding(
                "file-permission",
                "medium",
                study.name,
                one.path,
                0,
                f"everybody may change it (mode {mode & 0o7777:o})",
                "chmod o-w",
            )


def _leaks(study: Study, found: Sequence[Leak]) -> Iterator[Finding]:
    tests = {one.path for one in study.files if one.role != "product"}
    for one in found:
        severity = "low" if one.path in tests else "high" if one.kind == "Assigned secret" else "critical"
        what = f"{one.kind}" + (" (in a test or a page: is it made up?)" if one.path in tests else "")
        proposal = "revoke it, take it out, and read it from the environment"
        yield Finding("secret-in-file", severity, study.name, one.path, one.line, what, proposal)


def _old_leaks(study: Study, found: Sequence[Leak]) -> Iterator[Finding]:
    from automation.consolidation.tree import role

    for one in found:
        made_up = role(one.path) != "product"
        what = f"{one.kind}, added by commit {one.commit} and gone since" + (
            " (in a test or a page: is it made up?)" if made_up else ""
        )
        proposal = "revoke it: whoever has a clone has it"
        yield Finding("secret-in-history", "low" if made_up else "critical", study.name, one.path, 0, what, proposal)

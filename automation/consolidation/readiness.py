"""Phase 15: the evidence of all phases looked at again, and the verdict: ready, ready with reservations, or not."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.facts import facts_of
from automation.consolidation.reports import PHASES, read_object, severities
from automation.consolidation.study import Study

_KEYS = frozenset({"phase", "title", "targets", "metrics", "findings", "not-checked", "details"})


class Evidence(NamedTuple):
    """One phase's document: whether it holds when it is looked at again, and what it found."""

    phase: str
    holds: bool
    reason: str
    severities: Mapping[str, int]
    unchecked: int


def validate(studies: Sequence[Study], folder: Path) -> Result:
    """Every earlier document is read again, every target compared with what phase 0 saw, and the whole judged."""
    documents = {phase: _document(folder, number, phase) for number, phase in enumerate(PHASES[:-1])}
    evidence = [_evidence(phase, document, studies) for phase, document in documents.items()]
    changed = [one for study in studies for one in _changed(study, documents["discovery"])]
    open_findings = [one for document in documents.values() for one in _findings(document)]
    verdict, reasons = judge(evidence, Counter(str(one["severity"]) for one in open_findings), changed=len(changed))
    unchecked = [
        Unchecked(str(one["what"]), str(one["target"]), str(one["reason"]))
        for document in documents.values()
        for one in cast("Sequence[Mapping[str, Json]]", document.get("not-checked") or [])
    ]
    findings = [*changed, *_broken(evidence)]
    details: dict[str, Json] = {
        "verdict": verdict,
        "reasons": list(reasons),
        "evidence": [{**one._asdict(), "severities": dict(one.severities)} for one in evidence],
        "to-do": [
            f"{one['target']}/{one['path']}: {one['what']}"
            for one in open_findings
            if one["severity"] in ("critical", "high")
        ][:200],
    }
    counted = Counter(str(one["severity"]) for one in open_findings)
    return Result(
        {
            "evidence": round(sum(one.holds for one in evidence) / len(evidence), 4),
            "unchanged": round((len(studies) - len({one.target for one in changed})) / len(studies), 4),
            "verdict": verdict,
            "open-critical": counted["critical"],
            "open-high": counted["high"],
            "open-medium": counted["medium"],
        },
        findings,
        list(dict.fromkeys(unchecked)),
        details,
    )


def judge(evidence: Sequence[Evidence], found: Mapping[str, int], *, changed: int) -> tuple[str, tuple[str, ...]]:
    """The verdict with its reasons (pure). What was not checked is a reservation: it is never counted as clean."""
    against, reservations = [], []
    if broken := [one.phase for one in evidence if not one.holds]:
        against.append(f"the evidence of {', '.join(broken)} does not hold")
    if changed:
        against.append("a target changed while it was looked at")
    against += [f"{found.get(word, 0)} {word} findings are open" for word in ("critical", "high") if found.get(word, 0)]
    if medium := found.get("medium", 0):
        reservations.append(f"{medium} medium findings are open")
    if unchecked := sum(one.unchecked for one in evidence):
        reservations.append(f"{unchecked} things were not checked")
    if against:
        return "not ready", (*against, *reservations)
    return ("ready with reservations" if reservations else "ready"), tuple(reservations)


def _changed(study: Study, discovery: Mapping[str, Json]) -> Iterator[Finding]:
    """A target whose files, all read anew, are not those that phase 0 saw."""
    details = cast("Mapping[str, Mapping[str, Json]]", discovery.get("details") or {})
    before = details.get(shown(study.name), {}).get("fingerprint")
    if before is None:
        return
    with tempfile.TemporaryDirectory(prefix="ztr-again-") as scratch:
        now = Study(study.target, facts_of(study.target, Path(scratch), say=lambda _: None)).fingerprint
    if now != before:
        what = "its files are not those that phase 0 looked at"
        yield Finding(
            "target-changed", "high", study.name, "", 0, what, "run the plan again from phase 0: `ztr reset discovery`"
        )


def _evidence(phase: str, document: Mapping[str, Json], studies: Sequence[Study]) -> Evidence:
    reason = str(document.get("unreadable") or "")
    if not reason and (missing := _KEYS - document.keys()):
        reason = f"it lacks {', '.join(sorted(missing))}"
    told = cast("Sequence[Mapping[str, Json]]", document.get("targets") or [])
    heads = {str(one.get("name")): str(one.get("head")) for one in told}
    if not reason and heads != {shown(study.name): study.target.head for study in studies}:
        reason = "it is about other targets, or about another commit of them"
    unchecked = len(cast("Sequence[Json]", document.get("not-checked") or []))
    return Evidence(phase, not reason, reason, severities(document), unchecked)


def _broken(evidence: Sequence[Evidence]) -> Iterator[Finding]:
    for one in evidence:
        if not one.holds:
            proposal = f"run that phase again: `ztr reset {one.phase}`"
            yield Finding("evidence-does-not-hold", "critical", "run", f"{one.phase}", 0, one.reason, proposal)


def _document(folder: Path, number: int, phase: str) -> Mapping[str, Json]:
    try:
        return read_object(folder / f"{number:02}-{phase}.json")
    except (OSError, ValueError) as error:
        return {"unreadable": f"it cannot be read: {error}"}


def _findings(document: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    return cast("Sequence[Mapping[str, Json]]", document.get("findings") or [])

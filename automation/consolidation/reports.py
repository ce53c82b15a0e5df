"""Status reports: where the plan stands after a phase, by the run's own journal: no kill can falsify a total."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from automation.consolidation.document import SEVERITIES, Json, cell, table

PHASES = (
    "discovery",
    "analysis",
    "components",
    "merge",
    "conflicts",
    "testing",
    "documentation",
    "integration",
    "configuration",
    "security",
    "infrastructure",
    "observability",
    "performance",
    "pipeline",
    "recovery",
    "validation",
)
"""The phases' task ids, in order."""

_FINISHED = ("done", "mocked", "skipped")


class Criterion(TypedDict):
    """A gate as it was judged."""

    name: str
    verdict: str
    measured: Json
    bound: Json


class Standing(TypedDict):
    """One phase: its status and its criteria."""

    phase: int
    id: str
    status: str
    reason: str
    seconds: float
    criteria: list[Criterion]


def status(history: Mapping[str, Json], phase: str, document: Mapping[str, Json]) -> dict[str, Json]:
    """The report of a phase that has measured and is about to be judged; earlier phases come with their verdicts.

    `consistent` tells whether the state and the journals, counted apart, agree.
    """
    standings = [_standing(task) for task in _tasks(history) if task.get("id") in PHASES]
    standings.sort(key=lambda one: one["phase"])
    counted = Counter(one["status"] for one in standings)
    verdicts = Counter(criterion["verdict"] for one in standings for criterion in one["criteria"])
    journal = cast("Mapping[str, Json]", history.get("journal") or {})
    number = PHASES.index(phase)
    return {
        "plan": history.get("plan", ""),
        "run": history.get("run", ""),
        "mode": history.get("mode", ""),
        "phase": {"number": number, "id": phase, "title": document.get("title", "")},
        "phases": {
            "total": len(PHASES),
            "approved": sum(counted[word] for word in _FINISHED),
            "not-approved": sum(number for word, number in counted.items() if word not in _FINISHED),
            "this": 1,
            "to-come": len(PHASES) - 1 - len([one for one in standings if one["id"] != phase]),
        },
        "criteria": {"judged": sum(verdicts.values()), **verdicts},
        "consistent": history.get("counts") == journal.get("finished"),
        "earlier": [cast("Mapping[str, Json]", one) for one in standings if one["id"] != phase],
        "trouble": document.get("trouble", ""),
        "measured": document.get("metrics", {}),
        "findings": severities(document),
        "not-checked": document.get("not-checked", []),
    }


def severities(document: Mapping[str, Json]) -> dict[str, int]:
    """How many findings of each severity a phase's document lists."""
    found = cast("Sequence[Mapping[str, Json]]", document.get("findings") or [])
    counted = Counter(str(one["severity"]) for one in found)
    return {severity: counted[severity] for severity in SEVERITIES}


def read_object(path: Path) -> dict[str, Json]:
    """A JSON object; OSError if it is missing, ValueError that names the file if it is something else."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"{path} does not hold a JSON object")  # noqa: TRY004 - a file's fault
    return document


def final(history: Mapping[str, Json], folder: Path, last: Mapping[str, Json]) -> dict[str, Json]:
    """The whole run: the verdict with its reasons, each phase with criteria and findings, what was not checked."""
    told = status(history, PHASES[-1], last)
    earlier = cast("Sequence[Mapping[str, Json]]", told["earlier"])
    documents = [read_object(folder / f"{number:02}-{phase}.json") for number, phase in enumerate(PHASES[:-1])] + [last]
    judged = {str(one["id"]): one for one in earlier}
    details = cast("Mapping[str, Json]", last.get("details") or {})
    return {
        "plan": told["plan"],
        "run": told["run"],
        "mode": told["mode"],
        "verdict": details.get("verdict", ""),
        "reasons": details.get("reasons", []),
        "targets": last.get("targets", []),
        "consistent": told["consistent"],
        "phases": [
            {
                "number": number,
                "id": phase,
                "title": document.get("title", ""),
                "status": judged[phase]["status"] if phase in judged else "measured",
                "criteria": judged[phase]["criteria"] if phase in judged else [],
                "measured": document.get("metrics", {}),
                "findings": dict(severities(document)),
                "not-checked": len(cast("Sequence[Json]", document.get("not-checked") or [])),
            }
            for number, (phase, document) in enumerate(zip(PHASES, documents, strict=True))
        ],
        "not-checked": last.get("not-checked", []),
        "to-do": details.get("to-do", []),
    }


def final_page(whole: Mapping[str, Json]) -> str:
    """The final report as Markdown."""
    rows = []
    for one in cast("Sequence[Mapping[str, Json]]", whole["phases"]):
        found = cast("Mapping[str, int]", one["findings"])
        criteria = cast("Sequence[Mapping[str, Json]]", one["criteria"])
        met = (
            f"{sum(each['verdict'] == 'passed' for each in criteria)} of {len(criteria)}"
            if criteria
            else "to be judged"
        )
        serious = found["high"] + found["critical"]
        rows.append((one["number"], one["title"], one["status"], met, sum(found.values()), serious, one["not-checked"]))
    reasons = (
        "".join(f"- {cell(reason)}\n" for reason in cast("Sequence[Json]", whole["reasons"]))
        or "- nothing speaks against it\n"
    )
    to_do = "".join(f"- {cell(one)}\n" for one in cast("Sequence[Json]", whole["to-do"])[:50]) or "- nothing\n"
    columns = ("Phase", "What", "Status", "Criteria met", "Findings", "high or critical", "Not checked")
    return (
        f"# Final report\n\nVerdict: **{whole['verdict']}**.\n\n{reasons}\n## Phases\n\n{table(columns, rows)}"
        f"\n## First to do\n\n{to_do}"
    )


def _tasks(history: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    return cast("Sequence[Mapping[str, Json]]", history.get("tasks") or [])


def _standing(task: Mapping[str, Json]) -> Standing:
    gates = cast("Sequence[Mapping[str, Json]]", task.get("gates") or [])
    return Standing(
        phase=PHASES.index(str(task["id"])),
        id=str(task["id"]),
        status=str(task["status"]),
        reason=str(task.get("reason") or ""),
        seconds=float(cast("float", task.get("seconds") or 0.0)),
        criteria=[
            Criterion(
                name=str(gate["name"]),
                verdict=str(gate["verdict"]),
                measured=gate.get("measured"),
                bound=gate.get("bound"),
            )
            for gate in gates
        ],
    )

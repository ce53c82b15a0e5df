"""The flagship in provision mode with all six secrets against local services that keep state.

Twice: from nothing, when each service has to hold exactly what the plan says; and again with an empty local state and
only the remote side left, when nothing may be doubled, and nothing changed but what the plan itself measured anew (a
page with latencies). Blind webhooks apart: those are sent again, and the report names them.

Run by hand: `python tests/bench/flagship_effects.py [--check]`. It measures everything anew, which takes minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.compare import PYTHON, ROOT, prepare
from tests.e2e.nine import EXTERNAL
from tests.services.outside import Outside, outside

BLIND = {"slack", "zapier"}
CLOCK = "2025-10-02T09:00"
"""Both runs on one day of the plan, so that pages that name the day are the same."""


class Round(NamedTuple):
    """One run of the whole plan, from an empty state."""

    exit: int
    seconds: float
    errors: str
    report: dict[str, Any]
    work: Path

    @property
    def tasks(self) -> dict[str, Any]:
        return {task["id"]: task for task in self.report["tasks"]}

    def steps(self, task: str) -> dict[str, Any]:
        slots = self.tasks[task]["slots"]
        return {step["id"]: step for step in slots[-1]["steps"]} if slots else {}


def provision(services: Outside, state: Path) -> Round:
    """A run of its own process, as a user starts it."""
    command = [*PYTHON, "-m", "automation", "run", "--mode", "provision", "--plan", "tasks/hal-phase3", "--quiet"]
    command += ["--state", str(state), "--now", CLOCK]
    for name, value in services.addresses.items():
        command += ["--var", f"{name}={value}"]
    environment = {**os.environ, **services.secrets}
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    folder = state / "hal-phase3"
    report = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    return Round(done.returncode, seconds, done.stderr, report, folder / "work")


def expected(found: Round) -> dict[str, Any]:
    """What the plan says that Airtable and Notion hold, from the files that its own steps wrote.

    Where a task did not come to its step, because a gate before it was missed, nothing may be there.
    """

    def reached(task: str, step: str) -> bool:
        return bool(found.steps(task).get(step, {}).get("status") == "done")

    def text(path: str) -> str:
        where = found.work / path
        return where.read_text(encoding="utf-8") if where.exists() else "[]"

    tables = {"HAL sessions": "memory/sessions.json", "HAL synced sessions": "memory/synced-sessions.json"}
    tasks = ("session-store", "session-sync")
    tables = {name: path for (name, path), task in zip(tables.items(), tasks, strict=True) if reached(task, "upsert")}
    records = {name: json.loads(text(path)) for name, path in tables.items()}
    kept = {
        name: [{key: value for key, value in row.items() if value not in ("", False)} for row in rows]
        for name, rows in records.items()
    }
    pages = {"HAL Phase 3: memory design": "memory/design.md", "HAL Phase 3 completion": "closing/completion.md"}
    tasks = ("memory-design-review", "phase3-sign-off")
    pages = {name: path for (name, path), task in zip(pages.items(), tasks, strict=True) if reached(task, "publish")}
    words = {title: _words(text(path)) for title, path in pages.items()}
    return {"airtable": kept, "notion": words}


def holds(services: Outside) -> dict[str, Any]:
    """The same, of what they do hold."""
    contents = services.contents()
    pages = {title: _words("\n".join(lines[1:])) for title, lines in contents["notion"].items()}
    return {"airtable": contents["airtable"], "notion": pages}


def _words(text: str) -> list[str]:
    """The words of a page without what Markdown marks them up with."""
    return [
        word
        for word in "".join(letter if letter.isalnum() or letter in ".%" else " " for letter in text).split()
        if any(letter.isalnum() for letter in word)
    ]


def same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    rows = all(
        sorted(map(json.dumps, found["airtable"].get(name, []))) == sorted(map(json.dumps, rows))
        for name, rows in wanted["airtable"].items()
    )
    tables = set(found["airtable"]) == set(wanted["airtable"])
    pages = set(found["notion"]) == set(wanted["notion"])
    return (
        rows and tables and pages and all(_covers(found["notion"][t], words) for t, words in wanted["notion"].items())
    )


def _covers(found: list[str], wanted: list[str]) -> bool:
    """All words of the file stand on the page, in order; numbers of lists and addresses are no words of a page."""
    left = iter(wanted)
    return all(any(word == one for one in left) for word in found) and len(found) >= len(wanted) * 0.8


def told_line(met: bool, what: str) -> bool:
    print(f"{'met   ' if met else 'MISSED'} {what}")
    return met


def check_steps(found: Round) -> list[bool]:
    verdicts = []
    for task, steps in EXTERNAL.items():
        ended = found.steps(task)
        real = all(ended.get(step, {}).get("status") == "done" for step in steps)
        words = ", ".join(f"{step} {ended.get(step, {}).get('status')}" for step in steps)
        verdicts.append(told_line(real, f"{task}: {found.tasks[task]['status']}, {words}"))
    return verdicts


def identities(services: Outside) -> dict[str, Any]:
    """The ids of all that is there: what is doubled has a new one, what is changed keeps its own."""
    rows = {name: sorted(records) for name, records in services.airtable.records.items()}
    return {"airtable": rows, "notion": sorted(page["id"] for page in services.notion.live)}


def check_again(services: Outside, first: Round, second: Round, before: dict[str, Any]) -> list[bool]:
    """What the second run, from an empty state, may do: send the blind messages again, and nothing else."""
    places = [(task, step) for task, steps in EXTERNAL.items() for step in steps]
    ended = {place: second.steps(place[0]).get(place[1], {}) for place in places}
    adopted = [f"{task}/{step}" for (task, step), told in ended.items() if told.get("adopted")]
    blind = [told for told in ended.values() if told.get("uses") in BLIND and told.get("status") == "done"]
    print(
        f"       adopted: {', '.join(adopted) or 'nothing'}; changes so far: {dict(sorted(services.taken().items()))}"
    )
    was, now = expected(first), expected(second)
    anew = [title for title, words in now["notion"].items() if was["notion"].get(title) != words]
    same_rows = was["airtable"] == now["airtable"]
    return [
        told_line(identities(services) == before, "again from an empty state: nothing doubled, everything kept its id"),
        told_line(same(holds(services), now), "Airtable and Notion hold exactly what the plan says"),
        told_line(same_rows, "Airtable: nothing to change"),
        told_line(not anew or first.exit == second.exit, f"pages with other measurements: {', '.join(anew) or 'none'}"),
        told_line(all(told["sent"] for told in blind), f"the report names the {len(blind)} blind messages sent again"),
    ]


def main() -> int:
    prepare()
    with outside() as services, tempfile.TemporaryDirectory() as name:
        first = provision(services, Path(name) / "first")
        counts = first.report["counts"]
        print(f"exit {first.exit} after {first.seconds:.0f} s; {counts}; {dict(sorted(services.taken().items()))}")
        print(first.errors, end="")
        for task in first.report["tasks"]:
            if task["status"] not in ("done", "blocked"):
                print(f"       {task['id']}: {task['status']}: {task['reason']}")
        verdicts = check_steps(first)
        verdicts.append(
            told_line(same(holds(services), expected(first)), "Airtable and Notion hold exactly what the plan says")
        )
        before, rows = identities(services), len(services.airtable.writes())
        second = provision(services, Path(name) / "second")
        print(f"exit {second.exit} after {second.seconds:.0f} s; {dict(sorted(services.taken().items()))}")
        verdicts += check_steps(second)
        verdicts += check_again(services, first, second, before)
        verdicts.append(
            told_line(len(services.airtable.writes()) == rows, f"Airtable was written to {rows} times and not again")
        )
    return 1 if "--check" in sys.argv and not all(verdicts) else 0


if __name__ == "__main__":
    raise SystemExit(main())

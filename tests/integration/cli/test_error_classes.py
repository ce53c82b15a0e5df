"""Each class of error is treated in its own way, on tasks of the unified plan's kind: a callable, gates, a next one."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.integration.cli.rig import Ztr

PHASES = """
import json, pathlib

class Gone(ValueError):
    pass

def flaky():
    seen = pathlib.Path("seen")
    seen.write_text(seen.read_text() + "x" if seen.exists() else "x")
    if len(seen.read_text()) < 3:
        raise ConnectionError("the host closed the connection")
    return {"tries": len(seen.read_text())}

def wrong():
    raise Gone("the target orders has no commit: make one")

def short():
    return {"tries": 1}
"""
PHASE = """
    id: first
    title: First phase
    retry: {{attempts: 3, delay: 1ms, factor: 1, max-delay: 1ms}}
    steps:
      - id: work
        uses: python
        with: {{call: "phases:{function}"}}
        outputs: {{tries: integer}}
    gates:
      - {{metric: steps.work.outputs.tries, equals: 3, name: tries}}
"""
NEXT = """
    id: second
    title: Second phase
    needs: [first]
    steps:
      - uses: file
        with: {operation: write, path: second.txt, content: "here"}
"""


@pytest.fixture
def phases(ztr: Ztr) -> Ztr:
    (ztr.folder / "phases.py").write_text(textwrap.dedent(PHASES))
    return ztr


def told_of(ztr: Ztr, function: str) -> tuple[int, dict[str, Any]]:
    ztr.plan({"01": PHASE.format(function=function), "02": NEXT})
    told = ztr("run", "--json")
    return told.code, {task["id"]: task for task in told.json["tasks"]}


def attempts(task: dict[str, Any]) -> list[int]:
    return [step["attempts"] for step in task["slots"][-1]["steps"]]


def test_what_is_transient_is_tried_again_until_it_works(phases: Ztr) -> None:
    code, tasks = told_of(phases, "flaky")
    assert (code, tasks["first"]["status"], attempts(tasks["first"])) == (0, "done", [3])


def test_what_is_permanent_is_tried_once_and_a_person_hears_what_to_do(phases: Ztr) -> None:
    code, tasks = told_of(phases, "wrong")
    first = tasks["first"]
    assert (code, first["status"], attempts(first)) == (1, "failed", [1])
    assert "(permanent)" in first["reason"]
    assert "the target orders has no commit: make one" in first["reason"]
    assert "mend it" in first["next_step"]


def test_a_callable_that_is_not_there_is_tried_once(phases: Ztr) -> None:
    _code, tasks = told_of(phases, "gone")
    assert ("(permanent)" in tasks["first"]["reason"], attempts(tasks["first"])) == (True, [1])


def test_what_depends_on_it_waits_and_goes_on_once_it_is_mended(phases: Ztr) -> None:
    _code, tasks = told_of(phases, "short")
    assert (tasks["first"]["status"], tasks["second"]["status"]) == ("failed", "blocked")
    assert "tries: 1 is not 3" in tasks["first"]["reason"], "the measured value is told"
    assert "needs first, which failed" in tasks["second"]["reason"]
    (phases.folder / "phases.py").write_text(textwrap.dedent(PHASES).replace('{"tries": 1}', '{"tries": 2 + 1}'))
    assert phases("run", "--quiet").code == 0
    assert phases.statuses() == {"first": "done", "second": "done"}


def test_what_waits_too_long_for_a_person_says_so(phases: Ztr) -> None:
    phases.plan({"01": PHASE.format(function="flaky") + "    approval: manual\n", "02": NEXT})
    phases("run", "--now", "2025-09-08T09:00", "--quiet")
    assert "has waited" not in phases("status", "--now", "2025-09-08T20:00").out
    late = phases("status", "--now", "2025-09-11T10:00", "--json").json
    assert [risk["text"].split(":")[0] for risk in late["risks"] if risk["kind"] == "waiting"] == [
        "first has waited 3 days for a person"
    ]

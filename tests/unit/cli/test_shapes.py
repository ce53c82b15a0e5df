"""An event of a stranger's journal is believed only if each field is what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from automation.cli.remote.shapes import misshapen
from automation.engine.events import (
    Event,
    GatesJudged,
    Opened,
    Product,
    ProductsKept,
    RunStarted,
    Sent,
    StepFinished,
    TaskFinished,
    TaskStarted,
    Verdict,
)

AT = "2026-01-05T09:00:00+00:00"
LATEST = datetime(2026, 1, 5, 10, tzinfo=UTC)
STEP = StepFinished(AT, "note", "day-1", "write", "done")
FINISHED = TaskFinished(AT, "note", "day-1", "done")
RUN = RunStarted(AT, "1-1", "d", "auto", "auto", 1)
GOOD: tuple[Event, ...] = (
    Opened(AT, "1-1", 1, "o/r:p", "p", superseded=(("note", "day-1"),)),
    RUN._replace(present=("TOKEN",), start="2026-01-05"),
    TaskStarted(AT, "note", "2026-01-05T09:00:00+04:00", "d"),
    STEP._replace(seconds=1, outputs={"x": [1, {"y": None}]}, error_kind="transient"),
    STEP._replace(sent=(Sent("k", "t", {"a": 1}, "h", True),), missing=("A", "B"), error_kind=None),
    GatesJudged(AT, "note", "day-1", (Verdict("g", "metric", "passed", 0.5),)),
    ProductsKept(AT, "note", "day-1", (Product("a", "0" * 64, 3),)),
    FINISHED._replace(unlock=(("A", "B"), ()), not_before="2026-01-06T09:00:00Z"),
)
BAD: list[tuple[Event, dict[str, Any], str]] = [
    (RUN, {"at": 5}, "RunStarted has no such at"),
    (RUN, {"at": "x"}, "a time is none"),
    (RUN, {"at": "0001-01-01T00:00:00+14:00"}, "a time is none"),
    (RUN, {"at": "2026-01-05T10:00:01Z"}, "a time is yet to come"),
    (RUN, {"day": True}, "RunStarted has no such day"),
    (RUN, {"day": 1.5}, "RunStarted has no such day"),
    (RUN, {"day": -1}, "its day or the plan's start is none"),
    (RUN, {"day": 10**400}, "RunStarted has no such day"),
    (RUN, {"start": "20260105"}, "its day or the plan's start is none"),
    (RUN, {"mode": "rm -rf"}, "RunStarted has no such mode"),
    (RUN, {"mode": ["auto"]}, "RunStarted has no such mode"),
    (RUN, {"present": "TOKEN"}, "RunStarted has no such present"),
    (RUN, {"present": ("TOKEN", 5)}, "RunStarted has no such present"),
    (STEP, {"seconds": float("inf")}, "StepFinished has no such seconds"),
    (STEP, {"seconds": "1"}, "StepFinished has no such seconds"),
    (STEP, {"adopted": 1}, "StepFinished has no such adopted"),
    (STEP, {"outputs": [1]}, "StepFinished has no such outputs"),
    (STEP, {"error_kind": "odd"}, "StepFinished has no such error_kind"),
    (STEP, {"sent": ({"key": "k"},)}, "StepFinished has no such sent"),
    (STEP, {"sent": (Sent("k", "t", None, "h", "yes"),)}, "StepFinished has no such sent"),  # type: ignore[arg-type]  # on purpose
    (STEP, {"slot": None}, "StepFinished has no such slot"),
    (STEP, {"slot": ""}, "a slot has a name that none can have"),
    (STEP, {"slot": "<!-- ztr:v1 -->"}, "a slot has a name that none can have"),
    (FINISHED, {"not_before": "tomorrow"}, "a time is none"),
    (FINISHED, {"unlock": ("A",)}, "TaskFinished has no such unlock"),
    (Opened(AT, "1-1", 1, "l", "p"), {"superseded": (("a",),)}, "Opened has no such superseded"),
]


@pytest.mark.parametrize("event", GOOD)
def test_what_a_run_of_ours_writes_is_believed(event: Event) -> None:
    assert misshapen(event, LATEST) == ""


@pytest.mark.parametrize(("event", "changed", "why"), BAD)
def test_a_field_that_is_not_what_it_says_is_told(event: Event, changed: dict[str, Any], why: str) -> None:
    assert misshapen(event._replace(**changed), LATEST) == why

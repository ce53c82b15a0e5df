"""What has happened outside: the event that started this run on GitHub, or the one that `--event` names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from automation.engine.due import Occurrence
from automation.errors import UsageError
from automation.plan.model import NOTHING, Json

BY_CLOCK_OR_HAND = frozenset({"", "manual", "schedule", "workflow_dispatch", "workflow_call"})
"""What starts a run without anything having happened that a task could wait for with `on`."""

LARGEST = 1_000_000
"""Characters of an event's payload that expressions may read; GitHub's own limit is 25 MB, for archives of lists."""


def named_event(text: str, now: datetime) -> tuple[Occurrence, ...]:
    """The event of `--event NAME[:ID]`; without an id the time tells it from others. None for an empty text."""
    name, _, given = text.strip().partition(":")
    return (Occurrence(given or f"{name}-{now:%Y%m%dT%H%M%S%f}", name),) if name else ()


def event_of_run(trigger: str, run_id: str) -> tuple[Occurrence, ...]:
    """The event that started this run on GitHub; attempts of one run are the same event."""
    return () if trigger in BY_CLOCK_OR_HAND or not run_id else (Occurrence(f"{trigger}-{run_id}", trigger),)


def payload(environment: Mapping[str, str]) -> Mapping[str, Json]:
    """What GitHub tells of the event, for `event.*` in expressions; empty elsewhere, or where it is too large.

    Raises `UsageError` for a file that is no JSON object.
    """
    place = environment.get("GITHUB_EVENT_PATH", "")
    path = Path(place)
    if not place or not path.is_file() or path.stat().st_size > LARGEST:
        return NOTHING
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{place}: the event's payload cannot be read: {error}", "unset GITHUB_EVENT_PATH") from error
    if not isinstance(found, dict):
        raise UsageError(f"{place}: the event's payload is no JSON object", "unset GITHUB_EVENT_PATH")
    return found

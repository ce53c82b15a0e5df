"""Starting the plan's workflow because somebody asked for it, without ever going round in circles. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from automation.github.repository import WorkflowRun

HOUR = timedelta(hours=1)
PER_HOUR = 6
"""Runs by hand or by a box within an hour, after which a box starts none: no person wants more, and a loop would."""

PER_HOUR_APPROVED = 30
"""The same where an approval lets something through: a person at work may approve one phase after the other."""

_ASKING = frozenset({"issues", "issue_comment"})
"""Events whose runs only see to what was asked: in a repository with one workflow file they stand among the others."""

_AHEAD = frozenset({"queued", "waiting", "pending", "requested"})


def why_not(runs: Iterable[WorkflowRun], now: datetime, most: int = PER_HOUR) -> str:
    """Why no run is started now; empty when one may be.

    One that waits already will see to it. That our own edits start nothing is GitHub's rule for a workflow's token and
    bots are not heard, so this is the second guard: dispatched runs are counted.
    """
    known = [run for run in runs if run.event not in _ASKING]
    if any(run.status in _AHEAD for run in known):
        return "a run is waiting to start already, and does what is due"
    recent = [run for run in known if run.event == "workflow_dispatch" and _is_recent(run.created, now)]
    if len(recent) >= most:
        return f"{len(recent)} runs were started within an hour: the next scheduled one does what is due"
    return ""


def _is_recent(created: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(created) < HOUR
    except (ValueError, TypeError):
        return True

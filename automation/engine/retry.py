"""When a failed attempt is repeated: exponential backoff with jitter, `Retry-After` honoured.

Pure: jitter comes in as a number.
"""

from __future__ import annotations

from typing import NamedTuple

from automation.engine.events import ErrorKind
from automation.plan.model import Retry

LONGEST_WAIT = 300.0
"""Seconds that a run waits at most for a service that names its own time; beyond, the task is deferred to a later
run.
"""

DEPENDENCY_WAIT = 900.0
"""Seconds after which a task whose dependency was missing is looked at again, where the failure names no time."""


class Again(NamedTuple):
    """Try once more after `wait` seconds."""

    wait: float


class Defer(NamedTuple):
    """Not in this run: not before `seconds` from now."""

    seconds: float


class GiveUp(NamedTuple):
    """The step has failed."""


Next = Again | Defer | GiveUp


def after_failure(
    retry: Retry, attempt: int, kind: ErrorKind, *, retry_after: float | None, left: float, jitter: float
) -> Next:
    """What follows the failed attempt number `attempt` (from 1).

    `jitter` in [0, 1) spreads the wait over its upper half, so that many clients do not come back at once ("equal
    jitter").
    `left` is the time that the task still has. A `retry_after` is waited for in full, within `LONGEST_WAIT` and `left`.
    """
    if kind == "dependency":
        return Defer(retry_after if retry_after is not None else DEPENDENCY_WAIT)
    if kind != "transient":
        return GiveUp()
    if retry_after is not None and retry_after > min(LONGEST_WAIT, left):
        return Defer(retry_after)
    if attempt >= retry.attempts:
        return GiveUp()
    wait = backoff(retry, attempt) * (0.5 + jitter / 2)
    wait = max(wait, retry_after or 0.0)
    return Again(wait) if wait < left else GiveUp()


def backoff(retry: Retry, attempt: int) -> float:
    """Seconds after attempt `attempt` (from 1) without jitter: delay · factor^(attempt-1), at most max_delay."""
    try:
        return min(retry.delay * retry.factor ** (attempt - 1), retry.max_delay)
    except OverflowError:
        return retry.max_delay

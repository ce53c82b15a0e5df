"""From which status a slot may go to which: the one table. Pure."""

from __future__ import annotations

from automation.engine.events import TaskStatus


class NotAllowed(ValueError):
    """An event that the transition table does not allow in this state."""


ALLOWED: dict[TaskStatus, frozenset[TaskStatus]] = {
    "pending": frozenset({"running", "blocked", "skipped", "deferred", "pending"}),
    "running": frozenset(
        {
            "running",
            "done",
            "mocked",
            "failed",
            "awaiting-approval",
            "deferred",
            "skipped",
            "unknown",
            "pending",
            "blocked",
        }
    ),
    "done": frozenset({"running", "pending", "skipped", "blocked"}),
    "mocked": frozenset({"running", "pending", "skipped", "blocked"}),
    "failed": frozenset({"running", "pending", "skipped", "blocked"}),
    "awaiting-approval": frozenset({"done", "failed", "skipped", "pending", "running"}),
    "blocked": frozenset({"running", "blocked", "pending", "skipped", "deferred"}),
    "deferred": frozenset({"running", "blocked", "pending", "skipped", "deferred"}),
    "skipped": frozenset({"pending", "running", "skipped"}),
    "unknown": frozenset({"running", "pending", "skipped", "failed", "blocked"}),
}

"""How values are written for people: durations, numbers, bars, icons."""

from __future__ import annotations

from collections.abc import Mapping

from automation.engine.events import Verdict
from automation.plan.model import Json
from monitoring.model import PlanFacts, Question, Status, TaskReport
from monitoring.render.escape import DASH, line

ICON: Mapping[Status, str] = {
    "done": "✅",
    "mocked": "🎭",
    "failed": "❌",
    "blocked": "⛔",
    "awaiting-approval": "⏸",
    "unknown": "❓",
    "interrupted": "⚡",
    "deferred": "⏳",
    "running": "▶",
    "skipped": "⏭",
    "pending": "·",
}
VERDICT: Mapping[str, str] = {"passed": "✓", "failed": "✗", "not-judged": "○"}
MEASURE: Mapping[str, str] = {"met": "✅", "missed": "❌", "not-judged": "🎭", "not-measured": "⏳"}

MINUTE, HOUR = 60, 3600
BIG, FIGURES = 1000, 4


def duration(seconds: float) -> str:
    """A duration in the unit that reads best: 12 ms, 6.1 s, 2 min 05 s, 3 h 20 min."""
    if seconds < 1:
        return f"{seconds * BIG:.0f} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min {int(seconds % MINUTE):02} s"
    return f"{int(seconds // HOUR)} h {int(seconds % HOUR // MINUTE):02} min"


def value(measured: Json) -> str:
    """A measured value: floats to four figures, counts with thousands marked, none as a dash."""
    if measured is None:
        return DASH
    if isinstance(measured, bool):
        return "true" if measured else "false"
    if isinstance(measured, int):
        return f"{measured:,}"
    if isinstance(measured, float):
        return f"{measured:,.0f}" if abs(measured) >= BIG else f"{measured:.{FIGURES}g}"
    return measured if isinstance(measured, str) else str(measured)


def instant(iso: str) -> str:
    """A time as people write it, with its offset: 2025-09-22 06:17 (+04:00)."""
    offset = iso[19:].lstrip(".0123456789")
    return f"{iso[:10]} {iso[11:16]} ({offset or 'local'})"


def day(plan: PlanFacts) -> str:
    """Where in its days the plan is; empty for a plan without days."""
    if not plan.days:
        return ""
    if plan.day > plan.days:
        return f"{count(plan.day - plan.days, 'working day')} past day {plan.days}"
    return f"day {plan.day} of {plan.days}" if plan.day else f"before day 1 of {plan.days}"


def why(task: TaskReport) -> str:
    """The task's reason; for gates that were missed their number, since each is shown by itself."""
    gates = task.latest.gates if task.latest else ()
    missed = sum(gate.status == "failed" for gate in gates)
    if missed and task.reason.startswith("gate missed"):
        return f"{missed} of {count(len(gates), 'gate')} missed"
    return task.reason


def note(gate: Verdict) -> str:
    """What a verdict's reason says beyond the measured value and its bound."""
    miss, _, more = gate.reason.partition("; ")
    return more if gate.measured is not None and " is not " in miss else gate.reason


def question(asked: Question) -> str:
    """Who has approved so far, and until when the question stands."""
    given = f" ({', '.join(line(name, 40) for name in asked.given)})" if asked.given else ""
    until = f", open until {instant(asked.expires)}" if asked.expires else ""
    return f"approved by {len(asked.given)} of {asked.needed}{given}{until}"


def bar(part: int, whole: int, width: int = 22) -> str:
    """A bar of blocks: full only when all is finished, empty only when nothing is."""
    filled = round(width * part / whole) if whole else 0
    if 0 < part < whole:
        filled = min(max(filled, 1), width - 1)
    return "█" * filled + "░" * (width - filled)


def count(number: int, word: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"

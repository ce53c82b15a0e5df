"""`ztr simulate`: all days of a plan in one go, on a virtual clock."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from shlex import quote
from typing import cast

import click

from automation.cli.as_planned import Ended, name_of
from automation.cli.execute import parse_date
from automation.cli.options import complete_plans
from automation.cli.paper import BOLD, RED, STYLES, columns, paint, say, say_json
from automation.cli.session import Session, Where
from automation.cli.simulation import Course, Day
from automation.cli.simulation import simulate as run_days
from automation.engine.events import Mode
from automation.errors import UsageError
from automation.plan.calendar import date_of
from automation.plan.model import Calendar, Json, Plan
from automation.plan.problems import did_you_mean
from monitoring.render.words import count

DAYS = 14
"""Calendar days of a plan that has no last one."""


@click.command(
    short_help="Run the whole plan on a virtual clock, day by day.",
    epilog="""Examples:

\b
  ztr simulate
  ztr simulate --fail semantic-search@4
  ztr simulate --plan tasks/nightly --start 2025-10-24 --days 5
  ztr simulate --json | jq '.days[] | select(.as_planned | not)'""",
)
@click.option(
    "--plan",
    metavar="DIR",
    shell_complete=lambda _context, _parameter, begun: complete_plans(begun),
    help="The plan's folder [default: the only one, or pyproject.toml's].",
)
@click.option("--var", multiple=True, metavar="NAME=VALUE", help="A variable of the plan; may be given several times.")
@click.option("--mode", type=click.Choice(["mock", "auto"]), default="mock", show_default=True, help="As in `ztr run`.")
@click.option("--start", metavar="DATE", help="The plan starts on this date [default: its own start].")
@click.option(
    "--days", type=click.IntRange(1, 3660), metavar="N", help=f"Calendar days [default: to the plan's end, or {DAYS}]."
)
@click.option("--at", "at", metavar="HH:MM", default="09:00", show_default=True, help="Local time of each wake-up.")
@click.option(
    "--fail", multiple=True, metavar="TASK@DAY", help="Let the task fail on that day of the plan, or date, once."
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="N", default=1, show_default=True, help="Tasks at the same time."
)
@click.option("--keep", metavar="DIR", help="Keep the state in this folder, which must be new or empty.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: days, planted, counts, as_planned.")
@click.option("--quiet", is_flag=True, help="Print only what was not as planned.")
def simulate(
    *,
    plan: str | None,
    var: tuple[str, ...],
    mode: str,
    start: str | None,
    days: int | None,
    at: str,
    fail: tuple[str, ...],
    jobs: int,
    keep: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run the whole plan on a virtual clock: one wake-up a calendar day, through the same code as `ztr run`.

    Each day has an empty work directory and nothing but the saved state, as on a fresh machine. Your own state is not
    touched. With --fail a task fails once: what needs it is blocked, the rest goes on, and the next day heals it. Ends
    with 0 when on every day exactly that day's tasks ran, and with 1 otherwise.
    """
    where = Where(plan=plan, vars=var, here=Path.cwd())
    found = Session(where, os.environ).plan
    calendar = found.calendar._replace(start=parse_date(start)) if start else found.calendar
    length = days or (_to_end(found, calendar) if found.days else DAYS)
    planted = _planted(found, calendar, length, fail)
    with _folder(keep) as folder:
        course = Course(found, calendar, folder, length, cast(Mode, mode), _time(at), planted, jobs)
        told = []
        for day in run_days(course, where, os.environ):
            told.append(day)
            if not as_json:
                _show(day, quiet=quiet)
    if as_json:
        say_json(_document(course, told))
    elif not quiet:
        _sum_up(course, told, keep, plan)
    return 1 if any(day.differences for day in told) else 0


def _to_end(plan: Plan, calendar: Calendar) -> int:
    return (date_of(calendar, plan.days) - calendar.start).days + 1


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--at {text}: not a time of day", "write it as 09:00") from error


def _planted(plan: Plan, calendar: Calendar, length: int, given: Iterable[str]) -> dict[date, frozenset[str]]:
    """`TASK@DAY` each, DAY a working day of the plan or a date. Raises `UsageError`."""
    found: dict[date, frozenset[str]] = {}
    for text in given:
        task, _, day = text.partition("@")
        if task not in plan.tasks:
            raise UsageError(f"the plan {plan.id} has no task {task}", did_you_mean(task, plan.tasks))
        on = _date(text, day, calendar)
        if not 0 <= (on - calendar.start).days < length:
            last = calendar.start + timedelta(days=length - 1)
            raise UsageError(f"--fail {text}: {on} is not simulated", f"name a day from {calendar.start} to {last}")
        found[on] = found.get(on, frozenset()) | {task}
    return found


def _date(text: str, day: str, calendar: Calendar) -> date:
    try:
        return date_of(calendar, int(day)) if day.isdecimal() else date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(
            f"--fail {text}: {day or 'nothing'} is no day", "write TASK@4 for working day 4, or TASK@2025-09-11"
        ) from error


@contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    """Where the state is saved: a temporary folder, or the one that is to be kept."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ztr-simulate-") as name:
            yield Path(name)
        return
    folder = Path.cwd() / keep
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"--keep {keep}: it is not an empty folder", "name a new one")
    yield folder


def _show(day: Day, *, quiet: bool) -> None:
    """A day as lines: nothing for one on which nothing was due and nothing happened."""
    if not quiet and day.ended:
        head = (f"day {day.day}" if day.day else "day off", f"{day.date:%a} {day.date}")
        rows = [(*head, name_of(one[:2]), _word(one, day)) for one in day.ended]
        rows = [rows[0], *(("", "", *row[2:]) for row in rows[1:])]
        wide = [(f"{row[0]:7}", f"{row[1]:14}", f"{row[2]:28}", row[3]) for row in rows]
        for line, one in zip(columns(wide), day.ended, strict=True):
            say(paint(line, STYLES.get(one.status, "")))
    for difference in day.differences:
        say(paint(f"✗ {day.date}: {difference}", RED))


def _word(one: Ended, day: Day) -> str:
    return "failed, as planted" if one.task in day.planted and one.status == "failed" else one.status.replace("-", " ")


def _counts(days: Iterable[Day]) -> dict[str, int]:
    return dict(sorted(Counter(one.status for day in days for one in day.ended).items()))


def _sum_up(course: Course, days: list[Day], keep: str | None, plan: str | None) -> None:
    wrong = sum(bool(day.differences) for day in days)
    idle = sum(not day.ended for day in days)
    counts = ", ".join(f"{number:,} {status}" for status, number in _counts(days).items())
    begun = course.calendar.start
    say(f"\n{course.plan.title}: {count(len(days), 'day')} from {begun}, {course.mode}: {counts or 'nothing ran'}")
    told = f"{wrong} not as planned" if wrong else "every day ran exactly what was planned"
    say(
        paint(
            f"{len(days) - wrong} of {count(len(days), 'day')} as planned, {idle} of them without work: {told}.", BOLD
        )
    )
    if keep:
        named = f" --plan {quote(plan)}" if plan else ""
        say(f"Next: `ztr status{named} --state {quote(keep)}` shows where the plan stands after that.")


def _document(course: Course, days: list[Day]) -> dict[str, Json]:
    return {
        "plan": course.plan.id,
        "mode": course.mode,
        "start": course.calendar.start.isoformat(),
        "days": [_day(day) for day in days],
        "planted": [
            {"task": task, "date": on.isoformat()}
            for on, tasks in sorted(course.planted.items())
            for task in sorted(tasks)
        ],
        "counts": _counts(days),
        "as_planned": not any(day.differences for day in days),
    }


def _day(day: Day) -> dict[str, Json]:
    return {
        "date": day.date.isoformat(),
        "day": day.day,
        "now": day.now,
        "expected": [{"task": task, "slot": slot} for task, slot in day.expected],
        "ended": [one._asdict() for one in day.ended],
        "differences": list(day.differences),
        "as_planned": not day.differences,
    }

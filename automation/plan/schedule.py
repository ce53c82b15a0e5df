"""Slots of recurring tasks: cron in the plan's zone, each slot exactly once across both clock changes.

A time that the clock skips becomes the first instant after the gap; a time that happens twice counts the first time
only. Slots before the plan's start do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from automation.plan.calendar import is_working, zone
from automation.plan.model import Calendar, Schedule

_MARGIN: Final = timedelta(days=2)  # more than any zone ever skipped or repeated
_FIELDS: Final = 5
_SPAN: Final = (timedelta(days=8), timedelta(days=70), timedelta(days=800), timedelta(days=3700))


def cron_problem(cron: str) -> str:
    """Why the text is no five-field cron expression; empty when it is one."""
    from cronsim import CronSim, CronSimError

    if len(cron.split()) != _FIELDS:
        return f"a cron expression has five fields, this one has {len(cron.split())}"
    try:
        next(CronSim(cron, datetime(2000, 1, 1)), None)  # noqa: DTZ001 - local time of no zone, on purpose
    except CronSimError as error:
        return f"no cron expression: {error}"
    return ""


def slots(schedule: Schedule, calendar: Calendar, after: datetime, until: datetime) -> Iterator[datetime]:
    """The slots in (after, until], in order, as times of the plan's zone. Both limits are aware."""
    from cronsim import CronSim

    here = zone(calendar)
    begin = max(after.astimezone(UTC), _start(calendar, here) - timedelta(microseconds=1))
    last = begin
    end = until.astimezone(UTC)
    # Cron runs on the wall clock, without a zone; each of its times is then put on the time line.
    for wall in CronSim(schedule.cron, _wall(begin, here) - _MARGIN):
        instant = _instant(wall, here)
        if instant > end:
            if wall > _wall(end, here) + _MARGIN:
                return
            continue
        if instant > last and (not schedule.working_days or is_working(calendar, wall.date())):
            last = instant
            yield instant.astimezone(here)


def latest_slot(schedule: Schedule, calendar: Calendar, until: datetime) -> datetime | None:
    """The last slot at or before `until`, None when there is none since the plan's start (or within ten years)."""
    start = _start(calendar, zone(calendar)) - timedelta(microseconds=1)
    for span in _SPAN:
        after = max(start, until.astimezone(UTC) - span)
        found = None
        for slot in slots(schedule, calendar, after, until):
            found = slot
        if found is not None or after == start:
            return found
    return None


def _start(calendar: Calendar, here: tzinfo) -> datetime:
    return _instant(datetime.combine(calendar.start, time()), here)


def _wall(instant: datetime, here: tzinfo) -> datetime:
    return instant.astimezone(here).replace(tzinfo=None)


def _instant(wall: datetime, here: tzinfo) -> datetime:
    """The moment (UTC) of a wall time: the first one of two, the end of the gap for one that the clock skips."""
    instant = wall.replace(tzinfo=here, fold=0).astimezone(UTC)
    if _wall(instant, here) == wall:
        return instant
    low = wall.replace(tzinfo=here, fold=1).astimezone(UTC)
    return _change(low, instant, here)


def _change(before: datetime, after: datetime, here: tzinfo) -> datetime:
    """The first second at which the offset of `after` holds."""
    offset = after.astimezone(here).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while low < high:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(here).utcoffset() == offset:
            high = middle
        else:
            low = middle + 1
    return before + timedelta(seconds=low)

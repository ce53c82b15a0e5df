"""The working calendar: working day ↔ date.

Pure, and proof against clock changes, because it counts dates and no hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from automation.plan.model import Calendar


def date_of(calendar: Calendar, day: int) -> date:
    """The date of working day `day`, counted from 1. Raises ValueError for days below 1 or beyond the year 9999."""
    if day < 1:
        raise ValueError(f"working days are counted from 1; there is no day {day}")
    found = calendar.start
    try:
        # A step as long as what is missing never goes too far: no date counts for more than one day.
        while missing := day - day_on(calendar, found):
            found += timedelta(days=missing)
    except OverflowError:
        raise ValueError(f"working day {day} lies beyond the year 9999") from None
    return found


def day_on(calendar: Calendar, on: date) -> int:
    """The number of the working day on that date; on a day off that of the last one before it; 0 before the first."""
    days = (on - calendar.start).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    first = calendar.start.isoweekday()
    count = weeks * len(calendar.week) + sum((first - 1 + offset) % 7 + 1 in calendar.week for offset in range(rest))
    return count - sum(off <= on for off in _days_lost(calendar))


def is_working(calendar: Calendar, on: date) -> bool:
    """Whether work is done on that date."""
    return on >= calendar.start and on.isoweekday() in calendar.week and on not in calendar.holidays


def local(calendar: Calendar, now: datetime) -> date:
    """The date in the plan's zone at the moment `now` (aware)."""
    if now.tzinfo is None:
        raise ValueError("the time has no zone: use an aware datetime")
    return now.astimezone(zone(calendar)).date()


def zone(calendar: Calendar) -> tzinfo:
    """The plan's zone. Raises ValueError for an unknown one."""
    return zone_named(calendar.zone)


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """The IANA zone of that name. Raises ValueError for an unknown one."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


@lru_cache(maxsize=64)
def _days_lost(calendar: Calendar) -> tuple[date, ...]:
    """Holidays that would have been working days."""
    return tuple(
        sorted(off for off in calendar.holidays if off >= calendar.start and off.isoweekday() in calendar.week)
    )

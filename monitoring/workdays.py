"""Temporary: until automation.plan.calendar is there."""

from __future__ import annotations

from datetime import date, timedelta

from automation.plan.model import Calendar


def _works(calendar: Calendar, day: date) -> bool:
    return day.isoweekday() in calendar.week and day not in calendar.holidays


def day_on(calendar: Calendar, today: date) -> int:
    found, day = 0, calendar.start
    while day <= today:
        found += _works(calendar, day)
        day += timedelta(days=1)
    return found


def date_of(calendar: Calendar, number: int) -> date:
    day = calendar.start
    while True:
        number -= _works(calendar, day)
        if number <= 0:
            return day
        day += timedelta(days=1)

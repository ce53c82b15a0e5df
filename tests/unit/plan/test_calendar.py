"""The working calendar: numbers and dates, both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.calendar import date_of, day_on, is_working, local, zone_named
from automation.plan.model import Calendar

HAL = Calendar(date(2025, 9, 8), "Asia/Dubai")


@pytest.mark.parametrize(
    ("day", "on"),
    [
        (1, "2025-09-08"),
        (5, "2025-09-12"),
        (6, "2025-09-15"),
        (8, "2025-09-17"),
        (13, "2025-09-24"),
        (18, "2025-10-01"),
    ],
)
def test_the_flagships_days_have_their_dates(day: int, on: str) -> None:
    assert date_of(HAL, day) == date.fromisoformat(on)
    assert day_on(HAL, date.fromisoformat(on)) == day


def test_before_the_start_it_is_day_0_and_a_day_off_counts_as_the_last_working_day() -> None:
    dates = [date(2025, 9, 7), date(2025, 9, 13), date(2025, 9, 14), date(2030, 1, 1)]
    assert [day_on(HAL, on) for on in dates] == [0, 5, 5, 1127]


def test_a_plan_that_starts_on_a_day_off_has_its_first_day_later() -> None:
    calendar = Calendar(date(2025, 12, 25), "UTC", holidays=frozenset({date(2025, 12, 25), date(2025, 12, 26)}))
    assert date_of(calendar, 1) == date(2025, 12, 29)
    assert day_on(calendar, date(2025, 12, 26)) == 0


def test_days_are_counted_over_days_off() -> None:
    calendar = HAL._replace(holidays=frozenset({date(2025, 9, 15)}))
    dates = [date(2025, 9, day) for day in (11, 12, 13, 15, 16)]
    assert [(day_on(calendar, on), is_working(calendar, on)) for on in dates] == [
        (4, True),
        (5, True),
        (5, False),
        (5, False),
        (6, True),
    ]
    assert [date_of(calendar, day) for day in (5, 6)] == [date(2025, 9, 12), date(2025, 9, 16)]


def test_a_day_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        date_of(HAL, 0)
    with pytest.raises(ValueError, match="beyond the year 9999"):
        date_of(HAL, 10_000_000)


@pytest.mark.parametrize(
    ("zone", "now", "on"),
    [
        ("Asia/Dubai", "2025-09-07T19:59:59", "2025-09-07"),
        ("Asia/Dubai", "2025-09-07T20:00:00", "2025-09-08"),
        ("America/New_York", "2026-03-08T04:59:59", "2026-03-07"),
        ("America/New_York", "2026-03-09T03:59:59", "2026-03-08"),
        ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31"),
        ("UTC", "2025-01-01T00:00:00", "2025-01-01"),
    ],
)
def test_the_date_is_that_of_the_plans_zone(zone: str, now: str, on: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert local(HAL._replace(zone=zone), moment) == date.fromisoformat(on)


def test_a_time_without_zone_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        local(HAL, datetime(2025, 1, 1))  # noqa: DTZ001 - what is to be refused
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(ValueError, match="no time zone"):
            zone_named(name)


DATES = st.dates(date(2000, 1, 1), date(2040, 1, 1))
CALENDARS = st.builds(
    Calendar,
    start=DATES,
    week=st.frozensets(st.integers(1, 7), min_size=1),
    holidays=st.frozensets(st.dates(date(2000, 1, 1), date(2002, 1, 1)), max_size=30),
)


@given(CALENDARS, st.integers(1, 150))
def test_days_and_dates_agree_with_counting_on_the_fingers(calendar: Calendar, day: int) -> None:
    on, count = calendar.start - timedelta(days=1), 0
    while count < day:
        on += timedelta(days=1)
        count += on.isoweekday() in calendar.week and on not in calendar.holidays
        assert day_on(calendar, on) == count
    assert date_of(calendar, day) == on
    assert is_working(calendar, on)

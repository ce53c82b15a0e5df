"""Slots of recurring tasks: each exactly once, across both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.model import Calendar, Schedule
from automation.plan.schedule import cron_problem, latest_slot, slots


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(cron: str, zone: str, after: str, until: str, **more: bool) -> list[str]:
    calendar = Calendar(date(2000, 1, 1), zone)
    schedule = Schedule(cron, working_days=more.get("working_days", False))
    return [slot.isoformat() for slot in slots(schedule, calendar, at(after), at(until))]


def test_a_daily_slot_keeps_its_wall_clock_time() -> None:
    assert found("0 9 * * *", "America/New_York", "2026-03-06T20:00", "2026-03-09T20:00") == [
        "2026-03-07T09:00:00-05:00", "2026-03-08T09:00:00-04:00", "2026-03-09T09:00:00-04:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "cron", "after", "until", "expected"),
    [
        ("America/New_York", "30 2 * * *", "2026-03-08T00:00", "2026-03-09T05:00", ["2026-03-08T03:00:00-04:00"]),
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00", "2026-10-04T12:00", ["2026-10-04T02:30:00+11:00"]),
        ("Africa/Casablanca", "30 2 * * *", "2026-03-21T12:00", "2026-03-22T12:00", ["2026-03-22T03:00:00+01:00"]),
        ("Antarctica/Troll", "30 1 * * *", "2026-03-28T12:00", "2026-03-29T12:00", ["2026-03-29T03:00:00+02:00"]),
        ("Pacific/Apia", "0 12 30 12 *", "2011-12-01T00:00", "2012-01-30T00:00", ["2011-12-31T00:00:00+14:00"]),
    ],
)
def test_a_time_that_the_clock_skips_is_the_first_instant_after_the_gap(
    zone: str, cron: str, after: str, until: str, expected: list[str]
) -> None:
    assert found(cron, zone, after, until) == expected


@pytest.mark.parametrize(
    ("zone", "cron", "after", "until", "expected"),
    [
        ("America/New_York", "30 1 * * *", "2026-11-01T00:00", "2026-11-01T23:00", ["2026-11-01T01:30:00-04:00"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00", "2026-04-05T12:00", ["2026-04-05T01:45:00+11:00"]),
        ("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00", "2026-10-25T12:00", ["2026-10-25T02:30:00+02:00"]),
    ],
)
def test_a_time_that_happens_twice_counts_the_first_time(
    zone: str, cron: str, after: str, until: str, expected: list[str]
) -> None:
    assert found(cron, zone, after, until) == expected


def test_slots_that_fall_into_one_gap_are_one_slot() -> None:
    assert found("*/20 2 * * *", "America/New_York", "2026-03-08T05:00", "2026-03-08T12:00") == [
        "2026-03-08T03:00:00-04:00"
    ]


def test_the_second_look_begins_after_the_first_one() -> None:
    first = found("30 1 * * *", "America/New_York", "2026-11-01T00:00", "2026-11-01T05:30")
    again = found("30 1 * * *", "America/New_York", "2026-11-01T05:30", "2026-11-01T20:00")
    assert (first, again) == (["2026-11-01T01:30:00-04:00"], [])


def test_working_days_leave_out_weekends_and_holidays() -> None:
    calendar = Calendar(date(2025, 9, 8), "Asia/Dubai", holidays=frozenset({date(2025, 9, 15)}))
    schedule = Schedule("0 9 * * *", working_days=True)
    got = [slot.day for slot in slots(schedule, calendar, at("2025-09-11T00:00"), at("2025-09-17T00:00"))]
    assert got == [11, 12, 16]


def test_there_are_no_slots_before_the_start() -> None:
    calendar = Calendar(date(2025, 9, 8), "Asia/Dubai")
    got = list(slots(Schedule("0 0 * * *"), calendar, at("2020-01-01T00:00"), at("2025-09-08T23:00")))
    assert [slot.isoformat() for slot in got] == ["2025-09-08T00:00:00+04:00", "2025-09-09T00:00:00+04:00"]
    assert latest_slot(Schedule("0 0 * * *"), calendar, at("2025-09-07T19:00")) is None


@pytest.mark.parametrize(
    ("cron", "until", "expected"),
    [
        ("*/5 * * * *", "2026-06-01T10:02", "2026-06-01T14:00:00+04:00"),
        ("0 9 1 * *", "2026-06-20T10:02", "2026-06-01T09:00:00+04:00"),
        ("0 9 1 1 *", "2026-12-20T10:02", "2026-01-01T09:00:00+04:00"),
        ("0 9 29 2 *", "2027-12-20T10:02", None),
        ("0 9 29 2 *", "2032-12-20T10:02", "2032-02-29T09:00:00+04:00"),
    ],
)
def test_the_latest_slot_is_found_near_and_far(cron: str, until: str, expected: str | None) -> None:
    slot = latest_slot(Schedule(cron), Calendar(date(2025, 9, 8), "Asia/Dubai"), at(until))
    assert (slot.isoformat() if slot else None) == expected


def test_looking_back_for_a_slot_that_never_comes_has_an_end() -> None:
    saturdays = Schedule("0 9 * * 6", working_days=True)
    assert latest_slot(saturdays, Calendar(date(2025, 9, 8)), at("2045-01-01T00:00")) is None


@pytest.mark.parametrize(
    ("cron", "problem"),
    [
        ("0 9 * * *", ""),
        ("0 9 * * mon-fri", ""),
        ("0 9 * *", "a cron expression has five fields, this one has 4"),
        ("0 0 9 * * *", "a cron expression has five fields, this one has 6"),
        ("60 9 * * *", "no cron expression: Bad minute"),
        ("0 9 * * funday", "no cron expression: Bad day-of-week"),
    ],
)
def test_faulty_cron_is_told(cron: str, problem: str) -> None:
    assert cron_problem(cron) == problem


ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca", "Pacific/Apia",
     "Asia/Dubai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "America/Sao_Paulo"]
)  # fmt: skip


@given(ZONES, st.integers(0, 23), st.integers(0, 59), st.datetimes(datetime(2011, 12, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_daily_schedule_has_one_slot_for_each_wall_date_that_exists(
    zone: str, hour: int, minute: int, begin: datetime
) -> None:
    here = ZoneInfo(zone)
    after = begin.replace(tzinfo=UTC)
    until = after + timedelta(days=9)
    got = list(slots(Schedule(f"{minute} {hour} * * *"), Calendar(date(2000, 1, 1), zone), after, until))
    assert [slot.astimezone(UTC) for slot in got] == brute_force(here, hour, minute, after, until)


def brute_force(here: ZoneInfo, hour: int, minute: int, after: datetime, until: datetime) -> list[datetime]:
    """For each wall date the first minute whose wall clock has reached the time, looked for minute by minute."""
    found: list[datetime] = []
    local = after.astimezone(here).date() - timedelta(days=2)
    while local <= until.astimezone(here).date() + timedelta(days=1):
        wanted = datetime(local.year, local.month, local.day, hour, minute)  # noqa: DTZ001 - a wall time
        guess = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
        low, high = 0, 3 * 24 * 60
        reached = [guess + timedelta(minutes=n) for n in range(low, high, 60)]
        hour_before = max(
            (moment for moment in reached if moment.astimezone(here).replace(tzinfo=None) < wanted
             and all(m.astimezone(here).replace(tzinfo=None) < wanted for m in reached if m <= moment)),
            default=guess - timedelta(hours=1),
        )  # fmt: skip
        moment = hour_before
        while moment.astimezone(here).replace(tzinfo=None) < wanted:
            moment += timedelta(minutes=1)
        if after < moment <= until and moment not in found:
            found.append(moment)
        local += timedelta(days=1)
    return found

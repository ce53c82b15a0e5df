"""plan.yaml → the parts of the model that all tasks share, with the checks that need only that file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from automation.plan.build import Checked
from automation.plan.calendar import zone_named
from automation.plan.holidays_of import holidays_between
from automation.plan.model import (
    NOTHING,
    Bound,
    Calendar,
    Component,
    Json,
    Limits,
    Metric,
    Plan,
    Reference,
    Requires,
    Secret,
    Week,
)
from automation.plan.problems import Problems, Source, did_you_mean, shown
from automation.plan.yaml_subset import Path

_WEEKDAYS: Final = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_BOUNDS: Final = ("above", "at-least", "below", "at-most", "equals", "between")
LAST_YEAR: Final = 2999
"""Of a plan's start: Python's dates end with 9999, and the days of a plan come after its start."""

_MORE_YEARS: Final = 3
_MANY_DAYS: Final = 366


def build_plan(document: Checked, folder: str, source: Source, problems: Problems) -> Plan:
    """The plan without its tasks; what is wrong with its dates, zone, holidays, weeks and components is noted."""
    get = document.get
    weeks = _weeks(get("weeks", ()), source, problems)
    limits = get("limits", {})
    target = _date(document["target"], ("target",), source, problems) if "target" in document else None
    calendar = _calendar(document, weeks, source, problems)
    if target and target < calendar.start:
        problems.add(source, ("target",), "the target lies before the start", "Choose a later date.")
    _check_notifications(get("notifications", {}), get("secrets", {}), source, problems)
    return Plan(
        id=document["id"],
        title=document["title"],
        calendar=calendar,
        tasks={},
        description=get("description", ""),
        target=target,
        weeks=weeks,
        components=tuple(Component(name, title) for name, title in get("components", {}).items()),
        metrics=_metrics(get("metrics", ()), source, problems),
        secrets=tuple(
            Secret(name, secret.get("description", ""), secret.get("obtain", ""))
            for name, secret in get("secrets", {}).items()
        ),
        vars=get("vars", NOTHING),
        limits=_limits(limits),
        notifications=get("notifications", NOTHING),
        escalation=tuple(get("escalation", ())),
        folder=folder,
        requires=Requires(*(tuple(get("requires", {}).get(key, ())) for key in Requires._fields)),
    )


def _check_notifications(given: Checked, secrets: Checked, source: Source, problems: Problems) -> None:
    """A channel whose secret the plan does not know could never tell anybody."""
    for name, told in given.items():
        bot = name == "slack" and "channel" in told
        secret = {"slack": "SLACK_BOT_TOKEN" if bot else "SLACK_WEBHOOK_URL", "zapier": "ZAPIER_WEBHOOK_URL"}.get(name)
        if secret and secret not in secrets:
            remedy = f"Declare it under `secrets:`, or take `{name}` out."
            problems.add(source, ("notifications", name), f"{name} needs the secret {secret}", remedy)


def _limits(given: Checked) -> Limits:
    budget = given.get("budget-usd")
    return Limits(
        int(given.get("runs-per-task", 3)), int(given.get("catch-up", 20)), None if budget is None else float(budget)
    )


def _calendar(document: Checked, weeks: Sequence[Week], source: Source, problems: Problems) -> Calendar:
    start = _date(document["start"], ("start",), source, problems) or date(1970, 1, 1)
    if start.year > LAST_YEAR:
        problems.add(source, ("start",), f"{start} is too far away for a calendar", f"Name a year up to {LAST_YEAR}.")
    name = document.get("zone", "UTC")
    try:
        zone_named(name)
    except ValueError as error:
        problems.add(source, ("zone",), str(error), _near_zones(name))
    week = frozenset(_WEEKDAYS[day] for day in document.get("week", ("mon", "tue", "wed", "thu", "fri")))
    days = max((one.last for one in weeks), default=_MANY_DAYS)
    years = range(start.year, min(9999, start.year + days // 200 + _MORE_YEARS) + 1)
    return Calendar(start, name, week, _holidays(document.get("holidays", ()), years, source, problems))


def _near_zones(name: str) -> str:
    from zoneinfo import available_timezones

    return did_you_mean(name, sorted(available_timezones()), lambda _all: "Write an IANA name like Asia/Dubai or UTC.")


def _holidays(document: Sequence[str] | Checked, years: range, source: Source, problems: Problems) -> frozenset[date]:
    if isinstance(document, Sequence):
        return _dates(document, ("holidays",), source, problems)
    added = _dates(document.get("dates", ()), ("holidays", "dates"), source, problems)
    taken = _dates(document.get("except", ()), ("holidays", "except"), source, problems)
    public: frozenset[date] = frozenset()
    if "country" in document:
        try:
            public = holidays_between(document["country"], document.get("subdivision"), years)
        except ValueError as error:
            problems.add(source, ("holidays", "country"), str(error), "Mend it, or list the days off under `dates:`.")
    elif "subdivision" in document:
        problems.add(source, ("holidays", "subdivision"), "a subdivision of no country", "Add `country:`.", key=True)
    return (public | added) - taken


def _dates(texts: Sequence[str], path: Path, source: Source, problems: Problems) -> frozenset[date]:
    found = (_date(text, (*path, index), source, problems) for index, text in enumerate(texts))
    return frozenset(day for day in found if day is not None)


def _date(text: str, path: Path, source: Source, problems: Problems) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.add(source, path, f"there is no date {text}", "Write year-month-day, like 2025-09-08.")
        return None


def _weeks(documents: Sequence[Checked], source: Source, problems: Problems) -> tuple[Week, ...]:
    weeks = tuple(Week(one["title"], int(one["days"][0]), int(one["days"][1])) for one in documents)
    before = 0
    for index, week in enumerate(weeks):
        if week.first > week.last:
            problems.add(source, ("weeks", index, "days"), "the week ends before it begins", "Write [first, last].")
        elif week.first <= before:
            message = f"day {week.first} belongs to the week before, too"
            problems.add(source, ("weeks", index, "days"), message, f"Begin with day {before + 1} or later.")
        before = max(before, week.first, week.last)
    return weeks


def _metrics(documents: Sequence[Checked], source: Source, problems: Problems) -> tuple[Metric, ...]:
    metrics: list[Metric] = []
    seen: set[str] = set()
    for index, one in enumerate(documents):
        if one["id"] in seen:
            problems.add(source, ("metrics", index, "id"), f"a second metric {shown(one['id'])}", "Give it another id.")
        seen.add(one["id"])
        _, task, _, step, _, output = one["metric"].split(".")
        day = one.get("day")
        reads = Reference(task, step, output)
        metrics.append(Metric(one["id"], one["title"], reads, _bound(one), one.get("unit", ""), day and int(day)))
    return tuple(metrics)


def _bound(document: Checked) -> Bound:
    kind = next(key for key in _BOUNDS if key in document)
    value = cast(Json, document[kind])
    if kind == "between":
        low, high = cast("Sequence[float]", value)
        return Bound(kind, low, high)
    return Bound(kind, value)

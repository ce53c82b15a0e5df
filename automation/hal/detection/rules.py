"""Alert rules: what a rule file may say, and when a rule fires on a series of (minute, value) samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from automation.hal.detection.drift import first_drift

SEVERITIES = ("low", "medium", "high", "critical")
REFERENCE_HOURS = 336


@dataclass(frozen=True, slots=True)
class Beyond:
    """The value stays above (or below) the limit, itself excluded, for so many minutes; 0: one sample is enough."""

    limit: float
    above: bool
    for_minutes: float


@dataclass(frozen=True, slots=True)
class Absent:
    """No sample for more than so many minutes."""

    minutes: float


@dataclass(frozen=True, slots=True)
class Drifts:
    """Hourly samples drift away from the first 336 of them."""


Condition = Beyond | Absent | Drifts


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule; after it fired it is quiet for its refractory period."""

    id: str
    metric: str
    severity: str
    summary: str
    refractory_minutes: float
    condition: Condition


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement; minutes count from any fixed moment."""

    minute: float
    value: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that fired. Rule and minute identify it: the same alert built twice has the same key."""

    rule: str
    metric: str
    severity: str
    minute: float
    value: float
    summary: str

    @property
    def key(self) -> str:
        """What receivers tell repeated deliveries by."""
        return f"{self.rule}@{self.minute:g}"


def parse_rules(document: object) -> tuple[AlertRule, ...]:
    """Check a rule file's content and read it; ValueError lists every mistake with the rule that it is in."""
    if not isinstance(document, list) or not document:
        raise ValueError("alert rules: expected a list of at least one rule")
    mistakes = [mistake for place, entry in enumerate(document) for mistake in _mistakes(place, entry)]
    names = [entry.get("id") for entry in document if isinstance(entry, dict)]
    mistakes += [f"rule id {name!r} is used twice; give each its own" for name in _repeated(names)]
    if mistakes:
        raise ValueError("alert rules: " + "; ".join(mistakes))
    return tuple(_rule(entry) for entry in document)


def evaluate(rule: AlertRule, samples: Sequence[Sample], until: float) -> list[Alert]:
    """All alerts of one rule on samples in time order, asked at minute `until`."""
    match rule.condition:
        case Beyond() as beyond:
            moments = _beyond(beyond, samples)
        case Absent(minutes):
            moments = _absent(minutes, samples, until)
        case Drifts():
            moments = _drifting(samples)
        case _:
            assert_never(rule.condition)
    alerts: list[Alert] = []
    for moment in moments:
        if not alerts or moment.minute - alerts[-1].minute >= rule.refractory_minutes:
            alerts.append(Alert(rule.id, rule.metric, rule.severity, moment.minute, moment.value, rule.summary))
    return alerts


def _beyond(condition: Beyond, samples: Sequence[Sample]) -> list[Sample]:
    moments: list[Sample] = []
    since: float | None = None
    for sample in samples:
        over = sample.value > condition.limit if condition.above else sample.value < condition.limit
        if not over:
            since = None
            continue
        since = sample.minute if since is None else since
        if sample.minute - since >= condition.for_minutes:
            moments.append(sample)
    return moments


def _absent(minutes: float, samples: Sequence[Sample], until: float) -> list[Sample]:
    ends = [sample.minute for sample in samples[1:]] + [until]
    gaps = zip(samples, ends, strict=False)
    return [Sample(sample.minute + minutes, sample.value) for sample, end in gaps if end - sample.minute > minutes]


def _drifting(samples: Sequence[Sample]) -> list[Sample]:
    values = np.array([sample.value for sample in samples], dtype=np.float64)
    if len(values) <= REFERENCE_HOURS:
        return []
    finding = first_drift(values[:REFERENCE_HOURS], values[REFERENCE_HOURS:])
    return [] if finding is None else [samples[REFERENCE_HOURS + finding.hour]]


def _rule(entry: Mapping[str, object]) -> AlertRule:
    return AlertRule(
        id=str(entry["id"]),
        metric=str(entry["metric"]),
        severity=str(entry["severity"]),
        summary=str(entry["summary"]),
        refractory_minutes=_number(entry["refractory-minutes"]),
        condition=_condition(entry),
    )


def _condition(entry: Mapping[str, object]) -> Condition:
    if "drift" in entry:
        return Drifts()
    if "absent-minutes" in entry:
        return Absent(_number(entry["absent-minutes"]))
    above = "above" in entry
    return Beyond(_number(entry["above" if above else "below"]), above, _number(entry.get("for-minutes", 0)))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ValueError(f"expected a number, not {value!r}")
    return float(value)


TEXTS = ("id", "metric", "severity", "summary")
CONDITIONS = ("above", "below", "absent-minutes", "drift")
OTHERS = ("for-minutes", "refractory-minutes")


def _mistakes(place: int, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return [f"rule {place + 1} is not a mapping"]
    name = f"rule {entry.get('id', place + 1)!r}"
    found = [f"{name}: unknown key {key!r}" for key in entry if key not in {*TEXTS, *CONDITIONS, *OTHERS}]
    found += [f"{name}: {key} must be a text" for key in TEXTS if not isinstance(entry.get(key), str) or not entry[key]]
    if isinstance(entry.get("severity"), str) and entry["severity"] not in SEVERITIES:
        found.append(f"{name}: severity {entry['severity']!r} is not one of {', '.join(SEVERITIES)}")
    given = [key for key in CONDITIONS if key in entry]
    if len(given) != 1:
        found.append(f"{name}: exactly one of {', '.join(CONDITIONS)} is needed, not {len(given)}")
    if entry.get("drift", True) is not True:
        found.append(f"{name}: drift can only be true")
    numbers = {key for key in ("above", "below", "absent-minutes", "for-minutes") if key in entry}
    return found + [mistake for key in sorted({*numbers, "refractory-minutes"}) for mistake in _bad(name, key, entry)]


def _bad(name: str, key: str, entry: Mapping[str, object]) -> list[str]:
    try:
        value = _number(entry.get(key))
    except ValueError as error:
        return [f"{name}: {key}: {error}"]
    return [f"{name}: {key} must not be negative"] if value < 0 and key.endswith("minutes") else []


def _repeated(names: Sequence[object]) -> list[str]:
    texts = [name for name in names if isinstance(name, str)]
    return sorted({name for name in texts if texts.count(name) > 1})

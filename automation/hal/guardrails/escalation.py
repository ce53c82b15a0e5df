"""Who hears of a violation, and when: each severity enters at its tier and climbs while nobody acknowledges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypedDict

from automation.hal.guardrails.policy import SEVERITIES


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier, the role that it reaches, by which route, and after how many minutes unanswered the next one hears of
    it.
    """

    number: int
    role: str
    route: str
    patience_minutes: int | None


class Notice(TypedDict):
    """One notification of a simulated incident."""

    minute: int
    tier: int
    role: str
    route: str


TIERS = (
    Tier(0, "safety log", "log", None),
    Tier(1, "owner of the task", "issue", 5),
    Tier(2, "person on call", "chat", 10),
    Tier(3, "head of safety", "critical route", None),
)
"""Tier 0 only records; 1 and 2 pass an unacknowledged incident on; 3 is told again until somebody answers."""

ENTRY: Mapping[str, int] = MappingProxyType({"low": 0, "medium": 1, "high": 2, "critical": 3})
REACH: Mapping[str, int] = MappingProxyType({"low": 0, "medium": 3, "high": 3, "critical": 3})
"""The tier at which a severity enters, and the highest that it climbs to if nobody answers."""

REPEAT_MINUTES = 15


def simulate(severity: str, acknowledged_at: int | None, until: int = 60) -> list[Notice]:
    """The notices of one incident, minute by minute from 0, up to `until` or the minute of acknowledgement (inclusive).

    Raises ValueError for an unknown severity.
    """
    if severity not in ENTRY:
        raise ValueError(f"unknown severity {severity!r}; known are {', '.join(SEVERITIES)}")
    end = until if acknowledged_at is None else min(until, acknowledged_at)
    minute, number = 0, ENTRY[severity]
    notices: list[Notice] = []
    while minute <= end:
        tier = TIERS[number]
        notices.append({"minute": minute, "tier": tier.number, "role": tier.role, "route": tier.route})
        if number == 0:
            break
        minute += tier.patience_minutes or REPEAT_MINUTES
        number = min(number + 1, REACH[severity])
    return notices


def reaches(severity: str) -> tuple[bool, bool]:
    """Whether an incident enters at its tier at once, and whether it reaches its highest tier if nobody answers."""
    notices = simulate(severity, None)
    tiers = [notice["tier"] for notice in notices]
    return tiers[0] == ENTRY[severity] and notices[0]["minute"] == 0, max(tiers) == REACH[severity]


def stays_quiet_once_acknowledged(severity: str, acknowledged_at: int) -> bool:
    """Whether nobody is told after the minute of acknowledgement."""
    return all(notice["minute"] <= acknowledged_at for notice in simulate(severity, acknowledged_at))


def table(rows: Sequence[str] = SEVERITIES) -> list[dict[str, object]]:
    """The escalation table: for each severity its first tier, role and route, and the highest tier."""
    return [
        {
            "severity": severity,
            "enters_tier": ENTRY[severity],
            "role": TIERS[ENTRY[severity]].role,
            "route": TIERS[ENTRY[severity]].route,
            "reaches_tier": REACH[severity],
        }
        for severity in rows
    ]

from __future__ import annotations

import pytest

from automation.hal.guardrails.escalation import reaches, simulate, stays_quiet_once_acknowledged, table
from automation.hal.guardrails.policy import SEVERITIES


@pytest.mark.parametrize(
    ("severity", "timeline"),
    [
        ("low", [(0, 0)]),
        ("medium", [(0, 1), (5, 2), (15, 3), (30, 3)]),
        ("high", [(0, 2), (10, 3), (25, 3)]),
        ("critical", [(0, 3), (15, 3), (30, 3)]),
    ],
)
def test_an_unanswered_incident_climbs(severity: str, timeline: list[tuple[int, int]]) -> None:
    assert [(notice["minute"], notice["tier"]) for notice in simulate(severity, None, until=30)] == timeline


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_severity_reaches_its_tiers_and_stops_when_acknowledged(severity: str) -> None:
    assert reaches(severity) == (True, True)
    assert all(stays_quiet_once_acknowledged(severity, minute) for minute in range(40))


def test_nobody_else_is_told_once_somebody_answered() -> None:
    assert [notice["tier"] for notice in simulate("medium", 4)] == [1]


def test_an_unknown_severity_is_named() -> None:
    with pytest.raises(ValueError, match="unknown severity 'dire'"):
        simulate("dire", None)


def test_the_table_has_a_row_for_each_severity() -> None:
    assert [row["enters_tier"] for row in table()] == [0, 1, 2, 3]

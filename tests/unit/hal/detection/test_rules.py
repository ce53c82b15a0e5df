"""Alert rules: reading them, and when they fire."""

import json

import pytest

from automation.hal.detection.fixtures import expand, load_fixtures
from automation.hal.detection.rules import AlertRule, Beyond, Sample, evaluate, parse_rules
from automation.hal.detection.steps import SHIPPED_RULES

RULES = {rule.id: rule for rule in parse_rules(json.loads(SHIPPED_RULES.read_text(encoding="utf-8")))}
GOOD: dict[str, object] = {
    "id": "slow",
    "metric": "ms",
    "severity": "high",
    "summary": "Slow",
    "above": 10,
    "refractory-minutes": 30,
}


@pytest.mark.parametrize("fixture", load_fixtures(), ids=lambda fixture: fixture.rule)
def test_every_shipped_rule_fires_on_its_fixture_and_not_on_the_other(fixture: object) -> None:
    chosen = next(item for item in load_fixtures() if item == fixture)
    rule = RULES[chosen.rule]
    assert len(evaluate(rule, chosen.fires, chosen.until)) == 1
    assert evaluate(rule, chosen.silent, chosen.until) == []


def test_every_shipped_rule_has_a_fixture() -> None:
    assert {fixture.rule for fixture in load_fixtures()} == set(RULES)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": ""}, "id must be a text"),
        ({"metric": 3}, "metric must be a text"),
        ({"severity": "bad"}, "severity 'bad' is not one of low, medium, high, critical"),
        ({"below": 1}, "exactly one of above, below, absent-minutes, drift is needed, not 2"),
        ({"above": "ten"}, "above: expected a number, not 'ten'"),
        ({"above": True}, "above: expected a number, not True"),
        ({"above": float("nan")}, "above: expected a number, not nan"),
        ({"refractory-minutes": -1}, "refractory-minutes must not be negative"),
        ({"for-minutes": -1}, "for-minutes must not be negative"),
        ({"abov": 1}, "unknown key 'abov'"),
        ({"drift": False}, "drift can only be true"),
    ],
)
def test_a_mistake_is_named_with_its_rule(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        parse_rules([GOOD | change])
    assert "rule " in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"rule 2 is not a mapping; rule 'slow': .*; rule id 'slow' is used twice"):
        parse_rules([GOOD, 5, {**GOOD, "severity": "none"}])


@pytest.mark.parametrize("document", [None, {}, [], "rules"])
def test_a_rule_file_is_a_list_of_rules(document: object) -> None:
    with pytest.raises(ValueError, match="a list of at least one rule"):
        parse_rules(document)


def test_a_negative_limit_is_a_limit() -> None:
    assert parse_rules([GOOD | {"above": -3}])[0].condition == Beyond(-3.0, True, 0.0)


def test_a_rule_is_quiet_until_its_refractory_period_is_over() -> None:
    rule = AlertRule("slow", "ms", "high", "Slow", 30, Beyond(10, True, 0))
    samples = [Sample(minute, 11) for minute in range(0, 70, 10)]
    assert [alert.minute for alert in evaluate(rule, samples, 70)] == [0, 30, 60]


def test_an_alert_is_known_by_rule_and_minute() -> None:
    (alert,) = evaluate(RULES["task-failures"], [Sample(5, 1)], 10)
    assert (alert.key, alert.severity, alert.value) == ("task-failures@5", "high", 1)


def test_drift_needs_more_than_its_reference() -> None:
    assert evaluate(RULES["quality-drift"], [Sample(60 * hour, hour % 7) for hour in range(336)], 30_000) == []


def test_nothing_heard_at_all_is_not_a_gap() -> None:
    assert evaluate(RULES["heartbeat-lost"], [], 600) == []


def test_runs_are_written_out_as_samples() -> None:
    assert expand([(0, 5, [1, 2]), (60, 10, {"times": 2, "values": [3.0]})]) == (
        Sample(0, 1),
        Sample(5, 2),
        Sample(60, 3),
        Sample(70, 3),
    )

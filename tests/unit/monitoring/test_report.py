"""The report as a whole: what is in it, that it keeps to its schema, and that it is quick to make."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from automation.engine.events import Answered, Sent, StepFinished, TaskFinished
from automation.plan.comparison import miss
from automation.plan.model import Bound, Json, Metric, Reference
from monitoring.model import EffectReport, Environment, Report, SecretFacts, UnlockFacts
from monitoring.render import report_json
from tests.unit.monitoring.reports import eventful, told
from tests.unit.monitoring.story import Story, a_plan, a_task, small_plan

SCHEMA = json.loads((Path(__file__).parents[3] / "automation/plan/schema/report.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def problems(found: Report) -> list[str]:
    document = report_json.document(found)
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def described(schema: Json, path: str = "$") -> list[str]:
    """Where a property of the schema has no description or an object is open."""
    if isinstance(schema, list):
        return [found for at, inner in enumerate(schema) for found in described(inner, f"{path}[{at}]")]
    if not isinstance(schema, dict):
        return []
    properties = cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
    bare = [f"{path}.{name}" for name, inner in properties.items() if not inner.get("description")]
    loose = [path] if properties and schema.get("additionalProperties") is not False else []
    return bare + loose + [found for key, inner in schema.items() for found in described(inner, f"{path}.{key}")]


def test_the_schema_is_valid_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert described(SCHEMA) == []


def test_an_eventful_report_keeps_to_its_schema() -> None:
    assert problems(told(eventful(), environment=Environment("0.1.0", "3.11.7", "linux-x86_64", "actions"))) == []


def test_a_report_before_the_first_run_keeps_to_its_schema() -> None:
    found = told(Story(small_plan()))
    assert (found.run, found.headline) == (
        None,
        "✅ 0 done · 🎭 0 mocked · 0 failed · 4 to come — finishes on 2025-09-10 at the earliest: on time",
    )
    assert problems(found) == []


def test_the_schema_refuses_what_it_does_not_know() -> None:
    document = {**report_json.document(told(eventful())), "extra": 1}
    assert [error.message for error in VALIDATOR.iter_errors(document)] == [
        "Additional properties are not allowed ('extra' was unexpected)"
    ]


def test_the_headline_says_what_is_wrong_first() -> None:
    assert told(eventful()).headline == (
        "❌ 1 failed · ✅ 1 done · 🎭 1 mocked · 1 to come"
        " — finishes on 2025-09-10 at the earliest, if the 1 task that is stuck can go on: on time"
    )


def test_a_run_that_had_nothing_to_do_says_so() -> None:
    story = Story(a_plan(a_task("a", 1))).run(1).done("a").end().run(1).end()
    found = told(story)
    assert found.run is not None
    assert found.run.tasks == ()
    words = "✅ 1 done · 🎭 0 mocked · 0 failed — nothing new was due; finished on 2025-09-08: on time"
    assert found.headline == words


def test_a_wake_up_that_started_no_run_says_that_nothing_was_due() -> None:
    story = Story(a_plan(a_task("a", 1))).run(1).done("a").end()
    assert "nothing new was due; finished" in told(story, idle=True).headline
    assert "nothing new was due" not in told(story).headline


def test_the_latest_run_names_what_it_ran_and_how_it_was_asked_for() -> None:
    run = told(eventful()).run
    assert run is not None
    assert (run.run, run.requested, run.mode, run.trigger, run.by, run.tasks) == (
        "r2",
        "auto",
        "auto",
        "schedule",
        "ada",
        ("search", "announce"),
    )


@pytest.mark.parametrize(("going", "outcome"), [(True, "running"), (False, "killed")])
def test_a_run_without_an_end_goes_on_or_was_killed(going: bool, outcome: str) -> None:
    found = told(Story(small_plan()).run(1).started("schema"), going=going)
    assert found.run is not None
    assert (found.run.outcome, found.history[0].outcome) == (outcome, outcome)


def test_the_history_has_the_newest_run_first_with_its_counts() -> None:
    assert [(run.run, run.counts) for run in told(eventful()).history] == [
        ("r2", {"failed": 1, "mocked": 1}),
        ("r1", {"done": 1}),
    ]


def test_secrets_are_told_by_name_with_what_they_unlock() -> None:
    facts = ("SLACK_WEBHOOK_URL", False, "where news go", "https://api.slack.com/apps", ("announce",), ("announce",))
    found = told(eventful())
    assert found.secrets == (SecretFacts(*facts),)
    assert found.unlock == (UnlockFacts(("SLACK_WEBHOOK_URL",), ("announce",)),)
    assert told(eventful(), present=["SLACK_WEBHOOK_URL"]).secrets[0].present is True


def test_a_mocked_step_carries_the_request_that_it_would_have_sent() -> None:
    announce = told(eventful()).tasks[2]
    assert announce.latest is not None
    assert announce.latest.steps[0].sent == (
        Sent(
            "key-announce",
            "POST ${SLACK_WEBHOOK_URL}",
            {"method": "POST", "url": "${SLACK_WEBHOOK_URL}", "json": {"text": "hello"}},
            "in",
            False,
        ),
    )


@pytest.mark.parametrize(("happened", "outcome"), [(True, "happened"), (False, "not-happened"), (None, "unknown")])
def test_a_real_effect_says_whether_it_happened(happened: bool | None, outcome: str) -> None:
    story = Story(small_plan()).run(1).started("schema").effect("schema", happened)
    slot = told(story).tasks[0].latest
    assert slot is not None
    assert slot.effects == (
        EffectReport("work", "key-schema", "POST https://api.example", slot.effects[0].at, outcome, ""),
    )


def test_a_step_that_the_plan_no_longer_has_is_still_told() -> None:
    story = Story(small_plan()).run(1).started("schema")
    story.tell(StepFinished(story.at(), "schema", "day-1", "gone", "done"))
    slot = told(story).tasks[0].latest
    assert slot is not None
    assert [(step.id, step.uses) for step in slot.steps] == [("gone", "")]


def metric_status(tell: str) -> tuple[str, Json]:
    story = Story(small_plan()).run(2).done("schema").started("search")
    if tell == "mocked":
        story.step("search", {"accuracy": 0.99}, status="mocked")
    elif tell:
        story.step("search", {"accuracy": float(tell)})
    found = told(story).metrics[0]
    return found.status, found.measured


@pytest.mark.parametrize(
    ("tell", "expected"),
    [
        ("0.93", ("met", 0.93)),
        ("0.9", ("missed", 0.9)),
        ("mocked", ("not-judged", 0.99)),
        ("", ("not-measured", None)),
    ],
)
def test_a_success_metric_is_read_from_its_step(tell: str, expected: tuple[str, Json]) -> None:
    assert metric_status(tell) == expected


def test_a_metric_of_a_task_that_the_plan_lacks_is_not_measured() -> None:
    metric = Metric("m", "M", Reference("gone", "work", "x"), Bound("above", 1))
    found = told(Story(a_plan(a_task("a", 1), metrics=(metric,)))).metrics[0]
    assert (found.status, found.day) == ("not-measured", None)


@pytest.mark.parametrize(
    ("bound", "value", "expected"),
    [
        (Bound("above", 1), 1, False),
        (Bound("above", 1), 1.5, True),
        (Bound("at-least", 1), 1, True),
        (Bound("below", 1), 1, False),
        (Bound("at-most", 1), 1, True),
        (Bound("between", 1, 2), 2, True),
        (Bound("between", 1, 2), 2.1, False),
        (Bound("equals", 1), 1.0, True),
        (Bound("equals", 1), True, False),
        (Bound("equals", "ok"), "ok", True),
        (Bound("above", 0), True, False),
        (Bound("above", 0), "1", False),
        (Bound("above", 0), None, False),
        (Bound("above", 0), float("nan"), False),
        (Bound("above", 0), float("inf"), False),
        (Bound("above", "x"), 1, False),
    ],
)
def test_a_bound_is_met_by_numbers_alone(bound: Bound, value: Json, expected: bool) -> None:
    assert (not miss(value, bound)) is expected


def test_risks_are_told_the_gravest_first() -> None:
    story = eventful()
    story.started("schema").step("schema").finished("schema").started("tidy").finished("tidy", "unknown", "who knows")
    found = told(story, day=9)
    assert [(risk.level, risk.kind, risk.task) for risk in found.risks] == [
        ("high", "forecast", ""),
        ("high", "metric", ""),
        ("high", "failed", "search"),
        ("high", "unknown", "tidy"),
        ("medium", "overdue", ""),
        ("low", "flaky", "schema"),
    ]


def test_a_metric_whose_day_is_over_without_a_value_is_a_risk() -> None:
    found = told(Story(small_plan()).run(3), day=3)
    assert "should have been measured by now: search accuracy (day 2)" in [risk.text for risk in found.risks]


def test_requests_that_nobody_answered_are_listed() -> None:
    story = eventful()
    assert [(request.id, request.kind, request.task) for request in told(story).requests] == [("q1", "retry", "search")]
    story.tell(Answered(story.at(), "q1", "retry", "search", "day-2", False, "no"))
    assert told(story).requests == ()


def test_tasks_and_json_are_in_the_plans_order_one_a_line() -> None:
    lines = report_json.render(told(eventful())).splitlines()
    assert [json.loads(line.rstrip(","))["id"] for line in lines[1:-1]] == ["schema", "search", "announce", "tidy"]


def test_equal_states_give_equal_texts() -> None:
    assert report_json.render(told(eventful())) == report_json.render(told(eventful()))


def test_numbers_and_letters_that_json_lacks_are_spelt_out() -> None:
    story = Story(small_plan()).run(1)
    outputs: dict[str, Json] = {"a": float("nan"), "b": [float("inf"), {"c": -float("inf")}], "d": "\ud800", "e": 1.5}
    text = report_json.render(told(story.done("schema", outputs)))
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert found["tasks"][0]["slots"][0]["steps"][0]["outputs"] == {
        "a": "NaN",
        "b": ["Infinity", {"c": "-Infinity"}],
        "d": "\ud800",
        "e": 1.5,
    }


def test_read_only_mappings_are_written_like_others() -> None:
    story = Story(small_plan()).run(1).done("schema", MappingProxyType({"a": MappingProxyType({"b": 1})}))
    found = json.loads(report_json.render(told(story)))
    assert found["tasks"][0]["slots"][0]["steps"][0]["outputs"] == {"a": {"b": 1}}


def test_a_value_that_is_no_json_is_named() -> None:
    story = Story(small_plan()).run(1).done("schema", {"a": object()})  # type: ignore[dict-item]  # what must not get in
    with pytest.raises(TypeError, match="a report holds a object, which is no JSON value"):
        report_json.render(told(story))


@given(st.text(), st.text(), st.sampled_from(["done", "failed", "mocked", "blocked", "skipped", "unknown", "deferred"]))
def test_whatever_tasks_say_the_report_keeps_to_its_schema(reason: str, output: str, status: str) -> None:
    story = Story(small_plan()).run(1).started("schema").step("schema", {output: reason}, error=output)
    story.tell(TaskFinished(story.at(), "schema", "day-1", status, reason))  # type: ignore[arg-type]  # one of the literals
    assert problems(told(story)) == []

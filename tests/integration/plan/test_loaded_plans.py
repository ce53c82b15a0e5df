"""What a sound folder says arrives in the plan, and what identifies its content."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from automation.actions.catalogue import ACTIONS as SHIPPED_ACTIONS
from automation.gates.catalogue import GATES as SHIPPED_GATES
from automation.plan.loader import load
from automation.plan.model import (
    Approval,
    Bound,
    Metric,
    OnFailure,
    Reference,
    Retry,
    Schedule,
    Step,
)
from automation.plan.problems import PlanInvalid
from tests.integration.plan.folders import ONE, PLAN, STEP, folder, loaded


def test_a_sound_folder_gives_a_plan(tmp_path: Path) -> None:
    plan = loaded(tmp_path)
    task = plan.tasks["one"]
    assert (plan.id, plan.calendar.start, plan.calendar.zone, plan.days) == ("demo", date(2025, 9, 8), "Asia/Dubai", 10)
    assert (task.day, task.component, task.timeout, task.retry) == (1, "core", 3600.0, Retry())
    assert task.steps == (Step("count", "python", {"call": "a:b"}, outputs={"n": "integer"}, line=6),)
    assert task.gates[0].kind == "metric"
    assert task.gates[0].reads == (Reference("", "count", "n"),)
    assert (task.place.file, task.place.line, task.gates[0].line) == (str(tmp_path / "plan" / "one.yaml"), 1, 11)


FULL = """\
id: full
title: Full
schedule: {cron: "0 9 * * *", working-days: true, catch-up: all}
needs: one
description: More
owner: ops
criticality: critical
timeout-minutes: 2
retry: {attempts: 3, delay: 500ms, factor: 1.5, max-delay: 1h}
if: needs.one.status == 'done'
env: {LEVEL: 3, QUIET: true}
produces: [a/b.json, c.txt]
steps:
  - run: echo "$N"
    env: {N: "${{ needs.one.steps.count.outputs.n }}"}
    if: always()
    continue-on-error: true
    timeout-minutes: 0.5
    retry: {attempts: 2}
    effect: none
    outputs: {x: string}
    mock: {x: y}
    on-unknown: retry
  - id: post
    name: Post it
    uses: slack
    secrets: [SLACK_WEBHOOK_URL]
    with: {text: "${{ steps.step-1.outputs.x }} of ${{ vars.top-k }} ${{ plan.title }} ${{ run.id }}"}
  - run: [echo, "${{ steps.step-1.outputs.x }}"]
gates:
  - {file: c.txt, not-empty: true, name: a file}
approval: {manual: {approvers: 2, exclude-initiator: true, expires: 3d}}
on-failure:
  try:
    - run: echo again
  then: skip
"""


def test_every_key_of_a_task_arrives_in_the_model(tmp_path: Path) -> None:
    task = loaded(tmp_path, two=FULL).tasks["full"]
    first, second, third = task.steps
    assert task.schedule == Schedule("0 9 * * *", working_days=True, catch_up="all")
    assert (task.needs, task.description, task.owner, task.criticality) == (("one",), "More", "ops", "critical")
    assert (task.timeout, task.retry) == (120.0, Retry(3, 0.5, 1.5, 3600.0))
    assert (task.condition, task.env) == ("needs.one.status == 'done'", {"LEVEL": "3", "QUIET": "true"})
    assert task.produces == ("a/b.json", "c.txt")
    assert task.approval == Approval(2, exclude_initiator=True, expires=259_200.0)
    assert task.on_failure == OnFailure((Step("try-1", "run", {"shell": "echo again"}, line=35),), "skip")
    assert first == Step(
        "step-1",
        "run",
        {"shell": 'echo "$N"'},
        env={"N": "${{ needs.one.steps.count.outputs.n }}"},
        condition="always()",
        continue_on_error=True,
        timeout=30.0,
        retry=Retry(2),
        effect="none",
        outputs={"x": "string"},
        mock={"x": "y"},
        on_unknown="retry",
        reads=(Reference("one", "count", "n"),),
        line=14,
    )
    assert (second.id, second.name, second.secrets, second.reads) == (
        "post", "Post it", ("SLACK_WEBHOOK_URL",), (Reference("", "step-1", "x"),),
    )  # fmt: skip
    assert third.inputs == {"argv": ["echo", "${{ steps.step-1.outputs.x }}"]}


def test_every_key_of_a_plan_arrives_in_the_model(tmp_path: Path) -> None:
    text = PLAN.replace("vars:", "description: About\ntarget: 2025-10-01\nweek: [sun, mon]\nvars:") + (
        "holidays: [2025-09-15, 2025-09-16]\n"
        "metrics:\n"
        "  - {id: n, title: N, metric: tasks.one.steps.count.outputs.n, at-least: 1, unit: pieces, day: 4}\n"
        "  - {id: m, title: M, metric: tasks.one.steps.count.outputs.n, between: [1, 2]}\n"
        "limits: {runs-per-task: 5, catch-up: 7, budget-usd: 2.5}\n"
        "notifications: {slack: {on: [failed]}}\n"
        "escalation: [{tier: 1, after: 5m, to: [ops]}]\n"
    )
    plan = loaded(tmp_path, plan=text)
    reads = Reference("one", "count", "n")
    assert (plan.description, plan.target, plan.calendar.week) == ("About", date(2025, 10, 1), frozenset({1, 7}))
    assert plan.calendar.holidays == {date(2025, 9, 15), date(2025, 9, 16)}
    assert plan.metrics == (
        Metric("n", "N", reads, Bound("at-least", 1), "pieces", 4),
        Metric("m", "M", reads, Bound("between", 1, 2)),
    )
    assert plan.limits == (5, 7, 2.5)
    assert plan.notifications == {"slack": {"on": ["failed"]}}
    assert plan.escalation == ({"tier": 1, "after": "5m", "to": ["ops"]},)
    assert [week.title for week in plan.weeks] == ["First", "Second"]
    assert plan.secrets[0].description == "posts"


def test_holidays_of_a_country_with_dates_added_and_taken_away(tmp_path: Path) -> None:
    holidays = "holidays: {country: DE, subdivision: BY, dates: [2025-12-24], except: [2025-12-26]}\n"
    off = loaded(tmp_path, plan=PLAN + holidays).calendar.holidays
    assert {date(2025, 12, 24), date(2025, 12, 25), date(2026, 1, 6)} <= off
    assert date(2025, 12, 26) not in off


def test_defaults_stand_in_for_what_a_task_does_not_say(tmp_path: Path) -> None:
    defaults = """\
defaults:
  timeout-minutes: 3
  retry: {attempts: 4}
  criticality: low
  owner: ops
  component: edge
  env: {A: 1, B: 2}
"""
    tasks = loaded(tmp_path, plan=PLAN + defaults, two=ONE.replace("id: one", "id: two\nowner: me\nenv: {B: 3}")).tasks
    one, two = tasks["one"], tasks["two"]
    assert (one.timeout, one.retry.attempts, one.criticality, one.owner, one.component) == (
        180.0,
        4,
        "low",
        "ops",
        "core",
    )
    assert (one.env, two.env, two.owner) == ({"A": "1", "B": "2"}, {"A": "1", "B": "3"}, "me")


def test_the_definition_follows_content_and_defaults_and_not_the_way_it_is_written(tmp_path: Path) -> None:
    plan = loaded(tmp_path)
    again = loaded(tmp_path, one="# a comment\n" + ONE.replace("day: 1\n", "").replace("steps:", "day: 1\nsteps:"))
    other = loaded(tmp_path, one=ONE.replace("a:b", "a:c"))
    defaults = loaded(tmp_path, one=ONE, plan=PLAN + "defaults: {timeout-minutes: 3}\n")
    hashes = [each.tasks["one"].definition for each in (plan, again, other, defaults)]
    assert len(hashes[0]) == 16
    assert hashes[0] == hashes[1]
    assert len({*hashes}) == 3
    assert plan.digest == again.digest
    assert len({plan.digest, other.digest, defaults.digest}) == 3


def test_the_digest_does_not_depend_on_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert loaded(tmp_path).digest == loaded(tmp_path / "elsewhere").digest


def test_transitive_needs_may_be_read(tmp_path: Path) -> None:
    middle = "id: middle\ntitle: M\nneeds: one\n" + STEP
    last = (
        "id: last\ntitle: L\nneeds: middle\nsteps: [{run: echo, env: {N: '${{ needs.one.steps.count.outputs.n }}'}}]\n"
    )
    assert loaded(tmp_path, middle=middle, last=last).tasks["last"].steps[0].reads == (Reference("one", "count", "n"),)


def test_which_secrets_a_step_needs_may_depend_on_its_inputs(tmp_path: Path) -> None:
    plan = PLAN.replace("{SLACK_WEBHOOK_URL: {description: posts}}", "{SLACK_BOT_TOKEN: {description: posts}}")
    task = "id: two\ntitle: Two\nsteps: [{uses: slack, secrets: [SLACK_BOT_TOKEN], with: {text: a, channel: C012}}]\n"
    found = load(folder(tmp_path, plan=plan, two=task), SHIPPED_ACTIONS, SHIPPED_GATES)
    assert found.tasks["two"].steps[0].secrets == ("SLACK_BOT_TOKEN",)
    with pytest.raises(PlanInvalid, match="slack needs SLACK_BOT_TOKEN"):
        load(
            folder(tmp_path, plan=plan, two=task.replace("secrets: [SLACK_BOT_TOKEN], ", "")),
            SHIPPED_ACTIONS,
            SHIPPED_GATES,
        )

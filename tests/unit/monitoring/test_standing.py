"""Why each task stands where it does, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from automation.engine.events import Answered, TaskFinished, TaskStatus, Verdict
from automation.plan.model import Approval, Plan, Schedule
from monitoring.model import Question, TaskReport
from monitoring.report import report
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task, small_plan

Tell = Callable[[Story], Story]
MISSED = Verdict("accuracy", "metric", "failed", 0.85, "> 0.9", "steps.work.outputs.accuracy")


def told(task: str, tell: Tell, plan: Plan | None = None, day: int = 2, **fields: object) -> TaskReport:
    story = tell(Story(plan or small_plan()))
    found = report(story.plan, story.state, now=MONDAY + timedelta(hours=1), day=day, **fields)  # type: ignore[arg-type]  # a builder
    return next(row for row in found.tasks if row.id == task)


def failing(story: Story) -> Story:
    return story.run(1).started("schema").step("schema", status="failed", error="boom").finished("schema", "failed")


def missing_gate(story: Story) -> Story:
    return story.run(1).started("schema").step("schema").judged("schema", MISSED).finished("schema", "failed")


def mocking(story: Story) -> Story:
    return story.run(2).done("schema").mocked("announce", "SLACK_WEBHOOK_URL").end()


@pytest.mark.parametrize(
    ("task", "tell", "status", "reason", "next_step"),
    [
        ("schema", lambda s: s, "pending", "due", "`ztr run`"),
        ("tidy", lambda s: s, "pending", "due on day 3 (2025-09-10)", ""),
        ("search", lambda s: s, "pending", "waits for schema (day 1, 2025-09-08)", "`ztr run`"),
        ("search", failing, "pending", "waits for schema (failed)", "`ztr run`"),
        ("schema", lambda s: s.run(1).done("schema"), "done", "", ""),
        ("schema", failing, "failed", "step work: boom", "mend it, then `ztr run` (it ran 1 of at most 3 times)"),
        (
            "schema",
            missing_gate,
            "failed",
            "gate accuracy: measured 0.85, needs > 0.9",
            "mend it, then `ztr run` (it ran 1 of at most 3 times)",
        ),
        (
            "schema",
            lambda s: failing(failing(failing(s))),
            "failed",
            "step work: boom",
            "mend it, then `ztr retry schema`, or `ztr skip schema` to go on without it",
        ),
        (
            "announce",
            mocking,
            "mocked",
            "work recorded what it would have sent: SLACK_WEBHOOK_URL missing",
            "add SLACK_WEBHOOK_URL, then `ztr run`",
        ),
        (
            "search",
            lambda s: failing(s).finished("search", "blocked", "needs schema, which failed"),
            "blocked",
            "needs schema, which failed",
            "goes on by itself once schema is finished",
        ),
        (
            "schema",
            lambda s: s.run(1).started("schema").finished("schema", "unknown", "work: nobody saw its end"),
            "unknown",
            "work: nobody saw its end",
            "look at the service whether it happened: `ztr skip schema` if so, `ztr retry schema` if not",
        ),
        (
            "schema",
            lambda s: s.run(1).started("schema"),
            "interrupted",
            "the run ended while it was running (since 2025-09-08T06:17:03+04:00)",
            "`ztr run` goes on where it stopped",
        ),
        (
            "schema",
            lambda s: s.run(1).started("schema").finished("schema", "deferred", "busy", not_before="2025-09-09T10:00"),
            "deferred",
            "busy",
            "runs by itself after 2025-09-09T10:00",
        ),
        (
            "schema",
            lambda s: s.run(1).finished("schema", "skipped", "its condition is false"),
            "skipped",
            "its condition is false",
            "",
        ),
    ],
)
def test_a_task_says_why_and_what_next(task: str, tell: Tell, status: str, reason: str, next_step: str) -> None:
    found = told(task, tell)
    assert (found.status, found.reason, found.next_step) == (status, reason, next_step)


def test_a_task_that_runs_during_a_run_is_running() -> None:
    assert told("schema", lambda s: s.run(1).started("schema"), going=True).status == "running"


def test_a_failed_task_whose_definition_changed_runs_again_however_often_it_failed() -> None:
    story = failing(failing(failing(Story(small_plan()))))
    changed = {**story.plan.tasks, "schema": story.plan.tasks["schema"]._replace(definition="new")}
    found = report(story.plan._replace(tasks=changed), story.state, now=MONDAY, day=1).tasks[0]
    assert (found.next_step, found.changed) == ("mend it, then `ztr run` (it ran 3 of at most 3 times)", False)


def test_a_finished_task_whose_definition_changed_is_marked() -> None:
    story = Story(small_plan()).run(1).done("schema")
    changed = {**story.plan.tasks, "schema": story.plan.tasks["schema"]._replace(definition="new")}
    found = report(story.plan._replace(tasks=changed), story.state, now=MONDAY, day=1)
    assert (found.tasks[0].status, found.tasks[0].changed) == ("done", True)
    assert found.tasks[0].next_step == "`ztr reset schema` runs its new definition"
    assert [risk.text for risk in found.risks] == ["schema was finished under another definition"]


@pytest.mark.parametrize(
    ("unlock", "present", "next_step"),
    [
        ((("B", "A"), ("C",)), (), "add A + B or C, then `ztr run`"),
        ((("A", "B"),), ("A",), "add B, then `ztr run`"),
        (((),), (), "`ztr run --mode auto` makes it real"),
        ((("A",),), ("A",), "`ztr run --mode auto` makes it real"),
        ((), (), "`ztr secrets` shows what it needs to be real"),
    ],
)
def test_a_mocked_task_names_the_secrets_that_make_it_real(
    unlock: tuple[tuple[str, ...], ...], present: tuple[str, ...], next_step: str
) -> None:
    found = told(
        "schema",
        lambda s: s.run(1).started("schema").finished("schema", "mocked", unlock=unlock),
        present=present,
    )
    assert (found.next_step, found.reason) == (next_step, "nothing was sent")


def test_an_approval_is_asked_for_with_its_expiry() -> None:
    plan = a_plan(a_task("review", 1, approval=Approval(2, exclude_initiator=True, expires=86_400.0)))

    def tell(story: Story) -> Story:
        story.run(1).started("review").step("review").finished("review", "awaiting-approval", "design differs")
        return story.tell(Answered(story.at(), "q1", "approve", "review", "day-1", True, by="ada"))

    found = told("review", tell, plan)
    assert found.next_step == "`ztr approve review` or `ztr reject review`"
    assert found.approval is not None
    assert found.approval._replace(evidence="") == Question(2, ("ada",), True, "2025-09-09T06:17:05+04:00", "")
    assert len(found.approval.evidence) == 16


def test_an_approval_without_a_limit_never_lapses() -> None:
    plan = a_plan(a_task("review", 1, approval=Approval()))
    found = told("review", lambda s: s.run(1).started("review").finished("review", "awaiting-approval"), plan)
    assert found.approval is not None
    assert found.approval._replace(evidence="") == Question(1, (), False, None, "")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (23, []),
        (25, ["review has waited 1 day for a person: `ztr approve review` or `ztr reject review`"]),
        (73, ["review has waited 3 days for a person: `ztr approve review` or `ztr reject review`"]),
    ],
)
def test_a_question_that_waits_too_long_is_a_risk(hours: int, expected: list[str]) -> None:
    story = Story(a_plan(a_task("review", 1, approval=Approval(), criticality="high")))
    story.run(1).started("review").finished("review", "awaiting-approval")
    found = report(story.plan, story.state, now=MONDAY + timedelta(hours=hours), day=1)
    assert [risk.text for risk in found.risks if (risk.kind, risk.level) == ("waiting", "high")] == expected


def test_a_paused_plan_says_so() -> None:
    def pause(story: Story) -> Story:
        return story.run(1).tell(Answered(story.at(), "p", "pause", "", "", True))

    found = told("schema", pause)
    assert (found.reason, found.next_step) == ("the plan is paused", "`ztr pause --off` goes on with the plan")


def test_recurring_tasks_wait_for_their_time_or_event() -> None:
    plan = a_plan(a_task("probe", schedule=Schedule("0 9 * * *")), a_task("hook", events=("push", "release")))
    found = [told(task, lambda s: s, plan) for task in plan.tasks]
    assert [(row.reason, row.next_step) for row in found] == [
        ("runs by its schedule: 0 9 * * *", ""),
        ("waits for an event: push, release", ""),
    ]


def test_a_recurring_task_stands_as_its_latest_slot() -> None:
    plan = a_plan(a_task("probe", schedule=Schedule("0 9 * * *")))

    def twice(story: Story) -> Story:
        story.run(1)
        for slot in ("2025-09-08T09:00+04:00", "2025-09-07T09:00+04:00"):
            story.started("probe", slot)
            status: TaskStatus = "done" if slot.startswith("2025-09-08") else "failed"
            story.tell(TaskFinished(story.at(), "probe", slot, status, "late" * (status == "failed")))
        return story

    found = told("probe", twice, plan)
    assert (found.status, found.reason, [slot.slot[:10] for slot in found.slots]) == (
        "failed",
        "late",
        ["2025-09-08", "2025-09-07"],
    )


def test_a_failure_without_any_trace_has_no_reason_made_up() -> None:
    found = told("schema", lambda s: s.run(1).started("schema").finished("schema", "failed"))
    assert found.reason == ""


def test_blocked_and_deferred_tasks_whose_hindrance_is_gone_just_want_a_run() -> None:
    blocked = told("search", lambda s: s.run(1).done("schema").finished("search", "blocked", "needs schema"))
    deferred = told("schema", lambda s: s.run(1).started("schema").finished("schema", "deferred"))
    assert (blocked.next_step, deferred.next_step) == ("`ztr run`", "`ztr run`")

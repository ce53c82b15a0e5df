"""Steps of a task: order, outputs, conditions, retries, and what is tried on failure."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from automation.actions.base import Call, Done, Failed, Outcome
from automation.engine.events import (
    StepRetried,
)
from automation.plan.model import Gate, OnFailure, Plan, Reference, Retry, Step
from tests.integration.engine.rig import PERMANENT, TRANSIENT, Rig, echo, in_turn, metric
from tests.unit.engine.plans import a_plan, a_task


def say(text: str) -> Done:
    return Done({"text": text})


class TestSteps:
    def test_outputs_reach_later_steps_and_tasks(self, tmp_path: Path) -> None:
        first = Step("one", "echo", {"text": "hi"})
        second = Step("two", "echo", {"text": "${{ steps.one.outputs.text }}!"}, reads=(Reference("", "one", "text"),))
        third = Step(
            "three", "echo", {"text": "${{ needs.a.steps.two.outputs.text }}?"}, reads=(Reference("a", "two", "text"),)
        )
        rig = Rig(
            tmp_path, a_plan(a_task("a", steps=[first, second]), a_task("b", needs=["a"], steps=[third])), echo=echo
        )
        rig.run()
        assert rig.slot("b").steps["three"].outputs == {"text": "hi!?"}

    def test_after_a_failure_only_steps_that_ask_for_it_run(self, tmp_path: Path) -> None:
        steps = [
            Step("bad", "bad"),
            Step("next", "noop"),
            Step("cleanup", "noop", condition="always()"),
            Step("report", "noop", condition="failure()"),
            Step("cheer", "noop", condition="success()"),
        ]
        rig = Rig(tmp_path, a_plan(a_task("a", steps=steps)), bad=in_turn(PERMANENT))
        rig.run()
        slot = rig.slot("a")
        assert {name: step.status for name, step in slot.steps.items()} == {
            "bad": "failed",
            "next": "skipped",
            "cleanup": "done",
            "report": "done",
            "cheer": "skipped",
        }
        assert (slot.status, slot.reason) == ("failed", "step bad failed (permanent): no such thing")

    def test_a_failure_that_may_happen_does_not_stop_the_task(self, tmp_path: Path) -> None:
        steps = [Step("bad", "bad", continue_on_error=True), Step("next", "noop")]
        rig = Rig(tmp_path, a_plan(a_task("a", steps=steps)), bad=in_turn(PERMANENT))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").steps["bad"].status) == ("done", "failed")

    def test_a_condition_decides_over_steps_and_tasks(self, tmp_path: Path) -> None:
        steps = [Step("no", "noop", condition="vars.size > 3"), Step("yes", "noop", condition="${{ vars.size == 3 }}")]
        plan = a_plan(a_task("a", steps=steps), a_task("b", condition="false"), vars={"size": 3})
        rig = Rig(tmp_path, plan)
        rig.run()
        assert {name: step.status for name, step in rig.slot("a").steps.items()} == {"no": "skipped", "yes": "done"}
        assert (rig.slot("b").status, rig.slot("b").reason) == ("skipped", "its condition is false: false")

    def test_expressions_that_cannot_be_evaluated_fail_their_step_or_task(self, tmp_path: Path) -> None:
        plan = a_plan(
            a_task("a", steps=[Step("s", "echo", {"text": "${{ fromJSON('{') }}"})]),
            a_task("b", steps=[Step("s", "noop", condition="fromJSON('{') && always()")]),
            a_task("c", condition="fromJSON('{')"),
        )
        rig = Rig(tmp_path, plan, echo=echo)
        rig.run()
        assert rig.slot("a").steps["s"].error_kind == "configuration"
        assert "cannot be evaluated" in rig.slot("b").reason
        assert "cannot be evaluated" in rig.slot("c").reason

    def test_env_is_the_essentials_the_tasks_and_the_steps(self, tmp_path: Path) -> None:
        seen: list[Call] = []

        def look(call: Call) -> Outcome:
            seen.append(call)
            return Done()

        step = Step("s", "look", env={"WHO": "${{ plan.id }}", "BOTH": "step"})
        Rig(tmp_path, a_plan(a_task("a", steps=[step], env={"BOTH": "task", "T": "1"})), look=look).run()
        assert seen[0].env == {
            "PATH": "/usr/bin:/bin",
            "ZTR_TASK": "a",
            "ZTR_STEP": "s",
            "WHO": "demo",
            "BOTH": "step",
            "T": "1",
        }

    def test_an_actions_own_mistake_fails_its_step_and_not_the_run(self, tmp_path: Path) -> None:
        def broken(_call: Call) -> Outcome:
            raise LookupError("oops")

        rig = Rig(tmp_path, a_plan(a_task("a", steps=[Step("s", "broken")]), a_task("b")), broken=broken)
        rig.run()
        assert rig.statuses() == {"a": "failed", "b": "done"}
        assert "internal error in the action broken: LookupError('oops')" in rig.slot("a").reason

    @pytest.mark.parametrize(
        ("outputs", "reason"),
        [
            ({"x": float("nan")}, "not JSON"),
            ({"x": object()}, "not JSON"),
            ({"x": "y" * 1_000_001}, "write them into a file"),
        ],
    )
    def test_outputs_that_cannot_be_journaled_fail_the_step(
        self, tmp_path: Path, outputs: dict[str, object], reason: str
    ) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", steps=[Step("s", "odd")])), odd=in_turn(Done(outputs)))  # type: ignore[arg-type]  # wrong or loose on purpose
        rig.run()
        assert reason in rig.slot("a").reason

    def test_the_tasks_time_limit_is_what_its_steps_share(self, tmp_path: Path) -> None:
        def slow(call: Call) -> Outcome:
            rig.clock.advance(call.timeout)
            return Done()

        steps = [Step("one", "slow", timeout=5.0), Step("two", "slow"), Step("three", "slow")]
        rig = Rig(tmp_path, a_plan(a_task("a", steps=steps, timeout=20.0)), slow=slow)
        rig.run()
        slot = rig.slot("a")
        assert [round(slot.steps[name].seconds) for name in ("one", "two", "three")] == [5, 15, 0]
        assert "time limit of 20 s was used up" in slot.reason


class TestRetries:
    def test_a_transient_failure_is_tried_again_with_growing_waits(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "call")], retry=Retry(4, delay=2.0, factor=2.0, max_delay=60.0))
        rig = Rig(tmp_path, a_plan(task), call=in_turn(TRANSIENT, TRANSIENT, say("ok")))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").steps["s"].attempts) == ("done", 3)
        assert rig.clock.slept == [1.5, 3.0]
        assert [event.wait for event in rig.events() if isinstance(event, StepRetried)] == [1.5, 3.0]

    @pytest.mark.parametrize(("kind", "attempts"), [("transient", 3), ("permanent", 1), ("configuration", 1)])
    def test_only_transient_failures_are_tried_again(self, tmp_path: Path, kind: str, attempts: int) -> None:
        failure = Failed(kind, "no")  # type: ignore[arg-type]  # kinds as text
        task = a_task("a", steps=[Step("s", "call", retry=Retry(3))])
        rig = Rig(tmp_path, a_plan(task), call=in_turn(failure))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").steps["s"].attempts) == ("failed", attempts)

    def test_a_service_that_names_its_time_is_heard(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "call")], retry=Retry(3))
        rig = Rig(tmp_path, a_plan(task), call=in_turn(TRANSIENT._replace(retry_after=42.0), say("ok")))
        rig.run()
        assert rig.clock.slept == [42.0]

    def test_a_wait_beyond_reason_defers_the_task_to_a_later_run(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "call")], retry=Retry(3))
        rig = Rig(tmp_path, a_plan(task), call=in_turn(TRANSIENT._replace(retry_after=4_000.0), say("ok")))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").not_before) == ("deferred", "2026-03-04T10:06:40+00:00")
        rig.run()
        assert len(rig.done) == 1
        rig.clock.advance(4_000.0)
        rig.run()
        assert rig.slot("a").status == "done"


class TestOnFailure:
    def test_what_is_tried_can_save_the_task(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "bad")], on_failure=OnFailure((Step("plan-b", "noop"),)))
        rig = Rig(tmp_path, a_plan(task), bad=in_turn(PERMANENT))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").steps["plan-b"].status) == ("done", "done")

    def test_a_missed_gate_is_asked_again_after_the_try(self, tmp_path: Path) -> None:
        task = a_task(
            "a",
            steps=[Step("s", "count")],
            gates=[Gate("file", {"file": "saved.txt"})],
            on_failure=OnFailure((Step("save", "file", {"operation": "write", "path": "saved.txt", "content": "x"}),)),
        )
        rig = Rig(tmp_path, a_plan(task), count=in_turn(Done()))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").verdicts[0].status) == ("done", "passed")

    @pytest.mark.parametrize(("then", "status"), [("fail", "failed"), ("skip", "skipped")])
    def test_when_that_fails_too_the_plan_says_what_becomes_of_it(self, tmp_path: Path, then: str, status: str) -> None:
        on_failure = OnFailure((Step("plan-b", "bad"),), then)  # type: ignore[arg-type]  # a literal as text
        rig = Rig(
            tmp_path, a_plan(a_task("a", steps=[Step("s", "bad")], on_failure=on_failure)), bad=in_turn(PERMANENT)
        )
        rig.run()
        assert rig.slot("a").status == status
        assert "what was tried then failed too" in rig.slot("a").reason

    @pytest.mark.parametrize("tried", [(), (Step("t", "noop", condition="false"),)])
    @pytest.mark.parametrize(("then", "status"), [("fail", "failed"), ("skip", "skipped")])
    def test_where_nothing_was_tried_a_failure_stays_one(
        self, tmp_path: Path, tried: tuple[Step, ...], then: Literal["fail", "skip"], status: str
    ) -> None:
        task = a_task("a", steps=[Step("s", "flaky")], on_failure=OnFailure(tried, then))
        rig = Rig(tmp_path, a_plan(task), flaky=in_turn(PERMANENT))
        rig.run()
        assert rig.slot("a").status == status
        assert rig.slot("a").reason.startswith("step s failed (permanent): no such thing")

    def test_what_is_tried_may_have_to_wait_as_well(self, tmp_path: Path) -> None:
        on_failure = OnFailure((Step("plan-b", "later"),))
        plan = a_plan(a_task("a", steps=[Step("s", "bad")], on_failure=on_failure))
        rig = Rig(tmp_path, plan, bad=in_turn(PERMANENT), later=in_turn(Failed("dependency", "not there yet")))
        rig.run()
        assert rig.slot("a").status == "deferred"

    def test_a_task_that_was_saved_says_from_what(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "bad")], on_failure=OnFailure((Step("plan-b", "noop"),)))
        rig = Rig(tmp_path, a_plan(task), bad=in_turn(PERMANENT))
        rig.run()
        told = "recovered by what was tried: step s failed (permanent): no such thing"
        assert (rig.slot("a").status, rig.slot("a").reason) == ("done", told)


class TestFailedNeeds:
    def plan(self, condition: str) -> Plan:
        after = a_task("after", needs=["bad"], condition=condition, after_failure=True)
        return a_plan(a_task("bad", steps=[Step("s", "bad")]), after)

    @pytest.mark.parametrize(
        ("condition", "status"), [("always()", "done"), ("failure()", "done"), ("success()", "skipped")]
    )
    def test_a_status_function_decides_whether_the_task_runs_after_a_failure(
        self, tmp_path: Path, condition: str, status: str
    ) -> None:
        rig = Rig(tmp_path, self.plan(condition), bad=in_turn(PERMANENT))
        rig.run()
        assert rig.slot("after").status == status

    def test_the_tasks_own_steps_begin_as_if_nothing_had_failed(self, tmp_path: Path) -> None:
        step = Step("s", "echo", {"text": "${{ needs.bad.status }}"}, condition="success()")
        after = a_task("after", needs=["bad"], condition="always()", after_failure=True, steps=[step])
        rig = Rig(tmp_path, a_plan(a_task("bad", steps=[Step("s", "bad")]), after), bad=in_turn(PERMANENT), echo=echo)
        rig.run()
        assert rig.slot("after").steps["s"].outputs == {"text": "failed"}

    def test_what_a_task_made_is_kept_though_its_gate_was_missed(self, tmp_path: Path) -> None:
        write = Step("w", "file", {"operation": "write", "path": "a.json", "content": "{}"})
        task = a_task("a", steps=[write], gates=[metric("steps.w.outputs.size", above=100)], produces=("a.json",))
        rig = Rig(tmp_path, a_plan(task))
        rig.run()
        assert (rig.slot("a").status, [one.path for one in rig.slot("a").products]) == ("failed", ["a.json"])

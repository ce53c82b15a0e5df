"""Whole runs: steps, retries, effects, gates, products, modes and interruption, over a real state folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.actions.base import Call, Done, Failed, Outcome
from automation.engine.events import (
    EffectFinished,
    EffectStarted,
    Event,
    Requested,
    StepFinished,
    StepRetried,
)
from automation.engine.ports import Stopped
from automation.engine.state import State
from automation.plan.model import Approval, Gate, OnFailure, Reference, Retry, Step
from tests.integration.engine.rig import Rig, an_action, in_turn
from tests.unit.engine.plans import AT, a_plan, a_task

TRANSIENT = Failed("transient", "the line is busy")
PERMANENT = Failed("permanent", "no such thing")


def say(text: str) -> Done:
    return Done({"text": text})


def echo(call: Call) -> Outcome:
    return Done({"text": call.inputs.get("text")})


def metric(expression: str, above: float) -> Gate:
    step = expression.split(".")[1]
    return Gate("metric", {"metric": expression, "above": above}, reads=(Reference("", step, "x"),))


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
        rig = Rig(tmp_path, a_plan(a_task("a", steps=[Step("s", "odd")])), odd=in_turn(Done(outputs)))  # type: ignore[arg-type]
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

    def test_what_is_tried_may_have_to_wait_as_well(self, tmp_path: Path) -> None:
        on_failure = OnFailure((Step("plan-b", "later"),))
        plan = a_plan(a_task("a", steps=[Step("s", "bad")], on_failure=on_failure))
        rig = Rig(tmp_path, plan, bad=in_turn(PERMANENT), later=in_turn(Failed("dependency", "not there yet")))
        rig.run()
        assert rig.slot("a").status == "deferred"


class TestGates:
    def test_a_missed_gate_fails_the_task_with_value_and_bound(self, tmp_path: Path) -> None:
        task = a_task("a", steps=[Step("s", "measure")], gates=[metric("steps.s.outputs.x", above=0.9)])
        rig = Rig(tmp_path, a_plan(task), measure=in_turn(Done({"x": 0.5})))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").reason) == (
            "failed",
            "gate missed: metric steps.s.outputs.x: 0.5 is not > 0.9",
        )

    def test_a_gate_that_cannot_be_evaluated_fails_with_the_reason(self, tmp_path: Path) -> None:
        task = a_task("a", gates=[metric("steps.work.outputs.x", above=0.9), Gate("json", {"json": "../up.json"})])
        rig = Rig(tmp_path, a_plan(task))
        rig.run()
        assert [verdict.status for verdict in rig.slot("a").verdicts] == ["failed", "failed"]
        assert all("cannot be evaluated" in verdict.reason for verdict in rig.slot("a").verdicts)

    def test_a_gate_that_reads_a_mocked_output_is_not_judged_and_the_task_is_mocked(self, tmp_path: Path) -> None:
        send = an_action("send", in_turn(Done({"x": 1.0})), effect="external", mock={"x": 1.0})
        task = a_task("a", steps=[Step("s", "send", secrets=("KEY",))], gates=[metric("steps.s.outputs.x", above=0.9)])
        rig = Rig(tmp_path, a_plan(task), send=send)
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").verdicts[0].status) == ("mocked", "not-judged")
        assert rig.slot("a").unlock == (("KEY",),)
        rig.run(secrets={"KEY": "value"})
        assert (rig.slot("a").status, rig.slot("a").verdicts[0].status) == ("done", "passed")


class TestModes:
    def rig(self, tmp_path: Path, **fields: object) -> Rig:
        send = an_action("send", in_turn(Done({"id": "7"})), effect="external", mock={"id": "mock-7"})
        steps = [Step("s", "send", {"text": "hi"}, secrets=("KEY",))]
        use = Step("use", "echo", {"text": "${{ needs.a.steps.s.outputs.id }}"}, reads=(Reference("a", "s", "id"),))
        return Rig(
            tmp_path, a_plan(a_task("a", steps=steps), a_task("b", needs=["a"], steps=[use])), send=send, echo=echo
        )

    def test_without_its_secret_a_step_records_what_it_would_send(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path)
        rig.run()
        step = rig.slot("a").steps["s"]
        assert (step.status, step.missing, step.outputs) == ("mocked", ("KEY",), {"id": "mock-7"})
        assert (step.sent[0].target, step.sent[0].request, step.sent[0].real) == ("POST /send", {"text": "hi"}, False)
        assert [name for name, _ in rig.done] == ["echo"]

    def test_what_is_made_from_a_mocked_output_is_mocked_too_and_due_again_with_the_secret(
        self, tmp_path: Path
    ) -> None:
        rig = self.rig(tmp_path)
        rig.run()
        assert rig.statuses() == {"a": "mocked", "b": "mocked"}
        assert rig.slot("b").steps["use"].outputs == {"text": "mock-7"}
        rig.run()
        assert len(rig.done) == 1
        rig.run(secrets={"KEY": "value"})
        assert rig.statuses() == {"a": "done", "b": "done"}
        assert rig.slot("b").steps["use"].outputs == {"text": "7"}

    def test_mock_touches_nothing_outside_even_with_the_secret(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path)
        rig.run("mock", secrets={"KEY": "value"})
        assert (rig.slot("a").status, rig.slot("a").reason, rig.slot("a").unlock) == (
            "mocked",
            "this run is mock",
            ((),),
        )
        assert "send" not in [name for name, _ in rig.done]

    def test_a_step_sees_its_own_secrets_and_only_when_it_is_real(self, tmp_path: Path) -> None:
        seen: list[Call] = []

        def look(call: Call) -> Outcome:
            seen.append(call)
            return Done()

        send = an_action("send", look, effect="external")
        plan = a_plan(a_task("a", steps=[Step("s", "send", secrets=("KEY",)), Step("t", "local")]))
        Rig(tmp_path, plan, send=send, local=look).run(secrets={"KEY": "k", "OTHER": "o"})
        assert [dict(call.secrets) for call in seen] == [{"KEY": "k"}, {}]
        assert [("KEY" in call.env, "OTHER" in call.env) for call in seen] == [(True, False), (False, False)]

    def test_an_approval_is_recorded_in_mock_and_asked_for_otherwise(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", approval=Approval())))
        rig.run("mock")
        assert rig.slot("a").status == "mocked"
        rig.run("auto")
        assert rig.slot("a").status == "awaiting-approval"
        rig.run("auto")
        assert len([name for name, _ in rig.done if name == "noop"]) == 2


class TestEffects:
    def rig(self, tmp_path: Path, *outcomes: Outcome, repeat: str = "blind", **step: object) -> Rig:
        send = an_action("send", in_turn(*outcomes), effect="external", repeat=repeat)
        steps = [Step("s", "send", {"text": "hi"}, **step), Step("then", "after")]  # type: ignore[arg-type]
        return Rig(tmp_path, a_plan(a_task("a", steps=steps)), send=send, after=in_turn(PERMANENT, Done()))

    def sends(self, rig: Rig) -> int:
        return len([name for name, _ in rig.done if name == "send"])

    def test_an_effect_is_announced_before_and_told_after(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Done({"id": "7"}, remote="r-7"))
        rig.run()
        kinds = [
            type(event) for event in rig.events() if isinstance(event, EffectStarted | EffectFinished | StepFinished)
        ]
        assert kinds[:3] == [EffectStarted, EffectFinished, StepFinished]
        assert rig.slot("a").effects["s"].remote == "r-7"

    def test_a_task_that_failed_later_adopts_the_effect_on_its_next_run(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Done({"id": "7"}, remote="r-7"))
        rig.run()
        assert rig.slot("a").status == "failed"
        rig.run()
        step = rig.slot("a").steps["s"]
        assert (rig.slot("a").status, self.sends(rig), step.adopted, step.outputs) == ("done", 1, True, {"id": "7"})
        assert step.sent[0].remote == "r-7"

    def test_a_refused_effect_is_made_again(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("permanent", "bad token"), Done())
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").effects["s"].ended) == ("failed", False)
        rig.run()
        assert self.sends(rig) == 2

    def test_a_blind_effect_that_may_have_arrived_is_never_repeated_silently(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("transient", "the answer was lost", happened=None), Done(), retry=Retry(5))
        for _ in range(3):
            rig.run()
        assert (self.sends(rig), rig.slot("a").status) == (1, "unknown")
        assert "nobody knows whether it arrived (the answer was lost); on-unknown is ask" in rig.slot("a").reason

    def test_a_person_who_says_retry_has_it_sent_again(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("transient", "lost", happened=None), Done())
        rig.run()
        loaded = rig.store.load()
        writer, _ = rig.store.open_journal(loaded.state.serial + 1, "q", AT, "demo", lambda text: text)
        writer.append(Requested(AT, "q1", "retry", "a", "once", "ada"))
        writer.close()
        rig.run()
        assert self.sends(rig) == 2

    @pytest.mark.parametrize(("repeat", "on_unknown"), [("upsert", "ask"), ("keyed", "ask"), ("blind", "retry")])
    def test_an_effect_that_is_safe_to_repeat_is_repeated_within_the_run(
        self, tmp_path: Path, repeat: str, on_unknown: str
    ) -> None:
        lost = Failed("transient", "lost", happened=None)
        rig = self.rig(tmp_path, lost, Done(), repeat=repeat, on_unknown=on_unknown, retry=Retry(3))
        rig.run()
        assert (self.sends(rig), rig.slot("a").steps["s"].status) == (2, "done")

    def test_a_repeatable_effect_that_stays_lost_fails_and_is_tried_by_the_next_run(self, tmp_path: Path) -> None:
        lost = Failed("transient", "lost", happened=None)
        rig = self.rig(tmp_path, lost, Done(), repeat="keyed")
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").effects["s"].ended) == ("failed", None)
        rig.run()
        assert (self.sends(rig), rig.slot("a").effects["s"].ended) == (2, True)

    def test_a_lost_effect_that_may_be_left_out_is(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("transient", "lost", happened=None), Done(), on_unknown="skip")
        rig.run()
        assert rig.slot("a").steps["s"].error == "left out: lost"
        rig.run()
        assert (self.sends(rig), rig.slot("a").status) == (1, "done")
        assert "its end was never seen" in rig.slot("a").steps["s"].error

    def test_a_run_that_was_killed_within_an_effect_leaves_it_unknown(self, tmp_path: Path) -> None:
        class Killed(BaseException):
            pass

        def die(_call: Call) -> Outcome:
            raise Killed

        rig = self.rig(tmp_path, Done())
        rig.actions["send"] = an_action("send", die, effect="external")
        with pytest.raises(Killed):
            rig.run()
        assert rig.slot("a").effects["s"].ended is None
        rig.run()
        assert (rig.slot("a").status, self.sends(rig)) == ("unknown", 0)
        assert "its end was never seen" in rig.slot("a").reason


class TestProducts:
    def test_products_are_restored_on_an_empty_disk_for_what_needs_them(self, tmp_path: Path) -> None:
        write = Step("w", "file", {"operation": "write", "path": "out/a.txt", "content": "first"})
        again = Step("w", "file", {"operation": "write", "path": "out/a.txt", "content": "second"})
        check = Step("c", "look")
        seen: list[str] = []

        def look(call: Call) -> Outcome:
            seen.append((call.workdir / "out" / "a.txt").read_text())
            return Done()

        plan = a_plan(
            a_task("a", day=1, steps=[write], produces=("out/a.txt",)),
            a_task("b", day=2, needs=["a"], steps=[again], produces=("out/a.txt",)),
            a_task("c", day=3, needs=["a"], steps=[check]),
            a_task("d", day=3, needs=["b"], steps=[check]),
        )
        rig = Rig(tmp_path, plan, look=look)
        for day in (1, 2, 3):
            rig.run(day=day)
            rig.clock.advance(86_400)
            for path in sorted(rig.store.workdir.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        assert seen == ["first", "second"]

    def test_a_file_of_this_run_is_not_replaced_by_an_older_one(self, tmp_path: Path) -> None:
        write = Step("w", "file", {"operation": "write", "path": "a.txt", "content": "mine"})
        rig = Rig(tmp_path, a_plan(a_task("a", steps=[write], produces=("a.txt",)), a_task("b", needs=["a"])))
        rig.run(tasks=frozenset({"a"}))
        (rig.store.workdir / "a.txt").write_text("changed by hand")
        rig.run()
        assert (rig.store.workdir / "a.txt").read_text() == "changed by hand"

    def test_a_promised_file_that_is_not_there_fails_the_task(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", produces=("out.txt",))))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").reason) == ("failed", "it did not produce out.txt")

    def test_a_mocked_task_may_lack_what_its_real_step_would_have_made(self, tmp_path: Path) -> None:
        send = an_action("send", in_turn(Done()), effect="external")
        rig = Rig(
            tmp_path, a_plan(a_task("a", steps=[Step("s", "send", secrets=("K",))], produces=("out.txt",))), send=send
        )
        rig.run()
        assert rig.slot("a").status == "mocked"


class TestRuns:
    def test_several_jobs_run_the_same_plan_to_the_same_end(self, tmp_path: Path) -> None:
        tasks = [a_task(f"t{n:02d}", needs=[f"t{n - 3:02d}"] if n >= 3 else []) for n in range(30)]
        rig = Rig(tmp_path, a_plan(*tasks))
        rig.run(jobs=4)
        assert set(rig.statuses().values()) == {"done"}
        assert len(rig.done) == 30

    @pytest.mark.parametrize("jobs", [1, 3])
    def test_a_run_that_is_stopped_keeps_all_and_the_next_goes_on(self, tmp_path: Path, jobs: int) -> None:
        def stop(_call: Call) -> Outcome:
            rig.stopping = True
            raise Stopped

        rig = Rig(
            tmp_path, a_plan(a_task("a"), a_task("b", needs=["a"], steps=[Step("s", "stop")]), a_task("c", needs=["b"]))
        )
        rig.actions["stop"] = an_action("stop", stop)
        ended = rig.run(jobs=jobs)
        assert ended.interrupted
        assert rig.statuses() == {"a": "done", "b": "running"}
        assert rig.state().runs[-1].outcome == "interrupted"
        rig.stopping = False
        rig.actions["stop"] = an_action("stop", in_turn(Done()))
        rig.run(jobs=jobs)
        assert rig.statuses() == {"a": "done", "b": "done", "c": "done"}

    def test_nothing_more_starts_once_the_run_is_to_stop(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a")))
        rig.stopping = True
        assert rig.run().interrupted
        assert rig.done == []

    def test_who_watches_never_breaks_the_run(self, tmp_path: Path) -> None:
        class Clumsy:
            told = 0

            def on_event(self, _event: Event, _state: State) -> None:
                self.told += 1
                raise ValueError("oops")

        class Careful(Clumsy):
            def on_event(self, event: Event, state: State) -> None:
                self.told += 1

        clumsy, careful = Clumsy(), Careful()
        rig = Rig(tmp_path, a_plan(a_task("a")))
        rig.run(observers=[clumsy, careful])
        assert (rig.slot("a").status, clumsy.told, careful.told) == ("done", 1, 5)

    def test_requests_are_answered_when_a_run_begins(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", steps=[Step("s", "bad")])), bad=in_turn(PERMANENT))
        for _ in range(4):
            rig.run()
        assert len(rig.done) == 3  # as often as the plan allows
        loaded = rig.store.load()
        writer, _ = rig.store.open_journal(loaded.state.serial + 1, "q", AT, "demo", lambda text: text)
        writer.append(Requested(AT, "q1", "retry", "a"))
        writer.close()
        rig.run()
        assert len(rig.done) == 4

    def test_the_history_counts_the_state_and_the_journals_alike(self, tmp_path: Path) -> None:
        found: list[object] = []

        def look(call: Call) -> Outcome:
            found.append(call.history())
            return Done()

        plan = a_plan(
            a_task("a"), a_task("b", steps=[Step("s", "bad")]), a_task("c", needs=["a"], steps=[Step("s", "look")])
        )
        rig = Rig(tmp_path, plan, bad=in_turn(PERMANENT), look=look)
        rig.run()
        history = found[0]
        assert isinstance(history, dict)
        assert history["counts"] == history["journal"]["finished"] == {"done": 1, "failed": 1}
        assert [(task["id"], task["status"]) for task in history["tasks"]] == [("a", "done"), ("b", "failed")]
        assert history["journal"]["events"] > 5

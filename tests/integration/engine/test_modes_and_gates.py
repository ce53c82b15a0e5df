"""What is real, what is mocked, what the gates say, and which products are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.actions.base import Call, Done, Outcome
from automation.engine.ports import Stopped
from automation.gates.base import GateKind, Look, Measured, Measurement
from automation.plan.model import Approval, Bound, Gate, Reference, Step
from tests.integration.engine.rig import Rig, an_action, echo, in_turn, metric
from tests.unit.engine.plans import a_plan, a_task


def a_gate(name: str, found: Measured | Exception) -> GateKind:
    """A gate that always measures this, or always breaks in this way."""

    def measure(_look: Look) -> Measurement:
        if isinstance(found, Exception):
            raise found
        return found

    return GateKind(name, name, "", {"type": "object"}, measure, "")


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

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (ZeroDivisionError("by none"), "internal error: ZeroDivisionError('by none')"),
            (OSError("the disk is gone"), "the disk is gone"),
            (ValueError("an odd number"), "an odd number"),
        ],
    )
    def test_a_gate_that_breaks_fails_its_task_and_not_the_run(
        self, tmp_path: Path, error: Exception, why: str
    ) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", gates=[Gate("odd", {"odd": ["x", "y"]})]), a_task("b")))
        rig.gates["odd"] = a_gate("odd", error)
        rig.run()
        (verdict,) = rig.slot("a").verdicts
        assert rig.statuses() == {"a": "failed", "b": "done"}
        assert (verdict.gate, verdict.status) == ("odd x y", "failed")
        assert why in verdict.reason

    def test_a_gate_with_an_expression_that_cannot_be_worked_out_fails_with_its_text(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", gates=[Gate("file", {"file": "${{ fromJSON('{') }}"})])))
        rig.run()
        assert rig.slot("a").status == "failed"
        assert "fromJSON(): '{' is no JSON" in rig.slot("a").verdicts[0].reason

    def test_a_stop_while_a_gate_measures_is_no_verdict_and_the_next_run_measures_again(self, tmp_path: Path) -> None:
        rig = Rig(tmp_path, a_plan(a_task("a", gates=[Gate("odd", {"odd": "x"})])))
        rig.gates["odd"] = a_gate("odd", Stopped("stopped"))
        rig.run()
        assert (rig.slot("a").status, rig.slot("a").verdicts) == ("running", ())
        rig.gates["odd"] = a_gate("odd", Measured(1, Bound("at-least", 1), "x"))
        rig.run()
        assert rig.statuses() == {"a": "done"}

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

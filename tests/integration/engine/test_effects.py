"""Real external effects: announced before, told after, adopted, repeated or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.actions.base import Call, Done, Failed, Outcome
from automation.engine.events import (
    EffectFinished,
    EffectStarted,
    Requested,
    StepFinished,
)
from automation.plan.model import Retry, Step
from tests.integration.engine.rig import PERMANENT, Rig, an_action, in_turn
from tests.unit.engine.plans import AT, a_plan, a_task


class TestEffects:
    def rig(self, tmp_path: Path, *outcomes: Outcome, repeat: str = "blind", **step: object) -> Rig:
        send = an_action("send", in_turn(*outcomes), effect="external", repeat=repeat)
        steps = [Step("s", "send", {"text": "hi"}, **step), Step("then", "after")]  # type: ignore[arg-type]  # wrong or loose on purpose
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

    @pytest.mark.parametrize(("repeat", "sends", "status"), [("blind", 1, "failed"), ("upsert", 2, "done")])
    def test_an_effect_that_failed_on_its_answer_never_turns_green_by_itself(
        self, tmp_path: Path, repeat: str, sends: int, status: str
    ) -> None:
        rig = self.rig(tmp_path, Failed("permanent", "ok is false", happened=True), Done(), repeat=repeat)
        rig.run()
        rig.run()
        rig.run()
        assert (self.sends(rig), rig.slot("a").status) == (sends, status)

    def test_a_person_who_says_retry_has_what_failed_on_its_answer_sent_again(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("permanent", "ok is false", happened=True), Done())
        rig.run()
        rig.run()
        assert "is not sent again: `ztr retry a` does so" in rig.slot("a").reason
        loaded = rig.store.load()
        writer, _ = rig.store.open_journal(loaded.state.serial + 1, "q", AT, "demo", lambda text: text)
        writer.append(Requested(AT, "q1", "retry", "a", "once", "ada"))
        writer.close()
        rig.run()
        assert self.sends(rig) == 2

    def test_a_blind_effect_that_arrived_is_not_tried_again_within_the_run(self, tmp_path: Path) -> None:
        rig = self.rig(tmp_path, Failed("transient", "half of it", happened=True), Done(), retry=Retry(3))
        rig.run()
        assert (self.sends(rig), rig.slot("a").status) == (1, "failed")

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

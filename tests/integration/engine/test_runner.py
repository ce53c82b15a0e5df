"""Whole runs: job slots, interruption, requests, observers and the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.actions.base import Call, Done, Outcome
from automation.engine.events import (
    Event,
    Requested,
)
from automation.engine.ports import Stopped
from automation.engine.state import State
from automation.plan.model import Step
from tests.integration.engine.rig import PERMANENT, Rig, an_action, in_turn
from tests.unit.engine.plans import AT, a_plan, a_task


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

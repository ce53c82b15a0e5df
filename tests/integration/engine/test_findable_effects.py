"""Findable effects: settled, looked up, adopted or made, and reconciled to one."""

from __future__ import annotations

from pathlib import Path

from automation.actions.base import Action, Call, Done, Failed, Found, Outcome
from automation.engine.events import ErrorKind, Requested
from automation.plan.model import Retry, Step
from tests.integration.engine.rig import Rig, an_action
from tests.unit.engine.plans import AT, a_plan, a_task

SETTLE = 35.0


class Killed(BaseException):
    """The process ends here."""


class Shelf:
    """A service that keeps things under a key, in the order in which they came."""

    def __init__(self) -> None:
        self.things: list[tuple[str, str, str]] = []
        self.removed: list[str] = []
        self.late: list[str] = []
        self.existing: list[str] = []
        self.asked = 0
        self.trouble: list[str] = []
        self.lost: list[str] = []
        self.removing: Failed | None = None

    def make(self, key: str, text: str) -> str:
        self.things.append((f"t{len(self.things) + len(self.removed) + 1}", key, text))
        return self.things[-1][0]

    def find(self, call: Call) -> tuple[Found, ...] | Failed:
        self.asked += 1
        if self.lost:
            return Failed("transient", self.lost.pop(0))
        text = str(call.inputs["text"])
        return tuple(
            Found(name, {"id": name}, complete=held == text) for name, key, held in self.things if key == call.key
        )

    def perform(self, call: Call) -> Outcome:
        self.existing.append(call.existing)
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "refused":
            return Failed("transient", "busy")
        if trouble == "late":
            self.late.append(call.key)
            return Failed("transient", "no answer", happened=None)
        if call.existing:
            self.things = [
                (name, key, str(call.inputs["text"]) if name == call.existing else held)
                for name, key, held in self.things
            ]
            return Done({"id": call.existing}, call.existing)
        name = self.make(call.key, str(call.inputs["text"]))
        if trouble == "killed":
            raise Killed
        if trouble == "lost":
            return Failed("transient", "no answer", happened=None)
        return Done({"id": name}, name)

    def land(self) -> None:
        for key in self.late:
            self.make(key, "hi")
        self.late.clear()

    def undo(self, _call: Call, remote: str) -> Outcome:
        if self.removing:
            return self.removing
        self.things = [thing for thing in self.things if thing[0] != remote]
        self.removed.append(remote)
        return Done()

    @property
    def action(self) -> Action:
        return an_action("send", self.perform, effect="external", repeat="findable", find=self.find, undo=self.undo)


def rig(tmp_path: Path, shelf: Shelf, **fields: object) -> Rig:
    step = Step("s", "send", {"text": "hi"}, **fields)  # type: ignore[arg-type]  # loose on purpose
    return Rig(tmp_path, a_plan(a_task("a", steps=[step])), send=shelf.action)


def killed(rig: Rig) -> None:
    try:
        rig.run()
    except Killed:
        return
    raise AssertionError("the run was not killed")


def test_what_is_there_already_is_adopted_without_a_local_state_and_nothing_is_written(tmp_path: Path) -> None:
    shelf = Shelf()
    rig(tmp_path / "one", shelf).run()
    second = rig(tmp_path / "two", shelf)
    second.run()
    step = second.slot("a").steps["s"]
    assert (len(shelf.things), len(shelf.existing), second.clock.slept) == (1, 1, [])
    assert (step.status, step.adopted, step.outputs, step.sent[0].remote) == ("done", True, {"id": "t1"}, "t1")
    assert second.slot("a").effects["s"].remote == "t1"


def test_what_is_there_in_another_form_is_brought_up_to_date(tmp_path: Path) -> None:
    shelf = Shelf()
    again = rig(tmp_path, shelf)
    again.run()
    shelf.things = [(name, key, "older") for name, key, _ in shelf.things]
    other = rig(tmp_path / "other", shelf)
    other.run()
    assert (shelf.existing, [held for *_, held in shelf.things]) == (["", "t1"], ["hi"])
    assert other.slot("a").steps["s"].adopted is False


def test_a_killed_effect_settles_and_is_adopted_when_it_is_found(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["killed"]
    again = rig(tmp_path, shelf)
    killed(again)
    again.run()
    assert (again.statuses(), len(shelf.things), again.clock.slept) == ({"a": "done"}, 1, [SETTLE])
    assert again.slot("a").steps["s"].adopted


def test_a_step_with_a_short_limit_settles_for_a_short_time(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["killed"]
    again = rig(tmp_path, shelf, timeout=2.0)
    killed(again)
    again.run()
    assert (again.statuses(), len(shelf.things), again.clock.slept) == ({"a": "done"}, 1, [4.0])


def test_a_task_without_the_time_to_settle_is_deferred(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["killed"]
    again = rig(tmp_path, shelf)
    again.plan = a_plan(a_task("a", steps=list(again.plan.tasks["a"].steps), timeout=20.0))
    killed(again)
    again.run()
    assert (again.statuses(), again.clock.slept) == ({"a": "deferred"}, [])
    again.clock.advance(36)
    again.run()
    assert (again.statuses(), len(shelf.things)) == ({"a": "done"}, 1)


def test_a_request_that_lands_while_its_run_is_dead_is_one(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["killed"]
    again = rig(tmp_path, shelf)
    killed(again)
    (name, key, held) = shelf.things.pop()

    def sleep(seconds: float) -> None:
        shelf.things.append((name, key, held))
        again.clock.advance(seconds)

    again.clock.sleep = sleep  # type: ignore[method-assign]  # it lands within the settling
    again.run()
    assert (len(shelf.things), shelf.removed) == (1, [])


def test_a_lost_answer_is_looked_up_within_the_run(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["lost"]
    again = rig(tmp_path, shelf, retry=Retry(3, 1.0))
    again.run()
    step = again.slot("a").steps["s"]
    assert (again.statuses(), len(shelf.things), step.adopted) == ({"a": "done"}, 1, True)
    assert sum(again.clock.slept) == SETTLE


def test_a_request_that_lands_after_all_looking_is_removed_by_the_list_after_making(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["late"]
    again = rig(tmp_path, shelf, retry=Retry(3, 1.0))
    made = shelf.action.perform

    def perform(call: Call) -> Outcome:
        if shelf.late:
            shelf.land()
        return made(call)

    again.actions["send"] = again.actions["send"]._replace(perform=perform)  # type: ignore[attr-defined]  # an Action
    again.run()
    step = again.slot("a").steps["s"]
    assert (again.statuses(), [name for name, *_ in shelf.things], shelf.removed) == ({"a": "done"}, ["t1"], ["t2"])
    assert (step.outputs, step.error) == ({"id": "t1"}, "it was there 2 times: kept t1, removed t2")
    assert again.slot("a").effects["s"].remote == "t1"


def test_doubles_that_a_former_run_left_are_removed_when_they_are_found(tmp_path: Path) -> None:
    shelf = Shelf()
    again = rig(tmp_path, shelf)
    again.run()
    key = shelf.things[0][1]
    shelf.make(key, "hi")
    other = rig(tmp_path / "other", shelf)
    other.run()
    assert ([name for name, *_ in shelf.things], shelf.removed) == (["t1"], ["t2"])


def test_a_duplicate_that_cannot_be_removed_fails_the_step_and_the_next_run_removes_it(tmp_path: Path) -> None:
    shelf = Shelf()
    first = rig(tmp_path, shelf)
    first.run()
    shelf.make(shelf.things[0][1], "hi")
    shelf.removing = Failed("permanent", "not allowed")
    other = rig(tmp_path / "other", shelf)
    other.run()
    assert "its duplicate t2 could not be removed: not allowed" in other.slot("a").reason
    shelf.removing = None
    other.run()
    assert (other.statuses(), len(shelf.things)) == ({"a": "done"}, 1)


def test_without_a_way_to_remove_duplicates_they_are_named(tmp_path: Path) -> None:
    shelf = Shelf()
    first = rig(tmp_path, shelf)
    first.run()
    shelf.make(shelf.things[0][1], "hi")
    other = rig(tmp_path / "other", shelf)
    other.actions["send"] = other.actions["send"]._replace(undo=None)  # type: ignore[attr-defined]  # an Action
    other.run()
    step = other.slot("a").steps["s"]
    assert (step.status, step.error) == ("done", "1 more of it are there and have to be removed by hand: t2")


def test_a_look_up_that_fails_is_not_a_not_found(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["killed"]
    again = rig(tmp_path, shelf)
    killed(again)
    shelf.lost = ["the list is down"]
    again.run()
    assert (again.statuses(), len(shelf.things), again.slot("a").effects["s"].ended) == ({"a": "failed"}, 1, None)
    again.run()
    assert (again.statuses(), len(shelf.things)) == ({"a": "done"}, 1)


def test_a_look_up_that_fails_before_anything_was_sent_leaves_no_doubt(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.lost = ["the list is down"]
    again = rig(tmp_path, shelf)
    again.run()
    assert (again.statuses(), again.slot("a").effects["s"].ended) == ({"a": "failed"}, False)


def test_a_list_that_cannot_be_read_after_making_fails_and_the_next_run_adopts(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["late"]
    again = rig(tmp_path, shelf, retry=Retry(2, 1.0))
    shelf_find = shelf.find

    def find(call: Call) -> tuple[Found, ...] | Failed:
        return Failed("permanent", "revoked") if shelf.asked == 2 and shelf_find(call) != () else shelf_find(call)

    again.actions["send"] = again.actions["send"]._replace(find=find)  # type: ignore[attr-defined]  # an Action
    again.run()
    again.run()
    assert (again.statuses(), len(shelf.things)) == ({"a": "done"}, 1)


def test_an_earlier_doubt_outlives_a_refusal(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["late", "refused", "refused"]
    again = rig(tmp_path, shelf, retry=Retry(3, 1.0))
    again.run()
    assert (again.statuses(), again.slot("a").effects["s"].ended) == ({"a": "failed"}, None)
    shelf.land()
    again.run()
    assert (again.statuses(), [name for name, *_ in shelf.things]) == ({"a": "done"}, ["t1"])


def test_what_cannot_be_looked_up_is_blind(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["lost"]
    again = rig(tmp_path, shelf)
    again.actions["send"] = again.actions["send"]._replace(find=None)  # type: ignore[attr-defined]  # an Action
    again.run()
    assert again.statuses() == {"a": "unknown"}


def test_a_person_who_says_retry_is_no_reason_to_make_it_twice(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.trouble = ["lost"]
    kinds: list[ErrorKind] = ["transient"]
    again = rig(tmp_path, shelf)
    again.run()
    assert (again.statuses(), kinds) == ({"a": "failed"}, ["transient"])
    loaded = again.store.load()
    writer, _ = again.store.open_journal(loaded.state.serial + 1, "q", AT, "demo", lambda text: text)
    writer.append(Requested(AT, "q1", "retry", "a", "once", "ada"))
    writer.close()
    again.run()
    assert (again.statuses(), len(shelf.things)) == ({"a": "done"}, 1)

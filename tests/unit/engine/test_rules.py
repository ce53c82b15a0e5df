"""The small pure rules: what is real, when a failure is tried again, what a former attempt's effect allows, who may
ask for what.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine.approvals import answer
from automation.engine.due import Situation
from automation.engine.effects import (
    KEY_WINDOW,
    Adopt,
    Ask,
    FailAgain,
    LeaveOut,
    Perform,
    effect_key,
    input_hash,
    may_repeat,
    resolve,
    seconds_between,
    settling,
    still_to_settle,
)
from automation.engine.events import Answered, ErrorKind, Event, Mode, Requested, RequestKind, TaskFinished, TaskStatus
from automation.engine.modes import (
    REAL,
    Mocked,
    Reality,
    Unlock,
    effect_of,
    gate_closure,
    reality,
    tainted,
    unlock_map,
    wanted_secrets,
    without_ruled_out,
)
from automation.engine.retry import Again, Defer, GiveUp, Next, after_failure, backoff
from automation.engine.state import EffectState
from automation.plan.model import Approval, Effect, Gate, OnFailure, Reference, Retry, Schedule, Step
from tests.unit.engine.plans import AT, MONDAY, a_plan, a_task, at_day, begun, ended

SEND = Step("send", "slack", secrets=("SLACK",))
READS = Step("read", "http", reads=(Reference("", "send", "id"),))


@pytest.mark.parametrize(
    ("step", "effect", "mode", "present", "mocked", "expected"),
    [
        (SEND, "external", "mock", {"SLACK"}, {}, Mocked(frozenset())),
        (SEND, "external", "mock", set(), {}, Mocked(frozenset({"SLACK"}))),
        (SEND, "external", "auto", set(), {}, Mocked(frozenset({"SLACK"}))),
        (SEND, "external", "auto", {"SLACK"}, {}, REAL),
        (SEND, "external", "provision", {"SLACK"}, {}, REAL),
        (READS, "external", "auto", set(), {}, REAL),
        (READS, "external", "auto", set(), {("", "send"): frozenset({"SLACK"})}, Mocked(frozenset({"SLACK"}))),
        (READS, "workspace", "mock", set(), {("", "send"): frozenset({"SLACK"})}, REAL),
        (SEND, "none", "mock", set(), {}, REAL),
    ],
)
def test_what_is_real_follows_from_effect_mode_and_secrets(
    step: Step,
    effect: Effect,
    mode: Mode,
    present: set[str],
    mocked: dict[tuple[str, str], frozenset[str]],
    expected: Reality,
) -> None:
    assert reality(step, effect, mode, frozenset(present), mocked) == expected


def test_a_step_with_secrets_is_external_unless_it_says_otherwise() -> None:
    effects: dict[str, Effect] = {"python": "workspace"}
    assert effect_of(Step("s", "python"), effects) == "workspace"
    assert effect_of(Step("s", "python", secrets=("KEY",)), effects) == "external"
    assert effect_of(Step("s", "python", secrets=("KEY",), effect="none"), effects) == "none"


def test_reading_a_mocked_output_takes_its_secrets_over() -> None:
    mocked = {("", "send"): frozenset({"A"}), ("other", "x"): frozenset({"B"})}
    assert tainted((Reference("", "send", "id"), Reference("other", "x", "y")), mocked) == frozenset({"A", "B"})
    assert tainted((Reference("", "local", "id"),), mocked) is None


@pytest.mark.parametrize(
    ("effect", "mode", "mocked", "expected"),
    [
        ("none", "mock", {}, None),
        ("external", "mock", {}, frozenset()),
        ("external", "auto", {}, None),
        ("none", "auto", {("", "send"): frozenset({"A"})}, frozenset({"A"})),
    ],
)
def test_a_gate_is_judged_unless_it_reads_what_is_mocked(
    effect: Effect, mode: Mode, mocked: dict[tuple[str, str], frozenset[str]], expected: frozenset[str] | None
) -> None:
    gate = Gate("metric", {"metric": "steps.send.outputs.id"}, reads=(Reference("", "send", "id"),))
    assert gate_closure(gate, effect, mode, mocked) == expected


PLAN = a_plan(
    a_task("announce", steps=[SEND]),
    a_task("alert", steps=[SEND, Step("zap", "zapier", secrets=("ZAPIER",))]),
    a_task("local"),
    a_task("follow", needs=["announce"], steps=[Step("f", "http", reads=(Reference("announce", "send", "id"),))]),
    a_task("rescue", on_failure=OnFailure((Step("plan-b", "zapier", secrets=("ZAPIER",)),))),
)
EFFECTS: dict[str, Effect] = {"slack": "external", "zapier": "external", "http": "external", "noop": "none"}


def test_the_unlock_map_has_the_smallest_sets_first_and_follows_outputs() -> None:
    assert unlock_map(PLAN, EFFECTS, frozenset()) == (
        Unlock(("SLACK",), ("announce", "follow")),
        Unlock(("ZAPIER",), ("rescue",)),
        Unlock(("SLACK", "ZAPIER"), ("alert",)),
    )
    assert unlock_map(PLAN, EFFECTS, frozenset({"SLACK"})) == (Unlock(("ZAPIER",), ("alert", "rescue")),)
    assert unlock_map(PLAN, EFFECTS, frozenset({"SLACK", "ZAPIER"})) == ()


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("vars.tell == 'yes'", False),
        ("${{ vars.tell == 'yes' }}", False),
        ("vars.tell == 'no'", True),
        ("vars.tell == 'yes' && steps.other.outputs.id", True),  # an output is no variable: the run decides
        ("always() && vars.tell == 'yes'", True),
        ("run.mode == 'auto'", True),
        ("", True),
    ],
)
def test_a_step_that_the_plans_variables_rule_out_asks_for_no_secret(condition: str, kept: bool) -> None:
    send = SEND._replace(condition=condition)
    plan = without_ruled_out(a_plan(a_task("tell", steps=[Step("work", "noop"), send]), vars={"tell": "no"}))
    assert [step.id for step in plan.tasks["tell"].steps] == (["work", "send"] if kept else ["work"])
    assert wanted_secrets(plan, EFFECTS) == ({"SLACK": ("tell",)} if kept else {})


def test_a_step_that_is_ruled_out_stays_where_something_reads_its_outputs() -> None:
    send = SEND._replace(condition="vars.tell")
    plan = a_plan(a_task("tell", steps=[send, READS]), vars={"tell": False})
    assert without_ruled_out(plan) == plan


def test_wanted_secrets_name_the_tasks_that_want_them() -> None:
    assert wanted_secrets(PLAN, EFFECTS) == {"SLACK": ("announce", "alert"), "ZAPIER": ("alert", "rescue")}


RETRY = Retry(attempts=3, delay=2.0, factor=3.0, max_delay=10.0)


@pytest.mark.parametrize(
    ("attempt", "kind", "retry_after", "left", "expected"),
    [
        (1, "transient", None, 600.0, Again(2.0 * 0.75)),
        (2, "transient", None, 600.0, Again(6.0 * 0.75)),
        (3, "transient", None, 600.0, GiveUp()),
        (1, "transient", 30.0, 600.0, Again(30.0)),
        (1, "transient", 0.1, 600.0, Again(1.5)),
        (1, "transient", 301.0, 600.0, Defer(301.0)),
        (3, "transient", 301.0, 600.0, Defer(301.0)),
        (1, "transient", 30.0, 20.0, Defer(30.0)),
        (1, "transient", None, 1.0, GiveUp()),
        (1, "permanent", None, 600.0, GiveUp()),
        (1, "configuration", 5.0, 600.0, GiveUp()),
        (1, "dependency", None, 600.0, Defer(900.0)),
        (1, "dependency", 60.0, 600.0, Defer(60.0)),
    ],
)
def test_what_follows_a_failed_attempt(
    attempt: int, kind: ErrorKind, retry_after: float | None, left: float, expected: Next
) -> None:
    found = after_failure(RETRY, attempt, kind, retry_after=retry_after, left=left, jitter=0.5)
    assert found == expected


@given(st.integers(1, 100_000), st.floats(0, 1e3), st.floats(1, 1e3), st.floats(0, 1e4))
def test_backoff_never_exceeds_its_cap(attempt: int, delay: float, factor: float, cap: float) -> None:
    assert 0 <= backoff(Retry(5, delay, factor, cap), attempt) <= cap


def test_an_effects_key_stays_over_attempts_and_differs_for_everything_else() -> None:
    key = effect_key("local:demo", "a", "once", "s")
    assert key == effect_key("local:demo", "a", "once", "s")
    others = {
        effect_key(*parts)
        for parts in [
            ("x:demo", "a", "once", "s"),
            ("local:demo", "b", "once", "s"),
            ("local:demo", "a", "day-2", "s"),
            ("local:demo", "a", "once", "t"),
        ]
    }
    assert len({key, *others}) == 5
    assert input_hash({"a": 1, "b": 2}) == input_hash({"b": 2, "a": 1}) != input_hash({"a": 2, "b": 2})


def known(ended: bool | None, digest: str = "h", error: str = "") -> EffectState:
    return EffectState("k", digest, AT, ended=ended, error=error)


@pytest.mark.parametrize(
    ("before", "repeat", "on_unknown", "expected"),
    [
        (None, "blind", "ask", Perform()),
        (known(False), "blind", "ask", Perform()),
        (known(True), "blind", "ask", Adopt(known(True))),
        (known(True, "other"), "blind", "ask", Perform()),
        (known(True, error="no"), "blind", "ask", FailAgain(f"no; it was sent at {AT} and is not sent again")),
        (known(True, error="no"), "blind", "skip", FailAgain(f"no; it was sent at {AT} and is not sent again")),
        (known(True, error="no"), "keyed", "ask", Perform()),
        (known(True, "other", error="no"), "blind", "ask", Perform()),
        (known(None), "upsert", "ask", Perform()),
        (known(None), "keyed", "ask", Perform()),
        (known(None), "blind", "retry", Perform()),
        (known(None), "blind", "skip", LeaveOut(f"started at {AT} and its end was never seen")),
        (known(None), "blind", "ask", Ask(f"started at {AT} and its end was never seen")),
        (known(None), "findable", "ask", Perform(doubtful=True)),
        (known(None), "findable", "skip", Perform(doubtful=True)),
        (known(True, error="half"), "findable", "ask", Perform()),
        (known(True)._replace(undone=AT), "blind", "ask", Perform()),
    ],
)
def test_what_a_former_attempt_allows(
    before: EffectState | None, repeat: str, on_unknown: str, expected: object
) -> None:
    assert resolve(before, "h", repeat, on_unknown) == expected  # type: ignore[arg-type]  # literals as text


def test_a_keyed_effect_is_repeated_only_as_long_as_the_service_knows_its_key() -> None:
    ages = (KEY_WINDOW - 1, KEY_WINDOW)
    found = [resolve(known(None), "h", "keyed", "ask", age=age) for age in ages]
    assert found == [Perform(), Ask(f"started at {AT} and its end was never seen")]


@pytest.mark.parametrize(("limit", "seconds"), [(None, 35.0), (600.0, 35.0), (10.0, 15.0), (1.0, 2.0), (0.1, 0.3)])
def test_a_request_has_landed_or_is_lost_a_margin_after_its_client_gave_up(limit: float | None, seconds: float) -> None:
    assert settling(limit) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("intent", "run", "wait"),
    [
        (5.0, 0.0, 35.0),  # the run died just now: its last request may have been sent a moment ago
        (50.0, 20.0, 15.0),  # this run has been going on for a while: so long the former one has been dead
        (50.0, 40.0, 0.0),
        (320.0, 0.0, 15.0),  # its task had 300 seconds at most
        (86_400.0, 0.0, 0.0),
    ],
)
def test_how_long_an_effect_of_a_dead_run_settles(intent: float, run: float, wait: float) -> None:
    assert still_to_settle(35.0, intent=intent, limit=300.0, run=run) == wait


def test_clocks_that_differ_make_no_negative_time() -> None:
    later = datetime.fromisoformat(AT)
    assert [seconds_between(AT, later + timedelta(seconds=span)) for span in (5, -5)] == [5.0, 0.0]


def test_only_safe_effects_are_repeated_within_a_run() -> None:
    found = [may_repeat(repeat, "ask") for repeat in ("upsert", "keyed", "findable", "blind")]
    assert found == [True, True, False, False]
    assert may_repeat("blind", "retry")


def ask(kind: RequestKind, task: str = "a", *, by: str = "ada", definition: str = "", id_: str = "q1") -> Requested:
    return Requested(AT, id_, kind, task, "", by, definition)


def answers(*requests: Requested, status: TaskStatus = "failed", approval: Approval | None = None) -> list[Event]:
    plan = a_plan(a_task("a", approval=approval))
    state = begun(*ended("a", "once", status), *requests)
    return list(answer(plan, state, at_day(1)))


def test_a_retry_of_a_failed_task_is_granted() -> None:
    (found,) = answers(ask("retry"))
    assert isinstance(found, Answered)
    assert (found.granted, found.task, found.slot, found.reason) == (True, "a", "once", "retry by ada")


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (ask("retry"), "done", "a is done: `ztr reset` makes a finished task due again"),
        (ask("skip"), "done", "a is done: there is nothing left to skip"),
        (ask("approve"), "failed", "a is failed: nobody asks for an approval of it now"),
        (ask("retry", "nobody"), "failed", "the plan has no task nobody"),
        (ask("retry", ""), "failed", "it names no task"),
        (ask("resume", ""), "failed", "the plan is not paused"),
        (ask("retry", definition="old"), "failed", "the definition of a has changed since: look at it again"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_the_reason(
    request_: Requested, status: TaskStatus, reason: str
) -> None:
    (found,) = answers(request_, status=status)
    assert isinstance(found, Answered)
    assert (found.granted, found.reason) == (False, reason)


def test_what_has_not_run_yet_cannot_be_retried() -> None:
    recurring = a_task("tick", schedule=Schedule("0 8 * * *"))
    plan = a_plan(a_task("a"), recurring)
    early = Situation(MONDAY.replace(hour=7))
    state = begun(ask("retry", "a", id_="q1"), ask("skip", "tick", id_="q2"))
    assert [found.reason for found in answer(plan, state, early) if isinstance(found, Answered)] == [
        "a has not run yet: it runs when it is due",
        "no time of tick has come yet",
    ]


def test_acknowledging_and_running_the_plan_are_always_granted() -> None:
    found = answers(ask("acknowledge", id_="q1"), ask("run", "", id_="q2"))
    assert [one.granted for one in found if isinstance(one, Answered)] == [True, True]


def test_the_first_pause_is_granted_and_the_second_refused() -> None:
    found = answers(ask("pause", "", id_="q1"), ask("pause", "", id_="q2"))
    assert [one.granted for one in found if isinstance(one, Answered)] == [True, False]


def test_an_approval_that_completes_the_quorum_finishes_the_task() -> None:
    found = answers(
        ask("approve", by="ada", id_="q1"),
        ask("approve", by="ada", id_="q2"),
        ask("approve", by="bob", id_="q3"),
        status="awaiting-approval",
        approval=Approval(approvers=2),
    )
    assert [one.granted for one in found if isinstance(one, Answered)] == [True, False, True]
    (finished,) = [one for one in found if isinstance(one, TaskFinished)]
    assert (finished.status, finished.reason) == ("done", "approved by ada, bob")


def test_nobody_makes_up_a_quorum_without_a_name_or_by_spelling_it_differently() -> None:
    found = answers(
        ask("approve", by="", id_="q1"),
        ask("approve", by="ada", id_="q2"),
        ask("approve", by="Ada", id_="q3"),
        status="awaiting-approval",
        approval=Approval(approvers=2),
    )
    assert [one.granted for one in found if isinstance(one, Answered)] == [False, True, False]


def test_an_approval_cannot_be_given_once_it_has_expired() -> None:
    at = (MONDAY + timedelta(days=1)).isoformat()
    late = ask("approve")._replace(at=at)
    (found,) = answers(late, status="awaiting-approval", approval=Approval(expires=86_400.0))
    assert isinstance(found, Answered)
    assert not found.granted
    assert "expired" in found.reason


def test_the_initiator_cannot_approve_where_the_plan_excludes_it() -> None:
    (found,) = answers(ask("approve", by=""), status="awaiting-approval", approval=Approval(exclude_initiator=True))
    assert isinstance(found, Answered)
    assert not found.granted
    assert "excludes the initiator" in found.reason

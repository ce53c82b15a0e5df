"""From what people asked for in the issue to requests on the state branch."""

from __future__ import annotations

from typing import NamedTuple

from automation.cli.control_answers import Conclusion, Refused, named
from automation.cli.execute import Wish, situation_of
from automation.cli.remote.ledger import Ledger
from automation.cli.session import Session
from automation.cli.tell_issue import definitions, told_report
from automation.engine.approvals import answer
from automation.engine.decide import Start, begin
from automation.engine.due import slot_for
from automation.engine.events import Answered, Event, Requested, RequestKind
from automation.engine.state import State, evidence, evolve
from automation.github.branch import Change, Tip, swap
from automation.github.client import Client
from automation.github.controls import EVERY, Ask, Heard
from automation.github.marks import ALL, Control, judged
from automation.plan.graph import descendants
from automation.plan.model import Task
from automation.plan.problems import did_you_mean
from monitoring.render.issue_controls import bulk_control, needs, together


class Wanted(NamedTuple):
    """A request to be made; `definition` is the task's, in full, `evidence` that of what it made."""

    kind: RequestKind
    task: str = ""
    slot: str = ""
    definition: str = ""
    reason: str = ""
    evidence: str = ""


def expand(session: Session, state: State, ask: Ask) -> list[Wanted] | str:
    """The requests that an ask stands for, or why it is not granted."""
    if ask.task in (ALL, EVERY) and ask.task not in session.plan.tasks:
        return _all(session, state, ask)
    if not ask.task:
        return [Wanted(ask.verb, reason=ask.reason)]
    task = session.plan.tasks.get(ask.task)
    if task is None:
        return f"the plan has no task {ask.task}: {did_you_mean(ask.task, session.plan.tasks)}"
    seen = _evidence(session, state, ask.verb, task, ask.slot)
    if ask.ticked and ask.shown != judged(task.definition, seen):
        return f"{task.id} is defined otherwise by now than the box showed, or made something else: look at it again"
    if ask.slot and not _is_slot(session, state, ask):
        return f"{task.id} has no slot {ask.slot}"
    return [Wanted(ask.verb, task.id, ask.slot, task.definition, ask.reason, seen)]


def _evidence(session: Session, state: State, verb: str, task: Task, slot: str) -> str:
    """What the task made, where it is to be judged; empty for any other request, and where nobody is asked now."""
    if verb not in ("approve", "reject"):
        return ""
    name = slot or slot_for(task, session.plan, state, situation_of(session, state, Wish())) or ""
    found = state.slot(task.id, name)
    return evidence(found) if found is not None and found.status == "awaiting-approval" else ""


def lets_through(session: Session, state: State, wanted: list[Wanted]) -> tuple[str, ...]:
    """The tasks that approvals have made due, or will once the run that goes on has answered them."""
    approved = [one for one in wanted if one.kind == "approve"]
    if not approved:
        return ()
    situation = situation_of(session, state, Wish())
    agenda, commands = begin(session.plan, state, situation)
    open_to = {command.task for command in commands if isinstance(command, Start)}
    asked = {request.task for request in state.requests.values() if request.kind == "approve"}
    after = {task for one in approved for task in descendants(session.plan.tasks, one.task)}
    held = {task for one in asked for task in descendants(session.plan.tasks, one)}
    waiting = {one.task for one in agenda.waits} & held
    return tuple(task for task in session.plan.tasks if task in after & (open_to | waiting))


def seen_before(session: Session, tip: Tip, heard: Heard) -> Conclusion | None:
    """What became of the event when it was delivered before."""
    with Ledger(tip, session) as ledger:
        if heard.id not in ledger.names:
            return None
        return _concluded(ledger.journal(heard.id))._replace(repeated=True)


def append(session: Session, client: Client, tip: Tip, wanted: list[Wanted], heard: Heard) -> tuple[Conclusion, Tip]:
    """Put the requests on the state branch, with their answers unless a run is going on. Once for each event."""
    found = Conclusion()
    tried = False

    def decide(now: Tip) -> Change | None:
        nonlocal found, tried
        before = seen_before(session, now, heard)
        if before is not None:  # ours, whose answer was lost; or another delivery's, if this one never wrote
            found = before._replace(repeated=not tried)
            return None
        tried = True
        with Ledger(now, session) as ledger:
            at = session.now().isoformat(timespec="milliseconds")
            claim = ledger.claim
            going = claim is not None and claim.lives(client.now())
            found = _concluded(ledger.add(heard.id, _events(session, ledger.state, wanted, heard, at, going), at))
            return Change(ledger.changes(), f"{session.plan.id}: {heard.sender} asks in issue #{heard.number}")

    swapped = swap(client, decide, tip=tip)
    return found, swapped.tip


def _events(
    session: Session, state: State, wanted: list[Wanted], heard: Heard, at: str, going: bool
) -> tuple[Event, ...]:
    requests = [
        Requested(at, f"{heard.id}-{number}", one.kind, one.task, one.slot, heard.sender, *one[3:])
        for number, one in enumerate(wanted, 1)
    ]
    if going:
        return tuple(requests)
    for request in requests:
        state = evolve(state, request)
    return (*requests, *answer(session.plan, state, situation_of(session, state, Wish())))


def _concluded(events: tuple[Event, ...]) -> Conclusion:
    asked = {event.id: event for event in events if isinstance(event, Requested)}
    answers = [event for event in events if isinstance(event, Answered) and event.id in asked]
    open_ones = asked.keys() - {event.id for event in answers}
    return Conclusion(
        granted=tuple(named(one) for one in answers if one.granted),
        waiting=tuple(named(_ask(event)) for event in asked.values() if event.id in open_ones),
        refused=tuple(Refused(named(one), one.reason) for one in answers if not one.granted),
    )


def _ask(event: Requested) -> Ask:
    return Ask(event.kind, event.task, event.slot)  # type: ignore[arg-type]  # all but acknowledge, which nobody can ask for here


def _all(session: Session, state: State, ask: Ask) -> list[Wanted] | str:
    """Every task that the issue lists for the verb. A box is bound to exactly the list that it stood above."""
    rows = needs(told_report(session, state), definitions(session))
    same = together(ask.verb, rows)
    if ask.ticked and ask.ticked != bulk_control(ask.verb, rows):
        return "the tasks that it stood for are not the same any more: look at the new list"
    if not same:
        return f"nothing waits for {ask.verb}"
    return [_of(session, state, one, ask) for one in same]


def _of(session: Session, state: State, control: Control, ask: Ask) -> Wanted:
    task = session.plan.tasks[control.task]
    seen = _evidence(session, state, ask.verb, task, control.slot)
    return Wanted(ask.verb, task.id, control.slot, task.definition, ask.reason, seen)


def _is_slot(session: Session, state: State, ask: Ask) -> bool:
    if ask.slot in (state.slots.get(ask.task) or ()):
        return True
    situation = situation_of(session, state, Wish())
    return ask.slot == slot_for(session.plan.tasks[ask.task], session.plan, state, situation)

"""`ztr retry`, `skip`, `reset`, `approve`, `reject` and `pause`: ask for something, and hear whether it is granted."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click

from automation.cli.execute import Wish, situation_of
from automation.cli.options import complete_tasks, where_options
from automation.cli.paper import STYLES, paint, say_json, say_next
from automation.cli.session import Session, Where
from automation.engine.approvals import answer
from automation.engine.due import Situation, slot_for
from automation.engine.events import Answered, Event, Mode, Requested, RequestKind
from automation.engine.state import State, evolve
from automation.errors import UsageError
from automation.plan.problems import did_you_mean


class Asked(NamedTuple):
    """What is asked for; `slot` may be empty for the slot that counts now, `task` for the whole plan.

    `seen` is the evidence of what the task made, as a report shows it: another one now, and the request is refused.
    """

    kind: RequestKind
    task: str = ""
    slot: str = ""
    reason: str = ""
    by: str = ""
    seen: str = ""


def ask(session: Session, asked: Sequence[Asked]) -> list[Answered]:
    """Append the requests and their answers to a new journal, and save the state. Raises `ZtrError`."""
    run, at = session.run_id(), session.now().isoformat(timespec="milliseconds")
    session.store.lock(run, at)
    try:
        loaded = session.store.load()
        requests = [_requested(session, one, number, run, at) for number, one in enumerate(asked, 1)]
        _check_slots(session, loaded.state, requests)
        writer, opened = session.store.open_journal(
            loaded.state.serial + 1, run, at, session.plan.id, session.redactor.line
        )
        state = evolve(loaded.state, opened)
        try:
            for request in requests:
                state = evolve(state, writer.append(request))
            answers = [writer.append(event) for event in answer(session.plan, state, _situation(session, state))]
            writer.sync()
        finally:
            writer.close()
        state = _after(state, answers)
        name = writer.path.name
        session.store.save(state, {**loaded.journals, name: session.store.measure(name)})
    finally:
        session.store.unlock()
    return [event for event in answers if isinstance(event, Answered)]


def _situation(session: Session, state: State) -> Situation:
    return situation_of(session, state, Wish())


def _after(state: State, events: Sequence[Event]) -> State:
    for event in events:
        state = evolve(state, event)
    return state


def _requested(session: Session, asked: Asked, number: int, run: str, at: str) -> Requested:
    definition = session.plan.tasks[asked.task].definition if asked.task else ""
    by = asked.by or session.settings.actor
    return Requested(
        at, f"{run}-{number:04d}", asked.kind, asked.task, asked.slot, by, definition, asked.reason, asked.seen
    )


def _check_slots(session: Session, state: State, requests: Sequence[Requested]) -> None:
    """Raises `UsageError` for a slot in which nothing has happened and nothing is due."""
    situation = _situation(session, state)
    for request in requests:
        if not request.slot:
            continue
        known = dict.fromkeys(state.slots.get(request.task) or ())
        current = slot_for(session.plan.tasks[request.task], session.plan, state, situation)
        known |= {current: None} if current else {}
        if request.slot not in known:
            raise UsageError(f"{request.task} has no slot {request.slot}", did_you_mean(request.slot, known))


def _targets(session: Session, names: Sequence[str]) -> list[tuple[str, str]]:
    """`TASK` or `TASK@SLOT` each. Raises `UsageError` for a task that the plan has not."""
    found = []
    for name in names:
        task, _, slot = name.partition("@")
        if task not in session.plan.tasks:
            raise UsageError(f"the plan {session.plan.id} has no task {task}", did_you_mean(task, session.plan.tasks))
        found.append((task, slot))
    return found


def _conclude(session: Session, answers: Sequence[Answered], next_step: str, as_json: bool, quiet: bool) -> int:
    """Tell the answers; 1 when one of them is a refusal."""
    refused = [one for one in answers if not one.granted]
    if as_json:
        say_json({"plan": session.plan.id, "answers": [_document(one) for one in answers]})
        return 1 if refused else 0
    for one in refused if quiet else answers:
        word = "granted" if one.granted else "refused"
        about = f"{one.task}{_slot(one.slot)}" if one.task else "the plan"
        say_next(f"{paint(word, STYLES[word])}  {one.kind} {about}: {one.reason}", session.options)
    if next_step and not refused and not quiet:
        say_next(f"Next: {next_step}", session.options)
    return 1 if refused else 0


def _slot(slot: str) -> str:
    return "" if slot in ("", "once") or slot.startswith("day-") else f"@{slot}"


def _document(one: Answered) -> dict[str, str | bool]:
    return {
        "kind": one.kind,
        "task": one.task,
        "slot": one.slot,
        "granted": one.granted,
        "reason": one.reason,
        "by": one.by,
        "at": one.at,
    }


def _shared(command: Callable[..., int]) -> Callable[..., int]:
    """Adds what every request takes."""
    for option in (
        click.option("--quiet", is_flag=True, help="Print refusals only."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document: plan, answers."),
        click.option("--by", metavar="NAME", default="", help="Who asks [default: $GITHUB_ACTOR]."),
        click.option("--reason", metavar="TEXT", default="", help="Why; it is kept in the journal."),
    ):
        command = option(command)
    return command


def _verb(kind: RequestKind, about: str, next_step: str, examples: str) -> click.Command:
    """The command of one kind of request for tasks."""

    @click.command(kind, help=about, epilog=f"Examples:\n\n\b\n{examples}")
    @where_options
    @click.argument(
        "tasks",
        nargs=-1,
        required=True,
        metavar="TASK[@SLOT]…",
        shell_complete=lambda context, _parameter, begun: complete_tasks(context, begun),
    )
    @_shared
    def command(where: Where, tasks: tuple[str, ...], reason: str, by: str, as_json: bool, quiet: bool) -> int:
        session = Session(where, os.environ)
        asked = [Asked(kind, task, slot, reason, by) for task, slot in _targets(session, tasks)]
        return _conclude(session, ask(session, asked), next_step, as_json, quiet)

    return command


def _judging(kind: RequestKind, about: str, next_step: str, examples: str) -> click.Command:
    """The command of a request that judges what tasks made."""

    @click.command(kind, help=about, epilog=f"Examples:\n\n\b\n{examples}")
    @where_options
    @click.argument(
        "tasks",
        nargs=-1,
        required=True,
        metavar="TASK[@SLOT]…",
        shell_complete=lambda context, _parameter, begun: complete_tasks(context, begun),
    )
    @click.option("--seen", metavar="EVIDENCE", default="", help="Refuse if what the task made is no longer this.")
    @click.option(
        "--run",
        "then",
        type=click.Choice(("mock", "auto", "provision")),
        help="When it is granted, run at once what has become due.",
    )
    @_shared
    def command(
        where: Where,
        tasks: tuple[str, ...],
        seen: str,
        then: Mode | None,
        reason: str,
        by: str,
        as_json: bool,
        quiet: bool,
    ) -> int:
        session = Session(where, os.environ)
        asked = [Asked(kind, task, slot, reason, by, seen) for task, slot in _targets(session, tasks)]
        status = _conclude(session, ask(session, asked), "" if then else next_step, as_json, quiet)
        if status or then is None:
            return status
        from automation.cli.run import default_jobs, go

        return go(session, Wish(then, jobs=default_jobs()), quiet=quiet or as_json)

    return command


_JUDGED = "The report names the evidence that stands for what a task made; --seen binds the answer to it."
_SLOT = "\n\nSLOT is one of a recurring task's times; without it, the latest. Ends with 1 when a request is refused."

retry = _verb(
    "retry",
    f"Make failed, blocked or interrupted tasks due again.\n\nThey have all their tries again.{_SLOT}",
    "`ztr run` runs what is due",
    "  ztr retry search-accuracy\n  ztr retry nightly@2025-10-26T02:30+02:00 --reason 'the service is back'",
)
skip = _verb(
    "skip",
    f"Go on without tasks.\n\nWhatever needs them counts them as finished.{_SLOT}",
    "`ztr run` goes on with what needs it",
    "  ztr skip alert-delivery --reason 'done by hand'",
)
reset = _verb(
    "reset",
    f"Forget what happened to tasks.\n\nThey are due as if they had never run.{_SLOT}",
    "`ztr run` runs what is due",
    "  ztr reset search-accuracy\n  ztr reset search-index search-accuracy",
)
approve = _judging(
    "approve",
    f"Approve tasks that wait for it.\n\n{_JUDGED}{_SLOT}",
    "`ztr run` goes on with what needs it",
    "  ztr approve phase3-sign-off --by ada --reason 'seen and tried'\n  ztr approve discovery --run auto",
)
reject = _judging(
    "reject",
    f"Reject tasks that wait for approval.\n\nThey fail, with the reason. {_JUDGED}{_SLOT}",
    "`ztr status` shows where the plan stands",
    "  ztr reject phase3-sign-off --by ada --reason 'the report lacks the costs'",
)


@click.command(epilog="Examples:\n\n\b\n  ztr pause --reason 'the service moves today'\n  ztr pause --off")
@where_options
@click.option("--off", is_flag=True, help="Go on with the plan.")
@_shared
def pause(where: Where, off: bool, reason: str, by: str, as_json: bool, quiet: bool) -> int:
    """Stop starting tasks until `--off`; what is done stays done."""
    session = Session(where, os.environ)
    answers = ask(session, [Asked("resume" if off else "pause", reason=reason, by=by)])
    next_step = "`ztr run` runs what is due" if off else "`ztr pause --off` goes on"
    return _conclude(session, answers, next_step, as_json, quiet)

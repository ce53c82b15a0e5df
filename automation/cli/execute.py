"""One run of a plan: lock, state, what is due, the runner, snapshot and report.

Used by `run` and, a day at a time, by `simulate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from automation import __version__
from automation.cli.claims import initiator
from automation.cli.happened import event_of_run
from automation.cli.session import Session
from automation.engine.decide import Agenda, anything_new, begin
from automation.engine.due import Occurrence, Situation, slot_for, today
from automation.engine.events import Approvals, Mode, Requested, RunStarted
from automation.engine.modes import wanted_secrets
from automation.engine.runner import Observer, run
from automation.engine.state import SlotState, State, evolve
from automation.errors import SecretsMissing, UsageError
from automation.plan.graph import ancestors, descendants, order
from automation.plan.model import Plan
from automation.plan.plan_build import LAST_YEAR

_PIECE = 1_000_000
"""Characters of a report that are encoded at a time: a big one twice in memory would be a run's peak."""


class Wish(NamedTuple):
    """What a run is asked for. `first` is a task from which on everything is done anew."""

    mode: Mode = "auto"
    day: int | None = None
    start: str | None = None
    tasks: tuple[str, ...] = ()
    jobs: int = 1
    by_hand: bool = True
    occurrences: tuple[Occurrence, ...] = ()
    approvals: Approvals = "auto"
    first: str = ""


class Outcome(NamedTuple):
    """What became of it. `ran` is false when nothing was due and nothing was written."""

    state: State
    agenda: Agenda
    run: str
    ran: bool
    interrupted: bool
    notes: tuple[str, ...]


def execute(
    session: Session,
    wish: Wish,
    observers: Sequence[Observer] = (),
    on_agenda: Callable[[Agenda], None] = lambda _agenda: None,
) -> Outcome:
    """Run what is due; `on_agenda` is told what that is before it starts.

    Raises `ZtrError`; whatever was done by then is kept.
    """
    check_wish(session, wish)
    wish = with_event(session, wish)
    run_id, at = session.run_id(), session.now().isoformat(timespec="milliseconds")
    session.store.lock(run_id, at)
    try:
        ended = session.running.end_all()
        outcome = _locked(session, wish, observers, on_agenda, run_id, at)
        outcome = outcome._replace(notes=(*outcome.notes, *_doubts(session, wish, outcome.state)))
        what = "1 process group" if ended == 1 else f"{ended} process groups"
        note = f"{session.store.folder}: ended {what} that a killed run had left"
        return outcome._replace(notes=(*outcome.notes, note)) if ended else outcome
    finally:
        session.store.unlock()


def _doubts(session: Session, wish: Wish, state: State) -> tuple[str, ...]:
    """What has turned up twice since, and was removed. Only where an effect was made in doubt is anything loaded."""
    slots = (slot for slots in state.slots.values() for slot in slots.values())
    if wish.mode in ("mock", "dry-run") or not any(one.doubtful for slot in slots for one in slot.effects.values()):
        return ()
    from automation.cli.doubts import settle_doubts

    return settle_doubts(session, state)


def with_event(session: Session, wish: Wish) -> Wish:
    """On GitHub, what started the run has happened, where nothing else is named."""
    found = event_of_run(session.settings.trigger, session.settings.run_id) if session.settings.actions else ()
    return wish if wish.occurrences else wish._replace(occurrences=found)


def check_wish(session: Session, wish: Wish) -> None:
    """Raises `UsageError` for what the plan has not, `SecretsMissing` for provision without all secrets."""
    named = (*wish.tasks, wish.first) if wish.first else wish.tasks
    unknown = [task for task in named if task not in session.plan.tasks]
    if unknown:
        import difflib

        close = difflib.get_close_matches(unknown[0], session.plan.tasks, 1)
        raise UsageError(
            f"the plan {session.plan.id} has no task {unknown[0]}",
            f"did you mean {close[0]}?" if close else "`ztr graph` shows all tasks",
        )
    if wish.day is not None and not 0 <= wish.day <= session.plan.days:
        raise UsageError(f"--day {wish.day}: the plan has days 1 to {session.plan.days}", "name one of them")
    if wish.start is not None:
        parse_date(wish.start)
    if wish.mode == "provision":
        _all_secrets(session, wish)
    if any(session.plan.requires):
        from automation.cli.requirements import check_requirements

        check_requirements(session)


def parse_date(text: str) -> date:
    """The date of `--start`. Raises `UsageError`."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--start {text}: not a date", "write it as 2025-09-08") from error
    if found.year > LAST_YEAR:
        raise UsageError(f"--start {text}: too far away for a calendar", f"name a year up to {LAST_YEAR}")
    return found


def situation_of(session: Session, state: State, wish: Wish) -> Situation:
    """What `decide` has to know of this run."""
    return Situation(
        now=session.now(),
        mode=wish.mode,
        present=session.present,
        day=wish.day,
        tasks=session.claimed or frozenset(wish.tasks),
        by_hand=wish.by_hand,
        gone=session.gone(state),
        occurrences=wish.occurrences,
        approvals=wish.approvals,
    )


def _all_secrets(session: Session, wish: Wish) -> None:
    wanted = wanted_secrets(session.plan, session.effects)
    missing = {name: tasks for name, tasks in wanted.items() if name not in session.present}
    if wish.tasks:
        # What a task needs has to be real as well, or the task would be made from mocked values.
        asked = {*wish.tasks}.union(*(ancestors(session.plan.tasks, task) for task in wish.tasks))
        missing = {
            name: found for name, tasks in missing.items() if (found := tuple(task for task in tasks if task in asked))
        }
    if missing:
        lines = "\n".join(f"  {name}: wanted by {', '.join(tasks)}" for name, tasks in missing.items())
        count = "1 secret is" if len(missing) == 1 else f"{len(missing)} secrets are"
        raise SecretsMissing(
            f"provision makes everything real, and {count} missing; nothing was started:\n{lines}",
            "set them as environment variables or repository secrets (`ztr secrets` tells where to get each),"
            " or run with --mode auto",
        )


def _locked(
    session: Session,
    wish: Wish,
    observers: Sequence[Observer],
    on_agenda: Callable[[Agenda], None],
    run_id: str,
    at: str,
) -> Outcome:
    loaded = session.store.load()
    state = loaded.state._replace(start=wish.start) if wish.start else loaded.state
    situation = situation_of(session, state, wish)
    agenda, commands = begin(session.plan, state, situation)
    anew = _anew(session.plan, state, situation, wish.first, run_id)
    if not (anything_new(agenda, commands, state) or anew or state.requests or state.start != loaded.state.start):
        return Outcome(loaded.state, agenda, run_id, ran=False, interrupted=False, notes=loaded.notes)
    on_agenda(agenda)
    session.store.workdir.mkdir(parents=True, exist_ok=True)
    writer, opened = session.store.open_journal(
        loaded.state.serial + 1, run_id, at, session.plan.id, session.redactor.line
    )
    begun = RunStarted(
        at,
        run_id,
        session.plan.digest,
        wish.mode,
        wish.mode,
        today(session.plan, state, situation),
        tuple(sorted(session.settings.secrets)),
        initiator(session),
        session.settings.trigger,
        wish.start or "",
        session.settings.attempt,
        __version__,
    )
    try:
        setting = session.setting(situation, begun, jobs=wish.jobs, requests=anew)
        ended = run(setting, evolve(loaded.state, opened), writer, observers)
    finally:
        writer.close()
    name = writer.path.name
    session.store.save(ended.state, {**loaded.journals, name: session.store.measure(name)})
    return Outcome(ended.state, ended.agenda, run_id, ran=True, interrupted=ended.interrupted, notes=loaded.notes)


def _anew(plan: Plan, state: State, situation: Situation, first: str, run_id: str) -> tuple[Requested, ...]:
    """The requests that forget what happened to `first` and to all that comes after it, in the order of needs."""
    if not first:
        return ()
    wanted = {first, *descendants(plan.tasks, first)}
    at = situation.now.isoformat(timespec="milliseconds")
    found: list[Requested] = []
    for task in order(plan.tasks):
        slot = slot_for(plan.tasks[task], plan, state, situation) if task in wanted else None
        known = state.slot(task, slot) if slot else None
        if slot and known and known.status != "pending":
            name = f"{run_id}-from-{len(found) + 1:04d}"
            found.append(Requested(at, name, "reset", task, slot, reason=f"run again from {first} on"))
    return tuple(found)


def exit_code(outcome: Outcome, plan: Plan) -> int:
    """`130` interrupted, `1` something failed or is blocked, else `0`: waiting for a person is not a failure.

    Of a recurring task counts what happened last and what this run did: an old failure ends with the next success.
    Tasks that the plan no longer has do not count.
    """
    if outcome.interrupted:
        return 130
    for slots in (outcome.state.slots.get(task) for task in plan.tasks):
        if not slots:
            continue
        last = max(slot.since for slot in slots.values())
        if any(slot.status in ("failed", "blocked") and _counts(slot, last, outcome) for slot in slots.values()):
            return 1
    return 0


def _counts(slot: SlotState, last: str, outcome: Outcome) -> bool:
    return slot.since == last or (outcome.ran and slot.run == outcome.run)


def write_report(session: Session, texts: dict[str, str]) -> Path:
    """Write the report's files. Raises `StateError`."""
    from automation.engine.store import write_atomic

    folder = session.store.folder / "report"
    for name, text in texts.items():
        pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
        write_atomic(folder / name, (piece.encode("utf-8", "backslashreplace") for piece in pieces))
    return folder

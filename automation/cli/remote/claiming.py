"""The claim job: what is due, and a durable word of what may be started, before anything is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from automation.cli.claims import Claim, encode_claim, intents, lost_events, until
from automation.cli.execute import Wish, check_wish, situation_of
from automation.cli.remote.ledger import Ledger, objects_of
from automation.cli.session import Session
from automation.cli.told import make_report
from automation.engine.approvals import answer
from automation.engine.decide import Finish, anything_new, begin
from automation.engine.due import Situation, today
from automation.engine.events import Mode, Requested, RunStarted
from automation.engine.state import State
from automation.errors import StateError
from automation.github.branch import BRANCH, Change, Tip, read, swap
from automation.github.client import Client
from automation.github.issue import decode_known, is_trusted
from automation.github.issues import Issue, get_issue, list_issues
from automation.github.marks import read_marker
from automation.github.refusals import Absent, Denied, IssuesDisabled
from monitoring.lateness import stillness

RECENT = 50
"""Journals in which is looked for who asked for a run."""

Why = Literal["claimed", "due", "nothing-due", "running", "not-permitted"]


class Claimed(NamedTuple):
    """Whether the run job should go on, in which mode and from which commit; `holder` is the live claim of another.

    `alarm`: nothing is due, and the issue has to be told something all the same: nothing has moved for days, though
    something is left, or it shows an older state.
    """

    go: bool
    why: Why
    mode: Mode
    commit: str = ""
    tasks: int = 0
    effects: int = 0
    holder: Claim | None = None
    notes: tuple[str, ...] = ()
    alarm: bool = False


def claim(session: Session, client: Client, wish: Wish, *, minutes: int) -> Claimed:
    """Decide what is due and claim it on the branch, for that many minutes. A mock run claims nothing.

    Without permission to write, the run goes on in mock mode, and a note says what to grant. Raises `StateError` for a
    branch that is unreadable, foreign or was put back; `ZtrError` for a wish that cannot be followed.
    """
    check_wish(session, wish)
    tip = read(client)
    with Ledger(tip, session) as ledger:
        shown = check_not_put_back(session, client, ledger)
    decided: list[Claimed] = []

    def decide(now: Tip) -> Change | None:
        with Ledger(now, session) as found:
            told, change = _decide(session, client, wish, found, minutes, shown)
        decided.append(told)
        return change

    if wish.mode == "mock":
        decide(tip)
        told = decided[-1]
        return told._replace(why="due" if told.go else told.why, commit=tip.commit or "", effects=0)
    try:
        swapped = swap(client, decide, tip=tip)
    except Denied as error:
        decide(tip)
        if not decided[-1].go:
            return decided[-1]
        note = f"the state cannot be kept, so this run is a mock run: {error.message}; {error.remedy}"
        return Claimed(True, "not-permitted", "mock", tip.commit or "", decided[-1].tasks, notes=(note,))
    return decided[-1]._replace(commit=swapped.tip.commit or "")


def situation_on_branch(session: Session, state: State, wish: Wish, has: Callable[[str], bool]) -> Situation:
    """The situation where products lie on the branch and not here."""
    gone = frozenset(
        task
        for task, slots in state.slots.items()
        if any(not has(product.sha256) for slot in slots.values() for product in slot.products)
    )
    return situation_of(session, state, wish)._replace(gone=gone)


def _decide(
    session: Session, client: Client, wish: Wish, ledger: Ledger, minutes: int, shown: int
) -> tuple[Claimed, Change | None]:
    before, now = ledger.claim, client.now()
    run, attempt = session.settings.run_id, session.settings.attempt
    if before is not None and (before.run, before.attempt) == (run, attempt) and not before.released:
        return Claimed(True, "claimed", before.mode, "", len(before.tasks), len(before.effects)), None
    if before is not None and before.run != run and before.lives(now):
        return Claimed(False, "running", wish.mode, holder=before), None
    has = objects_of(ledger.tip).__contains__
    new = before is not None and not before.released and note_lost(session, ledger, before)
    new = _answer(session, ledger, situation_on_branch(session, ledger.state, wish, has)) or new
    state = ledger.state._replace(start=wish.start) if wish.start else ledger.state
    situation = situation_on_branch(session, state, wish, has)
    agenda, commands = begin(session.plan, state, situation)
    due = anything_new(agenda, commands, state) or state.start != ledger.state.start
    files: dict[str, bytes | None] = {}
    if new or (due and ledger.tip.commit is None):
        files = ledger.changes()
    if not due:
        if before is not None and not before.released:
            files[ledger.paths.claim] = encode_claim(before._replace(released=now.isoformat(timespec="seconds")))
        what = f"{session.plan.id}: run {session.run_id()} finds nothing due"
        behind = 0 < shown < ledger.state.serial  # something was asked for on another machine since
        alarm = behind or stillness(make_report(session, state, day=wish.day, idle=True)) is not None
        return Claimed(False, "nothing-due", wish.mode, alarm=alarm), Change(files, what) if files else None
    ends = ((one.task, one.slot) for one in commands if isinstance(one, Finish))  # a question that nobody answered
    slots = tuple(dict.fromkeys((*agenda.entries, *ends)))
    made = _made(session, ledger, wish, situation, slots, minutes=minutes, now=now)
    files[ledger.paths.claim] = encode_claim(made)
    told = Claimed(True, "claimed", wish.mode, "", len(made.tasks), len(made.effects))
    return told, Change(files, f"{session.plan.id}: run {made.id} claims {len(made.tasks)} tasks")


def _answer(session: Session, ledger: Ledger, situation: Situation) -> bool:
    """Answer what was asked while a run was going on that never came back: it may make tasks due."""
    events = answer(session.plan, ledger.state, situation)
    if events:
        ledger.add(f"{session.run_id()}-asked", events, session.now().isoformat(timespec="milliseconds"))
    return bool(events)


def _made(
    session: Session,
    ledger: Ledger,
    wish: Wish,
    situation: Situation,
    slots: tuple[tuple[str, str], ...],
    *,
    minutes: int,
    now: datetime,
) -> Claim:
    before = ledger.claim
    return Claim(
        run=session.settings.run_id,
        attempt=session.settings.attempt,
        fence=before.fence + 1 if before else 1,
        at=now.isoformat(timespec="seconds"),
        expires=until(now, minutes),
        mode=wish.mode,
        serial=ledger.state.serial,
        day=today(session.plan, ledger.state, situation),
        by=_started_by(session, ledger),
        trigger=session.settings.trigger,
        tasks=tuple(dict.fromkeys(task for task, _ in slots)),
        effects=intents(session.plan, session.effects, slots, situation.present, session.store.lineage),
    )


def _started_by(session: Session, ledger: Ledger) -> str:
    """Who has to count as the run's initiator: of one that a box or a comment started, whoever asked for it.

    GitHub names the workflow's own bot there, and whoever may not approve what he started could by a tick.
    """
    starter = session.settings.starter
    if not starter.endswith("[bot]"):
        return starter
    for event in reversed(ledger.events(since=ledger.state.serial - RECENT)):
        if isinstance(event, RunStarted):
            break
        if isinstance(event, Requested) and event.kind == "run":
            return event.by or starter
    return starter


def note_lost(session: Session, ledger: Ledger, claim: Claim) -> bool:
    """Add what is to be assumed of a run that never told how it ended; whether there was anything to assume."""
    name, at = f"{claim.id}-lost", session.now().isoformat(timespec="milliseconds")
    events = lost_events(session.plan, ledger.state, claim, at)
    if not events or {name, claim.id} & ledger.names:
        return False
    ledger.add(name, events, at)
    return True


def check_not_put_back(session: Session, client: Client, ledger: Ledger) -> int:
    """The serial that the summary issue shows, 0 where there is none or it cannot be read.

    Raises `StateError` when that is newer than the branch's: the branch was put back, or deleted.
    """
    known = decode_known(ledger.tip.files.get(ledger.paths.issue))
    try:
        if known.number:
            found = [get_issue(client, known.number)]
        elif not ledger.names:
            found = [one for one in list_issues(client, state="open") if _serial(session, one) > 0]
            found = [one for one in found if is_trusted(client, one.author, known)]
        else:
            return 0
    except (Absent, Denied, IssuesDisabled):
        return 0
    for issue in found:
        shown = _serial(session, issue)
        if shown > ledger.state.serial:
            what = "is gone" if ledger.tip.commit is None else f"is at serial {ledger.state.serial}"
            raise StateError(
                f"issue #{issue.number} shows this plan's state at serial {shown}, and the branch {BRANCH} {what}:"
                " it was deleted or put back",
                f"put it back to its latest commit: git push origin COMMIT:refs/heads/{BRANCH};"
                f" to begin anew on purpose, close issue #{issue.number} and delete its first line",
            )
    return max((_serial(session, issue) for issue in found), default=0)


def _serial(session: Session, issue: Issue) -> int:
    mark = read_marker(issue.body.partition("\n")[0], session.store.lineage)
    return mark.serial if mark is not None and mark.plan == session.plan.id else 0

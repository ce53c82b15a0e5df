"""`ztr github control`: do what somebody ticked or wrote in the summary issue, if they may."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click

from automation.cli.control_answers import Conclusion, Refused, answer_mark, compose, named, refusal_for
from automation.cli.control_requests import Wanted, append, expand, lets_through, seen_before
from automation.cli.host import make_client
from automation.cli.locate import plan_with_id, plans_below
from automation.cli.options import where_options
from automation.cli.paper import say
from automation.cli.remote.issue_file import keep_known
from automation.cli.remote.ledger import Ledger, Paths
from automation.cli.session import Session, Where
from automation.cli.tell_issue import tell_issue, told_report
from automation.engine.neutral import neutralise
from automation.engine.state import State
from automation.errors import HostError, StateError, UsageError, ZtrError
from automation.github.branch import BRANCH, Tip, read
from automation.github.client import Client
from automation.github.controls import Deaf, Heard, hear
from automation.github.issue import Known, decode_known, is_trusted
from automation.github.issues import create_comment, react_to_comment
from automation.github.marks import plan_named, read_marker
from automation.github.refusals import Absent
from automation.github.repository import WRITERS, dispatch, get_permission, list_runs
from automation.github.run_now import PER_HOUR, PER_HOUR_APPROVED, why_not

WORKFLOW = "daily.yml"


class _Nothing(Exception):
    """The event is none of ours: why."""


class Desk(NamedTuple):
    """Where an event is seen to."""

    session: Session
    client: Client
    heard: Heard
    workflow: str


@click.command(
    short_help="Do what was ticked or written in the summary issue.",
    epilog="""Examples:

\b
  ztr github control
  ztr github control --workflow ztr.yml""",
)
@where_options
@click.option(
    "--workflow",
    metavar="FILE",
    default=WORKFLOW,
    show_default=True,
    envvar="ZTR_WORKFLOW",
    help="The workflow that `run now` starts, and an approval that lets something through.",
)
def control(where: Where, workflow: str) -> int:
    """Do what somebody ticked or wrote in the summary issue, if they may, and answer.

    Reads the event that GitHub started the job with. Ends with 0 also when it is refused: the refusal is told there.
    """
    heard = hear_event(os.environ)
    if isinstance(heard, Deaf):
        say(f"Nothing to do: {heard.why}.")
        return 0
    for line in attend(where, heard, lambda: make_client(os.environ), workflow, os.environ):
        say(neutralise(line))
    return 0


def attend(
    where: Where, heard: Heard, connect: Callable[[], Client], workflow: str, environment: Mapping[str, str]
) -> list[str]:
    """See to one event; gives what became of it, a line each. `connect` is called once it is an issue of ours."""
    try:
        session = _session(where, heard, environment)
        desk = Desk(session, connect(), heard, workflow)
        tip = read(desk.client)
        known = _known_issue(desk, tip)
    except _Nothing as why:
        return [f"Nothing to do: {why}."]
    try:
        conclusion, tip = _see_to(desk, tip)
    except (StateError, HostError) as error:
        tell_failure(desk, error)
        raise
    return answer(desk, conclusion, known, tip)


def hear_event(environment: Mapping[str, str]) -> Heard | Deaf:
    """The event of this job. Raises `UsageError` where there is none to be read."""
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not name or not path:
        raise UsageError("there is no event to see to", "this runs in a workflow `on: issues, issue_comment`")
    try:
        return hear(name, json.loads(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise UsageError(f"the event in {path} cannot be read: {error}", "run the job again") from error


def answer(desk: Desk, conclusion: Conclusion, known: Known, tip: Tip) -> list[str]:
    """Tell it on GitHub, by a reaction, one comment where there is something to say, and the issue itself.

    Done again it changes nothing more, so that a job that was cut off in the middle can be run again.
    """
    heard = desk.heard
    told = [f"granted: {what}" for what in conclusion.granted]
    told += [f"asked for, the run that goes on answers: {what}" for what in conclusion.waiting]
    told += [f"refused: {one.what}: {one.why}" for one in conclusion.refused]
    told += [conclusion.started] if conclusion.started else []
    told += ["this event was seen to before"] if conclusion.repeated else []
    try:
        with Ledger(tip, desk.session) as ledger:
            state = ledger.state
        if heard.comment:
            react_to_comment(desk.client, heard.comment, conclusion.reaction)
        report = told_report(desk.session, state) if "status" in heard.other and conclusion.allowed else None
        _say_once(desk, compose(heard, conclusion, report))
        told += _refresh(desk, known, state)
    except HostError as error:
        told.append(f"not told in the issue: {error.message}")
    return told


def tell_failure(desk: Desk, error: ZtrError) -> None:
    """Say in the issue that nothing was done and why, if that can be said."""
    refused = Conclusion(refused=(Refused("nothing was done", error.message),), allowed=False)
    with suppress(HostError):
        if desk.heard.comment:
            react_to_comment(desk.client, desk.heard.comment, refused.reaction)
        _say_once(desk, compose(desk.heard, refused, None))


def _session(where: Where, heard: Heard, environment: Mapping[str, str]) -> Session:
    """The session of the plan that the issue is of. Raises `_Nothing` for another issue than a plan's own."""
    if heard.is_bot:
        raise _Nothing(f"{heard.sender} is no person, and only people are heard")
    plan = plan_named(heard.body)
    if not plan:
        raise _Nothing(f"issue #{heard.number} is no summary issue")
    folder = plan_with_id(plan, where.here) if where.plan is None else None
    if where.plan is None and folder is None and len(plans_below(where.here)) > 1:
        raise _Nothing(f"no plan here is called {plan}")
    session = Session(where if folder is None else where._replace(plan=str(folder)), environment)
    mark = read_marker(heard.body, session.store.lineage)
    if mark is None or mark.plan != session.plan.id:
        raise _Nothing(f"issue #{heard.number} is not the summary issue of {session.plan.id} in this repository")
    return session


def _known_issue(desk: Desk, tip: Tip) -> Known:
    """What the branch keeps of the issue. Raises `_Nothing` where this is another one."""
    known = decode_known(tip.files.get(Paths(desk.session.plan.id).issue))
    if known.number and known.number != desk.heard.number:
        raise _Nothing(f"the summary issue of {desk.session.plan.id} is #{known.number}, not #{desk.heard.number}")
    if not known.number and not is_trusted(desk.client, desk.heard.author, known):
        raise _Nothing(f"issue #{desk.heard.number} is by {desk.heard.author}, not by us")
    return known


def _see_to(desk: Desk, tip: Tip) -> tuple[Conclusion, Tip]:
    """What becomes of it, and the branch after it."""
    heard = desk.heard
    if heard.comment:
        _receipt(desk)
    permission = get_permission(desk.client, heard.sender)
    if permission not in WRITERS:
        return Conclusion(refused=refusal_for(heard.sender, permission, heard.asks), allowed=False), tip
    if tip.commit is None:
        raise StateError(f"there is no branch {BRANCH}: nothing has run yet, or it was deleted", "run the plan first")
    wrong = tuple(Refused("a line", why) for why in heard.wrong)
    before = seen_before(desk.session, tip, heard)
    if before is not None:
        return before._replace(refused=(*wrong, *before.refused)), tip
    wanted, refused = _expanded(desk, tip)
    if not wanted:
        return Conclusion(refused=(*wrong, *refused)), tip
    found, tip = append(desk.session, desk.client, tip, wanted, heard)
    started, held = ("", ()) if found.repeated else _start(desk, tip, found, wanted)
    return found._replace(refused=(*wrong, *refused, *found.refused, *held), started=started), tip


def _start(desk: Desk, tip: Tip, found: Conclusion, wanted: list[Wanted]) -> tuple[str, tuple[Refused, ...]]:
    """Start the workflow where that was asked for, or where an approval lets something through."""
    if _wants_run(found):
        started, why = _run_now(desk, PER_HOUR)
        return started, (Refused("run", why),) if why else ()
    with Ledger(tip, desk.session) as ledger:
        follows = lets_through(desk.session, ledger.state, wanted)
    if not follows:
        return "", ()
    started, why = _run_now(desk, PER_HOUR_APPROVED)
    return f"{started or why}, for {', '.join(follows)}", ()  # the approval stands, whenever the next run is


def _expanded(desk: Desk, tip: Tip) -> tuple[list[Wanted], list[Refused]]:
    """What is asked for, one by one, as the plan and its state have it."""
    with Ledger(tip, desk.session) as ledger:
        state = ledger.state
    wanted: list[Wanted] = []
    refused: list[Refused] = []
    for ask in desk.heard.asks:
        found = expand(desk.session, state, ask)
        if isinstance(found, str):
            refused.append(Refused(named(ask), found))
        else:
            wanted += found
    return wanted, refused


def _wants_run(found: Conclusion) -> bool:
    return any(what == "run" or what.startswith("run ") for what in (*found.granted, *found.waiting))


def _run_now(desk: Desk, most: int) -> tuple[str, str]:
    """Start the workflow: what to say, or why it was not started."""
    try:
        why = why_not(list_runs(desk.client, desk.workflow, count=50), desk.client.now(), most)
        if why:
            return "", why
        dispatch(desk.client, desk.workflow, desk.heard.branch or "main", {})
    except Absent:
        return "", f"there is no workflow {desk.workflow} that can be started by hand"
    except HostError as error:
        return "", f"{error.message} ({error.remedy})"
    return f"{desk.workflow} was started", ""


def _receipt(desk: Desk) -> None:
    """Show that it was seen; whoever may not react still does what was asked for."""
    try:
        react_to_comment(desk.client, desk.heard.comment, "eyes")
    except HostError as error:
        say(f"ztr: {error.message}")


def _say_once(desk: Desk, text: str) -> None:
    """Comment, unless a former delivery of the event was answered already."""
    heard, mark = desk.heard, answer_mark(desk.heard)
    if not text:
        return
    since = {"since": heard.at} if re.fullmatch(r"[\d\-:TZ]{20}", heard.at) else {}
    comments = desk.client.pages(f"/issues/{heard.number}/comments", **since)
    if not any(isinstance(one, Mapping) and mark in str(one.get("body") or "") for one in comments):
        create_comment(desk.client, heard.number, text)


def _refresh(desk: Desk, known: Known, state: State) -> list[str]:
    """Show in the issue what changed; a box that was ticked is open again or gone."""
    handled = [ask.ticked for ask in desk.heard.asks if ask.ticked]
    if not desk.heard.asks:
        return []
    told = tell_issue(desk.session, state, desk.client, known, handled=handled)
    if told.known != known:
        keep_known(desk.session, desk.client, told.known)
    return list(told.notes)

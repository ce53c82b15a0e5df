"""`ztr github control`: do what somebody ticked or wrote in the summary issue, if they may."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import click

from automation.cli.control_answers import Conclusion, Refused, answer_mark, compose, named, refusal_for
from automation.cli.control_requests import Wanted, append, expand
from automation.cli.host import make_client
from automation.cli.locate import plan_with_id
from automation.cli.options import where_options
from automation.cli.paper import say
from automation.cli.remote.ledger import Ledger, Paths
from automation.cli.session import Session, Where
from automation.cli.tell_issue import tell_issue, told_report
from automation.engine.state import State
from automation.errors import HostError, UsageError
from automation.github.branch import Tip, read, swap
from automation.github.client import Client
from automation.github.controls import Deaf, Heard, hear
from automation.github.issue import Known, decode_known, encode_known, is_trusted
from automation.github.issues import create_comment, react_to_comment
from automation.github.marks import plan_named, read_marker
from automation.github.refusals import Absent, Denied
from automation.github.repository import WRITERS, dispatch, get_permission, list_runs
from automation.github.run_now import why_not

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
    help="The workflow that `run now` starts.",
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
        say(line)
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
        conclusion = _see_to(desk, tip)
    except _Nothing as why:
        return [f"Nothing to do: {why}."]
    return answer(desk, conclusion, known)


def hear_event(environment: Mapping[str, str]) -> Heard | Deaf:
    """The event of this job. Raises `UsageError` where there is none to be read."""
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not name or not path:
        raise UsageError("there is no event to see to", "this runs in a workflow `on: issues, issue_comment`")
    try:
        return hear(name, json.loads(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise UsageError(f"the event in {path} cannot be read: {error}", "run the job again") from error


def answer(desk: Desk, conclusion: Conclusion, known: Known) -> list[str]:
    """Tell it on GitHub, by a reaction, one comment where there is something to say, and the issue itself."""
    heard, notes = desk.heard, []
    told = [f"granted: {what}" for what in conclusion.granted]
    told += [f"asked for, the run that goes on answers: {what}" for what in conclusion.waiting]
    told += [f"refused: {one.what}: {one.why}" for one in conclusion.refused]
    told += [conclusion.started] if conclusion.started else []
    if conclusion.repeated:
        return [*told, "this event was seen to before"]
    try:
        if heard.comment:
            react_to_comment(desk.client, heard.comment, conclusion.reaction)  # type: ignore[arg-type]  # one of its words
        report = told_report(desk.session, _state(desk)) if "status" in heard.other else None
        text = compose(heard, conclusion, report)
        if text and not _is_answered(desk):
            create_comment(desk.client, heard.number, text)
        notes = _refresh(desk, known)
    except HostError as error:
        notes = [f"not told in the issue: {error.message}"]
    return [*told, *notes]


def _session(where: Where, heard: Heard, environment: Mapping[str, str]) -> Session:
    """The session of the plan that the issue is of. Raises `_Nothing` for another issue than a plan's own."""
    if heard.is_bot:
        raise _Nothing(f"{heard.sender} is no person, and only people are heard")
    plan = plan_named(heard.body)
    if not plan:
        raise _Nothing(f"issue #{heard.number} is no summary issue")
    folder = plan_with_id(plan, where.here) if where.plan is None else None
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


def _see_to(desk: Desk, tip: Tip) -> Conclusion:
    heard = desk.heard
    if heard.comment:
        _receipt(desk)
    permission = get_permission(desk.client, heard.sender)
    if permission not in WRITERS:
        return Conclusion(refused=refusal_for(heard.sender, permission, heard.asks))
    wrong = tuple(Refused("a line", why) for why in heard.wrong)
    wanted, refused = _expanded(desk, tip)
    appended = append(desk.session, desk.client, tip, wanted, heard) if wanted else Conclusion()
    started, why = ("", "") if appended.repeated or not _wants_run(appended) else _run_now(desk)
    held = (Refused("run", why),) if why else ()
    return appended._replace(refused=(*wrong, *refused, *appended.refused, *held), started=started)


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


def _run_now(desk: Desk) -> tuple[str, str]:
    """Start the workflow: what to say, or why it was not started."""
    try:
        why = why_not(list_runs(desk.client, desk.workflow), desk.client.now())
        if why:
            return "", why
        dispatch(desk.client, desk.workflow, desk.heard.branch or "main", {})
    except Absent:
        return "", f"there is no workflow {desk.workflow} that can be started by hand"
    except Denied as error:
        return "", f"{error.message} ({error.remedy})"
    return f"{desk.workflow} was started", ""


def _receipt(desk: Desk) -> None:
    """Show that it was seen; whoever may not react still does what was asked for."""
    try:
        react_to_comment(desk.client, desk.heard.comment, "eyes")
    except HostError as error:
        say(f"ztr: {error.message}")


def _is_answered(desk: Desk) -> bool:
    """Whether a former delivery of the event was answered."""
    heard, mark = desk.heard, answer_mark(desk.heard)
    since = {"since": heard.at} if re.fullmatch(r"[\d\-:TZ]{20}", heard.at) else {}
    comments = desk.client.pages(f"/issues/{heard.number}/comments", **since)
    return any(isinstance(one, Mapping) and mark in str(one.get("body") or "") for one in comments)


def _state(desk: Desk) -> State:
    with Ledger(read(desk.client), desk.session) as ledger:
        return ledger.state


def _refresh(desk: Desk, known: Known) -> list[str]:
    """Show in the issue what changed; a box that was ticked is open again or gone."""
    handled = [ask.ticked for ask in desk.heard.asks if ask.ticked]
    if not desk.heard.asks:
        return []
    tip = read(desk.client)
    with Ledger(tip, desk.session) as ledger:
        told = tell_issue(desk.session, ledger.state, desk.client, known, handled=handled)
    if told.known != known:
        keep_known(desk.session, desk.client, told.known)
    return list(told.notes)


def keep_known(session: Session, client: Client, known: Known) -> None:
    """Remember on the state branch which issue is the plan's."""
    from automation.github.branch import Change

    path, content = Paths(session.plan.id).issue, encode_known(known).encode()

    def decide(tip: Tip) -> Change | None:
        if tip.commit is None or tip.files.get(path) == content:
            return None
        return Change({path: content}, f"{session.plan.id}: issue #{known.number}")

    swap(client, decide)

"""`ztr github claim`: the first job of a workflow."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import click

from automation.cli.execute import Wish, with_event
from automation.cli.host import make_client
from automation.cli.options import where_options, wish_options
from automation.cli.paper import say
from automation.cli.remote.claiming import Claimed
from automation.cli.remote.claiming import claim as claim_on_branch
from automation.cli.session import Session, Where
from automation.errors import Locked, UsageError

MINUTES = 75
"""How long a claim lives when nobody gives it back: the run job's time limit, and some for queues."""


@click.command(
    epilog="""Examples:

\b
  ztr github claim --mode auto
  ZTR_PRESENT='SLACK_WEBHOOK_URL OPENAI_API_KEY' ztr github claim --mode provision --minutes 30"""
)
@where_options
@wish_options("mock", "auto", "provision")
@click.option("--scheduled", is_flag=True, help="A run that nobody started by hand; another one going on is no error.")
@click.option(
    "--minutes",
    type=click.IntRange(1, 2_880),
    default=MINUTES,
    show_default=True,
    help="The claim ends by itself after so long.",
)
def claim(where: Where, wish: Wish, scheduled: bool, minutes: int) -> int:
    """Decide what is due and claim it on the state branch, before anything starts.

    Sees the names of secrets in ZTR_PRESENT, never their values. Writes the outputs go (true or false), why, mode,
    commit, tasks, effects, and alarm (true when nothing moves any more, or the issue shows an older state: then publish
    should tell it). Ends with 4 when another run, whose claim lives, is in the way of one by hand.
    """
    session = Session(where, os.environ)
    if not session.settings.run_id:
        raise UsageError("GITHUB_RUN_ID is not set: only a run of a workflow can claim", "elsewhere use `ztr run`")
    session.present = named_secrets(os.environ, session)
    wish = with_event(session, wish._replace(by_hand=not scheduled and session.settings.trigger != "schedule"))
    told = claim_on_branch(session, make_client(os.environ, session.stop), wish, minutes=minutes)
    write_outputs(
        os.environ,
        {
            "go": str(told.go).lower(),
            "why": told.why,
            "mode": told.mode,
            "commit": told.commit,
            "tasks": str(told.tasks),
            "effects": str(told.effects),
            "alarm": str(told.alarm).lower(),
        },
    )
    for note in told.notes:
        click.echo(f"ztr: {note}", err=True)
    if told.why == "running" and told.holder is not None and wish.by_hand:
        raise Locked(
            f"run {told.holder.id} has claimed {session.plan.id} until {told.holder.expires}",
            "wait for it to end, or cancel it: its publish job gives the claim back",
        )
    say(_line(session, told))
    return 0


def named_secrets(environment: Mapping[str, str], session: Session) -> frozenset[str]:
    """The plan's secrets that are named in ZTR_PRESENT (`*`: each may be there), or whose values are there."""
    told = environment.get("ZTR_PRESENT", "")
    names = {secret.name for secret in session.plan.secrets}
    return session.present | (names if "*" in told else names.intersection(re.findall(r"\w+", told)))


def write_outputs(environment: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Words of ours, numbers and hashes for later jobs, where GitHub wants them."""
    path = environment.get("GITHUB_OUTPUT", "")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write("".join(f"{name}={value}\n" for name, value in found.items()))


def _line(session: Session, told: Claimed) -> str:
    match told.why:
        case "claimed":
            return f"{session.plan.id}: claimed {told.tasks} tasks with {told.effects} external effects at most."
        case "running":
            holder = told.holder.id if told.holder else "another run"
            return f"{session.plan.id}: run {holder} is going on; nothing to do for this wake-up."
        case "nothing-due":
            return f"{session.plan.id}: nothing is due."
        case _:
            return f"{session.plan.id}: {told.tasks} tasks are due, in {told.mode} mode without a claim."

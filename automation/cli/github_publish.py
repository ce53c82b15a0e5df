"""`ztr github publish`: the last job of a workflow."""

from __future__ import annotations

import os
from pathlib import Path

import click

from automation.cli.github_claim import named_secrets
from automation.cli.github_pack import FOLDER
from automation.cli.host import make_client
from automation.cli.options import where_options
from automation.cli.paper import say
from automation.cli.remote.issue_file import keep_known
from automation.cli.remote.ledger import Paths
from automation.cli.remote.publishing import Published, was_mock
from automation.cli.remote.publishing import publish as publish_folder
from automation.cli.session import Session, Where
from automation.cli.tell_issue import tell_issue
from automation.engine.state import counts
from automation.errors import UsageError
from automation.github.branch import BRANCH, Tip
from automation.github.client import Client
from automation.github.issue import Known, decode_known
from automation.github.refusals import Denied


@click.command(
    epilog="""Examples:

\b
  ztr github publish
  ztr github publish --from ztr-report --result failure"""
)
@where_options
@click.option(
    "--from", "source", metavar="DIR", default=FOLDER, show_default=True, help="The folder that the run job packed."
)
@click.option(
    "--result",
    type=click.Choice(["success", "failure", "cancelled", "skipped"]),
    default="success",
    show_default=True,
    help="How the run job ended: one that was skipped has started nothing.",
)
def publish(where: Where, source: str, result: str) -> int:
    """Judge a run's artifact, put it onto the state branch, answer requests, give the claim back, tell the issue.

    Done again, it changes nothing more. Ends with 4 for an artifact that this run cannot have made, and for a branch
    that is damaged, foreign or was put back. Where the token may not write, it says what to grant; after a mock run it
    then ends with 0.
    """
    session = Session(where, os.environ)
    if not session.settings.run_id:
        raise UsageError(
            "GITHUB_RUN_ID is not set: only a run of a workflow can publish", "elsewhere: `ztr state push`"
        )
    client = make_client(os.environ, session.stop)
    try:
        done = publish_folder(session, client, where.here / Path(source), started=result != "skipped")
    except Denied as error:
        if not was_mock(where.here / Path(source)):
            raise  # what was really done would be forgotten, and nobody would look at a green run
        click.echo(f"ztr: the state is not kept: {error.message}", err=True)
        click.echo(f"     {error.remedy}", err=True)
        return 0
    for note in done.notes:
        click.echo(f"ztr: {note}", err=True)
    _tell(session, client, done)
    standing = ", ".join(f"{number} {status}" for status, number in sorted(counts(done.state).items()))
    what = "published" if done.swapped.changed else "nothing new"
    say(f"{session.plan.id}: {what}, serial {done.state.serial}: {standing or 'nothing has happened yet'}.")
    say(f"{client.requests} requests to GitHub.")
    return 0


def _tell(session: Session, client: Client, done: Published) -> None:
    """Bring the issue up to date; what is known of it is kept on the branch when that is new."""
    run = done.state.runs[-1] if done.state.runs else None
    session.present = named_secrets(os.environ, session) or frozenset(run.present if run else ())
    own = run is not None and run.run == session.run_id()
    path = Paths(session.plan.id).issue
    known = decode_known(done.swapped.tip.files.get(path))
    told = tell_issue(
        session,
        done.state,
        client,
        known,
        day=run.day if run is not None and own else None,
        idle=done.idle,
        notes=done.notes,
    )
    for note in told.notes:
        click.echo(f"ztr: {note}", err=True)
    if told.known != known:
        _keep(session, client, told.known, done.swapped.tip)
    if told.known.url:
        say(told.known.url)


def _keep(session: Session, client: Client, known: Known, tip: Tip) -> None:
    try:
        keep_known(session, client, known, tip)
    except Denied as error:
        click.echo(f"ztr: {BRANCH} does not keep the issue's number: {error.message}", err=True)

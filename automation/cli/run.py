"""`ztr run`: run what is due."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from automation.cli.claims import claimed_tasks
from automation.cli.execute import Outcome, Wish, execute, exit_code, write_report
from automation.cli.notify import Notifier
from automation.cli.options import complete_tasks, where_options, wish_options
from automation.cli.paper import say
from automation.cli.session import Session, Where
from automation.cli.signals import stopped_by_signals
from automation.cli.told import make_report, progress_kind
from automation.errors import Locked, UsageError
from monitoring.live import Progress

JOBS = 4
"""Job slots at most, unless told otherwise: more only compete for a runner's two to four cores."""


@click.command(
    short_help="Run what is due and write the report.",
    epilog="""Examples:

\b
  ztr run --mode mock
  ztr run --day 3 --tasks session-store,session-sync
  ztr run --mode provision --expect 0123456789abcdef
  ztr run --json | jq .counts""",
)
@where_options
@wish_options("mock", "auto", "provision", "dry-run")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    envvar="ZTR_JOBS",
    default=None,
    help=f"Tasks at the same time [default: cores, at most {JOBS}].",
)
@click.option(
    "--scheduled",
    is_flag=True,
    help="A run that nobody started by hand: catches up within the plan's limit, "
    "and ends with 0 when another run is going on.",
)
@click.option(
    "--from",
    "first",
    metavar="TASK",
    default="",
    shell_complete=lambda context, _parameter, begun: complete_tasks(context, begun),
    help="Do this task and all that comes after it anew.",
)
@click.option("--resume", is_flag=True, help="Go on where the last run stopped, which a run does anyway.")
@click.option(
    "--expect",
    metavar="DIGEST",
    default="",
    help="Only if it would do outside what `ztr plan --mode provision` showed with this digest.",
)
@click.option(
    "--tell-issue",
    is_flag=True,
    help="Keep the summary issue up to date while the run goes on; the job needs `issues: write`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of progress and summary.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def run(
    *,
    where: Where,
    wish: Wish,
    jobs: int | None,
    scheduled: bool,
    first: str,
    resume: bool,
    expect: str,
    tell_issue: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run what is due of a plan, prove that it is done, keep its state and write the report."""
    if resume and first:
        raise UsageError("--resume and --from exclude each other", "give one of them: --from does things anew")
    if expect and first:
        raise UsageError(
            "--expect and --from exclude each other: what is done anew was not in what the plan showed",
            f"`ztr reset {first}`, look at `ztr plan --mode provision`, and run with its digest",
        )
    session = Session(where, os.environ)
    wish = wish._replace(
        first=first,
        jobs=jobs or default_jobs(),
        by_hand=not scheduled and session.settings.trigger != "schedule",
    )
    session.claimed = claimed_tasks(session)
    if wish.mode == "dry-run":
        from automation.cli.plan import show

        return show(session, wish, as_json=as_json)
    if expect:
        _as_expected(session, wish, expect)
    return go(session, wish, tell_issue=tell_issue, as_json=as_json, quiet=quiet)


def go(session: Session, wish: Wish, *, tell_issue: bool = False, as_json: bool = False, quiet: bool = False) -> int:
    """Run what is due, tell it, and give the exit code. Raises `ZtrError`."""
    tellers: list[Notifier | LiveIssue] = [Notifier(session, wish.mode)]
    if tell_issue:
        from automation.cli.live_issue import LiveIssue

        tellers.append(LiveIssue(session))
    with stopped_by_signals(session), _progress(session, quiet or as_json) as progress:
        try:
            outcome = execute(session, wish, [progress, *tellers], lambda agenda: progress.expect(agenda.entries))
        except Locked as error:
            if wish.by_hand:
                raise
            click.echo(f"ztr: {error.message}; nothing to do for this wake-up", err=as_json)
            return 0
        finally:
            for teller in tellers:
                teller.close()
    outcome = outcome._replace(notes=(*outcome.notes, *(note for teller in tellers for note in teller.problems)))
    _conclude(session, wish, outcome, quiet=quiet, as_json=as_json)
    return exit_code(outcome, session.plan)


def default_jobs() -> int:
    """A job slot a core, up to a few."""
    return min(os.cpu_count() or 1, JOBS)


def _as_expected(session: Session, wish: Wish, expect: str) -> None:
    """Raises `UsageError` where the run would not do what was looked at."""
    from automation.cli.execute import check_wish
    from automation.cli.foresight import foresee
    from automation.cli.proposal import require
    from automation.cli.reading import read_state

    check_wish(session, wish)
    loaded, _going = read_state(session)
    state = loaded.state._replace(start=wish.start) if wish.start else loaded.state
    require(session, state, wish, foresee(session, state, wish), expect)


def _progress(session: Session, quiet: bool) -> Progress:
    kind = "quiet" if quiet else progress_kind(session.settings, sys.stdout)
    colour = session.settings.colour and (sys.stdout.isatty() or kind == "actions")
    return Progress(sys.stdout, kind, len(session.plan.tasks), time.monotonic, colour=colour)


def _conclude(session: Session, wish: Wish, outcome: Outcome, *, quiet: bool, as_json: bool) -> None:
    """Write the report's files and say what matters."""
    from monitoring.render import console, markdown, report_json

    for note in outcome.notes:
        click.echo(f"ztr: {note}", err=True)
    told = make_report(session, outcome.state, day=wish.day, idle=not outcome.ran)
    document = report_json.render(told)
    folder = write_report(session, {"report.json": document, "summary.md": markdown.render(told)})
    if session.settings.actions:
        from automation.cli.on_actions import tell_actions

        tell_actions(session, told, folder, exit_code(outcome, session.plan), os.environ)
    if as_json and not quiet:
        say(document, end="")
    if quiet or as_json:
        return
    where = os.path.relpath(folder / "summary.md", Path.cwd())
    colour = session.settings.colour and sys.stdout.isatty()
    say(console.render(told, colour=colour, where=where, options=session.options))

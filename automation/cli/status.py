"""`ztr status`: where a plan stands, from its saved state."""

from __future__ import annotations

import os

import click

from automation.cli.options import where_options
from automation.cli.paper import STYLES, colours, columns, paint, say
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.cli.told import make_report
from monitoring.model import Report


@click.command(
    short_help="Show where the plan stands and what to do next.",
    epilog="""Examples:

\b
  ztr status
  ztr status --all
  ztr status --json | jq .counts""",
)
@where_options
@click.option("--all", "every", is_flag=True, help="A line for every task, too.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON: the same as `ztr report --format json`.")
@click.option("--quiet", is_flag=True, help="Only the headline.")
def status(where: Where, every: bool, as_json: bool, quiet: bool) -> int:
    """Show where the plan stands: progress, what needs attention, what is mocked, and what to do next."""
    from monitoring.render import console, report_json

    session = Session(where, os.environ)
    loaded, going = read_state(session)
    told = make_report(session, loaded.state, going=going)
    if as_json:
        say(report_json.render(told), end="")
    elif quiet:
        say(told.headline)
    else:
        if every:
            say("\n".join(_tasks(told)) + "\n")
        say(console.render(told, colour=colours(), options=session.options))
    return 0


def _tasks(told: Report) -> list[str]:
    rows = [(task.status, task.date or "", task.id, task.reason) for task in told.tasks]
    lines = columns(rows)
    return [paint(line, STYLES.get(task.status, "")) for line, task in zip(lines, told.tasks, strict=True)]

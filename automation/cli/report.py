"""`ztr report`: the report in any of its forms."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click

from automation.cli.options import where_options
from automation.cli.paper import colours, say
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.cli.told import make_report
from automation.errors import UsageError
from monitoring.model import Report

FORMATS = {
    "json": "monitoring.render.report_json",
    "markdown": "monitoring.render.markdown",
    "html": "monitoring.render.html",
    "console": "monitoring.render.console",
    "openmetrics": "monitoring.render.openmetrics",
    "issue": "monitoring.render.issue",
}


@click.command(
    short_help="Write the report of the saved state, in any format.",
    epilog="""Examples:

\b
  ztr report
  ztr report --format html -o report.html
  ztr report --format openmetrics > /var/lib/node_exporter/ztr.prom""",
)
@where_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="markdown",
    show_default=True,
    help="The form of the report.",
)
@click.option("-o", "--output", metavar="FILE", help="Write it to this file instead of standard output.")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--quiet", is_flag=True, help="With -o: do not tell that it was written.")
def report(where: Where, form: str, output: str | None, as_json: bool, quiet: bool) -> int:
    """Write the report of the saved state as it stands now. `json` follows the shipped schema of reports.

    `issue` is the body of the summary issue on GitHub.
    """
    form = "json" if as_json else form
    session = Session(where, os.environ)
    loaded, going = read_state(session)
    told = make_report(session, loaded.state, going=going)
    text = _issue(session, told) if form == "issue" else _text(told, form, colour=output is None and colours())
    if output is None or output == "-":
        say(text, end="")
        return 0
    _write(Path(output), text)
    if not quiet:
        say(f"{output} written.")
    return 0


def _text(told: Report, form: str, *, colour: bool) -> str:
    module = importlib.import_module(FORMATS[form])
    text = (
        module.render(told, colour=colour) if form == "console" else cast(Callable[[Report], str], module.render)(told)
    )
    return str(text) if str(text).endswith("\n") else f"{text}\n"


def _issue(session: Session, told: Report) -> str:
    """The body as GitHub would get it; its boxes do something only there."""
    from automation.cli.tell_issue import definitions
    from monitoring.render import issue

    return issue.render(told, issue.Beside(definitions(session)))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}", "name another file with -o") from error

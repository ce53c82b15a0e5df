"""`ztr github pack`: the last step of the run job."""

from __future__ import annotations

import os
from pathlib import Path

import click

from automation.cli.options import where_options
from automation.cli.paper import say
from automation.cli.remote.packing import pack as pack_folder
from automation.cli.session import Session, Where

FOLDER = "ztr-report"


@click.command(epilog="Examples:\n\n\b\n  ztr github pack\n  ztr github pack --to out/ztr-report")
@where_options
@click.option("--to", "target", metavar="DIR", default=FOLDER, show_default=True, help="The folder; it is made anew.")
def pack(where: Where, target: str) -> int:
    """Collect what this run made for the artifact ztr-report: report, journal, logs, new products, a manifest.

    Works after a run that failed or was killed, too. Whatever secret is found in it is taken out.
    """
    session = Session(where, os.environ)
    packed = pack_folder(session, where.here / Path(target))
    for note in packed.notes:
        click.echo(f"ztr: {note}", err=True)
    what = "with this run's journal" if packed.ran else "without a journal: nothing ran"
    say(f"{target}: {packed.files} files, {packed.size:,} bytes, {what}.")
    return 0

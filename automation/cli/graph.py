"""`ztr graph`: the tasks and what they need, as a drawing."""

from __future__ import annotations

import os

import click

from automation.cli.options import where_options
from automation.cli.paper import say
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.plan.graph import dot, mermaid


@click.command(
    short_help="Draw the graph of the tasks (Mermaid or Graphviz).",
    epilog="""Examples:

\b
  ztr graph > graph.mmd
  ztr graph --format dot | dot -Tsvg > graph.svg
  ztr graph --plain""",
)
@where_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot"]),
    default="mermaid",
    show_default=True,
    help="The language of the drawing.",
)
@click.option("--plain", is_flag=True, help="Without the colours of the saved state.")
def graph(where: Where, form: str, plain: bool) -> int:
    """Draw the graph of the plan's tasks for GitHub's Markdown (mermaid) or Graphviz (dot), coloured by status."""
    session = Session(where, os.environ)
    statuses = {} if plain else _statuses(session)
    say((mermaid if form == "mermaid" else dot)(session.plan, statuses).rstrip("\n"))
    return 0


def _statuses(session: Session) -> dict[str, str]:
    """Each task's status: that of the slot in which something happened last."""
    slots = read_state(session)[0].state.slots
    return {task: max(found.values(), key=lambda slot: slot.since).status for task, found in slots.items()}

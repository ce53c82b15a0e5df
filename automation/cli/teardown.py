"""`ztr teardown`: remove what a run made outside, after showing it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from automation.cli.options import where_options
from automation.cli.paper import DIM, GREEN, YELLOW, paint, say, say_json
from automation.cli.remote.pulling import SEEN
from automation.cli.session import Session, Where
from automation.cli.signals import stopped_by_signals
from automation.cli.undoing import Removal, remove_all
from automation.plan.model import Json

_LONGEST = 90


@click.command(
    epilog="""Examples:

\b
  ztr teardown 20251002T090000-1f2e
  ztr teardown 20251002T090000-1f2e --yes
  ztr state pull && ztr teardown 17834512345-1 --yes && ztr state push""",
)
@where_options
@click.argument("run", metavar="RUN")
@click.option("--yes", is_flag=True, help="Remove it without asking.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: plan, run, removed, effects; asks nothing.")
@click.option("--quiet", is_flag=True, help="Print what could not be removed, and nothing else.")
def teardown(where: Where, run: str, yes: bool, as_json: bool, quiet: bool) -> int:
    """Show what a run made outside, and remove what can be removed.

    Without --yes it asks on a terminal, and only shows elsewhere. What the run found there already is left, and
    what cannot be taken back, a message of a webhook for example, is named. What it changed is not put back. It may be
    repeated at will. Ends with 1 when something could not be removed.

    Works on the state folder. Of a run on GitHub: `ztr state pull`, then this, then `ztr state push`.
    """
    session = Session(where, os.environ)

    def wanted(foreseen: list[Removal]) -> bool:
        return yes or (not as_json and _asks(run, foreseen))

    with stopped_by_signals(session):
        removals, removed = remove_all(session, run, wanted)
    if as_json:
        say_json(_document(session, run, removals, removed))
    else:
        pulled = (session.store.folder / SEEN).exists()
        shown = [line for line in _lines(run, removals, removed, asked=not yes, pulled=pulled) if line]
        say(
            "\n".join(shown if not quiet else [line for line, one in zip(shown, removals, strict=False) if one.problem])
        )
    return 1 if any(one.problem for one in removals) else 0


def _asks(run: str, foreseen: list[Removal]) -> bool:
    """Whether somebody at a terminal says yes, after reading the list."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    say("\n".join(_row(one) for one in foreseen))
    number = sum(not one.kept for one in foreseen)
    return click.confirm(f"Remove what {number} of {len(foreseen)} effects of run {run} made?")


def _lines(run: str, removals: list[Removal], removed: bool, *, asked: bool, pulled: bool) -> Iterator[str]:
    yield from map(_row, removals)
    if not removals:
        yield f"Run {run} made nothing outside."
        return
    open_ones = sum(not one.kept and not one.done for one in removals)
    kept = sum(bool(one.kept) for one in removals)
    if removed:
        yield f"{sum(one.done for one in removals)} removed, {open_ones} not, {kept} left as they are."
        yield "What the run only changed was not put back to what it was."
        if pulled:
            yield "This state came from GitHub: `ztr state push` tells the branch of it."
    elif open_ones:
        ending = "; `--yes` removes it" if asked else ""
        yield f"{open_ones} can be removed, {kept} are left as they are. Nothing was removed{ending}."
    else:
        yield "There is nothing that could be removed."


def _row(one: Removal) -> str:
    name = f"{one.made.task}/{one.made.step}  {one.uses}  {_short(one.made.remote or one.made.target)}"
    if one.problem:
        return paint(f"! {name}  not removed: {one.problem}", YELLOW)
    if one.kept:
        return paint(f"= {name}  {one.kept}", DIM)
    return paint(f"- {name}" + ("  removed" if one.done else ""), GREEN if one.done else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({text.count(',') + 1} ids)"


def _document(session: Session, run: str, removals: list[Removal], removed: bool) -> dict[str, Json]:
    effects: list[Json] = [{**one._asdict(), "made": one.made._asdict()} for one in removals]
    return {"plan": session.plan.id, "run": run, "removed": removed, "effects": effects}

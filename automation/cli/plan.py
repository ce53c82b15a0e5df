"""`ztr plan`: what a run would do now, without doing it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from automation.cli.execute import Wish, check_wish
from automation.cli.foresight import Foreseen, foresee
from automation.cli.options import where_options, wish_options
from automation.cli.paper import BOLD, DIM, GREEN, YELLOW, columns, paint, say, say_json
from automation.cli.proposal import Proposal, propose
from automation.cli.proposed import proposal_document, proposal_lines
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.engine.due import calendar_of
from automation.engine.state import State
from automation.plan.calendar import date_of
from automation.plan.model import Json
from monitoring.render.hints import repeated

_SHOWN = 8


@click.command(
    short_help="Show what is due now, in which mode and why; run nothing.",
    epilog="""Examples:

\b
  ztr plan
  ztr plan --day 3 --mode mock
  ztr plan --mode provision
  ztr plan --json | jq -r '.due[].task'""",
)
@where_options
@wish_options("mock", "auto", "provision", "dry-run")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document: plan, day, mode, now, due, waits, ends, coming."
)
@click.option("--quiet", is_flag=True, help="Print the ids of what is due, a line each, and nothing else.")
def plan(where: Where, wish: Wish, as_json: bool, quiet: bool) -> int:
    """Show what is due now, in which mode each step would run and why, and what waits for what. Runs nothing.

    With --mode provision it reads the services, too, and shows what would be created, changed, left alone and sent
    there, and a digest of that for `ztr run --expect`.
    """
    return show(Session(where, os.environ), wish, as_json=as_json, quiet=quiet)


def show(session: Session, wish: Wish, *, as_json: bool = False, quiet: bool = False) -> int:
    """Print what a run of that wish would do. Raises `ZtrError` where a run would be refused, too."""
    check_wish(session, wish)
    if wish.mode == "dry-run":
        from automation.cli.criteria import check_criteria

        check_criteria(session)
    loaded, _going = read_state(session)
    state = loaded.state._replace(start=wish.start) if wish.start else loaded.state
    found = foresee(session, state, wish)
    proposal = propose(session, state, wish, found) if wish.mode == "provision" and not quiet else None
    if as_json:
        outside = {"outside": proposal_document(proposal)} if proposal else {}
        say_json({**_document(session, wish, found), **outside})
    elif quiet:
        for task in found.due:
            say(task.task)
    else:
        say("\n".join(_lines(session, state, wish, found, proposal)))
    return 0


def _lines(session: Session, state: State, wish: Wish, found: Foreseen, proposal: Proposal | None) -> Iterator[str]:
    day = f"day {found.day} of {session.plan.days}" if session.plan.days else ""
    dated = f" ({date_of(calendar_of(session.plan, state), found.day)})" if found.day > 0 else ""
    yield paint(" · ".join([session.plan.title, *([f"{day}{dated}"] if day else []), wish.mode]), BOLD)
    if not found.due:
        yield "Nothing is due."
    for task in found.due:
        after = f", after {', '.join(task.after)}" if task.after else ""
        yield f"\n{paint(task.task, BOLD)}  {task.why}{after}{_slot(task.slot)}"
        rows = [(f"{step.how:6}", step.id, step.uses, step.why) for step in task.steps]
        yield from (
            paint(line, _HOW[step.how]) for line, step in zip(columns(rows, indent="  "), task.steps, strict=True)
        )
    for title, rest in (("\nWould end without running:", found.ends), ("\nWaits:", found.waits)):
        if rest:
            yield title
            reasons = [(one.task or "the plan", repeated(one.why, session.options)) for one in rest]
            yield from columns(reasons, indent="  ")
    if found.coming:
        yield "\nTo come:"
        yield from columns([(one.task, one.why) for one in found.coming[:_SHOWN]], indent="  ")
        yield from [f"  and {len(found.coming) - _SHOWN:,} more"] if len(found.coming) > _SHOWN else []
    if proposal:
        yield from proposal_lines(proposal, wish.mode, session.options)
    elif found.due:
        mode = f" --mode {wish.mode}" if wish.mode in ("mock", "provision") else ""
        yield repeated(f"\n{len(found.due)} due; nothing was run. Next: `ztr run{mode}`", session.options)


_HOW = {"real": GREEN, "mocked": YELLOW, "local": DIM}


def _slot(slot: str) -> str:
    return "" if slot == "once" or slot.startswith("day-") else f" [{slot}]"


def _document(session: Session, wish: Wish, found: Foreseen) -> dict[str, Json]:
    return {
        "plan": session.plan.id,
        "day": found.day,
        "mode": wish.mode,
        "now": session.now().isoformat(timespec="seconds"),
        "due": [{**task._asdict(), "steps": [step._asdict() for step in task.steps]} for task in found.due],
        "waits": [one._asdict() for one in found.waits],
        "ends": [one._asdict() for one in found.ends],
        "coming": [one._asdict() for one in found.coming],
    }

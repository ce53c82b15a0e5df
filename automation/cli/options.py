"""The options that most verbs share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from shlex import quote
from typing import TypeVar, cast

import click
from click.core import ParameterSource

from automation.cli.execute import Wish
from automation.cli.happened import named_event
from automation.cli.locate import find_plan, plans_below
from automation.cli.session import Where
from automation.engine.events import Approvals, Mode
from automation.errors import ZtrError
from monitoring.render.hints import repeated

R = TypeVar("R")
_ID = rb"(?m)^id:[ \t]*[\"']?([a-z0-9-]+)"


def where_options(command: Callable[..., R]) -> Callable[..., R]:
    """Adds --plan, --state, --now and --var, and hands them over as one `where`.

    What an error says to do next repeats those of them that say which plan and which state.
    """

    @wraps(command)
    def wrapped(plan: str | None, state: str | None, now: str | None, var: tuple[str, ...], **rest: object) -> R:
        where = Where(plan, state, now, var, Path.cwd(), _given(click.get_current_context(), plan, state, var))
        try:
            return command(where=where, **rest)
        except ZtrError as error:
            error.message, error.remedy = (repeated(text, where.options) for text in (error.message, error.remedy))
            raise

    for option in (
        click.option(
            "--var", multiple=True, metavar="NAME=VALUE", help="A variable of the plan; may be given several times."
        ),
        click.option(
            "--now", metavar="TIME", help="Another clock: as if it were this time (ISO 8601, the plan's zone)."
        ),
        click.option(
            "--state",
            metavar="DIR",
            envvar="ZTR_STATE",
            help="The folder for state, reports and products [default: .ztr].",
        ),
        click.option(
            "--plan",
            metavar="DIR",
            envvar="ZTR_PLAN",
            shell_complete=lambda _context, _parameter, begun: complete_plans(begun),
            help="The plan's folder [default: the only one, or pyproject.toml's].",
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


def _given(context: click.Context, plan: str | None, state: str | None, var: tuple[str, ...]) -> str:
    """The options as they were typed; a plan or a state that the environment names is there the next time, too."""
    values = {"plan": [plan], "state": [state], "var": var}
    by_hand = [name for name in values if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    return " ".join(f"--{name} {quote(value)}" for name in by_hand for value in values[name] if value)


def wish_options(*modes: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Adds --mode (one of `modes`, auto by default), --day, --start, --tasks, --approvals and --event.

    They are handed over as one `wish`.
    """

    def add(command: Callable[..., R]) -> Callable[..., R]:
        @wraps(command)
        def wrapped(
            mode: str, day: int | None, start: str | None, tasks: str, approvals: str, event: str, **rest: object
        ) -> R:
            names = tuple(name for name in tasks.replace(",", " ").split() if name)
            wish = Wish(cast(Mode, mode), day, start, names, approvals=cast(Approvals, approvals))
            return command(wish=wish._replace(occurrences=named_event(event, datetime.now(UTC))), **rest)

        found: Callable[..., R] = wrapped
        for option in _wish_options(modes):
            found = option(found)
        return found

    return add


def _wish_options(modes: tuple[str, ...]) -> tuple[Callable[[Callable[..., R]], Callable[..., R]], ...]:
    return (
        click.option(
            "--event",
            metavar="NAME[:ID]",
            default="",
            help="Something has happened outside: tasks with `on: NAME` are due [on GitHub: the run's own event].",
        ),
        click.option(
            "--approvals",
            type=click.Choice(("auto", "manual")),
            envvar="ZTR_APPROVALS",
            default="auto",
            show_default=True,
            help="auto: the engine approves what has passed its gates, unless the task asks for a person; "
            "manual: every task waits for a person.",
        ),
        click.option(
            "--tasks",
            metavar="ID,…",
            default="",
            shell_complete=lambda context, _parameter, begun: complete_tasks(context, begun),
            help="Only these tasks.",
        ),
        click.option("--start", metavar="DATE", help="The plan starts on this date; recorded in the state by a run."),
        click.option("--day", type=int, metavar="N", help="As if today were working day N."),
        click.option(
            "--mode",
            type=click.Choice(modes),
            envvar="ZTR_MODE",
            default="auto",
            show_default=True,
            help="mock changes nothing outside; auto does for real what its secrets allow; "
            "provision needs all secrets; dry-run only shows.",
        ),
    )


def complete_plans(begun: str) -> list[str]:
    """The plans here whose folder begins like that."""
    return [name for name in map(str, plans_below(Path())) if name.startswith(begun)]


def complete_tasks(context: click.Context, begun: str) -> list[str]:
    """The plan's task ids that follow what was typed of a list, found without loading the plan."""
    before, comma, last = begun.rpartition(",")
    try:
        folder = find_plan(context.params.get("plan"), Path())
    except ZtrError:
        return []
    found = (re.search(_ID, path.read_bytes()) for path in sorted(folder.glob("*.y*ml")) if path.name != "plan.yaml")
    names = (match.group(1).decode() for match in found if match)
    return [f"{before}{comma}{name}" for name in names if name.startswith(last)]

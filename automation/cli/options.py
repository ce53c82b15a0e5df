"""The options that most verbs share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from automation.cli.session import Where

P = ParamSpec("P")
R = TypeVar("R")


def where_options(command: Callable[..., R]) -> Callable[..., R]:
    """Adds --plan, --state, --now and --var, and hands them over as one `where`."""

    @wraps(command)
    def wrapped(plan: str | None, state: str | None, now: str | None, var: tuple[str, ...], **rest: object) -> R:
        return command(where=Where(plan, state, now, var, Path.cwd()), **rest)

    for option in (
        click.option(
            "--var", multiple=True, metavar="NAME=VALUE", help="A variable of the plan; may be given several times."
        ),
        click.option(
            "--now", metavar="TIME", help="Another clock: as if it were this time (ISO 8601, the plan's zone)."
        ),
        click.option("--state", metavar="DIR", help="The folder for state, reports and products [default: .ztr]."),
        click.option("--plan", metavar="DIR", help="The plan's folder [default: the only one, or pyproject.toml's]."),
    ):
        wrapped = option(wrapped)
    return wrapped

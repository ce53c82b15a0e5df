"""A plan's mistakes, and what stopped a job, as GitHub's annotations: at their lines, and on the run's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from automation.engine.neutral import neutralise
from automation.errors import ZtrError
from automation.plan.problems import PlanInvalid, Problem

SHOWN = 50
"""GitHub shows ten annotations of a step and 50 of a job: more would only be noise in the log."""


def annotate(error: ZtrError, environment: Mapping[str, str]) -> None:
    """In GitHub Actions, print a plan's mistakes, or what stopped the work, as workflow commands to standard error."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    root = Path(environment.get("GITHUB_WORKSPACE") or ".")
    lines = as_commands(error.problems, root) if isinstance(error, PlanInvalid) else [_stopped(error)]
    for line in lines:
        click.echo(line, err=True)


def as_commands(problems: Iterable[Problem], root: Path) -> list[str]:
    """A workflow command a mistake; files are named from `root`, the checkout, where they lie below it."""
    return [_command(problem, root) for problem in list(problems)[:SHOWN]]


def _command(problem: Problem, root: Path) -> str:
    place = problem.place
    facts = {"file": relative(place.file, root)}
    if place.line:
        facts |= {"line": str(place.line), "col": str(place.column)}
    facts["title"] = problem.path or "plan"
    head = ",".join(f"{name}={escape_property(value)}" for name, value in facts.items())
    return f"::error {head}::{escape_message(f'{problem.message}. {problem.remedy}'.rstrip())}"


def _stopped(error: ZtrError) -> str:
    """So that the run's page says why a job ended, without a look into its log."""
    remedy = f" ({error.remedy})" if error.remedy else ""
    return f"::error title=ztr::{escape_message(neutralise(f'{error.message}{remedy}'))}"


def relative(file: str, root: Path) -> str:
    """The file as GitHub names it: from the checkout's root, where it lies below it."""
    path = (Path.cwd() / file).resolve()
    return str(path.relative_to(root.resolve())) if path.is_relative_to(root.resolve()) else file


def escape_message(text: str) -> str:
    """As the runner unescapes it: actions/toolkit, `escapeData`."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """As the runner unescapes it: `escapeProperty`."""
    return escape_message(text).replace(":", "%3A").replace(",", "%2C")

"""`ztr validate`: every mistake of a plan at once."""

from __future__ import annotations

import os
from pathlib import Path

import click

from automation.actions.catalogue import ACTIONS
from automation.cli.annotations import annotate
from automation.cli.locate import find_plan
from automation.cli.paper import GREEN, paint, say, say_json
from automation.cli.session import QUICK
from automation.gates.catalogue import GATES
from automation.plan.loader import load
from automation.plan.model import Json, Plan, all_steps
from automation.plan.problems import PlanInvalid, Problem


@click.command(
    short_help="Check a plan; tell every mistake with its place and remedy.",
    epilog="""Examples:

\b
  ztr validate
  ztr validate tasks/website
  ztr validate --json | jq '.problems[].message'""",
)
@click.argument("plan", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document: valid, plan, counts, problems.")
@click.option("--quiet", is_flag=True, help="Print mistakes only.")
def validate(plan: str | None, as_json: bool, quiet: bool) -> int:
    """Check a plan and tell every mistake of every file, each with its place and its remedy.

    PLAN is its folder; by default the only one, or pyproject.toml's. In GitHub Actions each mistake is an annotation
    too. Ends with 0 for a valid plan and 2 for one with mistakes.
    """
    folder = find_plan(plan, Path())
    try:
        found = load(folder, ACTIONS, GATES, QUICK)
    except PlanInvalid as error:
        if not as_json:
            raise
        problems: list[Json] = [*map(_problem, error.problems)]
        say_json({"valid": False, "plan": None, "folder": str(folder), "problems": problems})
        annotate(error, os.environ)
        return error.exit_code
    counts = _counts(found)
    if as_json:
        say_json({"valid": True, "plan": found.id, "folder": str(folder), "counts": counts, "problems": []})
    elif not quiet:
        told = ", ".join(f"{number:,} {name if number != 1 else name[:-1]}" for name, number in counts.items())
        say(f"{paint('valid', GREEN)}: {folder} ({found.id}): {told}")
    return 0


def _problem(problem: Problem) -> dict[str, Json]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "path": problem.path,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _counts(plan: Plan) -> dict[str, int]:
    tasks = plan.tasks.values()
    return {
        "tasks": len(plan.tasks),
        "steps": sum(len(all_steps(task)) for task in tasks),
        "gates": sum(len(task.gates) for task in tasks),
        "days": plan.days,
    }

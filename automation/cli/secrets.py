"""`ztr secrets`: what a plan needs to be real, who needs it, and where to put it. Never a value."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from automation.cli.options import where_options
from automation.cli.paper import BOLD, STYLES, paint, say, say_json
from automation.cli.session import Session, Where
from automation.cli.settings import Settings
from automation.engine.modes import unlock_map, wanted_secrets
from automation.plan.model import Json
from monitoring.render.hints import repeated


@click.group(
    invoke_without_command=True,
    short_help="Show which secrets the plan can use, what each unlocks, and whether it works.",
    epilog="""Examples:

\b
  ztr secrets
  ztr secrets --json | jq -r '.secrets[] | select(.present | not) | .name'
  SLACK_WEBHOOK_URL=… ztr secrets
  ztr secrets check""",
)
@where_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document: plan, secrets, unlock, put.")
@click.option("--quiet", is_flag=True, help="Print the names of missing secrets, a line each, and nothing else.")
@click.pass_context
def secrets(context: click.Context, where: Where, as_json: bool, quiet: bool) -> int:
    """Show the secrets of the plan: which tasks want each, whether it is there, where to get it and where to put it.

    A plan runs without any of them: what needs a missing one is mocked. `ztr secrets check` asks the services whether
    those that are there work.
    """
    if context.invoked_subcommand:
        return 0
    session = Session(where, os.environ)
    told = _secrets(session)
    if as_json:
        say_json(_document(session, told))
    elif quiet:
        for name in (str(one["name"]) for one in told if not one["present"]):
            say(name)
    else:
        say("\n".join(_lines(session, told)))
    return 0


@secrets.command(
    epilog="""Examples:

\b
  ztr secrets check
  ztr secrets check --json | jq -r '.secrets[] | select(.status == "fails") | .name'"""
)
@where_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document: plan, secrets with status, about and lacks.")
@click.option("--quiet", is_flag=True, help="Print the names of secrets that fail or could not be asked.")
def check(where: Where, as_json: bool, quiet: bool) -> int:
    """Ask the services whether each secret that is there works, and name the permission that it lacks.

    Only what changes nothing is asked. Incoming webhooks and catch hooks cannot be asked without posting to them: there
    the address is looked at. Ends with 1 where a secret fails or its service gives no answer.
    """
    from automation.cli.secrets_check import run_check

    return run_check(Session(where, os.environ), as_json=as_json, quiet=quiet)


def _secrets(session: Session) -> list[dict[str, Json]]:
    wanted = wanted_secrets(session.plan, session.effects)
    return [
        {
            "name": secret.name,
            "present": secret.name in session.settings.secrets,
            "description": secret.description,
            "obtain": secret.obtain,
            "tasks": list(wanted.get(secret.name, ())),
        }
        for secret in session.plan.secrets
    ]


def _unlock(session: Session) -> list[dict[str, Json]]:
    present = frozenset(session.settings.secrets)
    return [
        {"secrets": list(one.secrets), "tasks": list(one.tasks)}
        for one in unlock_map(session.plan, session.effects, present)
    ]


def _document(session: Session, told: list[dict[str, Json]]) -> dict[str, Json]:
    return {
        "plan": session.plan.id,
        "secrets": [*told],
        "unlock": [*_unlock(session)],
        "put": {"github": _page(session.settings), "local": "environment variables of these names"},
    }


def _lines(session: Session, told: list[dict[str, Json]]) -> Iterator[str]:
    if not told:
        yield f"{session.plan.title} needs no secrets: all of it is real."
        return
    present = sum(bool(one["present"]) for one in told)
    yield paint(f"{session.plan.title}: {present} of {len(told)} secrets are there", BOLD)
    for one in told:
        yield from _secret(one)
    unlock = _unlock(session)
    if unlock:
        yield "\nWhat makes what real:"
        yield from (f"  {' + '.join(_texts(one['secrets']))} → {', '.join(_texts(one['tasks']))}" for one in unlock)
        yield f"\nOn GitHub, put them here: {_page(session.settings)}"
        yield "On this machine, set them in .env, which `ztr setup` writes, or as environment variables: export NAME=…"
        yield repeated("Then: `ztr run` makes what was mocked real.", session.options)
    for name in session.redactor.too_short:
        yield f"Warning: {name} is shorter than 8 characters; so short a value is hard to keep out of output."


def _secret(one: dict[str, Json]) -> Iterator[str]:
    status = "present" if one["present"] else "missing"
    about = f": {one['description']}" if one["description"] else ""
    yield f"\n{paint(status, STYLES[status])}  {one['name']}{about}"
    if one["obtain"] and not one["present"]:
        yield f"         get it: {one['obtain']}"
    tasks = _texts(one["tasks"])
    yield f"         wanted by: {', '.join(tasks) or 'no task'}"


def _texts(names: Json) -> list[str]:
    return [str(name) for name in names] if isinstance(names, list) else []


def _page(settings: Settings) -> str:
    """GitHub's page for a repository's secrets, in words where the repository is not known."""
    if settings.repository:
        server = settings.url.split(f"/{settings.repository}/")[0] if settings.url else "https://github.com"
        return f"{server}/{settings.repository}/settings/secrets/actions"
    return "your repository: Settings → Secrets and variables → Actions → New repository secret"

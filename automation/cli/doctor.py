"""`ztr doctor`: what keeps a repository's set-up from working, and what mends it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from automation.cli.host import make_client
from automation.cli.options import where_options
from automation.cli.paper import GREEN, RED, YELLOW, paint, say, say_json
from automation.cli.session import Session, Where
from automation.errors import HostError, StateError, UsageError
from automation.github.checkup import LEVELS, Caller, Facts, Finding, Hosted, Level, findings, read_calls
from automation.github.client import Client
from automation.github.repository import get_repository, get_workflow
from automation.plan.model import Json

T = TypeVar("T")
WORKFLOWS = ".github/workflows"
MARKS: Mapping[Level, tuple[str, str]] = {
    "problem": ("✗", RED),
    "warning": ("!", YELLOW),
    "note": ("·", ""),
    "fine": ("✓", GREEN),
}


@click.command(
    short_help="Look for what keeps ZTR from working on GitHub, and say what mends it.",
    epilog="""Examples:

\b
  ztr doctor
  GITHUB_REPOSITORY=octo/work GITHUB_TOKEN=$(gh auth token) ztr doctor
  ztr doctor --json | jq -r '.findings[] | select(.level == "problem") | .mend'""",
)
@where_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document: findings and how many of each level.")
def doctor(where: Where, as_json: bool) -> int:
    """Look at workflows, permissions, secrets, the state branch and the issue, and say for each finding what mends it.

    Reads the workflow files here, and asks GitHub where GITHUB_REPOSITORY and GITHUB_TOKEN are set; changes nothing.
    Ends with 1 when there is a problem, with 0 when there are only warnings and notes.
    """
    session = Session(where, os.environ)
    found = findings(look(session, os.environ, where.here))
    if as_json:
        say_json(_document(found))
    else:
        for one in found:
            _print(one)
    return int(any(one.level == "problem" for one in found))


def look(session: Session, environment: Mapping[str, str], here: Path) -> Facts:
    """Everything that the findings follow from."""
    callers = read_callers(here / WORKFLOWS)
    wanted = tuple(secret.name for secret in session.plan.secrets)
    server = environment.get("GITHUB_SERVER_URL") or "https://github.com"
    pages = f"{server}/{session.settings.repository or 'OWNER/REPOSITORY'}"
    facts = Facts(pages, callers, wanted)
    try:
        client = make_client(environment, session.stop)
        denied: list[str] = []
        return facts._replace(hosted=_ask(session, client, callers, denied), denied=tuple(denied))
    except (UsageError, HostError) as error:
        return facts._replace(unasked=error.message)


def read_callers(folder: Path) -> tuple[Caller, ...]:
    """The workflows that call ZTR; a file that cannot be read as YAML is none."""
    import yaml

    found: list[Caller] = []
    for path in sorted(folder.glob("*.y*ml")):
        try:
            # every scalar a text: `on` is a word
            document = yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text
        except (yaml.YAMLError, OSError, RecursionError):
            continue
        found += read_calls(f"{WORKFLOWS}/{path.name}", document)
    return tuple(found)


def _ask(session: Session, client: Client, callers: tuple[Caller, ...], denied: list[str]) -> Hosted:
    """What GitHub says. Raises `HostError` where it does not even show the repository."""

    def tried(asking: Callable[[], T], otherwise: T) -> T:
        try:
            return asking()
        except HostError as error:
            denied.append(error.message)
            return otherwise

    repository = get_repository(client)
    states: dict[str, str] = {}
    for file in dict.fromkeys(caller.path.rpartition("/")[2] for caller in callers):
        # "" where GitHub may not be asked: nothing is said of that one
        unknown: str | None = ""
        state = tried(partial(_state, client, file), unknown)
        if state is not None:
            states[file] = state
    host = Hosted(repository.default_branch, repository.archived, repository.fork, repository.has_issues, states)
    host = host._replace(
        secrets=tried(lambda: _secret_names(client), None),
        pinning=tried(lambda: _pinning(client), None),
    )
    return tried(lambda: _look_at_branch(session, client, host), host)


def _state(client: Client, file: str) -> str | None:
    found = get_workflow(client, file)
    return found.state if found else None


def _secret_names(client: Client) -> frozenset[str]:
    return frozenset(str(one["name"]) for one in client.pages("/actions/secrets") if isinstance(one, Mapping))


def _pinning(client: Client) -> bool | None:
    found = client.get("/actions/permissions")
    told = found.get("sha_pinning_required") if isinstance(found, Mapping) else None
    return told if isinstance(told, bool) else None


def _look_at_branch(session: Session, client: Client, host: Hosted) -> Hosted:
    from automation.cli.remote.ledger import Ledger, Paths
    from automation.github.branch import read
    from automation.github.issue import decode_known

    try:
        tip = read(client)
        with Ledger(tip, session):
            known = decode_known(tip.files.get(Paths(session.plan.id).issue))
    except StateError as error:
        return host._replace(branch="?", branch_trouble=f"{error.message}\n{error.remedy}")
    host = host._replace(branch=tip.commit or "", issue=known.number)
    return (
        host._replace(issue_trouble=_issue_trouble(client, known.number)) if known.number and host.has_issues else host
    )


def _issue_trouble(client: Client, number: int) -> str:
    from automation.github.issues import get_issue
    from automation.github.refusals import Absent, IssuesDisabled

    try:
        issue = get_issue(client, number)
    except (Absent, IssuesDisabled):
        return f"the summary issue #{number} was deleted\nthe next run opens another one"
    if issue.locked:
        return f"the summary issue #{number} is locked: nobody can comment\nunlock the conversation on its page"
    return ""


def _print(one: Finding) -> None:
    mark, colour = MARKS[one.level]
    say(f"{paint(mark, colour) if colour else mark} {one.about}: {one.what}")
    for line in one.mend.splitlines():
        say(f"    {line}")


def _document(found: tuple[Finding, ...]) -> dict[str, Json]:
    counts: dict[str, Json] = {level: sum(one.level == level for one in found) for level in LEVELS}
    return {"counts": counts, "findings": [dict(one._asdict()) for one in found]}

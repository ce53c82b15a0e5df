"""The repository itself: what it is, who may do what in it, and its workflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from automation.github.client import Client
from automation.github.refusals import Absent
from automation.plan.model import Json

WRITERS = frozenset({"write", "maintain", "admin"})


class Repository(NamedTuple):
    default_branch: str
    private: bool
    archived: bool
    fork: bool
    has_issues: bool
    url: str


class Workflow(NamedTuple):
    """`state`: active, disabled_manually, disabled_inactivity, disabled_fork or deleted."""

    id: int
    name: str
    path: str
    state: str
    url: str


class WorkflowRun(NamedTuple):
    """`status`: queued, in_progress, completed and others; `conclusion` is empty before the end."""

    id: int
    attempt: int
    event: str
    status: str
    conclusion: str
    created: str
    url: str


def get_repository(client: Client) -> Repository:
    """What the repository is."""
    found = _mapping(client.get(""))
    return Repository(
        str(found.get("default_branch") or "main"),
        found.get("private") is True,
        found.get("archived") is True,
        found.get("fork") is True,
        found.get("has_issues") is not False,
        str(found.get("html_url") or ""),
    )


def get_permission(client: Client, login: str) -> str:
    """What that person may do here: none, read, triage, write, maintain or admin."""
    try:
        found = _mapping(client.get(f"/collaborators/{quote(login, safe='')}/permission"))
    except Absent:
        return "none"
    role, permission = str(found.get("role_name") or ""), str(found.get("permission") or "none")
    return role if role in ("triage", "maintain") else permission


def get_workflow(client: Client, file: str) -> Workflow | None:
    """The workflow of a file below .github/workflows, none where GitHub knows no such one."""
    try:
        found = _mapping(client.get(f"/actions/workflows/{quote(file, safe='')}"))
    except Absent:
        return None
    return Workflow(
        _whole(found, "id"), *(str(found.get(name) or "") for name in ("name", "path", "state", "html_url"))
    )


def dispatch(client: Client, file: str, ref: str, inputs: Mapping[str, str]) -> None:
    """Start a workflow. Raises `Unsure` when nobody knows whether it was started."""
    body: dict[str, Json] = {"ref": ref, "inputs": dict(inputs)}
    client.call("POST", f"/actions/workflows/{quote(file, safe='')}/dispatches", body)


def list_runs(client: Client, file: str, *, count: int = 20) -> tuple[WorkflowRun, ...]:
    """The latest runs of a workflow, newest first."""
    found = _mapping(client.get(f"/actions/workflows/{quote(file, safe='')}/runs", per_page=count))
    runs = found.get("workflow_runs")
    return tuple(_run(_mapping(one)) for one in runs) if isinstance(runs, list) else ()


def _run(found: Mapping[str, Json]) -> WorkflowRun:
    words = (str(found.get(name) or "") for name in ("event", "status", "conclusion", "created_at", "html_url"))
    return WorkflowRun(_whole(found, "id"), _whole(found, "run_attempt") or 1, *words)


def _mapping(found: Json) -> Mapping[str, Json]:
    return found if isinstance(found, Mapping) else {}


def _whole(found: Mapping[str, Json], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) else 0

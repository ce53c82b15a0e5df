"""The repository itself, who may do what in it, and its workflows."""

from __future__ import annotations

import json

from .routing import PAGING, Answer, Asked, Needs, Refused, Routes
from .state import Run, Workflow

ROUTES = Routes()
METADATA: Needs = ("metadata", "read")
READ: Needs = ("actions", "read")
WRITE: Needs = ("actions", "write")
OWNER: Needs = ("administration", "read")
SECRETS: Needs = ("secrets", "read")
_RUNS = (
    "actor",
    "branch",
    "event",
    "status",
    "created",
    "exclude_pull_requests",
    "check_suite_id",
    "head_sha",
    *PAGING,
)
_MAX_INPUTS, _MAX_PAYLOAD = 25, 65_535


@ROUTES.on("GET", "", METADATA, gives="FullRepository")
def get_repository(asked: Asked) -> Answer:
    return Answer(body=asked.answers.repository())


@ROUTES.on("GET", "/collaborators/{login}/permission", METADATA, gives="RepositoryCollaboratorPermission")
def permission(asked: Asked, login: str) -> Answer:
    """Anybody with an account has one; in a public repository at least "read"."""
    if login not in asked.repository.people:
        raise Refused(404, f"{login} is not a user")
    return Answer(body=asked.answers.permission(login))


@ROUTES.on("GET", "/actions/workflows", READ, gives="[]Workflow", query=PAGING, key="workflows")
def list_workflows(asked: Asked) -> Answer:
    return Answer(listed=[asked.answers.workflow(one) for one in asked.repository.workflows.values()])


def _workflow(asked: Asked, name: str) -> Workflow:
    for file, one in asked.repository.workflows.items():
        if name in (file, str(one.number)):
            return one
    raise Refused(404, "Not Found")


@ROUTES.on("GET", "/actions/workflows/{name}", READ, gives="Workflow")
def get_workflow(asked: Asked, name: str) -> Answer:
    return Answer(body=asked.answers.workflow(_workflow(asked, name)))


@ROUTES.on("PUT", "/actions/workflows/{name}/enable", WRITE)
def enable_workflow(asked: Asked, name: str) -> Answer:
    _workflow(asked, name).state = "active"
    return Answer(204)


@ROUTES.on(
    "POST",
    "/actions/workflows/{name}/dispatches",
    WRITE,
    "ReposOwnerRepoActionsWorkflowsWorkflowIdDispatchesPostBody",
    older=("return_run_details",),
)
def dispatch(asked: Asked, name: str) -> Answer:
    """The newest version always tells which run it became, the older one when asked to."""
    one, body = _workflow(asked, name), asked.body
    inputs = dict(body.get("inputs", {}))
    _check_dispatch(asked, one, inputs)
    run = Run(
        asked.repository.next(), one.number, "workflow_dispatch", body["ref"], inputs, asked.token.login, asked.now
    )
    asked.repository.runs[run.number] = run
    if not (asked.newest or body.get("return_run_details", False)):
        return Answer(204)
    where = f"{asked.answers.here}/actions/runs/{run.number}"
    page = f"{asked.answers.page}/actions/runs/{run.number}"
    return Answer(200, {"workflow_run_id": run.number, "run_url": where, "html_url": page})


def _check_dispatch(asked: Asked, one: Workflow, inputs: dict[str, object]) -> None:
    if one.state != "active":
        raise Refused(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    if one.inputs is None:
        raise Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
    if asked.repository.git.commit_of(asked.body["ref"]) is None:
        raise Refused(422, f"No ref found for: {asked.body['ref']}")
    strange = sorted(set(inputs) - set(one.inputs))
    if strange or len(inputs) > _MAX_INPUTS:
        raise Refused(422, f"Unexpected inputs provided: {json.dumps(strange)}")
    for name, required in one.inputs.items():
        if required and name not in inputs:
            raise Refused(422, f"Required input '{name}' not provided")
    if len(json.dumps(inputs)) > _MAX_PAYLOAD:
        raise Refused(422, "inputs are too large")


@ROUTES.on("GET", "/actions/runs", READ, gives="[]WorkflowRun", query=_RUNS, key="workflow_runs")
def list_runs(asked: Asked) -> Answer:
    return Answer(listed=[asked.answers.run(one) for one in _newest(asked)])


@ROUTES.on(
    "GET",
    "/actions/workflows/{name}/runs",
    READ,
    gives="[]WorkflowRun",
    query=_RUNS,
    key="workflow_runs",
)
def runs_of_workflow(asked: Asked, name: str) -> Answer:
    number = _workflow(asked, name).number
    return Answer(listed=[asked.answers.run(one) for one in _newest(asked) if one.workflow == number])


def _newest(asked: Asked) -> list[Run]:
    status = asked.query.get("status", "")
    event = asked.query.get("event", "")
    found = [
        one
        for one in asked.repository.runs.values()
        if status in ("", one.status, one.conclusion) and event in ("", one.event)
    ]
    return sorted(found, key=lambda one: one.number, reverse=True)


@ROUTES.on("GET", "/actions/runs/{number}", READ, gives="WorkflowRun", query=("exclude_pull_requests",))
def get_run(asked: Asked, number: str) -> Answer:
    if not number.isdigit() or int(number) not in asked.repository.runs:
        raise Refused(404, "Not Found")
    return Answer(body=asked.answers.run(asked.repository.runs[int(number)]))


@ROUTES.on(
    "GET",
    "/actions/runs/{number}/artifacts",
    READ,
    gives="[]Artifact",
    query=("name", *PAGING),
    key="artifacts",
)
def artifacts_of_run(asked: Asked, number: str) -> Answer:
    name = asked.query.get("name", "")
    found = [a for a in asked.repository.artifacts.values() if str(a.run) == number and name in ("", a.name)]
    return Answer(listed=[asked.answers.artifact(one) for one in found])


@ROUTES.on("GET", "/actions/artifacts/{number}/zip", READ)
def download_artifact(asked: Asked, number: str) -> Answer:
    """Sends on to a storage host with a signed address."""
    if int(number) not in asked.repository.artifacts:
        raise Refused(404, "Not Found")
    return Answer(302, headers={"Location": f"{asked.answers.base}/_storage/{number}?signature=short-lived"})


@ROUTES.on("GET", "/actions/secrets", SECRETS, gives="[]ActionsSecret", query=PAGING, key="secrets")
def list_secrets(asked: Asked) -> Answer:
    """Names only; GITHUB_TOKEN cannot be granted this."""
    stamp = "2026-01-01T00:00:00Z"
    names = asked.repository.secret_names
    return Answer(listed=[{"name": name, "created_at": stamp, "updated_at": stamp} for name in names])


@ROUTES.on("GET", "/actions/permissions", OWNER, gives="ActionsRepositoryPermissions")
def actions_permissions(asked: Asked) -> Answer:
    pinned = asked.repository.sha_pinning_required
    return Answer(body={"enabled": True, "allowed_actions": "all", "sha_pinning_required": pinned})


@ROUTES.on("GET", "/actions/permissions/workflow", OWNER, gives="ActionsGetDefaultWorkflowPermissions")
def default_permissions(asked: Asked) -> Answer:
    chosen = asked.repository.workflow_permissions
    return Answer(body={"default_workflow_permissions": chosen, "can_approve_pull_request_reviews": False})

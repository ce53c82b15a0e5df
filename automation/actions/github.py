"""`github`: issues, comments, labels, files by pull request, and started workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from automation.actions import github_files as files
from automation.actions import github_issues as issues
from automation.actions.base import Action, Call, Change, Done, Draft, Failed, Found, Outcome, Repeat
from automation.actions.clients import BASE_URL_SCHEMA
from automation.actions.github_hub import TOKEN
from automation.actions.service import Prepared
from automation.plan.model import Json


class _Operation(NamedTuple):
    """What the action does for one word of `operation`."""

    requests: Callable[[Call], list[Prepared]]
    perform: Callable[[Call], Outcome]
    inspect: Callable[[Call], tuple[Change, ...] | Failed]
    repeat: Repeat
    undo: Callable[[Call, str], Outcome]
    find: Callable[[Call], tuple[Found, ...] | Failed] = lambda _call: ()


def _cannot(_call: Call, _remote: str) -> Outcome:
    return Failed("permanent", "a workflow that was started cannot be taken back: cancel its run on GitHub")


OPERATIONS: Mapping[str, _Operation] = {
    "issue": _Operation(
        issues.issue_requests,
        issues.open_issue,
        issues.inspect_issue,
        "findable",
        issues.close_issue,
        issues.find_issues,
    ),
    "comment": _Operation(
        issues.comment_requests,
        issues.comment,
        issues.inspect_comment,
        "findable",
        issues.delete_comment,
        issues.find_comments,
    ),
    "label": _Operation(issues.label_requests, issues.label, issues.inspect_labels, "upsert", issues.remove_labels),
    "pull-request": _Operation(files.pull_requests, files.bring_files, files.inspect_files, "upsert", files.close_pull),
    "dispatch": _Operation(files.dispatch_requests, files.dispatch, files.inspect_dispatch, "blind", _cannot),
}


def prepare(call: Call) -> tuple[Draft, ...]:
    """The requests that change something; what is looked up before is not among them."""
    return tuple(one.draft() for one in _operation(call).requests(call))


def perform(call: Call) -> Outcome:
    """Do it."""
    return _operation(call).perform(call)


def find(call: Call) -> tuple[Found, ...] | Failed:
    """What carries the effect's mark."""
    return _operation(call).find(call)


def inspect(call: Call) -> tuple[Change, ...] | Failed:
    """What would change."""
    return _operation(call).inspect(call)


def undo(call: Call, remote: str) -> Outcome:
    """Take back what can be taken back; nothing where nothing was made."""
    return _operation(call).undo(call, remote) if remote else Done()


def repeat_of(inputs: Mapping[str, Json]) -> Repeat:
    """Labels and branches come once by themselves; issues and comments carry a mark; a start is a start."""
    operation = OPERATIONS.get(str(inputs.get("operation")))
    return operation.repeat if operation else "blind"


def _operation(call: Call) -> _Operation:
    return OPERATIONS[str(call.inputs["operation"])]


ACTION = Action(
    name="github",
    summary="Open issues, comment, label, bring files by pull request, start workflows.",
    description="""\
- `issue`: opens an issue with `title`, `body` and `labels`.
- `comment`: comments on the issue or pull request with the number `issue`.
- `label`: adds `labels` to it.
- `pull-request`: a branch with `files` (path to text) or `files-from` (paths below the work directory), a commit for
  each, and a pull request. What is there already is left as it is.
- `dispatch`: starts `workflow` at `ref` with `inputs`.

Issues and comments end with a hidden mark that holds `key`, or else the effect's key: after a crash they are looked up,
not made again, and with `update: true` the one that is there is changed. A mark counts only where the author may write
to the repository. Labels and branches may be repeated at will. A start cannot be looked up, so after a crash the step
asks what to do, unless it says `on-unknown: retry` or `skip`; with `key-input` the workflow is handed the key.

The secret `GH_TOKEN` is a token with the permissions issues, pull requests, contents or actions: write, by operation.
When a run is taken back, issues are closed as not planned, comments deleted, labels taken off that were added, and pull
requests closed; the branch goes with it where its name begins with `ztr/`. An issue is looked for among the newest
thousand and those of the last month.

In recorded requests `{base}` stands for the commit that a branch begins with.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "operation": {"enum": [*OPERATIONS], "description": "What to do."},
            "repository": {
                "type": "string",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$",
                "description": "The repository, owner/name.",
            },
            "title": {
                "type": "string",
                "minLength": 1,
                "maxLength": 256,
                "description": "issue, pull-request: the title.",
            },
            "body": {"type": "string", "description": "issue, comment, pull-request: the text, as Markdown."},
            "labels": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[^,]+$"},
                "description": "issue, label: names of labels.",
            },
            "issue": {"type": "integer", "minimum": 1, "description": "comment, label: the number."},
            "key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$",
                "description": "What tells this issue, comment or branch from all others; else the effect's key.",
            },
            "update": {
                "type": "boolean",
                "default": False,
                "description": "issue, comment: whether the one with the same `key` is changed instead.",
            },
            "files": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 50,
                "additionalProperties": {"type": "string"},
                "description": "pull-request: path in the repository to text.",
            },
            "files-from": {
                "type": "array",
                "minItems": 1,
                "maxItems": 50,
                "uniqueItems": True,
                "items": {"type": "string", "minLength": 1},
                "description": "pull-request: files below the work directory, brought under the same paths.",
            },
            "branch": {
                "type": "string",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$",
                "description": "pull-request: the branch; else `ztr/` and the key.",
            },
            "base": {
                "type": "string",
                "minLength": 1,
                "default": "main",
                "description": "pull-request: the branch that it goes into.",
            },
            "workflow": {"type": "string", "minLength": 1, "description": "dispatch: the workflow's file name."},
            "ref": {
                "type": "string",
                "minLength": 1,
                "default": "main",
                "description": "dispatch: the branch or tag that it runs on.",
            },
            "inputs": {"type": "object", "description": "dispatch: the workflow's inputs."},
            "key-input": {
                "type": "string",
                "minLength": 1,
                "description": "dispatch: the input that is handed the effect's key.",
            },
            "base-url": BASE_URL_SCHEMA,
        },
        "required": ["operation", "repository"],
        "additionalProperties": False,
        "allOf": [
            {"if": {"properties": {"operation": {"const": name}}}, "then": {"required": required}}
            for name, required in {
                "issue": ["title"],
                "comment": ["issue", "body"],
                "label": ["issue", "labels"],
                "pull-request": ["title"],
                "dispatch": ["workflow"],
            }.items()
        ],
    },
    perform=perform,
    prepare=prepare,
    outputs={"number": "integer", "url": "string"},
    mock={"number": 1, "url": "https://github.com/mock/mock/issues/1"},
    secrets=(TOKEN,),
    repeat="findable",
    repeat_of=repeat_of,
    find=find,
    inspect=inspect,
    undo=undo,
    example="""\
- id: follow-up
  uses: github
  secrets: [GH_TOKEN]
  with:
    operation: issue
    repository: octo/work
    title: "Search accuracy is ${{ steps.evaluate.outputs.accuracy }}"
    body: Raise it above 0.9.
    labels: [search]
- id: publish
  uses: github
  secrets: [GH_TOKEN]
  with:
    operation: pull-request
    repository: octo/work
    title: New figures
    files-from: [report/figures.md]
    branch: ztr/figures
""",
)

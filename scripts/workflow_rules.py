"""What no linter finds in workflows and actions: names that nobody declared, grants and limits that nobody wrote. Pure.

The files are handed over as text by their path in the repository. `$/…`, `./…` and this project's own name all mean a
file of this repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

Node = Mapping[str, object]
Files = Mapping[str, Node]

OWN = re.compile(r"(?:\$/|\./|OWNER/ztr(?=[/@]))/?([^@]*)(?:@.*)?")
"""A `uses:` of ours; documentation calls the project OWNER/ztr."""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_PATH = re.compile(
    r"(?<![\w.-])(inputs|secrets|needs|steps|jobs)\.([\w-]+)(?:\.(outputs|result|outcome|conclusion)(?:\.([\w-]+))?)?"
)
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*(\S+)(?:\s+#\s*(.*))?$")
_IGNORE = re.compile(r"#\s*zizmor:\s*ignore\[([\w-]+)\]")
GIVEN = frozenset({"GITHUB_TOKEN", "github_token"})

ALLOWED_IGNORES: Mapping[str, str] = {"dangerous-triggers": "issue_comment:"}
"""The one finding that nothing but silence answers, and the text of the only line that it may stand on."""


class Called(NamedTuple):
    """What a local action or reusable workflow takes and gives; input and secret names tell whether each is wanted."""

    inputs: Mapping[str, bool]
    secrets: Mapping[str, bool]
    outputs: frozenset[str]


def problems(path: str, text: str, document: Node, files: Files) -> Iterator[str]:
    """One line for each mistake in a workflow or an action."""
    yield from (f"{path}:{line}: {what}" for line, what in of_lines(text))
    found = of_action(document, files) if "runs" in document else of_workflow(document, files)
    yield from (f"{path}: {what}" for what in found)


def of_lines(text: str) -> Iterator[tuple[int, str]]:
    """Pins without a version, references without a pin, and silenced findings: what only the text can tell."""
    for number, line in enumerate(text.splitlines(), 1):
        for rule in _IGNORE.findall(line):
            if ALLOWED_IGNORES.get(rule, "\n") not in line:
                yield number, f"zizmor's {rule} is silenced; mend what it found"
        match = _USES.match(line)
        if match is None or match[1].startswith(("$/", "./")):
            continue
        if not _PINNED.fullmatch(match[1].strip("\"'")):
            yield number, f"{match[1]} is not pinned to a full commit"
        elif not re.match(r"v\d", match[2] or ""):
            yield number, f"the version behind {match[1]} is not told"


def of_workflow(document: Node, files: Files) -> Iterator[str]:
    events, jobs = _node(document.get("on")), _node(document.get("jobs"))
    inputs = {name for event in ("workflow_call", "workflow_dispatch") for name in _under(events.get(event), "inputs")}
    secrets = set(_under(events.get("workflow_call"), "secrets"))
    called_only = set(events) == {"workflow_call"}
    if document.get("permissions") != {}:
        yield "`permissions: {}` is missing at the top: each job is granted what it needs"
    for name, job in jobs.items():
        yield from (f"job {name}: {what}" for what in of_job(_node(job), jobs, files))
    for kind, name, *_ in _paths(document):
        if kind == "inputs" and name not in inputs:
            yield f"inputs.{name} is not declared"
        if kind == "secrets" and called_only and name not in secrets | GIVEN:
            yield f"secrets.{name} is not declared"
    for output in _under(events.get("workflow_call"), "outputs").values():
        for kind, name, what, key in _paths(output):
            if kind == "jobs" and what == "outputs" and key not in outputs_of(_node(jobs.get(name)), files):
                yield f"jobs.{name}.outputs.{key} is not declared"


def of_job(job: Node, jobs: Node, files: Files) -> Iterator[str]:
    if "permissions" not in job:
        yield "its permissions are not told"
    if "uses" not in job and "timeout-minutes" not in job:
        yield "timeout-minutes is missing"
    if isinstance(job.get("secrets"), str):
        yield "`secrets: inherit` hands over more than is needed"
    yield from of_call(job, files)
    needs = job.get("needs", ())
    wanted = {needs} if isinstance(needs, str) else set(cast(Iterable[str], needs))
    yield from (f"needs: there is no job {name}" for name in sorted(wanted - set(jobs)))
    for kind, name, what, key in _paths(job):
        if kind != "needs":
            continue
        if name not in wanted:
            yield f"needs.{name} is read, and {name} is not needed"
        elif what == "outputs" and key not in outputs_of(_node(jobs.get(name)), files):
            yield f"needs.{name}.outputs.{key} is not declared"
    yield from of_steps(job, files)


def of_action(document: Node, files: Files) -> Iterator[str]:
    inputs = set(_node(document.get("inputs")))
    for kind, name, *_ in _paths(document):
        if kind == "inputs" and name not in inputs:
            yield f"inputs.{name} is not declared"
        if kind == "secrets":
            yield f"secrets.{name}: an action has no secrets"
    yield from of_steps(_node(document.get("runs")), files, document.get("outputs"))


def of_steps(holder: Node, files: Files, later: object = None) -> Iterator[str]:
    """Steps may read of steps before them; *later*, outputs and the like, of all."""
    known: dict[str, Node] = {}
    for step in _steps(holder):
        called = step.get("name", step.get("id", "a step"))
        yield from (f"step {called}: {what}" for what in of_call(step, files))
        yield from (f"step {called}: {what}" for what in _of_reading(step, known, files))
        if "id" in step:
            known[str(step["id"])] = step
    yield from _of_reading([holder.get("outputs"), later], known, files)


def _of_reading(reader: object, known: Mapping[str, Node], files: Files) -> Iterator[str]:
    for kind, name, what, key in _paths(reader):
        if kind != "steps":
            continue
        if name not in known:
            yield f"steps.{name} is read, and no step before has that id"
        elif what == "outputs" and (given := _given(known[name], files)) is not None and key not in given:
            yield f"steps.{name}.outputs.{key} is not given by that step"


def of_call(caller: Node, files: Files) -> Iterator[str]:
    """What a job or a step hands to a local action or reusable workflow."""
    target = called_by(caller, files)
    if isinstance(target, str):
        yield target
    if not isinstance(target, Called):
        return
    for what, given, declared in (
        ("with", _node(caller.get("with")), target.inputs),
        ("secrets", _node(caller.get("secrets")), target.secrets),
    ):
        yield from (f"{what}: {name} is not declared there" for name in given if name not in declared)
        yield from (f"{what}: {name} is wanted there" for name, must in declared.items() if must and name not in given)


def called_by(caller: Node, files: Files) -> Called | str | None:
    """What is called; a text says what is wrong; None: nothing of this repository."""
    match = OWN.fullmatch(str(caller.get("uses", "")))
    if match is None:
        return None
    inside = match[1].strip("/")
    for path in (inside, f"{inside}/action.yml".lstrip("/"), f"{inside}/action.yaml".lstrip("/")):
        if path in files:
            return _takes(files[path])
    return f"uses: {caller['uses']}: there is no such file here"


def _takes(document: Node) -> Called:
    if "runs" in document:
        return Called(_declared(document.get("inputs")), {}, frozenset(_node(document.get("outputs"))))
    call = _node(_node(document.get("on")).get("workflow_call"))
    outputs = frozenset(_node(call.get("outputs")))
    return Called(_declared(call.get("inputs")), _declared(call.get("secrets")), outputs)


def _declared(node: object) -> dict[str, bool]:
    return {name: str(_node(one).get("required", "")).lower() == "true" for name, one in _node(node).items()}


def outputs_of(job: Node, files: Files) -> frozenset[str]:
    """The outputs of a job that later ones may read."""
    target = called_by(job, files)
    return target.outputs if isinstance(target, Called) else frozenset(_node(job.get("outputs")))


def _given(step: Node, files: Files) -> frozenset[str] | None:
    """The outputs of a step; None where that cannot be told."""
    target = called_by(step, files)
    if isinstance(target, Called):
        return target.outputs
    script = str(step.get("run", ""))
    # a script that writes only plain NAME=… lines itself; one that starts something else may write any
    names = frozenset(re.findall(r"\becho\s+[\"']?([\w-]+)=", script))
    return names if names and "GITHUB_OUTPUT" in script else None


def _paths(node: object) -> Iterator[tuple[str, str, str, str]]:
    """Every `context.name[.what[.key]]` in the expressions of a document, `if:` without braces among them."""
    for text in _expressions(node):
        plain = _TEXT.sub("''", text)
        yield from (cast(tuple[str, str, str, str], found) for found in _PATH.findall(plain))


def _expressions(node: object, key: str = "") -> Iterator[str]:
    if isinstance(node, str):
        yield from _EXPRESSION.findall(node) or ([node] if key == "if" else [])
    elif isinstance(node, Mapping):
        for name, inner in node.items():
            yield from _expressions(inner, str(name))
    elif isinstance(node, list):
        for inner in node:
            yield from _expressions(inner)


def _node(value: object) -> Node:
    """A mapping as it is; a list or a word of events as one without details; anything else as an empty one."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return dict.fromkeys(value)
    return {value: None} if isinstance(value, str) and value.isidentifier() else {}


def _under(value: object, key: str) -> Node:
    return _node(_node(value).get(key))


def _steps(holder: Node) -> list[Node]:
    found = holder.get("steps", [])
    return [_node(one) for one in found] if isinstance(found, list) else []

"""What is checked in one task by itself: actions, inputs, secrets, gates, paths and expressions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from automation.plan.build import Checked
from automation.plan.catalogue import ActionLike, GateLike, Quick
from automation.plan.expressions import problems as template_problems
from automation.plan.model import Gate, Json, Step, Task
from automation.plan.problems import Problems, Source, did_you_mean, shown
from automation.plan.yaml_subset import Path

_TRIGGERS: Final = ("day", "schedule", "on")
_SHELLS: Final = frozenset({"sh", "bash", "dash", "zsh", "ksh", "pwsh", "cmd"})
_INTERPRETERS: Final = frozenset({"python", "perl", "ruby", "node", "php"})
_PROGRAM_OPTIONS: Final = frozenset({"-c", "-e", "-E", "-p", "-r", "--eval", "--print"})


class Rules(NamedTuple):
    """What tasks are checked against. `known_actions` and `known_gates` hold what the catalogues gave so far."""

    actions: Mapping[str, ActionLike]
    gates: Mapping[str, GateLike]
    quick: Quick
    secrets: Collection[str]
    components: Collection[str]


def check_task(
    task: Task, document: Checked, source: Source, rules: Rules, problems: Problems, *, templates: bool
) -> None:
    """Note every mistake that can be seen without the other tasks. `templates` False vouches that there are none."""
    _check_trigger(document, source, problems)
    if task.component and task.component not in rules.components:
        remedy = did_you_mean(task.component, rules.components)
        problems.add(source, ("component",), f"plan.yaml declares no component {shown(task.component)}", remedy)
    for index, path in enumerate(task.produces):
        if fault := _unsafe(path):
            remedy = "Write a path relative to the work directory, like memory/accuracy.json."
            problems.add(source, ("produces", index), f"{shown(path)} {fault}", remedy)
    _check_steps(task.steps, ("steps",), document["steps"], source, rules, problems, templates)
    if task.on_failure:
        tried = document["on-failure"].get("try", ())
        _check_steps(task.on_failure.steps, ("on-failure", "try"), tried, source, rules, problems, templates)
    _check_step_ids(task, source, problems)
    for index, gate in enumerate(task.gates):
        _check_gate(gate, ("gates", index), source, rules, problems)
    if templates:
        _check_templates(document, source, problems)


def _check_trigger(document: Checked, source: Source, problems: Problems) -> None:
    given = [key for key in _TRIGGERS if key in document]
    if len(given) > 1:
        message = f"{' and '.join(given)} stand together: a task is due by one of them"
        problems.add(source, (given[1],), message, "Keep one.", key=True)


def _unsafe(path: str) -> str:
    if path.startswith(("/", "~")) or "\\" in path or path[1:2] == ":":
        return "is not relative to the work directory"
    parts = path.split("/")
    if ".." in parts:
        return "leads out of the work directory"
    return "is not a plain path" if "" in parts or "." in parts or "${{" in path else ""


def _check_steps(
    steps: Sequence[Step],
    path: Path,
    documents: Sequence[Checked],
    source: Source,
    rules: Rules,
    problems: Problems,
    templates: bool,
) -> None:
    for index, (step, document) in enumerate(zip(steps, documents, strict=True)):
        here = (*path, index)
        if "run" in document:
            _check_run(document, here, source, problems)
        elif not step.uses:
            problems.add(
                source, here, "the step does nothing", "Give it `uses:` with an action, or `run:` with a command."
            )
            continue
        if templates:
            _check_shell(step, document, here, source, problems)
        _check_action(step, document, here, source, rules, problems)


def _check_run(document: Checked, here: Path, source: Source, problems: Problems) -> None:
    for key in ("uses", "with"):
        if key in document:
            remedy = "Keep `run:`, or write `uses: run` with `with: {shell: …}` or `with: {argv: […]}`."
            problems.add(source, (*here, key), f"`{key}` and `run` stand together", remedy, key=True)


def _check_shell(step: Step, document: Checked, here: Path, source: Source, problems: Problems) -> None:
    """Text that a shell will read must hold no expression: its value could be a command."""
    if step.uses != "run":
        return
    at = (*here, "run") if "run" in document else (*here, "with", "shell")
    argv = step.inputs.get("argv")
    text = step.inputs.get("shell")
    if isinstance(argv, list):
        at = at if "run" in document else (*here, "with", "argv")
        text = _program([str(word) for word in argv])
    if isinstance(text, str) and "${{" in text:
        remedy = 'Put the value into the step\'s `env:`, as NAME: "${{ … }}", and write "$NAME" in the command.'
        problems.add(source, at, "an expression in the text of a command could become a command itself", remedy)


def _program(argv: Sequence[str]) -> str:
    """What of a command a shell or another interpreter would read as a program, wherever `env` and the like put it."""
    for index, word in enumerate(argv):
        name = word.rsplit("/", 1)[-1]
        if name in _SHELLS:
            return " ".join(argv[index:])
        if name.rstrip("0123456789.") in _INTERPRETERS:
            following = zip(argv[index:], argv[index + 1 :], strict=False)
            return " ".join(program for option, program in following if option in _PROGRAM_OPTIONS)
    return ""


def _check_action(step: Step, document: Checked, here: Path, source: Source, rules: Rules, problems: Problems) -> None:
    if step.uses not in rules.actions:
        at = (*here, "uses" if "uses" in document else "run")
        problems.add(source, at, f"there is no action {shown(step.uses)}", did_you_mean(step.uses, rules.actions))
        return
    action = rules.actions[step.uses]
    if "uses" not in document or "run" not in document:
        _check_inputs(step, document, here, source, rules, problems)
    for secret in step.secrets:
        if secret not in rules.secrets:
            remedy = f"Declare it in plan.yaml under `secrets:`. {did_you_mean(secret, rules.secrets)}"
            at = (*here, "secrets", step.secrets.index(secret))
            problems.add(source, at, f"plan.yaml declares no secret {secret}", remedy)
    wanted = action.secrets_of(step.inputs) if action.secrets_of else action.secrets
    missing = [secret for secret in wanted if secret not in step.secrets]
    if missing:
        remedy = f"Write `secrets: [{', '.join((*step.secrets, *missing))}]`."
        problems.add(source, here, f"{step.uses} needs {' and '.join(missing)}", remedy)
    if not action.open_outputs and not step.outputs.keys() <= action.outputs.keys():
        for name in step.outputs.keys() - action.outputs.keys():
            at = (*here, "outputs", name)
            problems.add(
                source, at, f"{step.uses} makes no output {shown(name)}", did_you_mean(name, action.outputs), key=True
            )
    for name in step.mock.keys() - step.outputs.keys() - action.outputs.keys():
        remedy = did_you_mean(name, (*step.outputs, *action.outputs))
        problems.add(source, (*here, "mock", name), f"the step makes no output {shown(name)}", remedy, key=True)


def _check_inputs(step: Step, document: Checked, here: Path, source: Source, rules: Rules, problems: Problems) -> None:
    check = rules.quick.actions.get(step.uses)
    if check is not None and check(step.inputs or {}):
        return
    from automation.plan.explain import explain_inputs

    for fault in explain_inputs(dict(step.inputs), rules.actions[step.uses].inputs):
        inside = (*here, "run", *fault.path[1:]) if "run" in document else (*here, "with", *fault.path)
        problems.add(source, inside, fault.message, fault.remedy, key=fault.key)


def _check_step_ids(task: Task, source: Source, problems: Problems) -> None:
    fallback = task.on_failure.steps if task.on_failure else ()
    if len(task.steps) + len(fallback) == 1:
        return
    seen: set[str] = set()
    places: list[tuple[Step, Path]] = [(step, ("steps", index)) for index, step in enumerate(task.steps)]
    places += [(step, ("on-failure", "try", index)) for index, step in enumerate(fallback)]
    for step, path in places:
        if step.id in seen:
            remedy = "Give each step of the task an id of its own."
            problems.add(source, (*path, "id"), f"a second step {shown(step.id)}", remedy)
        seen.add(step.id)


def _check_gate(gate: Gate, here: Path, source: Source, rules: Rules, problems: Problems) -> None:
    kinds = [key for key in gate.inputs if key in rules.gates]
    if not kinds:
        first = next(iter(gate.inputs), "")
        remedy = f"{did_you_mean(first, rules.gates)} A gate has exactly one kind."
        problems.add(source, (*here, first) if first else here, f"there is no gate {shown(first)}", remedy, key=True)
        return
    check = rules.quick.gates.get(gate.kind)
    if check is not None and check(gate.inputs):
        return
    from automation.plan.explain import explain_inputs

    faults = explain_inputs(dict(gate.inputs), rules.gates[gate.kind].inputs)
    if len(kinds) > 1 and faults:
        remedy = "Make it several gates, one each."
        problems.add(source, here, f"a gate has exactly one kind, not {' and '.join(kinds)}", remedy)
        return
    for fault in faults:
        problems.add(source, (*here, *fault.path), fault.message, fault.remedy, key=fault.key)


def _check_templates(document: Json | Checked, source: Source, problems: Problems) -> None:
    waiting: list[tuple[Path, object]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            for fault in template_problems(value):
                problems.add(source, path, fault, "See the page on expressions.")
        elif isinstance(value, Mapping):
            waiting.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(value))

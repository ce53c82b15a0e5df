"""Whether everything that a task's expressions read is there:

Outputs of steps, of needed tasks, variables, facts of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, cast

from automation.plan.build import Checked
from automation.plan.catalogue import ActionLike
from automation.plan.expressions import ExpressionError, expression_paths, paths
from automation.plan.graph import needs_transitively
from automation.plan.model import Json, Reference, Step, Task
from automation.plan.problems import Problems, Source, did_you_mean, shown
from automation.plan.yaml_subset import Path

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("id", "title", "start", "target", "days"),
    "run": ("id", "mode", "day", "date", "now"),
}
_NO_STEP_YET: Final = -1
_STEP_PARTS: Final = ("outputs", "status")
_TASK_PARTS: Final = ("steps", "status")

Names = tuple[tuple[str, ...], ...]


class Known(NamedTuple):
    """What references are checked against. `broken` are ids of tasks whose files have other mistakes:

    Nothing is said about them.
    """

    tasks: Mapping[str, Task]
    broken: frozenset[str]
    actions: Mapping[str, ActionLike]
    variables: Mapping[str, object]


class _Use(NamedTuple):
    path: Path
    visible: int
    names: Names


def check_references(task: Task, document: Checked, source: Source, known: Known, problems: Problems) -> None:
    """Note every name that an expression of the task reads and that will not be there."""
    steps = (*task.steps, *(task.on_failure.steps if task.on_failure else ()))
    for path, visible, names in _uses(document, len(task.steps), len(steps), source, problems):
        for name in names:
            if fault := _fault(name, task, steps, visible, known):
                problems.add(source, path, *fault)


def reads_own_outputs_only(task: Task, actions: Mapping[str, ActionLike]) -> bool:
    """Whether the task's only expressions are metrics on outputs of its own steps, all of them there.

    True needs no more checks. For tasks without `${{`, which most are: it spares the way through the document.
    """
    if task.condition or task.on_failure or any(step.condition for step in task.steps):
        return False
    for gate in task.gates:
        metric = gate.inputs.get("metric")
        if not isinstance(metric, str):
            continue
        reads = _own_output(metric)
        step = task.step(reads.step) if reads else None
        if reads is None or step is None or step.uses not in actions:
            return False
        if reads.output not in step.outputs and reads.output not in actions[step.uses].outputs:
            return False
    return True


@lru_cache(maxsize=4096)
def _own_output(expression: str) -> Reference | None:
    try:
        found = expression_paths(expression)
    except ExpressionError:
        return None
    whole = len(found) == 1 and len(found[0]) == 4 and found[0][0] == "steps" and found[0][2] == "outputs"  # noqa: PLR2004 - steps.ID.outputs.NAME
    return Reference("", found[0][1], found[0][3]) if whole else None


def _uses(document: Checked, own: int, total: int, source: Source, problems: Problems) -> Iterator[_Use]:
    for path, visible, key, value in _places(document, own, total):
        bare = key in {"if", "metric"} and isinstance(value, str)
        try:
            names = expression_paths(cast(str, value)) if bare else paths(cast(Json, value))
        except ExpressionError as error:
            if bare:  # those in `${{ }}` have been told
                problems.add(source, path, str(error), "See the page on expressions.")
            continue
        if names:
            yield _Use(path, visible, names)


def _places(document: Checked, own: int, total: int) -> Iterator[tuple[Path, int, str, object]]:
    """Every value that may hold expressions, with how many of the task's steps have run by then."""
    for key in ("if", "env"):
        if key in document:
            yield (key,), _NO_STEP_YET, key, document[key]
    for index, step in enumerate(document["steps"]):
        yield from _step_places(("steps", index), index, step)
    if "on-failure" in document:
        for index, step in enumerate(document["on-failure"].get("try", ())):
            yield from _step_places(("on-failure", "try", index), own + index, step)
    for index, gate in enumerate(document.get("gates", ())):
        for key, value in gate.items():
            yield ("gates", index, key), total, key, value


def _step_places(path: Path, visible: int, step: Checked) -> Iterator[tuple[Path, int, str, object]]:
    for key in ("if", "run", "env"):
        if key in step:
            yield (*path, key), visible, key, step[key]
    for name, value in step.get("with", {}).items():
        yield (*path, "with", name), visible, "with", value


def _fault(
    name: tuple[str, ...], task: Task, steps: tuple[Step, ...], visible: int, known: Known
) -> tuple[str, str] | None:
    """What is wrong with reading `name` (message and remedy), if anything is."""
    root, *rest = name
    if root in FACTS:
        return _one_of(rest, FACTS[root], root)
    if root == "vars":
        if not rest or rest[0] in known.variables:
            return None
        remedy = f"Add it to `vars:` in plan.yaml. {did_you_mean(rest[0], known.variables)}"
        return f"plan.yaml has no variable {shown(rest[0])}", remedy
    if root == "steps":
        return _step_fault(rest, steps, visible, known) if rest else None
    if root == "needs" and rest:
        return _need_fault(rest, task, known)
    return None


def _one_of(rest: list[str], names: tuple[str, ...], root: str) -> tuple[str, str] | None:
    if not rest or rest[0] in names:
        return None
    return f"`{root}` has no {shown(rest[0])}", did_you_mean(rest[0], names)


def _step_fault(rest: list[str], steps: tuple[Step, ...], visible: int, known: Known) -> tuple[str, str] | None:
    ids = [step.id for step in steps]
    if rest[0] not in ids:
        return f"there is no step {shown(rest[0])} in this task", did_you_mean(rest[0], ids)
    at = ids.index(rest[0])
    if at >= visible:
        if visible == _NO_STEP_YET:
            return (
                f"step {shown(rest[0])} has not run at this point",
                "Read outputs of needed tasks here, or move this into a step.",
            )
        return f"step {shown(rest[0])} runs only later", "Move it before this one."
    return _output_fault(rest[1:], steps[at], known)


def _output_fault(rest: list[str], step: Step, known: Known) -> tuple[str, str] | None:
    if rest and rest[0] not in _STEP_PARTS:
        return f"a step has no {shown(rest[0])}", f"Write steps.{step.id}.outputs.NAME or steps.{step.id}.status."
    if not rest[1:] or rest[0] == "status" or rest[1] in step.outputs or step.uses not in known.actions:
        return None
    action = known.actions[step.uses]
    if rest[1] in action.outputs:
        return None
    there = (*step.outputs, *action.outputs)
    hint = f"{did_you_mean(rest[1], there)} "
    declare = f"Or declare it: `outputs: {{{rest[1]}: number}}`." if action.open_outputs else ""
    return f"step {shown(step.id)} makes no output {shown(rest[1])}", f"{hint}{declare}".strip()


def _need_fault(rest: list[str], task: Task, known: Known) -> tuple[str, str] | None:
    wanted = rest[0]
    if wanted in known.broken:
        return None
    if wanted not in known.tasks:
        return f"there is no task {shown(wanted)}", did_you_mean(wanted, known.tasks)
    if wanted not in task.needs and not needs_transitively(known.tasks, task.id, wanted):
        return f"task {shown(wanted)} may not have run yet", f"Add it: `needs: [{', '.join((*task.needs, wanted))}]`."
    if len(rest) > 1 and rest[1] not in _TASK_PARTS:
        example = f"needs.{wanted}.steps.STEP.outputs.NAME or needs.{wanted}.status"
        return f"a needed task has no {shown(rest[1])}", f"Write {example}."
    if not rest[2:] or rest[1] == "status":
        return None
    other = known.tasks[wanted]
    step = other.step(rest[2])
    if step is None:
        return f"task {shown(wanted)} has no step {shown(rest[2])}", did_you_mean(
            rest[2], [one.id for one in other.steps]
        )
    return _output_fault(rest[3:], step, known)

"""What is real and what is mocked: the pure rules of mock, auto and provision, and the secret unlock map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from automation.engine.events import Mode
from automation.plan.expressions import ExpressionError, evaluate, expression_paths, truthy, uses_status
from automation.plan.model import Effect, Gate, Plan, Reference, Step, Task, all_steps


class Real(NamedTuple):
    """The step does what it says."""


class Mocked(NamedTuple):
    """The step only records.

    `missing`: the secrets that would make it real, its own and those behind the outputs it reads.
    """

    missing: frozenset[str]


Reality = Real | Mocked
REAL = Real()

Closures = Mapping[tuple[str, str], frozenset[str]]
"""Mocked steps as (task, step), the task empty for the reader's own, each with the secrets that would make it real.

An empty step stands for all steps of the task: none of them ran, because its condition read a mocked output.
"""


def reality(step: Step, effect: Effect, mode: Mode, present: frozenset[str], mocked: Closures) -> Reality:
    """Whether an external step is real; a step that touches nothing outside always is."""
    if effect != "external":
        return REAL
    missing = frozenset(step.secrets) - present
    read = tainted(step.reads, mocked)
    if mode != "mock" and not missing and read is None:
        return REAL
    return Mocked(missing | (read or frozenset()))


def tainted(reads: Iterable[Reference], mocked: Closures) -> frozenset[str] | None:
    """None when no mocked output is read; otherwise the secrets that would make all of them real.

    A read without a step is of the whole task, one without a task too of all that can be read.
    """
    if not mocked:
        return None
    read = [missing for one in reads for key, missing in mocked.items() if _is_of(key, one)]
    return frozenset().union(*read) if read else None


def _is_of(key: tuple[str, str], read: Reference) -> bool:
    task, step = key
    if read.step:
        return task == read.task and step in (read.step, "")
    return read.task in (task, "")


def gate_closure(gate: Gate, effect: Effect, mode: Mode, mocked: Closures) -> frozenset[str] | None:
    """None when the gate can be judged; otherwise the secrets without which it cannot."""
    read = tainted(gate.reads, mocked)
    if read is None and effect == "external" and mode == "mock":
        return frozenset()
    return read


class Unlock(NamedTuple):
    """Once all of `secrets` are added, all of `tasks` become real."""

    secrets: tuple[str, ...]
    tasks: tuple[str, ...]


def without_ruled_out(plan: Plan) -> Plan:
    """The plan without the steps with secrets whose condition the plan's variables alone make false.

    They cannot run, so that nobody is asked for their secrets. A step that something reads an output of stays.
    """
    read = {(one.task, one.step) for task in plan.tasks.values() for one in _all_reads(task)}
    read |= {(metric.reads.task, metric.reads.step) for metric in plan.metrics}
    tasks = {
        task.id: task._replace(steps=kept)
        for task in plan.tasks.values()
        if any(step.secrets and step.condition for step in task.steps)
        and (
            kept := tuple(
                step
                for step in task.steps
                if not _is_ruled_out(step, plan) or (task.id, step.id) in read or (task.id, "") in read
            )
        )
    }
    return plan._replace(tasks={**plan.tasks, **tasks}) if tasks else plan


def _all_reads(task: Task) -> Iterator[Reference]:
    """What a task reads, its own steps under its own name."""
    reads = [*(step.reads for step in all_steps(task)), *(gate.reads for gate in task.gates)]
    for one in chain.from_iterable(reads):
        yield one if one.task else one._replace(task=task.id)


def _is_ruled_out(step: Step, plan: Plan) -> bool:
    if not step.secrets or not step.condition:
        return False
    try:
        known = all(path[0] == "vars" for path in expression_paths(step.condition)) and not uses_status(step.condition)
        return known and not truthy(evaluate(step.condition, {"vars": plan.vars}))
    except ExpressionError:  # told when it is run
        return False


def wanted_secrets(plan: Plan, effects: Mapping[str, Effect]) -> dict[str, tuple[str, ...]]:
    """Every secret that an external step of the plan declares, with the tasks that want it, in the plan's order."""
    found: dict[str, dict[str, None]] = {}
    for task in plan.tasks.values():
        for step in all_steps(task):
            for secret in step.secrets if effect_of(step, effects) == "external" else ():
                found.setdefault(secret, {})[task.id] = None
    return {secret: tuple(tasks) for secret, tasks in found.items()}


def unlock_map(plan: Plan, effects: Mapping[str, Effect], present: frozenset[str]) -> tuple[Unlock, ...]:
    """The smallest sets of missing secrets and the tasks that each makes wholly real, smallest set first.

    A task that reads an output of a mocked step needs that step's secrets too.
    """
    closures: dict[tuple[str, str], frozenset[str]] = {}
    groups: dict[frozenset[str], list[str]] = {}
    for task in _by_need(plan):
        missing = _task_closure(task, effects, present, closures)
        if missing:
            groups.setdefault(missing, []).append(task.id)
    ordered = sorted(groups.items(), key=lambda group: (len(group[0]), sorted(group[0])))
    return tuple(Unlock(tuple(sorted(secrets)), tuple(tasks)) for secrets, tasks in ordered)


def effect_of(step: Step, effects: Mapping[str, Effect]) -> Effect:
    """The step's effect: what it declares, else its action's; a step with secrets of its own is external."""
    if step.effect is not None:
        return step.effect
    return "external" if step.secrets else effects[step.uses]


def _task_closure(
    task: Task, effects: Mapping[str, Effect], present: frozenset[str], closures: dict[tuple[str, str], frozenset[str]]
) -> frozenset[str]:
    whole: frozenset[str] = frozenset()
    for step in all_steps(task):
        own = frozenset(step.secrets) - present if effect_of(step, effects) == "external" else frozenset()
        missing = own | _behind(task, step.reads, closures)
        if missing:
            closures[task.id, step.id] = missing
        whole |= missing
    for gate in task.gates:
        whole |= _behind(task, gate.reads, closures)
    return whole


def _behind(task: Task, reads: Iterable[Reference], closures: Closures) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for read in reads:
        if read.step:
            found |= closures.get((read.task or task.id, read.step), frozenset())
            continue
        owners = (read.task,) if read.task else (task.id, *task.needs)
        found = found.union(*(missing for (owner, _), missing in closures.items() if owner in owners))
    return found


def _by_need(plan: Plan) -> list[Task]:
    from graphlib import TopologicalSorter

    sorter = TopologicalSorter({task.id: task.needs for task in plan.tasks.values()})
    return [plan.tasks[task_id] for task_id in sorter.static_order() if task_id in plan.tasks]

"""The graph of tasks: order, dependents, ancestors, cycles, drawings. Pure, and without recursion:

A chain may be 100,000 long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush

from automation.plan.model import Plan, Task

Tasks = Mapping[str, Task]

_MAX_CYCLES = 20
_COLOURS = {
    "done": "#2da44e",
    "mocked": "#0969da",
    "failed": "#cf222e",
    "blocked": "#bf8700",
    "running": "#8250df",
    "awaiting-approval": "#e16f24",
    "unknown": "#a40e26",
    "skipped": "#8c959f",
    "deferred": "#57606a",
}


def order(tasks: Tasks) -> tuple[str, ...]:
    """Ids such that each comes after what it needs; as near to the given order as that allows.

    Raises ValueError on a cycle.
    """
    rank = {task_id: index for index, task_id in enumerate(tasks)}
    ids = tuple(tasks)
    waits_for = {task_id: sum(need in rank for need in task.needs) for task_id, task in tasks.items()}
    following = dependents(tasks)
    ready = [rank[task_id] for task_id, count in waits_for.items() if not count]
    heapify(ready)
    found: list[str] = []
    while ready:
        task_id = ids[heappop(ready)]
        found.append(task_id)
        for dependent in following[task_id]:
            waits_for[dependent] -= 1
            if not waits_for[dependent]:
                heappush(ready, rank[dependent])
    if len(found) < len(ids):
        raise ValueError(" · ".join(" → ".join(cycle) for cycle in cycles(tasks)))
    return tuple(found)


def dependents(tasks: Tasks) -> dict[str, tuple[str, ...]]:
    """For each task the tasks that need it directly, in the plan's order."""
    found: dict[str, list[str]] = {task_id: [] for task_id in tasks}
    for task_id, task in tasks.items():
        for need in task.needs:
            if need in found:
                found[need].append(task_id)
    return {task_id: tuple(followers) for task_id, followers in found.items()}


def ancestors(tasks: Tasks, task_id: str) -> frozenset[str]:
    """All tasks that have to be finished before this one."""
    return frozenset(_before(tasks, task_id))


def descendants(tasks: Tasks, task_id: str) -> frozenset[str]:
    """All tasks that this one has to be finished before."""
    after = dependents(tasks)
    found: set[str] = set()
    todo = list(after[task_id])
    while todo:
        if (name := todo.pop()) not in found:
            found.add(name)
            todo.extend(after[name])
    return frozenset(found)


def needs_transitively(tasks: Tasks, task_id: str, wanted: str) -> bool:
    """Whether `wanted` is finished before the task starts."""
    return any(ancestor == wanted for ancestor in _before(tasks, task_id))


def cycles(tasks: Tasks) -> tuple[tuple[str, ...], ...]:
    """Circles of needs, each from its first task in the plan's order round to the same task again;

    At most 20, without common tasks. In `("a", "b", "a")` a needs b, and b needs a.
    """
    rank = {task_id: index for index, task_id in enumerate(tasks)}
    graph = {task_id: [need for need in task.needs if need in rank] for task_id, task in tasks.items()}
    found: list[tuple[str, ...]] = []
    while len(found) < _MAX_CYCLES:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][:0:-1]
            first = circle.index(min(circle, key=rank.__getitem__))
            found.append((*circle[first:], *circle[:first], circle[first]))
            members = set(circle)
            graph = {
                task_id: [need for need in needs if need not in members]
                for task_id, needs in graph.items()
                if task_id not in members
            }
        else:
            break
    return tuple(sorted(found, key=lambda cycle: rank[cycle[0]]))


def mermaid(plan: Plan, statuses: Mapping[str, str] | None = None) -> str:
    """The graph for GitHub's Markdown, tasks grouped by component and coloured by status."""
    names = {task_id: f"t{number}" for number, task_id in enumerate(plan.tasks, start=1)}
    lines = ["flowchart LR"]
    for title, members in _groups(plan):
        indent = "    " if title else "  "
        if title:
            lines.append(f'  subgraph c{len(lines)}["{_mermaid_text(title)}"]')
        lines.extend(f'{indent}{names[task.id]}["{_mermaid_text(task.title)}"]' for task in members)
        if title:
            lines.append("  end")
    lines.extend(f"  {names[a]} --> {names[b]}" for a, b in _edges(plan.tasks))
    coloured: dict[str, list[str]] = {}
    for task_id, name in names.items():
        if (status := (statuses or {}).get(task_id, "")) in _COLOURS:
            coloured.setdefault(status, []).append(name)
    lines.extend(f"  classDef {_word(status)} fill:{_COLOURS[status]},color:#fff" for status in coloured)
    lines.extend(f"  class {','.join(members)} {_word(status)}" for status, members in coloured.items())
    return "\n".join(lines) + "\n"


def dot(plan: Plan, statuses: Mapping[str, str] | None = None) -> str:
    """The graph for Graphviz, tasks grouped by component and coloured by status."""
    lines = [
        f"digraph {_dot_text(plan.id)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fillcolor=white];',
    ]
    for number, (title, members) in enumerate(_groups(plan)):
        if title:
            lines.append(f"  subgraph cluster_{number} {{")
            lines.append(f"    label={_dot_text(title)};")
        indent = "    " if title else "  "
        for task in members:
            colour = _COLOURS.get((statuses or {}).get(task.id, ""), "")
            paint = f', fillcolor="{colour}", fontcolor=white' if colour else ""
            lines.append(f"{indent}{_dot_text(task.id)} [label={_dot_text(task.title)}{paint}];")
        if title:
            lines.append("  }")
    lines.extend(f"  {_dot_text(a)} -> {_dot_text(b)};" for a, b in _edges(plan.tasks))
    return "\n".join([*lines, "}"]) + "\n"


def _before(tasks: Tasks, task_id: str) -> Iterator[str]:
    waiting = deque(tasks[task_id].needs)
    seen: set[str] = set()
    while waiting:
        need = waiting.popleft()
        if need in seen or need not in tasks:
            continue
        seen.add(need)
        yield need
        waiting.extend(tasks[need].needs)


def _edges(tasks: Tasks) -> Iterator[tuple[str, str]]:
    return ((need, task_id) for task_id, task in tasks.items() for need in task.needs if need in tasks)


def _groups(plan: Plan) -> Iterator[tuple[str, list[Task]]]:
    titles = {component.id: component.title for component in plan.components}
    members: dict[str, list[Task]] = {component: [] for component in titles}
    for task in plan.tasks.values():
        members.setdefault(task.component, []).append(task)
    return ((titles.get(component, component), tasks) for component, tasks in members.items() if tasks)


def _mermaid_text(text: str) -> str:
    """Characters that mean something to Mermaid, HTML or Markdown become its numeric entities."""
    return "".join(char if char.isalnum() or char in " .,-" else f"#{ord(char)};" for char in " ".join(text.split()))


def _word(status: str) -> str:
    return status.replace("-", "_")


def _dot_text(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""Plans on disk for the benchmarks: a chain of tasks that do nothing, for ZTR and for doit."""

from __future__ import annotations

from pathlib import Path

PLAN = """\
id: chain
title: "{count} tasks in a chain"
start: 2025-01-06
components: {{chain: The chain}}
"""

TASK = """\
# yaml-language-server: $schema=../../automation/plan/schema/task.json
id: task-{number:05d}
title: Link number {number} of a chain in which nothing is done
component: chain
owner: bench
needs: [{need}]
criticality: medium
timeout-minutes: 5
retry: {{attempts: 3, delay: 2s, factor: 2, max-delay: 60s}}
steps:
  - id: act
    name: Do nothing, in the process of the runner itself
    uses: noop
    with: {{number: {number}, text: "what a step would be given", share: 0.25, deep: {{again: true}}}}
    outputs: {{count: integer, accuracy: number}}
approval: auto
"""

DODO = '''\
"""{count} tasks in a chain."""

DOIT_CONFIG = {{"default_tasks": ["task-{last:05d}"]}}


def nothing():
    return True


def task_chain():
    for number in range({count}):
        needs = [f"task-{{number - 1:05d}}"] if number else []
        yield {{"basename": f"task-{{number:05d}}", "actions": [nothing], "task_dep": needs}}
'''


def write_plan(folder: Path, count: int) -> Path:
    """A folder with `plan.yaml` and a file of about 600 bytes for each task."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.yaml").write_text(PLAN.format(count=count), encoding="utf-8")
    for number in range(count):
        need = f"task-{number - 1:05d}" if number else ""
        (folder / f"{number:05d}.yaml").write_text(TASK.format(number=number, need=need), encoding="utf-8")
    return folder


def write_dodo(folder: Path, count: int) -> Path:
    """The same chain for doit."""
    path = folder / "dodo.py"
    path.write_text(DODO.format(count=count, last=count - 1), encoding="utf-8")
    return path

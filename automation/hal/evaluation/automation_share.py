"""How much of the plan ran without a person."""

from collections.abc import Collection
from dataclasses import dataclass

from automation.hal.evaluation.history import GOOD, RunHistory


@dataclass(frozen=True, slots=True)
class AutomationShare:
    """Tasks of the run so far, and those that needed a person, each with the reason."""

    tasks: int
    needed_a_person: dict[str, str]

    @property
    def share(self) -> float:
        """Tasks that needed nobody, of all; 0 if there are none."""
        return (self.tasks - len(self.needed_a_person)) / self.tasks if self.tasks else 0.0


def automation_share(history: RunHistory, planned_approvals: Collection[str]) -> AutomationShare:
    """A task needed a person if it waited for one, approvals that the plan asks for apart, or did not end well."""
    latest = {task.id: task for task in history.tasks}
    needed = {
        task.id: f"ended {task.status}" + (f": {task.reason}" if task.reason else "")
        for task in latest.values()
        if task.status not in GOOD
    }
    needed |= {name: "waited for a person" for name in history.waits if name not in planned_approvals}
    return AutomationShare(tasks=len({*latest, *needed}), needed_a_person=dict(sorted(needed.items())))

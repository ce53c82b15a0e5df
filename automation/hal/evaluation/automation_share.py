"""How much of the plan ran without a person."""

from collections.abc import Collection
from dataclasses import dataclass

from automation.hal.evaluation.history import RunHistory


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
    """A task needed a person if it ever waited for one, approvals that the plan itself asks for apart.

    A task that failed and is run again by itself waits for nobody; the history names it once its tries are used up.
    """
    tasks = {task.id for task in history.tasks}
    needed = {name: "waited for a person" for name in sorted(history.waits) if name not in planned_approvals}
    return AutomationShare(tasks=len(tasks | needed.keys()), needed_a_person=needed)

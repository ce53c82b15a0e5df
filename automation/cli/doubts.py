"""Effects that were made while a former request might still be carried out: looked at again for a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from automation.cli.session import Session
from automation.cli.undoing import Made, Undoing
from automation.engine.effects import seconds_between
from automation.engine.state import State

LOOKED_AT = timedelta(hours=24)
"""For so long a service may carry out a request late, after an incident of its own."""


def doubtful(session: Session, state: State) -> Iterator[Made]:
    """The effects of the last day of which a second one may have turned up, as far as their secrets are here."""
    now, present = session.now(), session.settings.secrets
    for task_id, slots in state.slots.items():
        for name, slot in slots.items():
            for step_id, effect in slot.effects.items():
                recent = effect.doubtful and seconds_between(effect.at, now) < LOOKED_AT.total_seconds()
                task = session.plan.tasks.get(task_id) if recent else None
                step = task.step(step_id) if task else None
                if step is not None and all(secret in present for secret in step.secrets):
                    yield Made(task_id, name, step_id, effect.key, effect.target, effect.remote)


def settle_doubts(session: Session, state: State) -> tuple[str, ...]:
    """Remove what has turned up twice; a line for each. A service that cannot be asked is asked by the next run."""
    open_ones = list(doubtful(session, state))
    if not open_ones:
        return ()
    tools = session.tools()
    try:
        undoing = Undoing(session, state, tools)
        gone = [(made, undoing.duplicates(made)) for made in open_ones]
    finally:
        tools.close()
    return tuple(
        f"{made.task}/{made.step}: a request that was carried out late had made it twice; removed {', '.join(ids)}"
        for made, ids in gone
        if ids
    )

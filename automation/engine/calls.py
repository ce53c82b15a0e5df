"""A step's call: its inputs and environment with all expressions resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from automation.engine.effects import effect_key
from automation.engine.ports import BadInput, Call, Tools
from automation.engine.scope import has_expression
from automation.plan import expressions
from automation.plan.model import Json, Step, Task


class Surroundings(NamedTuple):
    """What all calls of a run or of a look have alike. `base_env` is what every process gets."""

    tools: Tools
    workdir: Path
    plan_folder: Path
    base_env: Mapping[str, str]
    history: Callable[[], Json] = lambda: None


def call_of(
    around: Surroundings, task: Task, step: Step, scope: Mapping[str, Json], log: Callable[[], Path | None]
) -> Call:
    """The call. Raises `ExpressionError` and `BadInput`."""
    inputs = step.inputs
    if has_expression(inputs):
        resolved = expressions.resolve(inputs, scope)
        if not isinstance(resolved, Mapping):
            raise BadInput("`with` has to be a mapping")
        inputs = resolved
    env = {**around.base_env, "ZTR_TASK": task.id, "ZTR_STEP": step.id}
    for name, value in (*task.env.items(), *step.env.items()):
        env[name] = expressions.to_text(expressions.resolve(value, scope)) if "${{" in value else value
    return Call(
        inputs=inputs,
        workdir=around.workdir,
        plan_folder=around.plan_folder,
        tools=around.tools,
        timeout=0.0,
        env=env,
        outputs=step.outputs,
        log=log,
        history=around.history,
    )


def with_key(call: Call, lineage: str, task: str, slot: str, step: str) -> Call:
    """The call of an external effect: it knows its key, and so does whatever it starts."""
    key = effect_key(lineage, task, slot, step)
    return call._replace(key=key, env={**call.env, "ZTR_IDEMPOTENCY_KEY": key})


def with_secrets(call: Call, step: Step, present: Mapping[str, str]) -> Call:
    """The call of a real step: it knows its own secrets, and no others."""
    secrets = {name: present[name] for name in step.secrets if name in present}
    return call._replace(secrets=secrets, env={**call.env, **secrets})

"""`python`: a callable with typed inputs and outputs, in a worker process that is used again."""

from __future__ import annotations

import re

from automation.actions.base import Action, BadInput, Call, Draft, Failed, Outcome
from automation.actions.declared import declared_outputs
from automation.engine.events import ErrorKind
from automation.engine.ports import PythonResult
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, write_inside

_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")

# What the same inputs bring about again; anything else may have been bad luck, and is worth another try.
_CERTAIN = frozenset(
    {
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "CallError",  # the worker's word for a function that is not there, or does not take what it is given
        "FileExistsError",
        "FileNotFoundError",
        "ImportError",
        "IndentationError",
        "IndexError",
        "IsADirectoryError",
        "JSONDecodeError",
        "KeyError",
        "LookupError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplementedError",
        "OverflowError",
        "PermissionError",
        "RecursionError",
        "SyntaxError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "ValueError",
        "ZeroDivisionError",
    }
)


def prepare(call: Call) -> tuple[Draft, ...]:
    """The call as it would be made, for steps that declare themselves external."""
    function = _function(call)
    return (Draft(target=f"python {function}", request={"call": function, "arguments": _arguments(call)}),)


def perform(call: Call) -> Outcome:
    """Call it and check the outputs that the step declares, by name and type."""
    function = _function(call)
    refused = _write_history(call)
    if refused:
        return refused
    result = call.tools.python.call(
        function, _arguments(call), cwd=call.workdir, env=call.env, timeout=call.timeout, log=call.log()
    )
    return _failure(call, function, result) or declared_outputs(call.outputs, result.outputs)


def _write_history(call: Call) -> Failed | None:
    """Put the run so far where the step wants to read it: only the runner knows it."""
    path = call.inputs.get("history")
    if not isinstance(path, str):
        return None
    import json

    text = json.dumps(call.history(), ensure_ascii=False, separators=(",", ":"))
    try:
        write_inside(call.workdir, path, text.encode("utf-8", "replace"))
    except (UnsafePath, OSError) as error:
        return Failed("permanent", f"history: {error}")
    return None


def _function(call: Call) -> str:
    function = str(call.inputs.get("call", ""))
    if not _FUNCTION.fullmatch(function):
        raise BadInput(f"call: {function[:100]!r} is not `module:function`, such as `mypackage.steps:evaluate`")
    return function


def _arguments(call: Call) -> dict[str, Json]:
    return {name.replace("-", "_"): value for name, value in call.inputs.items() if name != "call"}


def _failure(call: Call, function: str, result: PythonResult) -> Failed | None:
    if result.timed_out:
        return Failed("transient", f"{function} was stopped at its time limit of {call.timeout:.3g} s")
    if result.lost:
        return Failed("transient", f"{function} took its worker process down: {result.error or 'it died'}")
    if not result.error:
        return None
    kind: ErrorKind = "permanent" if _is_certain(result) else "transient"
    return Failed(kind, f"{function}: {result.error.removeprefix(f'{function}: ')}", retry_after=result.retry_after)


def _is_certain(result: PythonResult) -> bool:
    """Whether it would fail the same again; a kind of OSError is of the surroundings, whatever else it is."""
    if result.retry_after is not None:
        return False
    bases = () if "OSError" in result.error_bases else result.error_bases
    return not _CERTAIN.isdisjoint((result.error_type, *bases))


ACTION = Action(
    name="python",
    summary="Call a Python function.",
    description="""\
Calls `module:function` with the other keys of `with` as keyword arguments (`top-k` becomes `top_k`), in a worker
process that is kept for the next step. Modules are found in the folder where `ztr` was started and in the toolkit.
The function returns a mapping; the outputs that the step declares (`p95-ms` from `p95_ms`) are checked by name and
type. It sees only the secrets of its own step, as environment variables.

With `history` the run so far (tasks, gates, attempts, as JSON) is written to that file first, for functions that
evaluate the plan itself.

Relative paths are relative to the work directory. It counts as `workspace`: it runs for real in mock mode, so a
function that reaches the network has to say `effect: external` in its step.
""",
    effect="workspace",
    inputs={
        "type": "object",
        "properties": {
            "call": {
                "type": "string",
                "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
                "description": "The function as `module:function`.",
            },
            "history": {
                "type": "string",
                "minLength": 1,
                "description": "File to write the run so far to before the call; the function gets its path.",
            },
        },
        "required": ["call"],
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_-]*$"},
        "additionalProperties": {"description": "A keyword argument of the function."},
    },
    perform=perform,
    prepare=prepare,
    open_outputs=True,
    repeat="blind",
    example="""\
- id: evaluate
  uses: python
  with: {call: "mypackage.search:evaluate", queries: data/queries.json, top-k: 10}
  outputs: {accuracy: number, p95-ms: number}
""",
)

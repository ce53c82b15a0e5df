"""`command`: a command ends with the right status."""

from __future__ import annotations

import shlex
from pathlib import Path

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.naming import NAME_SCHEMA
from automation.plan.model import Bound
from automation.plan.paths import UnsafePath, inside

_LAST_WORDS = 300


def measure(look: Look) -> Measurement:
    """The exit status, negative when a signal ended it; the last of its output is the note."""
    parts = look.inputs["command"]
    command = [str(part) for part in parts] if isinstance(parts, list | tuple) else []
    source = f"exit status of {shlex.join(command)}"[:200]
    if not command or not command[0] or any("\0" in part for part in command):
        return Unmeasurable("give the command as a list of the program and its arguments")
    try:
        folder = _folder(look)
    except UnsafePath as error:
        return Unmeasurable(f"working-directory: {error}", source)
    result = look.tools.processes.run(command, cwd=folder, env=look.env, timeout=look.timeout)
    if result.timed_out:
        return Unmeasurable(f"it was stopped at its time limit of {look.timeout:g} s", source)
    if result.exit is None:
        return Unmeasurable(f"it could not be started: {result.error}", source)
    bound = Bound("equals", look.inputs.get("expect-status", 0))
    return Measured(result.exit, bound, source, result.output.strip()[-_LAST_WORDS:])


def _folder(look: Look) -> Path:
    name = look.inputs.get("working-directory")
    return look.workdir if name in (None, ".") else inside(look.workdir, str(name))


GATE = GateKind(
    name="command",
    summary="A command ends with status 0.",
    description="""\
The program and its arguments as a list; no shell is involved. As a command may do anything the gate counts as
`external`: in mock mode it is not run and not judged.
""",
    inputs={
        "type": "object",
        "properties": {
            "command": {
                "type": "array",
                "minItems": 1,
                "items": {"type": ["string", "number", "boolean"]},
                "description": "The program and its arguments.",
            },
            "working-directory": {
                "type": "string",
                "minLength": 1,
                "description": "Folder below the work directory to run in.",
            },
            "effect": {
                "enum": ["none", "workspace", "external"],
                "default": "external",
                "description": "What the command may change; `none` and `workspace` are run in mock mode, too.",
            },
            "expect-status": {
                "type": "integer",
                "minimum": 0,
                "maximum": 255,
                "default": 0,
                "description": "The right status.",
            },
            "name": NAME_SCHEMA,
        },
        "required": ["command"],
        "additionalProperties": False,
    },
    measure=measure,
    example="- {command: [git, diff, --exit-code], name: nothing left uncommitted}\n",
    effect="external",
)

"""`run`: a command, as argv or as text for the shell. Values reach it through `env` alone."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import cast

from automation.actions.base import Action, BadInput, Call, Draft, Failed, Outcome
from automation.actions.declared import declared_outputs
from automation.actions.output_file import parse_outputs
from automation.engine.events import ErrorKind
from automation.engine.ports import ProcessResult
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, inside, read_inside

LARGEST_OUTPUT_FILE = 1_000_000  # as GitHub: 1 MB of outputs a step
_NOT_EXECUTABLE = (126, 127)  # POSIX shells: found but not executable, not found
_LAST_WORDS = 400


def prepare(call: Call) -> tuple[Draft, ...]:
    """The command as it would be started."""
    command = _command(call)
    return (Draft(target=f"run {shlex.join(command)}"[:200], request=dict(call.inputs)),)


def perform(call: Call) -> Outcome:
    """Run it to its end. Outputs: `status`, `stdout`, and the declared ones as written to $ZTR_OUTPUT."""
    name = f".ztr-output-{os.urandom(8).hex()}"
    place = call.workdir / name
    try:
        folder = _folder(call)
        place.touch(mode=0o600)
        env = {**call.env, "ZTR_OUTPUT": str(place), "GITHUB_OUTPUT": str(place)}
        result = call.tools.processes.run(_command(call), cwd=folder, env=env, timeout=call.timeout, log=call.log())
        return _failure(call, result) or _outputs(call, result, name)
    except (UnsafePath, BadInput) as error:
        return Failed("permanent", str(error))
    finally:
        with suppress(OSError):
            place.unlink()


def _command(call: Call) -> list[str]:
    shell, argv = call.inputs.get("shell"), call.inputs.get("argv")
    command = ["sh", "-ec", str(shell)] if shell is not None else [str(part) for part in cast("list[Json]", argv or [])]
    if not command or not command[0]:
        raise BadInput("run needs a command: give `shell: text` or `argv: [program, argument, …]`")
    if any("\0" in part for part in command):
        raise BadInput("run: the command holds a NUL character; pass such data through a file")
    return command


def _folder(call: Call) -> Path:
    name = call.inputs.get("working-directory")
    if name is None or name == ".":
        return call.workdir
    folder = inside(call.workdir, str(name))
    if not folder.is_dir():
        raise BadInput(f"run: working-directory {name} is not there; create it in an earlier step")
    return folder


def _failure(call: Call, result: ProcessResult) -> Failed | None:
    expected = call.inputs.get("expect-status", 0)
    if result.exit is None and not result.timed_out:
        return Failed("permanent", f"the command could not be started: {result.error}")
    if result.timed_out:
        return Failed(
            "transient", f"the command was stopped at its time limit of {call.timeout:.3g} s{_ending(result)}"
        )
    if result.exit == expected:
        return None
    how = (
        f"ended with status {result.exit}" if (result.exit or 0) >= 0 else f"was killed by signal {-(result.exit or 0)}"
    )
    kind: ErrorKind = "permanent" if result.exit in _NOT_EXECUTABLE else "transient"
    return Failed(kind, f"the command {how}, expected was {expected}{_ending(result)}")


def _ending(result: ProcessResult) -> str:
    text = result.output.strip()
    return f"; it said last: {text[-_LAST_WORDS:]}" if text else ""


def _outputs(call: Call, result: ProcessResult, name: str) -> Outcome:
    try:
        written = parse_outputs(read_inside(call.workdir, name, LARGEST_OUTPUT_FILE))
    except (OSError, ValueError) as error:
        return Failed("permanent", f"outputs in $ZTR_OUTPUT cannot be read: {error}")
    own: dict[str, Json] = {"status": result.exit, "stdout": result.output.strip()}
    own.update(written)
    return declared_outputs(call.outputs, own, always=("status", "stdout"), text=True)


ACTION = Action(
    name="run",
    summary="Run a command.",
    description="""\
Starts a program by its argument list, or a text by `sh -e`, in the work directory, in a process group of its own
that is killed as a whole at the time limit. The environment starts empty but for the essentials: values and secrets
are passed through `env` and `secrets`, never written into the command.

Outputs are `status`, `stdout` (the last 64 kB of both streams, trimmed) and those that the step declares: the
command writes them as `name=value` lines, or `name<<END` … `END` for several lines, to the file at `$ZTR_OUTPUT`
(`$GITHUB_OUTPUT` is the same file). For another shell give it as argv: `[bash, -euo, pipefail, -c, …]`.

A command may do anything, so it counts as `external` and is only recorded in mock mode, unless the step says
`effect: workspace` (writes only below the work directory) or `effect: none`.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "shell": {
                "type": "string",
                "minLength": 1,
                "description": "Text for `sh -e`. Expressions are refused in it.",
            },
            "argv": {
                "type": "array",
                "minItems": 1,
                "items": {"type": ["string", "number", "boolean"]},
                "description": "The program and its arguments; no shell is involved.",
            },
            "working-directory": {
                "type": "string",
                "minLength": 1,
                "description": "Folder below the work directory to run in.",
            },
            "expect-status": {
                "type": "integer",
                "default": 0,
                "minimum": 0,
                "maximum": 255,
                "description": "The exit status that means success.",
            },
        },
        "oneOf": [{"required": ["shell"]}, {"required": ["argv"]}],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"status": "integer", "stdout": "string"},
    open_outputs=True,
    mock={"status": 0, "stdout": ""},
    repeat="blind",
    example="""\
- id: build
  run: |
    make site
    echo "pages=$(ls site | wc -l)" >> "$ZTR_OUTPUT"
  effect: workspace
  outputs: {pages: integer}
- id: count
  uses: run
  with: {argv: [wc, -l, report.txt]}
  effect: none
""",
)

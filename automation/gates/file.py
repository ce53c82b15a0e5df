"""`file`: a file is there, is not empty, has a checksum."""

from __future__ import annotations

import os

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.naming import NAME_SCHEMA
from automation.gates.unread import why_unread
from automation.plan.model import Bound
from automation.plan.paths import open_inside

_CHUNK = 1 << 20


def measure(look: Look) -> Measurement:
    """The checksum where one is asked for, else the size; an empty file misses `not-empty` before anything else."""
    path = str(look.inputs["file"])
    expected = look.inputs.get("sha256")
    try:
        with os.fdopen(open_inside(look.workdir, path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest = _checksum(file.fileno()) if isinstance(expected, str) else ""
    except (OSError, ValueError) as error:
        return Unmeasurable(why_unread(path, error), path)
    if look.inputs.get("not-empty") and size == 0:
        return Measured(size, Bound("above", 0), f"size of {path} in bytes")
    if isinstance(expected, str):
        return Measured(digest, Bound("equals", expected.lower()), f"SHA-256 of {path}")
    wanted = Bound("above", 0) if look.inputs.get("not-empty") else Bound("at-least", 0)
    return Measured(size, wanted, f"size of {path} in bytes")


def _checksum(descriptor: int) -> str:
    import hashlib

    digest = hashlib.sha256()
    while chunk := os.read(descriptor, _CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


GATE = GateKind(
    name="file",
    summary="A file is there, is not empty, or has a checksum.",
    description="""\
Paths are relative to the work directory. Directories, devices and links that lead out of it do not count as files.
""",
    inputs={
        "type": "object",
        "properties": {
            "file": {"type": "string", "minLength": 1, "description": "The file, relative to the work directory."},
            "not-empty": {
                "type": "boolean",
                "default": False,
                "description": "Whether it has to hold at least one byte.",
            },
            "sha256": {
                "type": "string",
                "pattern": "^[0-9a-fA-F]{64}$",
                "description": "The checksum that it must have.",
            },
            "name": NAME_SCHEMA,
        },
        "required": ["file"],
        "additionalProperties": False,
    },
    measure=measure,
    example="- {file: memory/index.sqlite, not-empty: true}\n",
)

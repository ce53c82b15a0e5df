"""`file`: write, copy, fill in a template, or check a checksum; below the work directory and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from automation.actions.base import Action, BadInput, Call, Done, Failed, Outcome
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, open_inside, read_inside, write_inside

if TYPE_CHECKING:
    from hashlib import _Hash

LARGEST_TEMPLATE = 10_000_000
LARGEST_FILE = 1_000_000_000
_CHUNK = 1 << 20


def perform(call: Call) -> Outcome:
    """Do it and tell path, SHA-256 and size. A file that is written is replaced in one stroke or not at all."""
    path = str(call.inputs["path"])
    try:
        digest, size = _apply(call, str(call.inputs["operation"]), path)
    except (UnsafePath, BadInput) as error:
        return Failed("permanent", f"file: {error}")
    except OSError as error:
        return Failed("permanent", f"file: {error.filename or path}: {error.strerror}")
    return Done({"path": path, "sha256": digest, "size": size})


def _apply(call: Call, operation: str, path: str) -> tuple[str, int]:
    if operation == "write":
        return _put(call, path, iter((_text(call, "content").encode("utf-8"),)))
    if operation == "copy":
        root, source = _source(call)
        return _put(call, path, _chunks(root, source))
    if operation == "template":
        return _put(call, path, iter((_filled(call).encode("utf-8"),)))
    if operation == "checksum":
        digest = _Digest(path, call.inputs.get("sha256"))
        for _ in digest.through(_chunks(call.workdir, path)):
            pass
        return digest.result()
    raise BadInput(f"operation {operation!r} is not known; write, copy, template and checksum are")


def _put(call: Call, path: str, chunks: Iterator[bytes]) -> tuple[str, int]:
    digest = _Digest(path, call.inputs.get("sha256"))
    write_inside(call.workdir, path, digest.through(chunks))
    return digest.result()


def _text(call: Call, key: str) -> str:
    value = call.inputs.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        raise BadInput(f"{call.inputs['operation']} needs `{key}`")
    import json

    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _source(call: Call) -> tuple[Path, str]:
    own, plan = call.inputs.get("from"), call.inputs.get("from-plan")
    if own is not None:
        return call.workdir, str(own)
    if plan is not None:
        return call.plan_folder, str(plan)
    raise BadInput(f"{call.inputs['operation']} needs `from` (work directory) or `from-plan` (the plan's folder)")


def _filled(call: Call) -> str:
    from string import Template

    if "template" in call.inputs:
        text = _text(call, "template")
    else:
        text = read_inside(*_source(call), LARGEST_TEMPLATE).decode("utf-8", "replace")
    values = call.inputs.get("vars")
    try:
        return Template(text).substitute(_as_texts(values if isinstance(values, Mapping) else {}))
    except KeyError as error:
        raise BadInput(f"the template asks for ${error.args[0]}, which `vars` does not give") from error
    except ValueError as error:
        raise BadInput(f"the template is wrong: {error}; write $$ for a dollar sign") from error


def _as_texts(values: Mapping[str, Json]) -> dict[str, str]:
    import json

    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
    }


def _chunks(root: Path, source: str) -> Iterator[bytes]:
    total = 0
    with os.fdopen(open_inside(root, source), "rb") as file:
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            if total > LARGEST_FILE:
                raise UnsafePath(f"path {source!r}: the file is larger than {LARGEST_FILE:,} bytes")
            yield chunk


class _Digest:
    """SHA-256 and size of what flows through; a wrong checksum ends it with `BadInput`, before any file is replaced."""

    def __init__(self, path: str, expected: Json) -> None:
        import hashlib

        self._path = path
        self._expected = expected.lower() if isinstance(expected, str) else ""
        self._hash: _Hash = hashlib.sha256()
        self._size = 0

    def through(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._hash.update(chunk)
            self._size += len(chunk)
            yield chunk
        digest = self._hash.hexdigest()
        if self._expected not in {"", digest}:
            raise BadInput(f"{self._path} has the SHA-256 {digest}, expected was {self._expected}")

    def result(self) -> tuple[str, int]:
        return self._hash.hexdigest(), self._size


ACTION = Action(
    name="file",
    summary="Write, copy or fill in a file, or check its checksum.",
    description="""\
All paths are relative to the work directory and stay below it: `..`, absolute paths, links that lead out, `.git`
and special files are refused. A file is replaced in one stroke. With `sha256` the step fails unless the file has
that checksum.

- `write`: `content` (text as it is, anything else as JSON) to `path`.
- `copy`: `from` (work directory) or `from-plan` (the plan's folder) to `path`.
- `template`: `template` (text), `from` or `from-plan`, with `$name` and `${name}` filled in from `vars`; a name
  that is not given is an error, `$$` is a dollar sign.
- `checksum`: looks at `path` and changes nothing.
""",
    effect="workspace",
    inputs={
        "type": "object",
        "properties": {
            "operation": {"enum": ["write", "copy", "template", "checksum"], "description": "What to do."},
            "path": {
                "type": "string",
                "minLength": 1,
                "description": "The file that is written, or looked at by checksum.",
            },
            "content": {"description": "What to write: text as it is, anything else as JSON."},
            "from": {"type": "string", "minLength": 1, "description": "Source file below the work directory."},
            "from-plan": {"type": "string", "minLength": 1, "description": "Source file below the plan's folder."},
            "template": {"type": "string", "description": "The template as text."},
            "vars": {"type": "object", "description": "Values for the template, by name."},
            "sha256": {
                "type": "string",
                "pattern": "^[0-9a-fA-F]{64}$",
                "description": "The checksum that the file must have.",
            },
        },
        "required": ["operation", "path"],
        "additionalProperties": False,
        "allOf": [
            {
                "if": {"properties": {"operation": {"const": "write"}}},
                "then": {"required": ["content"]},
            },
            {
                "if": {"properties": {"operation": {"const": "copy"}}},
                "then": {"oneOf": [{"required": ["from"]}, {"required": ["from-plan"]}]},
            },
            {
                "if": {"properties": {"operation": {"const": "template"}}},
                "then": {"oneOf": [{"required": ["template"]}, {"required": ["from"]}, {"required": ["from-plan"]}]},
            },
        ],
    },
    perform=perform,
    outputs={"path": "string", "sha256": "string", "size": "integer"},
    repeat="upsert",
    example="""\
- id: greet
  uses: file
  with:
    operation: template
    path: out/hello.txt
    template: "Hello $name, this is run $run.\\n"
    vars: {name: "${{ vars.reader }}", run: "${{ run.id }}"}
""",
)

"""`json`: a file is valid JSON, by a schema if one is given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.naming import NAME_SCHEMA
from automation.gates.unread import why_unread
from automation.plan.model import Bound, Json
from automation.plan.paths import read_inside

LARGEST = 20_000_000
_SCHEMA_LARGEST = 1_000_000
_NOTED = 3
_COUNTED = 1000
_LONGEST_NOTE = 200


def measure(look: Look) -> Measurement:
    """The number of errors, which has to be 0; the first ones are in the note. Counting stops at 1,000."""
    path, schema_path = str(look.inputs["json"]), look.inputs.get("schema")
    try:
        content = read_inside(look.workdir, path, LARGEST)
    except (OSError, ValueError) as error:
        return Unmeasurable(why_unread(path, error), path)
    value, problem = _parse(content)
    if problem:
        return Measured(1, Bound("equals", 0), f"JSON errors in {path}", problem)
    if schema_path is None:
        return Measured(0, Bound("equals", 0), f"JSON errors in {path}")
    source = f"errors in {path} by {schema_path}"
    try:
        found = list(islice(_errors(look, str(schema_path), value), _COUNTED))
    except (OSError, ValueError) as error:
        return Unmeasurable(f"schema {why_unread(str(schema_path), error, 'is it beside plan.yaml?')}", source)
    return Measured(len(found), Bound("equals", 0), source, "; ".join(found[:_NOTED]))


def _parse(content: bytes) -> tuple[Json, str]:
    import json

    try:
        value: Json = json.loads(content, parse_constant=_no_constant)
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as error:
        return None, f"it is not JSON: {error}"
    return value, ""


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _errors(look: Look, schema_path: str, value: Json) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    schema, problem = _parse(read_inside(look.plan_folder, schema_path, _SCHEMA_LARGEST))
    if problem or not isinstance(schema, dict | bool):
        raise ValueError(f"{schema_path}: {problem or 'it is not an object'}")
    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry: by default jsonschema would fetch what a schema refers to from the network.
        for error in Draft202012Validator(schema, registry=Registry()).iter_errors(value):
            yield f"{error.json_path}: {error.message}"[:_LONGEST_NOTE]
    except SchemaError as error:
        raise ValueError(f"{schema_path} is not a JSON Schema: {error.message}"[:_LONGEST_NOTE]) from error
    except Unresolvable as error:
        raise ValueError(f"{schema_path} refers to {error.ref!r}, which is not in it"[:_LONGEST_NOTE]) from error
    except RecursionError as error:
        raise ValueError(f"{schema_path}: the document or the schema is nested too deeply") from error


GATE = GateKind(
    name="json",
    summary="A file is valid JSON, and valid by a schema.",
    description="""\
Strict JSON of at most 20 MB. The schema is JSON Schema 2020-12, its path is relative to the plan's folder; nothing
is fetched from anywhere. The measured value is the number of errors.
""",
    inputs={
        "type": "object",
        "properties": {
            "json": {"type": "string", "minLength": 1, "description": "The file, relative to the work directory."},
            "schema": {
                "type": "string",
                "minLength": 1,
                "description": "The schema's file, relative to the plan's folder.",
            },
            "name": NAME_SCHEMA,
        },
        "required": ["json"],
        "additionalProperties": False,
    },
    measure=measure,
    example="- {json: memory/accuracy.json, schema: schemas/accuracy.json}\n",
)

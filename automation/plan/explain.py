"""Why a document does not fit its JSON Schema, in words. jsonschema finds the faults;

It is imported only here and only then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from automation.plan.model import Json
from automation.plan.problems import did_you_mean, shown
from automation.plan.yaml_subset import Path as DocumentPath

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

Schema = Mapping[str, Json]

_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "minItems": "a list of at least {}",
    "maxItems": "a list of at most {}",
    "minProperties": "a mapping of at least {}",
    "maxProperties": "a mapping of at most {}",
}
_SUBSCHEMAS = ("properties", "patternProperties")


class Fault(NamedTuple):
    """A mistake inside of a document; `key` tells that the key at `path` is what is wrong."""

    path: DocumentPath
    message: str
    remedy: str
    key: bool = False


def explain(value: Json, schema: Schema) -> list[Fault]:
    """All faults of `value` by `schema`; empty when it fits."""
    errors = cast("Iterable[ValidationError]", _validator(schema).iter_errors(value))
    return list(dict.fromkeys(fault for error in errors for fault in _faults(error)))


def explain_inputs(value: Json, schema: Schema) -> list[Fault]:
    """As `explain`, for inputs of an action or a gate:

    Texts that hold `${{` fit everywhere, their type is known only in the run.
    """
    if not explain(value, with_templates(schema)):
        return []
    faults = [fault for fault in explain(value, schema) if not _is_template(_at(value, fault.path))]
    return faults or [Fault((), "the inputs do not fit the schema", "Compare them with the reference page.")]


def with_templates(schema: Schema) -> Schema:
    """The schema that also takes a text with `${{` wherever it asks for a value."""
    return cast(Schema, {key: _relaxed(key, part) for key, part in schema.items()})


@cache
def shipped_schema(name: str) -> Schema:
    """The schema `plan` or `task` that ships with this package."""
    return cast(Schema, json.loads((Path(__file__).parent / "schema" / f"{name}.json").read_text(encoding="utf-8")))


def _relaxed(keyword: str, part: Json) -> Json:
    if keyword in _SUBSCHEMAS and isinstance(part, Mapping):
        return {name: _or_template(value) for name, value in part.items()}
    if keyword in {"items", "additionalProperties"} and isinstance(part, Mapping):
        return _or_template(part)
    if keyword in {"anyOf", "oneOf", "allOf"} and isinstance(part, Sequence):
        return [with_templates(branch) if isinstance(branch, Mapping) else branch for branch in part]
    return part


def _or_template(schema: Json) -> Json:
    if not isinstance(schema, Mapping):
        return schema
    return {"anyOf": [with_templates(schema), {"type": "string", "pattern": r"\$\{\{"}]}


def _is_template(value: Json) -> bool:
    return isinstance(value, str) and "${{" in value


def _at(value: Json, path: DocumentPath) -> Json:
    for part in path:
        if isinstance(value, Mapping) and part in value:
            value = value[cast(str, part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _validator(schema: Schema) -> Validator:
    return _dialect()(schema)


@cache
def _dialect() -> Callable[[Schema], Validator]:
    """Made once: extending costs more than most checks."""
    import re

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def pattern(_validator: Validator, wanted: str, instance: object, _schema: Schema) -> Iterator[ValidationError]:
        # `$` is the end of the text and nothing else, as in ECMAScript and in the fast validators.
        exact = wanted[:-1] + r"\Z" if wanted.endswith("$") else wanted
        if isinstance(instance, str) and not re.search(exact, instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    made: Any = extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]  # has no types
    return cast("Callable[[Schema], Validator]", made)


def _faults(error: ValidationError) -> Iterator[Fault]:
    path: DocumentPath = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    keyword = str(error.validator)
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if keyword == "additionalProperties" and wanted is False:
        known = list(schema.get("properties", ()))
        for key in instance:
            if key not in known:
                yield Fault((*path, key), f"there is no key {shown(key)} here", did_you_mean(key, known), key=True)
    elif keyword == "required":
        for key in wanted:
            if key not in instance:
                yield Fault(path, f"the key {key!r} is missing", f"Add `{key}:`{_described(schema, key)}.")
    elif keyword in {"anyOf", "oneOf"}:
        yield from _branches(error, path, schema)
    else:
        yield _plain_fault(error, path, schema)


def _plain_fault(error: ValidationError, path: DocumentPath, schema: Schema) -> Fault:
    keyword, about = str(error.validator), _expectation(schema)
    wanted: Any = error.validator_value
    value: Any = error.instance
    if "propertyNames" in error.absolute_schema_path:
        return Fault((*path, str(value)), f"the name {shown(value)} is not allowed", about, key=True)
    if keyword == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return Fault(path, f"expected {_either(_KINDS[kind] for kind in kinds)}, not {_kind_of(value)}", about)
    if keyword == "enum":
        return Fault(path, f"{shown(value)} is not allowed here", _choices(value, wanted))
    if keyword == "uniqueItems":
        return Fault(path, "an entry stands here twice", "Remove one of the two.")
    if keyword in _LIMITS:
        return Fault(path, f"expected {_LIMITS[keyword].format(wanted)}, not {_measure(keyword, value)}", about)
    return Fault(path, f"{shown(value)} has not the form that is expected", about)


def _choices(value: Json, wanted: Sequence[Json]) -> str:
    return did_you_mean(value if isinstance(value, str) else "", [str(choice) for choice in wanted])


def _measure(keyword: str, value: Json) -> str:
    return (
        str(len(value))
        if keyword[3:] in {"Length", "Items", "Properties"} and isinstance(value, (str, list, Mapping))
        else shown(value)
    )


def _branches(error: ValidationError, path: DocumentPath, schema: Schema) -> Iterator[Fault]:
    wanted = cast("Sequence[Schema]", error.validator_value)
    if all(set(branch) == {"required"} for branch in wanted):
        keys = [key for branch in wanted for key in cast("Sequence[str]", branch["required"])]
        yield Fault(path, f"exactly one of {', '.join(keys)} is needed here", "Add one, or remove the others.")
        return
    by_branch: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    # A branch whose type fits is the one that was meant.
    meant = [errors for errors in by_branch.values() if not any(_is_kind_error(inner) for inner in errors)]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from _faults(inner)
        return
    kinds = list(dict.fromkeys(kind for branch in wanted for kind in _branch_kinds(branch)))
    expected = (
        f"expected {_either(kinds)}, not {shown(error.instance)}" if kinds else f"{shown(error.instance)} fits nothing"
    )
    yield Fault(path, expected, _expectation(schema))


def _is_kind_error(error: ValidationError) -> bool:
    return not error.path and error.validator in {"type", "enum"}


def _branch_kinds(branch: Schema) -> Iterator[str]:
    kind = branch.get("type")
    if isinstance(kind, str):
        yield _KINDS[kind]
    elif isinstance(kind, Sequence):
        yield from (_KINDS[str(one)] for one in kind)
    yield from (str(choice) for choice in cast("Sequence[Json]", branch.get("enum", ())))
    if str(branch.get("$ref", "")).endswith("/id"):
        yield "a name"


def _kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list) else shown(value)


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _expectation(schema: Schema) -> str:
    return str(schema.get("description") or "Compare it with the reference page.")


def _described(schema: Schema, key: str) -> str:
    properties = schema.get("properties")
    part = properties.get(key) if isinstance(properties, Mapping) else None
    title = part.get("description") if isinstance(part, Mapping) else None
    return f" ({str(title).rstrip('.')})" if title else ""

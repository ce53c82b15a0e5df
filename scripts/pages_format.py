"""The page about the plan format, made from the JSON Schemas of plan.yaml and of task files (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import yaml

from automation.plan.model import Json
from scripts.pages import overview

_REF = "#/$defs/"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_HEADER = ("Key (* required)", "Type", "Default", "Meaning", "Example")
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_INTRODUCTION = """\
<!-- Written by scripts/generate.py from automation/plan/schema/plan.json and task.json: change those. -->
# Plan format

A plan is a folder with a `plan.yaml` and one YAML file for each task; [Writing tasks](writing-tasks.md) explains it by
examples. This page lists every key. It is made from the JSON Schemas that files are validated by. Editors use the
same schemas: start a file with a line such as

```yaml
# yaml-language-server: $schema=../../automation/plan/schema/task.json
```

Files are a strict subset of YAML 1.2: no anchors, aliases, merge keys, tags or duplicate keys, and one document a file.
`no`, `017` and `12:30` are strings. The inputs of each action and the keys of each gate, with their types, are in
[Actions and gates](actions.md). `ztr validate` names every mistake with its place and its remedy.
"""


class _Part(NamedTuple):
    """A mapping with keys of its own, and where it stands: `` for the file itself, else like `steps[].retry`."""

    where: str
    schema: Mapping[str, Json]


def format_page(plan: Mapping[str, Json], task: Mapping[str, Json]) -> str:
    """The page about both kinds of files, as Markdown."""
    parts = [_INTRODUCTION, _file("plan.yaml", plan), _file("Task files", task), _WORDS_TABLE]
    return "\n".join(parts)


def _file(title: str, schema: Mapping[str, Json]) -> str:
    sections = [f"## {title}\n", f"{schema['description']}\n"]
    for part in _parts(schema):
        if part.where:
            sections.append(f"### `{part.where}`\n")
            sections.append(f"{part.schema['description']}\n" if "description" in part.schema else "")
        sections.append(overview(_HEADER, _rows(part.schema, schema)))
        sections.append(_alternatives(part.schema))
    return "\n".join(section for section in sections if section)


def _parts(schema: Mapping[str, Json]) -> list[_Part]:
    """The file and every mapping in it, outermost first; one that several places share is told at the first."""
    found, waiting, seen = list[_Part](), [_Part("", schema)], set[int]()
    while waiting:
        part = waiting.pop(0)
        if id(part.schema) in seen:
            continue
        seen.add(id(part.schema))
        found.append(part)
        for name, value in _mapping(part.schema, "properties").items():
            where = f"{part.where}.{name}" if part.where else name
            waiting += [_Part(where + suffix, inner) for suffix, inner in _inner(_as_mapping(value), schema)]
    return found


def _inner(value: Mapping[str, Json], root: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The mappings with keys of their own that the value may be, hold as entries, or have under free names."""
    found = _followed(value, root)
    if "properties" in found:
        yield "", found
    for suffix, key in (("[]", "items"), (".NAME", "additionalProperties")):
        if isinstance(found.get(key), Mapping):
            yield from ((suffix + more, inner) for more, inner in _inner(_as_mapping(found[key]), root))
    for option in _sequence(found, "anyOf"):
        yield from _inner(_as_mapping(option), root)


def _rows(schema: Mapping[str, Json], root: Mapping[str, Json]) -> Iterator[Sequence[str]]:
    required = _sequence(schema, "required")
    for name, value in _mapping(schema, "properties").items():
        one = _as_mapping(value)
        examples = _sequence(one, "examples")
        yield (
            f"`{name}`{' *' if name in required else ''}",
            _type(one, root),
            f"`{_flow(one['default'])}`" if "default" in one else "",
            str(one.get("description", "")),
            f"`{_flow(examples[0])}`" if examples else "",
        )


def _type(schema: Mapping[str, Json], root: Mapping[str, Json]) -> str:
    named = schema.get("$ref")
    if isinstance(named, str) and named.removeprefix(_REF) in _WORDS:
        return f"[{_WORDS[named.removeprefix(_REF)]}](#words)"
    found = _followed(schema, root)
    if found.get("pattern") == _DATE:
        return "date"
    if "enum" in found:
        return ", ".join(f"`{choice}`" for choice in _sequence(found, "enum"))
    if "anyOf" in found:
        return " or ".join(dict.fromkeys(_type(_as_mapping(option), root) for option in _sequence(found, "anyOf")))
    if found.get("type") == "array":
        entries = _as_mapping(found.get("items", {}))
        return f"list of {_type(entries, root)}" if entries else "list"
    kind = found.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(_KINDS.get(str(one), str(one)) for one in kinds) + _bounds(found)


_KINDS = {"object": "mapping", "null": "nothing"}
_WORDS = {"id": "id", "duration": "duration", "minutes": "minutes", "env": "environment", "secret-name": "secret name"}


def _bounds(schema: Mapping[str, Json]) -> str:
    told = [f"{sign} {schema[key]}" for key, sign in _BOUNDS.items() if key in schema]
    return f" {', '.join(told)}" if told else ""


def _alternatives(schema: Mapping[str, Json]) -> str:
    names = [
        f"`{name}`" for option in _sequence(schema, "oneOf") for name in _sequence(_as_mapping(option), "required")
    ]
    return f"Exactly one of {', '.join(names)}.\n" if names else ""


_WORDS_TABLE = """\
## Words

| Word | What it is |
| --- | --- |
| id | Lower-case letters, digits and hyphens, at most 64 characters; it begins with a letter or a digit. |
| duration | A number with its unit: `ms`, `s`, `m`, `h` or `d`, such as `500ms`, `2s` or `3d`. |
| minutes | A number above 0, at most 43200; fractions are allowed. |
| environment | Names of variables with texts, numbers or true and false. |
| secret name | Upper-case letters, digits and underscores; it begins with a letter. |
"""


def _flow(value: Json) -> str:
    if isinstance(value, str):
        return value
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.strip().removesuffix("...").strip()


def _followed(schema: Mapping[str, Json], root: Mapping[str, Json]) -> Mapping[str, Json]:
    named = schema.get("$ref")
    return _as_mapping(_mapping(root, "$defs")[named.removeprefix(_REF)]) if isinstance(named, str) else schema


def _mapping(schema: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    return _as_mapping(schema.get(key, {}))


def _as_mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _sequence(schema: Mapping[str, Json], key: str) -> Sequence[Json]:
    value = schema.get(key, ())
    return value if isinstance(value, list | tuple) else ()

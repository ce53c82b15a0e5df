"""The store's tables, written from the JSON Schema of a memory record."""

import json
from importlib.resources import files
from typing import TypedDict, cast

SCHEMA_VERSION = 2

# What brings a store from each version to the next; each statement may run twice, for the version moves on last.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    # Version 1 left remains of what was deleted in free pages: the file is written anew without them.
    1: ("VACUUM",),
}

_SQL_TYPES = {"string": "TEXT", "integer": "INTEGER"}

# The vector of a record goes when the record goes; every write moves the generation on, so that a reader that
# holds a snapshot knows that it is old.
_COMPANIONS = """\
CREATE TABLE vectors (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  model TEXT NOT NULL,
  digest TEXT NOT NULL,
  terms TEXT NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, id) REFERENCES records (tenant, id) ON DELETE CASCADE
);
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  record TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO meta VALUES ('generation', 0);
"""


class Property(TypedDict, total=False):
    """The part of a JSON Schema property that a column can express."""

    type: str | list[str]
    enum: list[str]
    minLength: int
    minimum: int


RecordSchema = TypedDict(
    "RecordSchema",
    {"required": list[str], "properties": dict[str, Property], "x-primary-key": list[str], "x-index": list[list[str]]},
)


def record_schema() -> RecordSchema:
    """The shipped JSON Schema of a memory record."""
    text = (files("automation.hal") / "data" / "memory-record.schema.json").read_text(encoding="utf-8")
    return cast("RecordSchema", json.loads(text))


def ddl(schema: RecordSchema) -> str:
    """SQL that creates an empty store: the record table from ``schema``, and the tables beside it.

    Raises ``ValueError`` for a property whose type has no column type.
    """
    required = set(schema["required"])
    columns = [_column(name, rule, name in required) for name, rule in schema["properties"].items()]
    columns.append(f"PRIMARY KEY ({', '.join(schema['x-primary-key'])})")
    lines = ["CREATE TABLE records (", ",\n".join(f"  {column}" for column in columns), ");"]
    lines.extend(
        f"CREATE INDEX records_by_{'_'.join(fields)} ON records ({', '.join(fields)});" for fields in schema["x-index"]
    )
    return "\n".join(lines) + "\n" + _COMPANIONS + f"PRAGMA user_version = {SCHEMA_VERSION};\n"


def _column(name: str, rule: Property, required: bool) -> str:
    declared = rule.get("type", "string")
    types = [declared] if isinstance(declared, str) else [kind for kind in declared if kind != "null"]
    if len(types) != 1 or types[0] not in _SQL_TYPES:
        raise ValueError(f"property {name} of the record schema has type {declared!r}: no column type for it")
    parts = [name, _SQL_TYPES[types[0]], "NOT NULL" if required else ""]
    if "enum" in rule:
        parts.append(f"CHECK ({name} IN ({', '.join(_quoted(value) for value in rule['enum'])}))")
    if "minLength" in rule:
        parts.append(f"CHECK (length({name}) >= {rule['minLength']:d})")
    if "minimum" in rule:
        parts.append(f"CHECK ({name} >= {rule['minimum']:d})")
    return " ".join(part for part in parts if part)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""Records, their schema, and the store's definition."""

import json
import sqlite3
from datetime import datetime

import jsonschema
import pytest

from automation.hal.memory.records import SCOPES, MemoryRecord, record_from, utc
from automation.hal.memory.schema import RecordSchema, ddl, record_schema

AT = "2025-09-08T09:00:00+00:00"
ROW: dict[str, object] = {
    "tenant": "north", "id": "r1", "scope": "user", "user": "ada", "text": "hello", "created_at": AT, "updated_at": AT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"scope": "planet"}, "scope 'planet' is none of"),
        ({"kind": "poem"}, "kind 'poem' is none of"),
        ({"user": None}, "scope user needs a user"),
        ({"scope": "session"}, "scope session needs a session"),
        ({"scope": "project"}, "scope project needs a project"),
        ({"user": "\ud800"}, "unpaired surrogate"),
        ({"text": "\udfff"}, "text of memory record r1 holds an unpaired surrogate"),
        ({"tenant": ""}, "tenant of a memory record is empty"),
        ({"created_at": "2025-09-08T09:00:00"}, "names no time zone"),
        ({"created_at": "yesterday"}, "is not a time"),
        ({"updated_at": "2025-09-08T09:00:00+04:00"}, "not whole seconds in UTC"),
        ({"expires_at": "2025-09-08T09:00:00.5+00:00"}, "not whole seconds in UTC"),
        ({"version": 0}, "version 0 is below 1"),
        ({"colour": "red"}, "has no field colour"),
    ],
)
def test_unusable_records_are_refused_with_the_reason(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        record_from({**ROW, **change})


def test_a_record_needs_its_fields() -> None:
    with pytest.raises(ValueError, match="needs text, updated_at"):
        record_from({name: value for name, value in ROW.items() if name not in ("text", "updated_at")})


def test_records_of_every_scope_conform_to_the_schema() -> None:
    for scope in SCOPES:
        record = record_from({**ROW, "scope": scope, "session": "s", "project": "p"})
        jsonschema.validate(record.to_json(), json.loads(json.dumps(record_schema())))
        assert record_from(dict(record.to_json())) == record


def test_a_revision_is_one_version_later() -> None:
    revised = record_from(ROW).revised("bye", "2025-09-09T09:00:00+00:00")
    assert (revised.text, revised.version, revised.created_at) == ("bye", 2, AT)
    assert revised.updated_at == "2025-09-09T09:00:00+00:00"


def test_times_are_written_in_utc() -> None:
    assert utc("2025-09-08T13:00:00+04:00") == AT
    assert utc(datetime.fromisoformat(AT)) == AT


def test_the_table_has_the_schemas_columns_and_rules() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(ddl(record_schema()))
    columns = [row[1] for row in database.execute("PRAGMA table_info(records)")]
    assert columns == list(record_schema()["properties"])
    assert set(columns) == set(MemoryRecord.__dataclass_fields__)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        database.execute(
            "INSERT INTO records (tenant, id, scope, kind, speaker, text, created_at, updated_at, version) "
            "VALUES ('t', 'i', 'planet', 'turn', 'u', 'x', 'a', 'b', 1)"
        )
    database.close()


def test_a_type_without_a_column_type_is_refused() -> None:
    schema: RecordSchema = {
        "required": [], "properties": {"a": {"type": "object"}}, "x-primary-key": ["a"], "x-index": [],
    }  # fmt: skip
    with pytest.raises(ValueError, match="property a of the record schema has type 'object'"):
        ddl(schema)


def test_quotes_in_allowed_values_are_escaped() -> None:
    schema: RecordSchema = {
        "required": ["a"], "properties": {"a": {"enum": ["it's"]}}, "x-primary-key": ["a"], "x-index": [["a"]],
    }  # fmt: skip
    assert "a TEXT NOT NULL CHECK (a IN ('it''s'))" in ddl(schema)

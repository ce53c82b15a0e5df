"""`airtable`: tables, fields and records made where they are missing, and records updated by their key fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from automation.actions import libraries
from automation.actions.airtable_records import (
    BATCH,
    MOST_KEYS,
    Compared,
    Fields,
    batches,
    changes_of,
    check,
    compare,
    made_since,
    payload,
)
from automation.actions.airtable_service import API_KEY, BASE_ID, Airtable, base_in_words
from automation.actions.base import Action, BadInput, Call, Change, Done, Draft, Failed, Found, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, base_url
from automation.actions.service import exactly_one, input_file
from automation.plan.model import Json


def prepare(call: Call) -> tuple[Draft, ...]:
    """What an empty base is sent: the table where `fields` says how it looks, and a request for every ten records."""
    records, keys = _records(call), _keys(call)
    check(records, keys)
    address, base = base_url(call, libraries.AIRTABLE), quote(base_in_words(call), safe="${}")
    table, headers = str(call.inputs["table"]), {"Authorization": f"Bearer ${{{API_KEY}}}"}
    found: list[tuple[str, str, Json]] = []
    if call.inputs.get("fields"):
        found.append(("POST", f"{address}/v0/meta/bases/{base}/tables", {"name": table, "fields": _fields(call)}))
    url = f"{address}/v0/{base}/{quote(table, safe='')}"
    found += (("PATCH", url, payload(part, keys)) for part in batches(records))
    return tuple(
        Draft(f"{method} {to}", {"method": method, "url": to, "headers": headers, "json": body})
        for method, to, body in found
    )


def perform(call: Call) -> Outcome:
    """Send what is missing or differs. What was done stays when a later request fails; a repetition goes on."""
    records, keys, table = _records(call), _keys(call), str(call.inputs["table"])
    check(records, keys)
    airtable = Airtable(call)
    failed = _shaped(airtable, table, _fields(call)) if call.inputs.get("fields") else None
    if failed:
        return failed
    rows = airtable.rows(table, keys, records)
    if isinstance(rows, Failed):
        return rows
    compared = compare(records, keys, rows)
    if isinstance(compared, Failed):
        return compared
    return _send(airtable, table, keys, compared, made_since(rows, call.since))


def find(call: Call) -> tuple[Found, ...] | Failed:
    """The records that were made since the effect was announced: what a run that died or failed in the middle made."""
    records, keys, table = _records(call), _keys(call), str(call.inputs["table"])
    check(records, keys)
    airtable = Airtable(call)
    shape = airtable.shape(table)
    if shape is None or isinstance(shape, Failed):
        return shape or ()
    rows = airtable.rows(table, keys, records) if shape.fields.issuperset(keys) else []
    return rows if isinstance(rows, Failed) else tuple(Found(one) for one in made_since(rows, call.since))


def inspect(call: Call) -> tuple[Change, ...] | Failed:
    """What would be made and what would change, field by field."""
    records, keys, table = _records(call), _keys(call), str(call.inputs["table"])
    check(records, keys)
    airtable = Airtable(call)
    shaping, there = _shaping(airtable, table, _fields(call), keys)
    if isinstance(shaping, Failed):
        return shaping
    if not there:
        return (*shaping, *changes_of(table, Compared(records, (), {})))
    rows = airtable.rows(table, keys, records)
    compared = rows if isinstance(rows, Failed) else compare(records, keys, rows)
    return compared if isinstance(compared, Failed) else (*shaping, *changes_of(table, compared, keys))


def _shaping(
    airtable: Airtable, table: str, fields: Sequence[Fields], keys: Sequence[str]
) -> tuple[tuple[Change, ...] | Failed, bool]:
    """What `fields` would change in the table, and whether it has the key fields by which records are looked up."""
    if not fields:
        return (), True
    shape = airtable.shape(table)
    if isinstance(shape, Failed):
        return shape, False
    if shape is None:
        made: Json = [f"{field['name']} ({field['type']})" for field in fields]
        return (Change("create", f"table {table!r}", None, made),), False
    missing = [field for field in fields if field["name"] not in shape.fields]
    what = "field {!r} of table {!r}"
    changes = tuple(Change("create", what.format(one["name"], table), None, one["type"]) for one in missing)
    return changes, shape.fields.issuperset(keys)


def undo(call: Call, remote: str) -> Outcome:
    """Delete records by their ids, which commas divide; those that are gone are no failure."""
    airtable, table = Airtable(call), str(call.inputs["table"])
    there = airtable.there(table, [one for one in remote.split(",") if one])
    if isinstance(there, Failed):
        return there
    for at in range(0, len(there), BATCH):
        failed = airtable.delete(table, there[at : at + BATCH])
        if failed:
            return failed if not at else failed._replace(happened=True)
    return Done({"deleted": len(there)})


def _shaped(airtable: Airtable, table: str, fields: Sequence[Fields]) -> Failed | None:
    """Make the table or those of its fields that are missing."""
    shape = airtable.shape(table)
    if isinstance(shape, Failed):
        return shape
    if shape is None:
        return airtable.make_table(table, fields)
    for field in fields:
        failed = airtable.make_field(shape, field) if field["name"] not in shape.fields else None
        if failed:
            return failed
    return None


def _send(airtable: Airtable, table: str, keys: Sequence[str], compared: Compared, before: Sequence[str]) -> Outcome:
    """Send what is missing or differs; `before` are the records that earlier attempts of this effect have made."""
    todo = [*compared.missing, *(record for record, _ in compared.differing)]
    ids, created, made = [*compared.right], [*before], 0
    for number, part in enumerate(batches(todo)):
        answer = airtable.upsert(table, keys, part)
        if isinstance(answer, Failed):
            return answer if not number else answer._replace(happened=True)
        ids += answer[0]
        created += answer[1]
        made += len(answer[1])
    updated, unchanged = len(todo) - made, len([one for one in compared.right if one not in before])
    told: dict[str, Json] = {"records": len(ids), "created": len(created), "updated": updated, "unchanged": unchanged}
    return Done({**told, "ids": ids}, remote=",".join(created))


def _keys(call: Call) -> list[str]:
    keys = call.inputs.get("key-fields")
    return [str(key) for key in keys] if isinstance(keys, list | tuple) else []


def _fields(call: Call) -> list[Fields]:
    fields = call.inputs.get("fields")
    return [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list | tuple) else []


def _records(call: Call) -> list[Fields]:
    key = exactly_one(call, ("records", "records-file"), "airtable")
    value = call.inputs["records"] if key == "records" else input_file(call, "records-file")
    if not isinstance(value, list | tuple):
        raise BadInput(f"airtable: {key} is not a list of records")
    records = [record for record in value if isinstance(record, Mapping)]
    if len(records) != len(value) or not records:
        raise BadInput(f"airtable: {key} has to be a list of at least one mapping, field name to value")
    return records


ACTION = Action(
    name="airtable",
    summary="Create or update records in Airtable.",
    description="""\
Upserts records by `key-fields` (1 to 3 field names), ten in a request as Airtable's limit has it, five requests a
second: a record whose key is there is updated where it differs and left alone where it does not, any other is
created. So it may be repeated at will. With `fields` the table and those of its fields that are missing are made
first; nothing is ever renamed, retyped or removed.

The base is `base`, or else the secret `AIRTABLE_BASE_ID`. The token in `AIRTABLE_API_KEY` needs the scopes
`data.records:read` and `data.records:write`, and with `fields` `schema.bases:read` and `schema.bases:write` too.

Recorded are the requests that an empty base would get. To undo it is to delete the records that it created; Airtable
lets no program delete tables.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "base": {
                "type": "string",
                "minLength": 1,
                "description": "The base's id; without it the secret AIRTABLE_BASE_ID.",
            },
            "table": {"type": "string", "minLength": 1, "description": "The table's name or id."},
            "key-fields": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_KEYS,
                "uniqueItems": True,
                "items": {"type": "string", "minLength": 1},
                "description": "The fields that tell records apart.",
            },
            "fields": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "type": {"type": "string", "minLength": 1},
                        "description": {"type": "string"},
                        "options": {"type": "object"},
                    },
                    "required": ["name", "type"],
                    "additionalProperties": False,
                },
                "description": "The table's fields in Airtable's own words; the first one is its primary field.",
            },
            "records": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object"},
                "description": "The records, each field name to value.",
            },
            "records-file": {
                "type": "string",
                "minLength": 1,
                "description": "File below the work directory with a JSON list of records.",
            },
            "base-url": BASE_URL_SCHEMA,
        },
        "required": ["table", "key-fields"],
        "oneOf": [{"required": ["records"]}, {"required": ["records-file"]}],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"records": "integer", "created": "integer", "updated": "integer", "unchanged": "integer", "ids": "array"},
    mock={"records": 1, "created": 1, "updated": 0, "unchanged": 0, "ids": ["mock-record"]},
    secrets=(API_KEY, BASE_ID),
    repeat="upsert",
    find=find,
    inspect=inspect,
    undo=undo,
    example="""\
- id: upsert
  uses: airtable
  secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID]
  with: {table: Sessions, key-fields: [session], records-file: memory/sessions.json}
""",
)

"""`airtable`: records created or updated by their key fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from automation.actions.base import Action, BadInput, Call, Done, Draft, Failed, Outcome
from automation.actions.service import BASE_URL_SCHEMA, Prepared, base_url, exactly_one, input_file, send
from automation.plan.model import Json

API_KEY, BASE_ID = "AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"
BATCH = 10  # Airtable's limit of records in a request
MOST_KEYS = 3  # Airtable's limit of fieldsToMergeOn
PAUSE = 0.21  # Airtable allows five requests a second and base


def prepare(call: Call) -> tuple[Draft, ...]:
    """One request for every ten records."""
    return tuple(request.draft() for request in _requests(call))


def perform(call: Call) -> Outcome:
    """Send them in order. What was upserted stays when a later batch fails; a repetition upserts it again."""
    ids: list[str] = []
    created = 0
    for number, request in enumerate(_requests(call)):
        if number:
            call.tools.clock.sleep(PAUSE)
        answer = send(call, request)
        if isinstance(answer, Failed):
            return answer if not number else answer._replace(happened=True)
        ids += _ids(answer.get("records"))
        created += len(_list(answer.get("createdRecords")))
    return Done(
        {"records": len(ids), "created": created, "updated": len(ids) - created, "ids": ids}, remote=",".join(ids[:10])
    )


def _requests(call: Call) -> list[Prepared]:
    records = _records(call)
    keys = [str(key) for key in _list(call.inputs.get("key-fields"))]
    _check(records, keys)
    base = quote(str(call.inputs["base"]), safe="") if "base" in call.inputs else f"${{{BASE_ID}}}"
    url = f"{base_url(call, 'https://api.airtable.com')}/v0/{base}/{quote(str(call.inputs['table']), safe='')}"
    headers = {"Authorization": f"Bearer ${{{API_KEY}}}"}
    return [
        Prepared("Airtable", "PATCH", url, _payload(records[at : at + BATCH], keys), headers)
        for at in range(0, len(records), BATCH)
    ]


def _payload(records: Sequence[Mapping[str, Json]], keys: Sequence[str]) -> Json:
    return {"performUpsert": {"fieldsToMergeOn": list(keys)}, "records": [{"fields": record} for record in records]}


def _records(call: Call) -> list[Mapping[str, Json]]:
    key = exactly_one(call, ("records", "records-file"), "airtable")
    value = call.inputs["records"] if key == "records" else input_file(call, "records-file")
    if not isinstance(value, list | tuple):
        raise BadInput(f"airtable: {key} is not a list of records")
    records = [record for record in value if isinstance(record, Mapping)]
    if len(records) != len(value) or not records:
        raise BadInput(f"airtable: {key} has to be a list of at least one mapping, field name to value")
    return records


def _check(records: Sequence[Mapping[str, Json]], keys: Sequence[str]) -> None:
    """Airtable refuses a whole batch for one record without a key, and for two records with the same one."""
    if not 1 <= len(keys) <= MOST_KEYS:
        raise BadInput(f"airtable: key-fields has {len(keys)} names; give 1 to {MOST_KEYS}")
    seen: dict[str, int] = {}
    for number, record in enumerate(records, 1):
        lacking = [key for key in keys if record.get(key) in (None, "")]
        if lacking:
            raise BadInput(f"airtable: record {number} has no value in its key field {', '.join(lacking)}")
        nested = [field for field, value in record.items() if isinstance(value, Mapping)]
        if nested:
            raise BadInput(f"airtable: record {number}: the field {nested[0]} holds a mapping; records are flat")
        identity = json.dumps([record[key] for key in keys])
        if identity in seen:
            raise BadInput(f"airtable: records {seen[identity]} and {number} have the same key {identity}")
        seen[identity] = number


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else []


def _ids(records: Json) -> list[str]:
    return [str(record.get("id", "")) for record in _list(records) if isinstance(record, Mapping)]


ACTION = Action(
    name="airtable",
    summary="Create or update records in Airtable.",
    description="""\
Upserts records by `key-fields` (1 to 3 field names), ten in a request as Airtable's limit has it: a record whose
key is there is updated, any other is created. So it may be repeated at will. The base is `base`, or else the secret
`AIRTABLE_BASE_ID`; the token in `AIRTABLE_API_KEY` needs the scope `data.records:write`.
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
    outputs={"records": "integer", "created": "integer", "updated": "integer", "ids": "array"},
    mock={"records": 1, "created": 1, "updated": 0, "ids": ["mock-record"]},
    secrets=(API_KEY, BASE_ID),
    repeat="upsert",
    example="""\
- id: upsert
  uses: airtable
  secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID]
  with: {table: Sessions, key-fields: [session], records-file: memory/sessions.json}
""",
)

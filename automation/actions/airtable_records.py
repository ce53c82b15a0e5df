"""Records for Airtable: checked, compared with those that are there, in batches (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from automation.actions.base import BadInput, Change, Failed
from automation.plan.model import Json

BATCH = 10  # Airtable's limit of records in a request
MOST_KEYS = 3  # Airtable's limit of fieldsToMergeOn
Fields = Mapping[str, Json]


class Row(NamedTuple):
    """A record that is there."""

    id: str
    fields: Fields
    created: str = ""


class Compared(NamedTuple):
    """What is to be sent: the `missing` records and the `differing` ones. The `right` ones, by id, are left alone."""

    missing: Sequence[Fields]
    differing: Sequence[tuple[Fields, Row]]
    right: Mapping[str, Fields]


def compare(records: Sequence[Fields], keys: Sequence[str], rows: Sequence[Row]) -> Compared | Failed:
    """Which records are missing and which differ, or that Airtable would refuse them all."""
    by_key: dict[str, Row] = {}
    for row in rows:
        identity = _identity(row.fields, keys)
        if identity in by_key:
            told = f"the table holds more than one record with {', '.join(keys)} {identity}: Airtable updates neither"
            return Failed("permanent", f"{told}; delete all but one of them")
        by_key[identity] = row
    there = [(record, by_key.get(_identity(record, keys))) for record in records]
    return Compared(
        [record for record, row in there if row is None],
        [(record, row) for record, row in there if row is not None and _differences(record, row)],
        {row.id: record for record, row in there if row is not None and not _differences(record, row)},
    )


def _differences(record: Fields, row: Row) -> dict[str, tuple[Json, Json]]:
    """By field what is there and what shall be. Airtable leaves out what is empty: false, no text, no list."""
    pairs = {name: (row.fields.get(name), value) for name, value in record.items()}
    return {
        name: pair for name, pair in pairs.items() if pair[0] != pair[1] and not (_empty(pair[0]) and _empty(pair[1]))
    }


def _empty(value: Json) -> bool:
    return value is None or value is False or value in ("", [], ())


def _identity(fields: Fields, keys: Sequence[str]) -> str:
    return json.dumps([fields.get(key) for key in keys], ensure_ascii=False)


def changes_of(table: str, compared: Compared, keys: Sequence[str] = ()) -> tuple[Change, ...]:
    """What that changes in the table, in words."""
    made = tuple(Change("create", f"record of {table!r}", None, dict(record)) for record in compared.missing)
    changed = []
    for record, row in compared.differing:
        pairs = _differences(record, row)
        named = ", ".join(str(record[key]) for key in keys)
        before, after = ({name: pair[at] for name, pair in pairs.items()} for at in (0, 1))
        changed.append(Change("update", f"record {named} of {table!r} ({row.id})", before, after))
    right = len(compared.right)
    return (*made, *changed, *([Change("unchanged", f"{right} records of {table!r}")] if right else []))


def made_since(rows: Sequence[Row], since: str) -> list[str]:
    """The ids of those that were made since then; Airtable tells whole seconds. None where no time is given."""
    if not since:
        return []
    begun = datetime.fromisoformat(since).replace(microsecond=0)
    return [row.id for row in rows if row.created and datetime.fromisoformat(row.created) >= begun]


def batches(records: Sequence[Fields]) -> list[Sequence[Fields]]:
    """As many records as a request may hold."""
    return [records[at : at + BATCH] for at in range(0, len(records), BATCH)]


def payload(records: Sequence[Fields], keys: Sequence[str]) -> Json:
    """What the client makes of one batch."""
    sent: list[Json] = [{"fields": record} for record in records]
    merge: Json = {"fieldsToMergeOn": list(keys)}
    return {"records": sent, "typecast": False, "returnFieldsByFieldId": False, "performUpsert": merge}


def check(records: Sequence[Fields], keys: Sequence[str]) -> None:
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

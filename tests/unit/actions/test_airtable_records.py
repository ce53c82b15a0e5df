"""Records for Airtable: checked, compared, in batches; and what is recorded of them."""

from __future__ import annotations

from typing import cast

import pytest

from automation.actions.airtable import prepare
from automation.actions.airtable_records import Row, batches, changes_of, check, compare
from automation.actions.base import BadInput, Change, Draft, Failed
from automation.plan.model import Json
from tests.fakes import a_call


def test_the_exact_requests_are_recorded_with_secrets_as_placeholders() -> None:
    inputs: dict[str, Json] = {
        "table": "My sessions",
        "key-fields": ["id"],
        "fields": [{"name": "id", "type": "number", "options": {"precision": 0}}],
        "records": [{"id": 1, "name": "a"}],
    }
    headers = {"Authorization": "Bearer ${AIRTABLE_API_KEY}"}
    tables = "https://api.airtable.com/v0/meta/bases/${AIRTABLE_BASE_ID}/tables"
    records = "https://api.airtable.com/v0/${AIRTABLE_BASE_ID}/My%20sessions"
    upsert: Json = {
        "records": [{"fields": {"id": 1, "name": "a"}}],
        "typecast": False,
        "returnFieldsByFieldId": False,
        "performUpsert": {"fieldsToMergeOn": ["id"]},
    }
    made: Json = {"name": "My sessions", "fields": inputs["fields"]}
    assert prepare(a_call(inputs)) == (
        Draft(f"POST {tables}", {"method": "POST", "url": tables, "headers": headers, "json": made}),
        Draft(f"PATCH {records}", {"method": "PATCH", "url": records, "headers": headers, "json": upsert}),
    )


def test_another_base_and_address_are_used_when_the_step_names_them() -> None:
    inputs: dict[str, Json] = {"table": "t", "key-fields": ["id"], "records": [{"id": 1}], "base": "app1"}
    (draft,) = prepare(a_call({**inputs, "base-url": "https://proxy.example/a/"}))
    assert cast("dict[str, Json]", draft.request)["url"] == "https://proxy.example/a/v0/app1/t"


@pytest.mark.parametrize(
    ("records", "keys", "message"),
    [
        ([{"id": 1}], [], "0 names"),
        ([{"id": 1}], ["a", "b", "c", "d"], "4 names"),
        ([{"id": ""}], ["id"], "record 1 has no value in its key field id"),
        ([{"id": 1, "x": {}}], ["id"], "the field x holds a mapping"),
        ([{"id": 1}, {"id": 1}], ["id"], "records 1 and 2 have the same key"),
    ],
)
def test_what_airtable_would_refuse_is_refused_before(
    records: list[dict[str, Json]], keys: list[str], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        check(records, keys)


def test_a_base_that_is_an_address_is_refused() -> None:
    inputs: dict[str, Json] = {"table": "t", "key-fields": ["id"], "records": [{"id": 1}], "base": "app1/tbl2"}
    with pytest.raises(BadInput, match="no id of a base"):
        prepare(a_call(inputs))


@pytest.mark.parametrize(
    ("there", "shall", "differs"),
    [
        (None, False, False),  # Airtable leaves out what is empty
        (None, "", False),
        (None, None, False),
        (None, [], False),
        (None, 0, True),
        (True, False, True),
        ("a", "", True),
        (1, 1.0, False),
        ("1", 1, True),
    ],
)
def test_what_counts_as_a_difference(there: Json, shall: Json, differs: bool) -> None:
    fields: dict[str, Json] = {"id": 1, **({} if there is None else {"x": there})}
    compared = compare([{"id": 1, "x": shall}], ["id"], [Row("r1", fields)])
    assert not isinstance(compared, Failed)
    assert (len(compared.differing), len(compared.right)) == (int(differs), int(not differs))


def test_changes_are_told_record_by_record() -> None:
    compared = compare(
        [{"id": 1, "x": 2}, {"id": 2, "x": 3}, {"id": 3}], ["id"], [Row("r1", {"id": 1}), Row("r3", {"id": 3})]
    )
    assert not isinstance(compared, Failed)
    assert changes_of("t", compared, ["id"]) == (
        Change("create", "record of 't'", None, {"id": 2, "x": 3}),
        Change("update", "record 1 of 't' (r1)", {"x": None}, {"x": 2}),
        Change("unchanged", "1 records of 't'"),
    )


def test_a_request_holds_ten_records() -> None:
    assert [len(part) for part in batches([{"id": at} for at in range(21)])] == [10, 10, 1]

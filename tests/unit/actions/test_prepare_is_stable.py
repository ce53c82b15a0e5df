"""Preparing is pure: the same inputs give the same requests, whatever secrets, clock or order."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from automation.actions.base import BadInput
from automation.actions.catalogue import ACTIONS
from automation.plan.model import Json
from tests.fakes import a_call

PARENT = "0" * 32
SECRETS = {"AIRTABLE_API_KEY": "s3cr3t", "AIRTABLE_BASE_ID": "s3cr3t", "NOTION_API_KEY": "s3cr3t"}
TEXT = st.text(max_size=300)
SCALARS = st.text(max_size=20) | st.integers() | st.booleans() | st.none()


@given(TEXT, TEXT)
def test_a_notion_page_is_recorded_within_limits_and_without_secrets(title: str, markdown: str) -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": title, "markdown": markdown}
    try:
        drafts = ACTIONS["notion"].prepare(a_call(inputs))
    except BadInput as error:
        assert "title" in str(error)
        return
    assert drafts == ACTIONS["notion"].prepare(a_call(inputs, secrets=SECRETS))
    assert "s3cr3t" not in json.dumps([draft.request for draft in drafts])


@given(st.lists(st.dictionaries(st.text(max_size=5), SCALARS, max_size=4), max_size=30))
def test_airtable_batches_hold_every_record_once_and_in_order(records: list[dict[str, Json]]) -> None:
    keyed: list[Json] = [{**record, "key": number} for number, record in enumerate(records)]
    inputs: dict[str, Json] = {"table": "t", "key-fields": ["key"], "records": keyed}
    try:
        drafts = ACTIONS["airtable"].prepare(a_call(inputs, secrets=SECRETS))
    except BadInput:
        assert keyed == []
        return
    requests = json.loads(json.dumps([draft.request for draft in drafts]))
    assert [one["fields"] for request in requests for one in request["json"]["records"]] == json.loads(
        json.dumps(keyed)
    )
    assert max(len(request["json"]["records"]) for request in requests) <= 10
    assert "s3cr3t" not in json.dumps(requests)

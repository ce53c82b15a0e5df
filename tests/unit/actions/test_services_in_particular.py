"""What is special about each service: batches, pages that grow, answers that are not whole."""

from __future__ import annotations

import json
from typing import cast

import pytest

from automation.actions.base import Done, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.ports import HttpResponse
from automation.plan.model import Json
from tests.fakes import FakeClock, FakeHttp, a_call, fake_tools

SECRETS = {
    "AIRTABLE_API_KEY": "pat-1",
    "AIRTABLE_BASE_ID": "appBASE",
    "NOTION_API_KEY": "ntn-1",
    "OPENAI_API_KEY": "sk-1",
}
PARENT = "0123456789abcdef0123456789abcdef"
EMBEDDINGS: dict[str, Json] = {"operation": "embeddings", "model": "m", "input": ["a", "b"]}
PAGE: Json = {"id": "page-1", "url": "https://notion.example/page-1"}


def ok(value: Json) -> HttpResponse:
    return HttpResponse(200, {}, json.dumps(value).encode())


def test_airtable_sends_ten_records_at_a_time_and_keeps_its_pace() -> None:
    records: list[Json] = [{"id": number} for number in range(25)]
    answers = [ok({"records": [{"id": f"r{n}"} for n in range(size)], "createdRecords": []}) for size in (10, 10, 5)]
    http, clock = FakeHttp(*answers), FakeClock()
    inputs: dict[str, Json] = {"base": "app/1", "table": "t", "key-fields": ["id"], "records": records}
    got = ACTIONS["airtable"].perform(a_call(inputs, tools=fake_tools(http=http, clock=clock), secrets=SECRETS))
    assert isinstance(got, Done)
    assert (got.outputs["records"], got.outputs["updated"]) == (25, 25)
    assert [len(json.loads(sent.body)["records"]) for sent in http.requests] == [10, 10, 5]
    assert http.requests[0].url == "https://api.airtable.com/v0/app%2F1/t"
    assert clock.slept == [0.21, 0.21]


def test_airtable_says_that_something_happened_when_a_later_batch_fails() -> None:
    http = FakeHttp(ok({"records": []}), HttpResponse(503, {}, b""))
    inputs: dict[str, Json] = {"table": "t", "key-fields": ["id"], "records": [{"id": n} for n in range(11)]}
    got = ACTIONS["airtable"].perform(a_call(inputs, tools=fake_tools(http=http), secrets=SECRETS))
    assert isinstance(got, Failed)
    assert (got.kind, got.happened) == ("transient", True)


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (PARENT.upper(), {"page_id": PARENT}),
        ("01234567-89ab-cdef-0123-456789abcdef", {"page_id": PARENT}),
        (f"https://www.notion.so/team/My-page-{PARENT}?pvs=4", {"page_id": PARENT}),
        ({"database-id": PARENT}, {"database_id": PARENT}),
        ({"data-source-id": PARENT}, {"data_source_id": PARENT}),
    ],
)
def test_a_notion_parent_may_be_an_id_or_an_address(parent: Json, expected: Json) -> None:
    (draft,) = ACTIONS["notion"].prepare(a_call({"parent": parent, "title": "t", "markdown": "x"}))
    assert cast("dict[str, dict[str, Json]]", draft.request)["json"]["parent"] == expected


def test_a_long_page_is_made_and_then_appended_to() -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown": "- x\n" * 250}
    drafts = ACTIONS["notion"].prepare(a_call(inputs))
    assert [draft.target for draft in drafts] == [
        "POST https://api.notion.com/v1/pages",
        "PATCH https://api.notion.com/v1/blocks/{page}/children",
        "PATCH https://api.notion.com/v1/blocks/{page}/children",
    ]
    http = FakeHttp(ok(PAGE), ok({}), ok({}))
    assert isinstance(ACTIONS["notion"].perform(a_call(inputs, tools=fake_tools(http=http), secrets=SECRETS)), Done)
    assert [len(json.loads(sent.body)["children"]) for sent in http.requests] == [100, 100, 50]
    assert http.requests[1].url == "https://api.notion.com/v1/blocks/page-1/children"


def test_notion_requests_stay_below_the_size_limit() -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown": ("x" * 9000 + "\n\n") * 90}
    drafts = ACTIONS["notion"].prepare(a_call(inputs))
    assert len(drafts) == 3
    assert max(len(json.dumps(draft.request)) for draft in drafts) < 500_000


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            [ok(PAGE), HttpResponse(502, {}, b"")],
            "the page page-1 was made, but part 2 of 2 was not added",
        ),
        ([ok({})], "gave no id"),
    ],
)
def test_a_page_that_is_only_half_there_is_told_and_not_tried_again(answers: list[HttpResponse], message: str) -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown": "- x\n" * 101}
    http = FakeHttp(*answers)
    got = ACTIONS["notion"].perform(a_call(inputs, tools=fake_tools(http=http), secrets=SECRETS))
    assert isinstance(got, Failed)
    assert (got.kind, got.happened) == ("permanent", True)
    assert message in got.message


def test_texts_for_embeddings_go_in_batches() -> None:
    many: list[Json] = ["x"] * 300
    large: list[Json] = ["x" * 150_000, "y" * 150_000]
    for texts, sizes in ((many, [256, 44]), (large, [1, 1])):
        inputs: dict[str, Json] = {"operation": "embeddings", "model": "m", "input": texts}
        drafts = ACTIONS["openai"].prepare(a_call(inputs))
        assert [len(cast("dict[str, dict[str, list[Json]]]", d.request)["json"]["input"]) for d in drafts] == sizes


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"index": 0, "embedding": [1]}],
        [{"embedding": [1]}, {"embedding": [1, 2]}],
        [{"embedding": None}] * 2,
        None,
    ],
)
def test_embeddings_that_are_not_whole_fail(data: Json) -> None:
    call = a_call(EMBEDDINGS, tools=fake_tools(http=FakeHttp(ok({"data": data}))), secrets=SECRETS)
    got = ACTIONS["openai"].perform(call)
    assert isinstance(got, Failed)
    assert "vectors of" in got.message


CHAT: dict[str, Json] = {
    "operation": "chat",
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "schema": {"type": "object"},
    "max-tokens": 50,
}


USED: dict[str, Json] = {"tokens": 9, "input-tokens": 9, "output-tokens": 0}


def chat_answer(content: Json, **more: Json) -> HttpResponse:
    message: dict[str, Json] = {"content": content, **{k: v for k, v in more.items() if k == "refusal"}}
    choice: dict[str, Json] = {"message": message, "finish_reason": more.get("finish", "stop")}
    return ok({"id": "c1", "choices": [choice], "usage": {"total_tokens": 9}})


def test_a_chat_asks_for_the_schema_and_gives_its_json() -> None:
    http = FakeHttp(chat_answer('{"a": 1}'))
    got = ACTIONS["openai"].perform(a_call(CHAT, tools=fake_tools(http=http), secrets=SECRETS))
    assert got == Done({"text": '{"a": 1}', **USED, "json": {"a": 1}}, remote="c1")
    assert http.requests[0].url == "https://api.openai.com/v1/chat/completions"
    assert json.loads(http.requests[0].body) == {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "max_completion_tokens": 50,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}},
        },
    }


def test_a_chat_without_a_schema_gives_text_alone() -> None:
    inputs = {key: value for key, value in CHAT.items() if key in {"operation", "model", "messages"}}
    call = a_call(inputs, tools=fake_tools(http=FakeHttp(chat_answer("hello"))), secrets=SECRETS)
    assert ACTIONS["openai"].perform(call) == Done({"text": "hello", **USED}, remote="c1")


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (chat_answer("x", finish="length"), "permanent", "raise max-tokens"),
        (chat_answer(None, refusal="I will not"), "permanent", "the model refused: I will not"),
        (chat_answer("not json"), "transient", "not JSON"),
        (chat_answer("[1]"), "transient", "does not fit the schema"),
        (ok({"choices": []}), "permanent", "without a message"),
        (ok({"choices": [{"message": None}]}), "permanent", "without a message"),
        (ok([1]), "transient", "cannot be read"),
    ],
)
def test_a_chat_that_did_not_come_to_its_end_fails(answer: HttpResponse, kind: str, message: str) -> None:
    got = ACTIONS["openai"].perform(a_call(CHAT, tools=fake_tools(http=FakeHttp(answer)), secrets=SECRETS))
    assert isinstance(got, Failed)
    assert (got.kind, message in got.message) == (kind, True)

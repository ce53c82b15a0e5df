"""What is special about each service: batches, pages that grow, answers that are not whole."""

from __future__ import annotations

import json
from typing import cast

import pytest

from automation.actions.base import Done, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.ports import HttpResponse
from automation.plan.model import Json
from tests.fakes import FakeHttp, a_call, fake_tools

SECRETS = {
    "AIRTABLE_API_KEY": "pat-1",
    "AIRTABLE_BASE_ID": "appBASE",
    "NOTION_API_KEY": "ntn-1",
    "OPENAI_API_KEY": "sk-1",
}
EMBEDDINGS: dict[str, Json] = {"operation": "embeddings", "model": "m", "input": ["a", "b"]}


def ok(value: Json) -> HttpResponse:
    return HttpResponse(200, {}, json.dumps(value).encode())


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

"""What each service action would send, and what it makes of the answers. No network, no files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import pytest

from automation.actions.base import BadInput, Done, Draft, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.ports import HttpFailed, HttpResponse
from automation.plan.model import Json
from tests.fakes import FakeHttp, a_call, fake_tools

SECRETS = {
    "SLACK_WEBHOOK_URL": "https://hooks.slack.example/T/B/x",
    "ZAPIER_WEBHOOK_URL": "https://hooks.zapier.example/catch/1",
    "AIRTABLE_API_KEY": "pat-1",
    "AIRTABLE_BASE_ID": "appBASE",
    "NOTION_API_KEY": "ntn-1",
    "OPENAI_API_KEY": "sk-1",
}
PARENT = "0123456789abcdef0123456789abcdef"

INPUTS: dict[str, dict[str, Json]] = {
    "slack": {"text": "hello", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hi"}}]},
    "zapier": {"event": "plan.ready", "data": {"n": 1}},
    "openai": {"operation": "embeddings", "model": "m", "input": ["a", "b"]},
}

ANSWERS: dict[str, Json] = {
    "slack": None,
    "zapier": {"status": "success", "id": "z1"},
    "openai": {
        "data": [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}],
        "usage": {"total_tokens": 7},
    },
}

EXPECTED: dict[str, tuple[Draft, Done]] = {
    "slack": (
        Draft(
            "POST ${SLACK_WEBHOOK_URL}",
            {"method": "POST", "url": "${SLACK_WEBHOOK_URL}", "headers": {}, "json": INPUTS["slack"]},
        ),
        Done({"ok": True}),
    ),
    "zapier": (
        Draft(
            "POST ${ZAPIER_WEBHOOK_URL}",
            {
                "method": "POST",
                "url": "${ZAPIER_WEBHOOK_URL}",
                "headers": {},
                "json": {"event": "plan.ready", "key": "effect-key", "data": {"n": 1}},
            },
        ),
        Done({"status": "success", "id": "z1"}, remote="z1"),
    ),
    "openai": (
        Draft(
            "POST https://api.openai.com/v1/embeddings",
            {
                "method": "POST",
                "url": "https://api.openai.com/v1/embeddings",
                "headers": {"Authorization": "Bearer ${OPENAI_API_KEY}"},
                "json": {"model": "m", "input": ["a", "b"], "encoding_format": "float"},
            },
        ),
        Done({"count": 2, "dimension": 2, "tokens": 7, "input-tokens": 7, "output-tokens": 0}),
    ),
}


def ok(value: Json) -> HttpResponse:
    return HttpResponse(200, {}, b"ok" if value is None else json.dumps(value).encode())


@pytest.mark.parametrize("name", INPUTS)
def test_the_exact_request_is_recorded_with_secrets_as_placeholders(name: str) -> None:
    assert ACTIONS[name].prepare(a_call(INPUTS[name])) == (EXPECTED[name][0],)


@pytest.mark.parametrize("name", INPUTS)
def test_what_was_recorded_is_what_is_sent_with_secrets_filled_in(name: str) -> None:
    http = FakeHttp(ok(ANSWERS[name]))
    call = a_call(INPUTS[name], tools=fake_tools(http=http), secrets=SECRETS)
    assert ACTIONS[name].perform(call) == EXPECTED[name][1]
    (sent,) = http.requests
    recorded = cast("dict[str, Json]", EXPECTED[name][0].request)
    text = json.dumps({"url": recorded["url"], "headers": recorded["headers"]})
    for secret, value in SECRETS.items():
        text = text.replace(f"${{{secret}}}", value)
    expected = json.loads(text)
    headers = {key.lower(): value for key, value in sent.headers.items()}
    assert sent.url == expected["url"]
    assert {key: headers[key.lower()] for key in expected["headers"]} == expected["headers"]
    assert json.loads(sent.body) == recorded["json"]
    assert (sent.method, sent.private) == (recorded["method"], False)


@pytest.mark.parametrize("name", INPUTS)
def test_without_its_secrets_nothing_is_sent_and_they_are_named(name: str) -> None:
    http = FakeHttp()
    got = ACTIONS[name].perform(a_call(INPUTS[name], tools=fake_tools(http=http)))
    assert isinstance(got, Failed)
    assert (got.kind, http.requests) == ("configuration", [])
    assert ACTIONS[name].secrets[0] in got.message


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpFailed("timed out", kind="transient", sent="maybe"), ("transient", None)),
        (HttpFailed("no route", kind="transient", sent="no"), ("transient", False)),
        (HttpFailed("refused address", kind="permanent", sent="no"), ("permanent", False)),
        (HttpResponse(429, {"retry-after": "7"}, b""), ("transient", False)),
        (HttpResponse(500, {}, b""), ("transient", None)),
        (HttpResponse(403, {}, b""), ("permanent", False)),
        (HttpResponse(400, {}, b"invalid_payload"), ("permanent", False)),
    ],
    ids=str,
)
def test_failures_are_classified(
    name: str, answer: HttpResponse | HttpFailed, expected: tuple[str, bool | None]
) -> None:
    got = ACTIONS[name].perform(a_call(INPUTS[name], tools=fake_tools(http=FakeHttp(answer)), secrets=SECRETS))
    assert isinstance(got, Failed)
    assert (got.kind, got.happened) == expected
    assert not any(value in got.message for value in SECRETS.values())


@pytest.mark.parametrize("name", INPUTS)
def test_mock_outputs_are_declared_and_of_their_types(name: str) -> None:
    from automation.actions.declared import is_of

    action = ACTIONS[name]
    assert {key: is_of(action.mock[key], kind) for key, kind in action.outputs.items()} == dict.fromkeys(
        action.outputs, True
    )


@pytest.mark.parametrize("name", INPUTS)
def test_another_address_is_used_when_the_step_names_one(name: str) -> None:
    http = FakeHttp(ok(ANSWERS[name]))
    call = a_call({**INPUTS[name], "base-url": "http://127.0.0.1:8080/"}, tools=fake_tools(http=http), secrets=SECRETS)
    assert isinstance(ACTIONS[name].perform(call), Done)
    assert http.requests[0].url.startswith("http://127.0.0.1:8080")
    assert http.requests[0].private


BAD: list[tuple[str, Mapping[str, Json], str]] = [
    ("slack", {"text": " "}, "text is empty"),
    ("slack", {"text": "x" * 40_001}, "40,001 characters"),
    ("slack", {"text": "x", "blocks": []}, "0 blocks"),
    ("slack", {"text": "x", "blocks": [{"type": "divider"}] * 51}, "51 blocks"),
    ("slack", {"text": "x", "blocks": ["no"]}, "block 1: it is not a mapping"),
    ("slack", {"text": "x", "blocks": [{"type": "divider"}, {"type": "nope"}]}, "block 2: 'nope' is not a type"),
    ("slack", {"text": "x", "blocks": [{"type": "section"}]}, "text or fields"),
    ("slack", {"text": "x", "blocks": [{"type": "section", "text": "plain"}]}, "text is not a mapping"),
    ("slack", {"text": "x", "blocks": [{"type": "section", "txt": "x"}]}, "text or fields"),
    (
        "slack",
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
        "3000",
    ),
    ("slack", {"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "150"),
    ("slack", {"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "plain_text"),
    ("slack", {"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text"}}]}, "text"),
    ("slack", {"text": "x", "base-url": "http://hooks.example"}, "use https"),
    ("zapier", {"event": "e"}, "exactly one of data and data-file"),
    ("zapier", {"event": "e", "data": [1]}, "not a mapping"),
    ("airtable", {"table": "t", "key-fields": ["a"]}, "exactly one of records and records-file"),
    ("airtable", {"table": "t", "key-fields": ["a"], "records": []}, "at least one"),
    ("airtable", {"table": "t", "key-fields": ["a"], "records": "x"}, "not a list"),
    ("airtable", {"table": "t", "key-fields": ["a"], "records": [{"a": 1}, 2]}, "at least one mapping"),
    ("airtable", {"table": "t", "key-fields": [], "records": [{"a": 1}]}, "0 names"),
    (
        "airtable",
        {"table": "t", "key-fields": ["a"], "records": [{"b": 1}]},
        "record 1 has no value in its key field a",
    ),
    ("airtable", {"table": "t", "key-fields": ["a"], "records": [{"a": 1, "b": {}}]}, "the field b holds a mapping"),
    ("airtable", {"table": "t", "key-fields": ["a"], "records": [{"a": 1}, {"a": 1}]}, "records 1 and 2 have the same"),
    ("notion", {"parent": "home", "title": "t", "markdown": ""}, "no Notion id"),
    ("notion", {"parent": {"page": PARENT}, "title": "t", "markdown": ""}, "parent is an id, or a mapping"),
    ("notion", {"parent": PARENT, "title": " ", "markdown": ""}, "0 characters"),
    ("notion", {"parent": PARENT, "title": "t"}, "exactly one of markdown"),
    ("openai", {"operation": "embeddings", "model": "m", "input": [""]}, "none of them empty"),
    ("openai", {"operation": "embeddings", "model": "m", "input": 5}, "a text or a list"),
    ("openai", {"operation": "embeddings", "model": "m"}, "exactly one of input"),
    ("openai", {"operation": "chat", "model": "m"}, "needs messages"),
]


@pytest.mark.parametrize(("name", "inputs", "why"), BAD, ids=[f"{name}: {why}" for name, _, why in BAD])
def test_bad_inputs_are_refused_before_anything_is_sent(name: str, inputs: Mapping[str, Json], why: str) -> None:
    http = FakeHttp()
    call = a_call(inputs, tools=fake_tools(http=http), secrets=SECRETS)
    with pytest.raises(BadInput, match=why):
        ACTIONS[name].prepare(call)
    with pytest.raises(BadInput, match=why):
        ACTIONS[name].perform(call)
    assert http.requests == []


@pytest.mark.parametrize("value", ["http://hooks.example/x", "not an address", "https://a:b@hooks.example"])
def test_a_webhook_secret_that_is_no_https_address_is_refused_without_being_shown(value: str) -> None:
    got = ACTIONS["slack"].perform(a_call({"text": "x"}, secrets={"SLACK_WEBHOOK_URL": value}))
    assert isinstance(got, Failed)
    assert got.kind == "configuration"
    assert value not in got.message


def test_a_token_that_breaks_its_header_is_refused() -> None:
    secrets = {**SECRETS, "OPENAI_API_KEY": "sk\r\nX-Evil: 1"}
    got = ACTIONS["openai"].perform(a_call(INPUTS["openai"], secrets=secrets))
    assert isinstance(got, Failed)
    assert (got.kind, "sk" in got.message.replace("OPENAI", "")) == ("configuration", False)


def test_text_that_looks_like_a_placeholder_never_gets_a_secret() -> None:
    http = FakeHttp(ok(None))
    call = a_call({"text": "${SLACK_WEBHOOK_URL}"}, tools=fake_tools(http=http), secrets=SECRETS)
    ACTIONS["slack"].perform(call)
    assert json.loads(http.requests[0].body) == {"text": "${SLACK_WEBHOOK_URL}"}


def test_slack_answers_in_a_thread() -> None:
    (draft,) = ACTIONS["slack"].prepare(a_call({"text": "x", "thread-key": "1712345678.000100"}))
    assert cast("dict[str, Json]", draft.request)["json"] == {"text": "x", "thread_ts": "1712345678.000100"}

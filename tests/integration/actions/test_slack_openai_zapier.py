"""`slack`, `openai` and `zapier` through their own clients, against services that keep state and go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from openai.types import CreateEmbeddingResponse, EmbeddingCreateParams
from openai.types.chat import ChatCompletion
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import TypeAdapter

from automation.actions.base import BadInput, Call, Change, Done, Failed, Found
from automation.actions.catalogue import ACTIONS
from automation.engine.ports import Http, HttpRequest, HttpResponse, Stopped
from automation.engine.purse import Budget
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.plan.model import Json
from tests.fakes import FakeHttp, a_call, fake_tools
from tests.services import openai as fake_openai
from tests.services.base import Fault, Kind, serving
from tests.services.openai import OpenAI
from tests.services.slack import CHANNEL, TOKEN, Slack
from tests.services.zapier import Zapier

SLACK, OPENAI, ZAPIER = ACTIONS["slack"], ACTIONS["openai"], ACTIONS["zapier"]
BLOCKS: list[Json] = [{"type": "header", "text": {"type": "plain_text", "text": "Hi"}}]
SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {"verdict": {"enum": ["allow", "deny"]}, "sure": {"type": "number"}},
    "required": ["verdict", "sure"],
    "additionalProperties": False,
}


class Desk:
    """Calls of the three actions."""

    def __init__(self, folder: Path, http: Http) -> None:
        self.slack, self.openai, self.zapier = Slack(), OpenAI(), Zapier()
        self._folder, self.tools = folder, fake_tools()._replace(http=http)
        self.timeout = 10.0

    def call(self, inputs: dict[str, Json], key: str = "k" * 32) -> Call:
        secrets = {
            "SLACK_WEBHOOK_URL": self.slack.webhook,
            "SLACK_BOT_TOKEN": TOKEN,
            "OPENAI_API_KEY": fake_openai.KEY,
            "ZAPIER_WEBHOOK_URL": self.zapier.webhook,
        }
        return a_call(inputs, self._folder, tools=self.tools, timeout=self.timeout, key=key, secrets=secrets)

    def bot(self, text: str = "hello", **more: Json) -> Call:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return self.call({"text": text, "channel": CHANNEL, "base-url": self.slack.address, **given})

    def chat(self, **more: Json) -> Call:
        messages: list[Json] = [{"role": "user", "content": "Is it allowed?"}]
        given = {name.replace("_", "-"): value for name, value in more.items()}
        inputs: dict[str, Json] = {"operation": "chat", "model": "gpt-4o-mini", "messages": messages, **given}
        return self.call({**inputs, "base-url": self.openai.address})

    def embed(self, texts: list[Json], **more: Json) -> Call:
        inputs: dict[str, Json] = {"operation": "embeddings", "model": "text-embedding-3-small", "input": texts, **more}
        return self.call({**inputs, "base-url": self.openai.address})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    stop = Stop()
    found = Desk(tmp_path, HttpClient(stop))
    with serving(found.slack, found.openai, found.zapier):
        yield found
    stop.close()


def put(call: Call) -> object:
    """As the engine does it: look up, then make or bring up to date what is not complete."""
    assert SLACK.find is not None
    found = SLACK.find(call)
    if isinstance(found, Failed) or (found and found[0].complete):
        return found
    return SLACK.perform(call._replace(existing=found[0].remote if found else ""))


def recorded(call: Call, action: Any) -> list[Json]:
    return [cast("dict[str, Json]", draft.request)["json"] for draft in action.prepare(call)]


# ---- slack


def test_a_bots_message_is_found_changed_and_deleted(desk: Desk) -> None:
    assert SLACK.find is not None
    assert SLACK.undo is not None
    call = desk.bot(blocks=BLOCKS, key="standing", update=True)
    made = put(call)
    assert isinstance(made, Done)
    assert [desk.slack.ledger[-1].json] == recorded(call, SLACK)
    assert put(call) == (Found(made.remote, made.outputs),)
    again = put(desk.bot("news", key="standing", update=True))
    assert isinstance(again, Done)
    assert again.remote == made.remote
    assert [message["text"] for message in desk.slack.messages.values()] == ["news"]
    assert isinstance(SLACK.undo(call, made.remote), Done)
    assert isinstance(SLACK.undo(call, made.remote), Done)
    assert SLACK.find(call) == ()


def test_a_message_of_a_thread_is_looked_for_in_the_thread(desk: Desk) -> None:
    first = put(desk.bot(key="first"))
    assert isinstance(first, Done)
    call = desk.bot(thread_key=cast("str", first.outputs["ts"]), key="second")
    second = put(call)
    assert isinstance(second, Done)
    assert put(call) == (Found(second.remote, second.outputs),)
    assert put(desk.bot(key="second")) != (Found(second.remote, second.outputs),)


def test_a_message_on_a_later_page_is_found_and_too_many_pages_are_told(desk: Desk) -> None:
    made = put(desk.bot(key="old"))
    assert isinstance(made, Done)
    for number in range(26):
        SLACK.perform(desk.bot(key=f"later-{number}"))
    desk.slack.page = 2
    assert put(desk.bot(key="old")) == (Found(made.remote, made.outputs),)
    desk.slack.page = 1
    far = put(desk.bot(key="old"))
    assert isinstance(far, Failed)
    assert (far.kind, "look by hand" in far.message) == ("permanent", True)


def test_in_a_channel_that_is_full_of_old_messages_a_new_one_is_posted(desk: Desk) -> None:
    desk.slack.epoch = 1_700_000_000  # years before the clock of these tests
    for number in range(12):
        SLACK.perform(desk.bot(key=f"old-{number}"))
    desk.slack.page = 1
    assert isinstance(put(desk.bot(key="new")), Done)
    assert len(desk.slack.messages) == 13


def changes(call: Call) -> list[Change]:
    assert SLACK.inspect is not None
    found = SLACK.inspect(call)
    assert not isinstance(found, Failed)
    return list(found)


def test_what_a_message_would_change_is_told(desk: Desk) -> None:
    assert [one.change for one in changes(desk.call({"text": "x"}))] == ["send"]
    assert [one.change for one in changes(desk.bot(key="a"))] == ["send"]
    call = desk.bot(key="a", update=True)
    assert [one.change for one in changes(call)] == ["create"]
    put(call)
    assert [one.change for one in changes(call)] == ["unchanged"]
    (change,) = changes(desk.bot("other", key="a", update=True))
    assert (change.change, change.before) == ("update", {"text": "hello"})
    assert [one.what for one in changes(desk.bot("other", key="a"))] == [
        f"message in {CHANNEL}, posted with other words"
    ]


def test_a_webhook_can_neither_be_asked_nor_take_back(desk: Desk) -> None:
    assert SLACK.find is not None
    assert SLACK.undo is not None
    assert isinstance(SLACK.find(desk.call({"text": "x"})), Failed)
    assert isinstance(SLACK.undo(desk.call({"text": "x"}), ""), Failed)
    assert SLACK.repeat_of is not None
    assert (SLACK.repeat_of({"text": "x"}), SLACK.repeat_of({"channel": "C1"})) == ("blind", "findable")


@pytest.mark.parametrize(
    ("said", "kind", "happened", "part"),
    [
        ({"ok": False, "error": "ratelimited"}, "transient", False, "ratelimited"),
        ({"ok": False, "error": "fatal_error"}, "transient", None, "fatal_error"),
        ({"ok": False, "error": "missing_scope", "needed": "chat:write"}, "permanent", False, "lacks the scope chat:w"),
        ({"ok": False, "error": "token_revoked"}, "permanent", False, "Check the secret SLACK_BOT_TOKEN"),
        ({"ok": False, "error": "not_in_channel"}, "permanent", False, "invite the app"),
        ({"ok": False, "error": "msg_too_long"}, "permanent", False, "msg_too_long"),
        ({"ok": True}, "transient", None, "cannot be read"),
        ([1], "transient", None, "cannot be read"),
    ],
)
def test_what_slack_says_in_an_answer_counts(said: Json, kind: str, happened: bool | None, part: str) -> None:
    http = FakeHttp(HttpResponse(200, {"content-type": "application/json"}, json.dumps(said).encode()))
    call = a_call({"text": "x", "channel": CHANNEL}, tools=fake_tools(http=http), secrets={"SLACK_BOT_TOKEN": "x"})
    got = SLACK.perform(call)
    assert isinstance(got, Failed)
    assert (got.kind, got.happened, part in got.message) == (kind, happened, True)


# ---- openai


def test_what_openai_is_asked_and_answers_is_what_its_own_types_say(desk: Desk) -> None:
    chat = desk.chat(schema=SCHEMA, max_tokens=50)
    got = OPENAI.perform(chat)
    assert isinstance(got, Done)
    assert got.outputs["json"] == {"verdict": "allow", "sure": 0.5}
    assert recorded(chat, OPENAI) == [desk.openai.ledger[-1].json]
    TypeAdapter(CompletionCreateParamsNonStreaming).validate_python(desk.openai.ledger[-1].json)
    embed = desk.embed(["near", "far"])
    assert OPENAI.perform(embed) == Done(
        {
            "count": 2,
            "dimension": 2,
            "tokens": 3,
            "input-tokens": 3,
            "output-tokens": 0,
            "cost-usd": 6e-08,
        }
    )
    assert recorded(embed, OPENAI) == [desk.openai.ledger[-1].json]
    TypeAdapter(EmbeddingCreateParams).validate_python(desk.openai.ledger[-1].json)
    chatted, embedded = (desk.openai.do(asked).json for asked in desk.openai.ledger)
    ChatCompletion.model_validate(chatted, strict=True)
    CreateEmbeddingResponse.model_validate(embedded, strict=True)


def test_the_tokens_and_dollars_of_a_chat_are_told(desk: Desk) -> None:
    got = OPENAI.perform(desk.chat(max_tokens=50))
    assert isinstance(got, Done)
    sent, received = cast("int", got.outputs["input-tokens"]), cast("int", got.outputs["output-tokens"])
    assert got.outputs["tokens"] == sent + received
    assert got.outputs["cost-usd"] == round((sent * 0.15 + received * 0.60) / 1_000_000, 8)
    dear = OPENAI.perform(desk.chat(price={"input": 1_000_000, "output": 0}))
    assert isinstance(dear, Done)
    assert dear.outputs["cost-usd"] == sent
    unknown = OPENAI.perform(desk.chat(model="somebodys-model"))
    assert isinstance(unknown, Done)
    assert "cost-usd" not in unknown.outputs


def test_nothing_is_asked_that_could_pass_the_budget(desk: Desk) -> None:
    desk.tools = desk.tools._replace(purse=Budget(0.0001))
    asked = 0
    while isinstance(OPENAI.perform(desk.chat(max_tokens=100)), Done):
        asked += 1
        assert asked < 100
    assert asked == len(desk.openai.ledger) > 1
    refused = OPENAI.perform(desk.chat(max_tokens=100))
    assert isinstance(refused, Failed)
    assert (refused.kind, refused.happened) == ("permanent", False)
    assert "of the run's budget of $0.0001" in refused.message
    assert isinstance(OPENAI.perform(desk.embed(["a"])), Done)


@pytest.mark.parametrize(("given", "lacks"), [({}, "max-tokens"), ({"model": "mine", "max_tokens": 9}, "price")])
def test_with_a_budget_what_a_chat_may_cost_has_to_be_known(desk: Desk, given: dict[str, Json], lacks: str) -> None:
    desk.tools = desk.tools._replace(purse=Budget(5))
    got = OPENAI.perform(desk.chat(**given))
    assert isinstance(got, Failed)
    assert (got.kind, lacks in got.message, desk.openai.ledger) == ("configuration", True, [])


def test_an_answer_that_was_lost_counts_as_paid(desk: Desk) -> None:
    purse = Budget(0.0001)
    desk.tools = desk.tools._replace(purse=purse)
    desk.openai.goes_wrong(Fault("lost", times=1))
    OPENAI.perform(desk.chat(max_tokens=100))
    assert purse.reserve(0.00005) != ""
    desk.openai.goes_wrong(Fault("error-before", retry_after="1"))
    cheap = Budget(0.0001)
    desk.tools = desk.tools._replace(purse=cheap)
    OPENAI.perform(desk.chat(max_tokens=100))
    assert cheap.reserve(0.0001) == ""


def test_an_answer_that_tells_no_usage_counts_as_dear_as_any(desk: Desk) -> None:
    purse = Budget(0.0001)
    desk.tools = desk.tools._replace(purse=purse)
    desk.openai.usage = False
    got = OPENAI.perform(desk.chat(max_tokens=100))
    assert isinstance(got, Done)
    assert "cost-usd" not in got.outputs
    assert purse.reserve(0.00005) != ""


def test_what_a_useless_answer_cost_is_told(desk: Desk) -> None:
    desk.openai.says = "{"
    got = OPENAI.perform(desk.chat(schema=SCHEMA))
    assert isinstance(got, Failed)
    assert "it was charged all the same: " in got.message
    assert " tokens, $0.0000" in got.message


@pytest.mark.parametrize(
    ("says", "part"), [('{"verdict": "maybe", "sure": 1}', "does not fit"), ("{", "is not JSON"), ("[]", "not fit")]
)
def test_an_answer_that_does_not_fit_the_schema_is_no_answer(desk: Desk, says: str, part: str) -> None:
    desk.openai.says = says
    got = OPENAI.perform(desk.chat(schema=SCHEMA))
    assert isinstance(got, Failed)
    assert (got.kind, part in got.message) == ("transient", True)


def test_a_schema_that_is_none_is_told_as_such(desk: Desk) -> None:
    with pytest.raises(BadInput, match="no JSON Schema"):
        OPENAI.perform(desk.chat(schema={"type": "nonsense"}))
    assert desk.openai.ledger == []


def test_what_openai_may_cost_is_told_before(desk: Desk) -> None:
    assert OPENAI.inspect is not None
    (chat,) = cast("tuple[Change]", OPENAI.inspect(desk.chat(max_tokens=100)))
    assert chat.change == "send"
    assert cast("dict[str, float]", chat.after)["usd-at-most"] > 100 * 0.60 / 1_000_000
    (open_end,) = cast("tuple[Change]", OPENAI.inspect(desk.chat()))
    assert open_end.after is None


# ---- zapier


def test_an_event_carries_the_effects_key(desk: Desk) -> None:
    call = desk.call({"event": "done", "data": {"n": 1}})
    assert ZAPIER.perform(call) == Done({"status": "success", "id": "zap-1"}, remote="zap-1")
    assert desk.zapier.events == recorded(call, ZAPIER) == [{"event": "done", "key": "k" * 32, "data": {"n": 1}}]
    assert ZAPIER.inspect is not None
    assert [one.change for one in cast("tuple[Change]", ZAPIER.inspect(call))] == ["send"]


# ---- what goes wrong


TABLE: list[tuple[Kind, str, bool | None, str]] = [
    ("down", "transient", None, "could not be reached"),
    ("slow", "transient", None, "no whole answer within"),
    ("limited", "transient", False, "answered 429"),
    ("error-before", "transient", False, "answered 503"),
    ("error-after", "transient", None, "answered 502"),
    ("rubbish", "transient", None, "cannot be read"),
    ("wrong-type", "transient", None, "cannot be read"),
    ("revoked", "permanent", False, "Check the secret"),
    ("lost", "transient", None, "could not be reached"),
    ("late", "transient", None, "could not be reached"),
]


@pytest.mark.parametrize(("kind", "error", "happened", "part"), TABLE, ids=[one[0] for one in TABLE])
@pytest.mark.parametrize("name", ["webhook", "bot", "chat", "embed", "zap"])
def test_each_failure_of_each_service_is_told_by_its_class(
    desk: Desk, name: str, kind: Kind, error: str, happened: bool | None, part: str
) -> None:
    desk.timeout = 0.3 if kind == "slow" else 10.0
    action, call, service = {
        "webhook": (SLACK, desk.call({"text": "x"}), desk.slack),
        "bot": (SLACK, desk.bot(), desk.slack),
        "chat": (OPENAI, desk.chat(), desk.openai),
        "embed": (OPENAI, desk.embed(["a"]), desk.openai),
        "zap": (ZAPIER, desk.call({"event": "e", "data": {}}), desk.zapier),
    }[name]
    service.goes_wrong(Fault(kind, retry_after="7"))
    got = action.perform(call)
    assert isinstance(got, Failed)
    assert (got.kind, got.happened) == (error, happened)
    assert part in got.message
    assert not [value for value in call.secrets.values() if value in got.message]
    assert got.retry_after == (7.0 if kind in ("limited", "error-before", "error-after") else None)


class StoppedHttp:
    def send(self, request: HttpRequest) -> HttpResponse:
        raise Stopped("the run is being stopped")


@pytest.mark.parametrize("name", ["bot", "chat"])
def test_a_run_that_is_stopped_is_not_taken_for_a_failure(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path, StoppedHttp())
    desk.slack.address = desk.openai.address = "http://127.0.0.1:9"
    with pytest.raises(Stopped):
        (SLACK if name == "bot" else OPENAI).perform(desk.bot() if name == "bot" else desk.chat())


def test_without_the_client_library_the_step_says_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "openai", None)
    got = OPENAI.perform(desk.chat())
    assert isinstance(got, Failed)
    assert (got.kind, got.happened) == ("configuration", False)
    assert got.message == "OpenAI needs the Python package openai, which is not installed: pip install 'ztr[provision]'"


def test_a_step_without_time_left_asks_nobody(desk: Desk) -> None:
    desk.timeout = 0.0
    got = OPENAI.perform(desk.chat())
    assert isinstance(got, Failed)
    assert (got.kind, got.happened, desk.openai.ledger) == ("transient", False, [])

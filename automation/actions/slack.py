"""`slack`: a message through an incoming webhook, or by a bot that can find, change and delete it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

from automation.actions import libraries
from automation.actions.answers import parsed
from automation.actions.base import Action, BadInput, Call, Change, Done, Draft, Failed, Found, Outcome, Repeat
from automation.actions.clients import BASE_URL_SCHEMA, Wire, base_url, hook, secret
from automation.actions.service import Prepared
from automation.actions.slack_answers import TOKEN, not_ok
from automation.plan.model import Json

if TYPE_CHECKING:
    from slack_sdk import WebClient

WEBHOOK = "SLACK_WEBHOOK_URL"
LONGEST_TEXT = 40_000  # Slack cuts what is longer
MOST_BLOCKS = 50
EVENT_TYPE = "ztr_effect"
_PAGE, _PAGES, _MOST_PAGES = 200, 10, 25  # so far back a message is looked for: 2,000, and 5,000 of the last week
_WEEK = 7 * 86_400.0  # seconds; a doubt about an effect is at most a day old
_GONE = frozenset({404, 410})  # how Slack answers on a webhook that was removed


def prepare(call: Call) -> tuple[Draft, ...]:
    """The one request, after Slack's own rules for blocks have been checked."""
    return (_message(call).draft(),)


def perform(call: Call) -> Outcome:
    """Post it, or change the message that is there already."""
    message = _message(call)
    if not _by_bot(call.inputs):
        return _posted(call, message)
    return _Bot(call).change(call.existing, message) if call.existing else _Bot(call).post(message)


def find(call: Call) -> tuple[Found, ...] | Failed:
    """The messages in the channel that carry the effect's key, the oldest first. A webhook knows of none."""
    if not _by_bot(call.inputs):
        return Failed("permanent", "a webhook cannot be asked what it has posted")
    there, content = _Bot(call).messages(), _digest(_content(_message(call)))
    update = bool(call.inputs.get("update"))
    if isinstance(there, Failed):
        return there
    return tuple(one.found(complete=not update or one.content == content) for one in there)


def inspect(call: Call) -> tuple[Change, ...] | Failed:
    """A message that is to be sent, or what becomes of the one that is there."""
    message = _message(call)
    content = _content(message)
    if not _by_bot(call.inputs):
        return (Change("send", "message through the webhook", after=content),)
    what = f"message in {call.inputs['channel']}"
    there = _Bot(call).messages()
    if isinstance(there, Failed):
        return there
    if not there:
        return (Change("create" if call.inputs.get("update") else "send", what, after=content),)
    if there[0].content == _digest(content):
        return (Change("unchanged", what),)
    if not call.inputs.get("update"):
        return (Change("unchanged", f"{what}, posted with other words"),)
    return (Change("update", what, before={"text": there[0].text}, after=content),)


def undo(call: Call, remote: str) -> Outcome:
    """Delete a message of the bot's. A webhook's cannot be deleted."""
    channel, _, ts = remote.partition(":")
    if not ts:
        return Failed("permanent", "a message that came through a webhook cannot be deleted by it: delete it by hand")
    return _Bot(call).delete(channel, ts)


def repeat_of(inputs: Mapping[str, Json]) -> Repeat:
    """A bot finds its messages by their metadata; nobody can ask a webhook."""
    return "findable" if _by_bot(inputs) else "blind"


def secrets_of(inputs: Mapping[str, Json]) -> tuple[str, ...]:
    """The bot's token with a channel, the webhook's address without one."""
    return (TOKEN,) if _by_bot(inputs) else (WEBHOOK,)


def _by_bot(inputs: Mapping[str, Json]) -> bool:
    return "channel" in inputs


def _message(call: Call) -> Prepared:
    text, blocks = str(call.inputs.get("text", "")), call.inputs.get("blocks")
    if not text.strip():
        raise BadInput("slack: text is empty; it is what notifications show, beside blocks, too")
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"slack: text has {len(text):,} characters, Slack takes {LONGEST_TEXT:,}")
    payload: dict[str, Json] = {"text": text}
    if blocks is not None:
        payload["blocks"] = _checked(cast("list[Json]", blocks))
    if call.inputs.get("thread-key"):
        payload["thread_ts"] = str(call.inputs["thread-key"])
    if not _by_bot(call.inputs):
        url = base_url(call, "") if "base-url" in call.inputs else f"${{{WEBHOOK}}}"
        return Prepared("Slack", "POST", url, payload)
    payload["channel"] = str(call.inputs["channel"])
    carried: dict[str, Json] = {"key": _key(call), "content": _digest(payload)}
    payload["metadata"] = {"event_type": EVENT_TYPE, "event_payload": carried}
    url = f"{base_url(call, libraries.SLACK)}/api/chat.postMessage"
    return Prepared("Slack", "POST", url, payload, {"Authorization": f"Bearer ${{{TOKEN}}}"})


def _content(message: Prepared) -> Mapping[str, Json]:
    """What a reader sees of it."""
    return {name: value for name, value in cast("Mapping[str, Json]", message.json).items() if name != "metadata"}


def _key(call: Call) -> str:
    return str(call.inputs.get("key") or call.key)


def _digest(content: Mapping[str, Json]) -> str:
    """What tells whether a message says the same: Slack gives texts and blocks back in a form of its own."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _posted(call: Call, message: Prepared) -> Outcome:
    wire = Wire(call, "Slack", (WEBHOOK,))
    body = cast("dict[str, object]", message.json)
    answer = wire.ask(lambda: libraries.slack_webhook(wire, hook(call, "Slack", WEBHOOK)).send_dict(body))
    if isinstance(answer, Failed):
        return answer
    refused = wire.refused()
    if refused and answer.status_code in _GONE:
        return refused._replace(message=f"{refused.message}. Check the secret {WEBHOOK}: was the webhook removed?")
    if refused or str(answer.body).strip() != "ok":
        return refused or wire.unreadable()
    return Done({"ok": True})


class _There(NamedTuple):
    """A message that is in the channel, with the digest of its content when it was sent."""

    channel: str
    ts: str
    content: str
    text: str

    def found(self, *, complete: bool) -> Found:
        outputs: dict[str, Json] = {"ok": True, "channel": self.channel, "ts": self.ts}
        return Found(f"{self.channel}:{self.ts}", outputs, complete)


class _Bot:
    """Slack's Web API for one call of a step."""

    def __init__(self, call: Call) -> None:
        self._call, self._wire = call, Wire(call, "Slack", (TOKEN,))
        self._key = _key(call)

    def post(self, message: Prepared) -> Outcome:
        payload = cast("dict[str, object]", message.json)
        return self._done(lambda client: client.chat_postMessage(**payload).data)  # type: ignore[arg-type]  # as checked

    def change(self, existing: str, message: Prepared) -> Outcome:
        channel, _, ts = existing.partition(":")
        payload = {**cast("dict[str, object]", message.json), "ts": ts, "channel": channel}
        payload.pop("thread_ts", None)  # a message stays in its thread
        return self._done(lambda client: client.chat_update(**payload).data)  # type: ignore[arg-type]  # as checked

    def delete(self, channel: str, ts: str) -> Outcome:
        answer = self._ask(lambda client: client.chat_delete(channel=channel, ts=ts).data)
        if isinstance(answer, Failed):
            return Done() if "message_not_found" in answer.message else answer
        return Done(remote=f"{channel}:{ts}")

    def messages(self) -> tuple[_There, ...] | Failed:
        """Those with our key, the oldest first. Fails where the channel is too full to be read back for a week."""
        found: list[_There] = []
        cursor, week_ago = "", self._call.tools.clock.now().timestamp() - _WEEK
        for number in range(1, _MOST_PAGES + 1):
            page = self._page(cursor)
            if isinstance(page, Failed):
                return page
            messages = _list(page.get("messages"))
            found += [there for one in messages if (there := self._ours(one)) is not None]
            more = page.get("response_metadata")
            cursor = str(more.get("next_cursor") or "") if isinstance(more, Mapping) else ""
            newest_first = "thread-key" not in self._call.inputs
            far_enough = newest_first and number >= _PAGES and bool(messages) and _time(messages[-1]) < week_ago
            if found or not cursor or far_enough:
                return tuple(sorted(found, key=lambda one: one.ts))
        return Failed(
            "permanent", f"the channel's last {_PAGE * _MOST_PAGES:,} messages hold none with this key; look by hand"
        )

    def _page(self, cursor: str) -> Mapping[str, Json] | Failed:
        channel, thread = str(self._call.inputs["channel"]), str(self._call.inputs.get("thread-key", ""))
        at = cursor or None

        def read(client: WebClient) -> object:
            if thread:
                return client.conversations_replies(
                    channel=channel, ts=thread, include_all_metadata=True, limit=_PAGE, cursor=at
                ).data
            return client.conversations_history(channel=channel, include_all_metadata=True, limit=_PAGE, cursor=at).data

        return self._ask(read, reads=True)

    def _ours(self, message: Json) -> _There | None:
        metadata = message.get("metadata") if isinstance(message, Mapping) else None
        carried = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
        if not isinstance(message, Mapping) or not isinstance(carried, Mapping) or carried.get("key") != self._key:
            return None
        ts, text = str(message.get("ts", "")), str(message.get("text", ""))
        return _There(str(self._call.inputs["channel"]), ts, str(carried.get("content", "")), text)

    def _done(self, do: Callable[[WebClient], object]) -> Outcome:
        answer = self._ask(do)
        if isinstance(answer, Failed):
            return answer
        channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
        if not ts:
            return self._wire.unreadable()
        return Done({"ok": True, "channel": channel, "ts": ts}, remote=f"{channel}:{ts}")

    def _ask(self, do: Callable[[WebClient], object], *, reads: bool = False) -> Mapping[str, Json] | Failed:
        answer = self._wire.ask(lambda: do(self._client()), reads=reads)
        said = parsed(self._wire.answer) if self._wire.answer else None
        if isinstance(answer, Failed) and isinstance(said, Mapping) and said.get("ok") is False:
            return not_ok(said) if self._wire.refused() is None else answer
        if isinstance(answer, Failed):
            return answer
        return cast("Mapping[str, Json]", answer) if isinstance(answer, Mapping) else self._wire.unreadable()

    def _client(self) -> WebClient:
        token = secret(self._call, "Slack", TOKEN)
        return libraries.slack(self._wire, token, base_url(self._call, libraries.SLACK))


def _time(message: Json) -> float:
    """When it was posted, in seconds since 1970; the future where that cannot be read."""
    ts = str(message.get("ts", "")) if isinstance(message, Mapping) else ""
    return float(ts) if ts.replace(".", "", 1).isdecimal() else float("inf")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _checked(blocks: list[Json]) -> list[Json]:
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        raise BadInput(f"slack: {len(blocks)} blocks; Slack takes 1 to {MOST_BLOCKS} in a message")
    for number, block in enumerate(blocks, 1):
        problem = _block_problem(block)
        if problem:
            raise BadInput(f"slack: block {number}: {problem}")
    return blocks


def _block_problem(block: Json) -> str:
    """Why Slack would refuse the block: by the models of slack-sdk, and for headers that are not plain text."""
    if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
        return "it is not a mapping with a type"
    text = block.get("text")
    if block["type"] == "header" and not (isinstance(text, Mapping) and text.get("type") == "plain_text"):
        return "the text of a header has to be of type plain_text"
    if text is not None and not (isinstance(text, Mapping) and text.get("type") in {"plain_text", "mrkdwn"}):
        return "text is not a mapping {type: plain_text or mrkdwn, text: …}"
    from slack_sdk.errors import SlackObjectFormationError
    from slack_sdk.models.blocks import Block

    try:
        model = Block.parse(cast("dict[str, object]", block))
        if model is None:
            return f"{block['type']!r} is not a type of block that Slack knows"
        model.validate_json()
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError) as error:
        return f"{block['type']}: {error}"
    return ""


ACTION = Action(
    name="slack",
    summary="Post a message to Slack.",
    description="""\
Without `channel` it posts to the incoming webhook whose address is the secret `SLACK_WEBHOOK_URL`. Such a message
cannot be taken back and a webhook cannot be asked, so after a crash in the middle the step asks what to do, unless it
says `on-unknown: retry` or `skip`.

With `channel` it posts as the bot whose token is the secret `SLACK_BOT_TOKEN` (scopes `chat:write` and
`channels:history`, for a private channel `groups:history`; the app has to be in the channel). The message carries the
effect's key in its metadata: after a crash it is looked up, and it can be deleted again. With `update: true` the
message that carries `key` is changed where there is one among the channel's last 2,000 messages or those of the last
week; further back nobody looks, and a new one is posted.

Blocks are checked by Slack's own limits before anything is sent: a header of at most 150 characters of plain text, a
section of at most 3,000, at most 50 blocks.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "text": {
                "type": "string",
                "minLength": 1,
                "description": "The message; beside blocks, what notifications show.",
            },
            "blocks": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_BLOCKS,
                "items": {"type": "object", "required": ["type"]},
                "description": "The message as Block Kit blocks.",
            },
            "thread-key": {
                "type": "string",
                "pattern": r"^[0-9]+\.[0-9]+$",
                "description": "Timestamp (`ts`) of the message to answer to.",
            },
            "channel": {
                "type": "string",
                "pattern": "^[CDG][A-Z0-9]{2,}$",
                "description": "The channel's id, for a message by the bot.",
            },
            "key": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "description": "What tells this message from all others in the channel; else the effect's key.",
            },
            "update": {
                "type": "boolean",
                "default": False,
                "description": "Whether the message with the same `key` is changed instead.",
            },
            "base-url": {
                **BASE_URL_SCHEMA,
                "description": "An address in place of the webhook's, or of Slack's, for tests and proxies.",
            },
        },
        "required": ["text"],
        "allOf": [
            {"if": {"required": ["key"]}, "then": {"required": ["channel"]}},
            {"if": {"required": ["update"]}, "then": {"required": ["key"]}},
        ],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"ok": "boolean", "channel": "string", "ts": "string"},
    mock={"ok": True, "channel": "", "ts": ""},
    secrets=(WEBHOOK,),
    secrets_of=secrets_of,
    repeat="blind",
    repeat_of=repeat_of,
    find=find,
    inspect=inspect,
    undo=undo,
    example="""\
- id: announce
  uses: slack
  secrets: [SLACK_WEBHOOK_URL]
  with:
    text: "Search accuracy: ${{ steps.evaluate.outputs.accuracy }}"
    blocks:
      - {type: header, text: {type: plain_text, text: Search is ready}}
      - {type: section, text: {type: mrkdwn, text: "Accuracy *${{ steps.evaluate.outputs.accuracy }}*"}}
- id: standing
  uses: slack
  secrets: [SLACK_BOT_TOKEN]
  with: {channel: C0123456789, key: search-standing, update: true, text: "Search is at ${{ vars.version }}"}
""",
)

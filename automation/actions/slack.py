"""`slack`: a message through an incoming webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from automation.actions.base import Action, BadInput, Call, Done, Draft, Failed, Outcome
from automation.actions.service import BASE_URL_SCHEMA, Prepared, base_url, send
from automation.plan.model import Json

WEBHOOK = "SLACK_WEBHOOK_URL"
LONGEST_TEXT = 40_000  # Slack cuts what is longer
MOST_BLOCKS = 50


def prepare(call: Call) -> tuple[Draft, ...]:
    """The one request, after Slack's own rules for blocks have been checked."""
    return (_message(call).draft(),)


def perform(call: Call) -> Outcome:
    """Post it. Slack's webhook gives back no id."""
    answer = send(call, _message(call))
    return answer if isinstance(answer, Failed) else Done({"ok": True})


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
    url = base_url(call, "") if "base-url" in call.inputs else f"${{{WEBHOOK}}}"
    return Prepared("Slack", "POST", url, payload)


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
Posts to the incoming webhook whose address is the secret `SLACK_WEBHOOK_URL`. Blocks are checked by Slack's own
limits before anything is sent: a header of at most 150 characters of plain text, a section of at most 3,000, at
most 50 blocks.

A message cannot be taken back and a webhook cannot be asked, so after a crash in the middle the step asks what to
do, unless it says `on-unknown: retry` or `skip`.
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
            "base-url": {
                **BASE_URL_SCHEMA,
                "description": "An address to post to in place of the webhook's, for tests.",
            },
        },
        "required": ["text"],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"ok": "boolean"},
    mock={"ok": True},
    secrets=(WEBHOOK,),
    repeat="blind",
    example="""\
- id: announce
  uses: slack
  secrets: [SLACK_WEBHOOK_URL]
  with:
    text: "Search accuracy: ${{ steps.evaluate.outputs.accuracy }}"
    blocks:
      - {type: header, text: {type: plain_text, text: Search is ready}}
      - {type: section, text: {type: mrkdwn, text: "Accuracy *${{ steps.evaluate.outputs.accuracy }}*"}}
""",
)

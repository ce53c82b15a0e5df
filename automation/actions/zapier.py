"""`zapier`: an event for a Zap's catch hook."""

from __future__ import annotations

import json
from collections.abc import Mapping

from automation.actions.answers import parsed
from automation.actions.base import Action, BadInput, Call, Change, Done, Draft, Failed, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, Wire, base_url, hook
from automation.actions.service import Prepared, exactly_one, input_file
from automation.plan.model import Json

WEBHOOK = "ZAPIER_WEBHOOK_URL"
_GONE = frozenset({404, 410})  # how Zapier answers on a hook that is not there any more
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


def prepare(call: Call) -> tuple[Draft, ...]:
    """The one request."""
    return (_event(call).draft(),)


def perform(call: Call) -> Outcome:
    """Post it; `id` is the one that Zapier gives to the attempt. There is no client library for a hook."""
    event = _event(call)
    wire = Wire(call, "Zapier", (WEBHOOK,))
    body = json.dumps(event.json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    answer = wire.ask(lambda: wire.send(event.method, hook(call, "Zapier", WEBHOOK), _HEADERS, body))
    if isinstance(answer, Failed):
        return answer
    refused, said = wire.refused(), parsed(answer)
    if refused and answer.status in _GONE:
        return refused._replace(message=f"{refused.message}. Check the secret {WEBHOOK}: is the Zap switched on?")
    if refused or not isinstance(said, Mapping):
        return refused or wire.unreadable()
    remote = str(said.get("id", ""))
    return Done({"status": str(said.get("status", "")), "id": remote}, remote=remote)


def inspect(call: Call) -> tuple[Change, ...]:
    """An event is sent each time; a hook keeps nothing that could be read."""
    return (Change("send", f"event {call.inputs['event']}", after=_event(call).json),)


def _event(call: Call) -> Prepared:
    key = exactly_one(call, ("data", "data-file"), "zapier")
    data = call.inputs["data"] if key == "data" else input_file(call, "data-file")
    if not isinstance(data, Mapping):
        raise BadInput(f"zapier: {key} is not a mapping")
    payload: dict[str, Json] = {"event": str(call.inputs["event"]), "key": call.key, "data": data}
    url = base_url(call, "") if "base-url" in call.inputs else f"${{{WEBHOOK}}}"
    return Prepared("Zapier", "POST", url, payload)


ACTION = Action(
    name="zapier",
    summary="Send an event to a Zap.",
    description="""\
Posts `{event, key, data}` to the catch hook whose address is the secret `ZAPIER_WEBHOOK_URL`. `key` is the same
when the same effect is sent again, so that a Zap can drop what it has seen.

A hook cannot be asked what it has taken, so after a crash in the middle the step asks what to do, unless it says
`on-unknown: retry` or `skip`.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "event": {"type": "string", "minLength": 1, "maxLength": 200, "description": "The event's name."},
            "data": {"type": "object", "description": "What goes with it."},
            "data-file": {
                "type": "string",
                "minLength": 1,
                "description": "File below the work directory with a JSON object.",
            },
            "base-url": {**BASE_URL_SCHEMA, "description": "An address to post to in place of the hook's, for tests."},
        },
        "required": ["event"],
        "oneOf": [{"required": ["data"]}, {"required": ["data-file"]}],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"status": "string", "id": "string"},
    mock={"status": "success", "id": "mock-zapier-event"},
    secrets=(WEBHOOK,),
    repeat="blind",
    inspect=inspect,
    example="""\
- id: register
  uses: zapier
  secrets: [ZAPIER_WEBHOOK_URL]
  with: {event: release.ready, data: {version: "${{ vars.version }}"}}
""",
)

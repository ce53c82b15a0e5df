"""`zapier`: an event for a Zap's catch hook."""

from __future__ import annotations

from collections.abc import Mapping

from automation.actions.base import Action, BadInput, Call, Done, Draft, Failed, Outcome
from automation.actions.service import BASE_URL_SCHEMA, Prepared, base_url, exactly_one, input_file, send
from automation.plan.model import Json

WEBHOOK = "ZAPIER_WEBHOOK_URL"


def prepare(call: Call) -> tuple[Draft, ...]:
    """The one request."""
    return (_event(call).draft(),)


def perform(call: Call) -> Outcome:
    """Post it; `id` is the one that Zapier gives to the attempt."""
    answer = send(call, _event(call))
    if isinstance(answer, Failed):
        return answer
    remote = str(answer.get("id", ""))
    return Done({"status": str(answer.get("status", "")), "id": remote}, remote=remote)


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
    example="""\
- id: register
  uses: zapier
  secrets: [ZAPIER_WEBHOOK_URL]
  with: {event: release.ready, data: {version: "${{ vars.version }}"}}
""",
)

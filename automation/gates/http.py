"""`http`: an address answers with the right status, and with the right JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse
from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.naming import NAME_SCHEMA
from automation.plan.json_path import find, same
from automation.plan.model import Bound, Json


def measure(look: Look) -> Measurement:
    """The status; with `expect-json` and the right status, the first wrong value, or the last one looked at."""
    url = str(look.inputs["http"])
    timeout = look.inputs.get("timeout")
    seconds = min(float(timeout), look.timeout) if isinstance(timeout, int | float) else look.timeout
    request = HttpRequest(
        "GET", url, {"Accept": "application/json, */*"}, timeout=seconds, private=bool(look.inputs.get("allow-private"))
    )
    try:
        response = look.tools.http.send(request)
    except HttpFailed as error:
        return Unmeasurable(str(error), f"GET {url}")
    expected = look.inputs.get("expect-status", 200)
    wanted = look.inputs.get("expect-json")
    if response.status != expected or not isinstance(wanted, Mapping) or not wanted:
        return Measured(response.status, Bound("equals", expected), f"status of GET {url}")
    return _json(response, wanted, f"GET {url}")


def _json(response: HttpResponse, wanted: Mapping[str, Json], source: str) -> Measurement:
    try:
        value: Json = json.loads(response.body)
    except (ValueError, RecursionError):
        return Unmeasurable("the answer is not JSON", source)
    path, expected, got = "", None, None
    for path, expected in wanted.items():
        found, got = find(value, path)
        if not found:
            return Unmeasurable(f"the answer has no {path}", source)
        if not same(got, expected):
            break
    return Measured(got, Bound("equals", expected), f"{path} of {source}")


GATE = GateKind(
    name="http",
    summary="An address answers, with the right status and JSON.",
    description="""\
A GET without redirects. Private addresses are refused unless `allow-private` says otherwise. The network is
outside, so in mock mode the gate is not judged.
""",
    inputs={
        "type": "object",
        "properties": {
            "http": {"type": "string", "pattern": "^https?://", "description": "The address."},
            "expect-status": {
                "type": "integer",
                "minimum": 100,
                "maximum": 599,
                "default": 200,
                "description": "The right status.",
            },
            "expect-json": {
                "type": "object",
                "description": "Dotted path (`data.items.0.id`) to the value that has to be there.",
            },
            "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 600, "description": "Seconds in all."},
            "allow-private": {
                "type": "boolean",
                "default": False,
                "description": "Whether private addresses are allowed.",
            },
            "name": NAME_SCHEMA,
        },
        "required": ["http"],
        "additionalProperties": False,
    },
    measure=measure,
    example='- {http: "https://example.com/health", expect-json: {status: ok}}\n',
    effect="external",
)

"""`http`: a request, and what is expected of its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from automation.actions.addresses import address_problem
from automation.actions.answers import failure, parsed
from automation.actions.base import Action, BadInput, Call, Done, Draft, Failed, Outcome, Repeat
from automation.actions.placeholders import fill, header_safe, names_in
from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse
from automation.plan.json_path import find, same
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, write_inside

LONGEST_BODY = 10_000
LARGEST_JSON = 262_144  # outputs are kept in the journal: what is larger goes to a file
_READING = frozenset({"GET", "HEAD"})
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})  # RFC 9110, 9.2.2
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_PRIVATE_HEADERS = frozenset({"set-cookie", "set-cookie2", "www-authenticate", "authorization"})


def prepare(call: Call) -> tuple[Draft, ...]:
    """The request as it would be sent, secrets as `${NAME}`."""
    method, url, headers = _method(call), _url(call), _headers(call)
    request: dict[str, Json] = {"method": method, "url": url, "headers": dict(headers)}
    request.update({key: call.inputs[key] for key in ("json", "body") if key in call.inputs})
    return (Draft(target=f"{method} {url}", request=request),)


def perform(call: Call) -> Outcome:
    """Send it and check status, then JSON. What only reads has never "happened", so it can always be tried again."""
    reading = _method(call) in _READING
    try:
        response = call.tools.http.send(_request(call))
        outcome = _judged(call, response)
    except (UnsafePath, OSError) as error:
        return Failed("permanent", f"save-to: {error}", happened=not reading)
    except HttpFailed as error:
        return Failed(error.kind, f"{_url(call)}: {error}", happened=False if reading or error.sent == "no" else None)
    return outcome._replace(happened=False) if isinstance(outcome, Failed) and reading else outcome


def repeat_of(inputs: Mapping[str, Json]) -> Repeat:
    """GET, HEAD, PUT and DELETE may be repeated at will by HTTP's own semantics; POST and PATCH may not."""
    return "upsert" if str(inputs.get("method", "GET")).upper() in _IDEMPOTENT else "blind"


def _method(call: Call) -> str:
    return str(call.inputs.get("method", "GET")).upper()


def _url(call: Call) -> str:
    url = str(call.inputs["url"])
    secret = any(names_in(text) for text in (url, *_given_headers(call).values()))
    problem = address_problem(url.replace("${", "").replace("}", ""), secret=secret) if not url.startswith("${") else ""
    if problem:
        raise BadInput(f"http: url {url[:200]!r}: {problem}")
    return url


def _given_headers(call: Call) -> Mapping[str, str]:
    given = call.inputs.get("headers")
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}


def _headers(call: Call) -> dict[str, str]:
    headers = dict(_given_headers(call))
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _FORBIDDEN:
            raise BadInput(f"http: the header {name[:60]!r} is not one that a step may set")
        if not header_safe(value):
            raise BadInput(f"http: the header {name} holds a line break or a letter that headers cannot carry")
    names = {name.lower() for name in headers}
    if "json" in call.inputs and "content-type" not in names:
        headers["Content-Type"] = "application/json"
    if _method(call) not in _IDEMPOTENT and call.key and "idempotency-key" not in names:
        headers["Idempotency-Key"] = call.key
    return headers


def _request(call: Call) -> HttpRequest:
    try:
        url = fill(_url(call), call.secrets)
        headers = {name: fill(value, call.secrets) for name, value in _headers(call).items()}
    except KeyError as error:
        raise BadInput(f"http: ${{{error.args[0]}}} has no value: name it in the step's secrets, and set it") from error
    problem = address_problem(url, secret=url != _url(call))
    if problem or not all(header_safe(value) for value in headers.values()):
        problem = problem or "a header holds what headers cannot carry"
        raise BadInput(f"http: with its secrets filled in, the request cannot be sent: {problem}")
    return HttpRequest(
        _method(call),
        url,
        headers,
        _body(call),
        timeout=min(float(cast("float", call.inputs.get("timeout", 30))), call.timeout),
        max_bytes=int(cast("int", call.inputs.get("max-bytes", 1_000_000))),
        redirects=int(cast("int", call.inputs.get("redirects", 0))),
        private=bool(call.inputs.get("allow-private")),
    )


def _body(call: Call) -> bytes:
    if "json" in call.inputs:
        return json.dumps(call.inputs["json"], ensure_ascii=False).encode("utf-8", "replace")
    return str(call.inputs.get("body", "")).encode("utf-8", "replace")


def _judged(call: Call, response: HttpResponse) -> Outcome:
    failed = _wrong_status(call, response) or _wrong_json(call, response)
    if failed:
        return failed
    if "save-to" in call.inputs:
        write_inside(call.workdir, str(call.inputs["save-to"]), response.body)
    small = len(response.body) <= LARGEST_JSON
    return Done(
        {
            "status": response.status,
            "json": parsed(response) if small else None,
            "body": response.body.decode("utf-8", "replace")[:LONGEST_BODY],
            "headers": {name: value for name, value in response.headers.items() if name not in _PRIVATE_HEADERS},
        }
    )


def _wrong_status(call: Call, response: HttpResponse) -> Failed | None:
    failed = failure(response, call.tools.clock.now(), service=_url(call), secrets=_asked(call))
    expected = call.inputs.get("expect-status")
    if expected is None:
        return failed
    statuses = list(expected) if isinstance(expected, list | tuple) else [expected]
    if response.status in statuses:
        return None
    told = f"{_url(call)} answered {response.status}, expected was {' or '.join(str(status) for status in statuses)}"
    return failed._replace(message=told) if failed else Failed("permanent", told, happened=True)


def _wrong_json(call: Call, response: HttpResponse) -> Failed | None:
    expected = call.inputs.get("expect-json")
    if not isinstance(expected, Mapping):
        return None
    value = parsed(response)
    for path, wanted in expected.items():
        found, got = find(value, path)
        if not found or not same(got, wanted):
            was = json.dumps(got)[:100] if found else "missing"
            told = f"{_url(call)}: {path} in the answer is {was}"
            told = f"{told}, expected was {json.dumps(wanted)[:100]}"
            return Failed("transient" if _method(call) in _READING else "permanent", told, happened=True)
    return None


def _asked(call: Call) -> tuple[str, ...]:
    return names_in(" ".join((_url(call), *_given_headers(call).values())))


ACTION = Action(
    name="http",
    summary="Send an HTTP request.",
    description="""\
Sends one request and checks the answer's status and JSON. Without `expect-status` any 2xx is right. In `url` and
`headers` `${NAME}` stands for a secret that the step lists; it is filled in when the request is sent and recorded
as written. Redirects are not followed and private addresses (loopback, link-local, internal networks) are refused
unless the step allows them.

GET, HEAD, PUT and DELETE may be repeated at will. POST and PATCH carry an `Idempotency-Key`; as not every server
heeds it, they ask what to do after a crash in the middle, unless the step says `on-unknown: retry` or `skip`.

`body` is cut to 10,000 characters, `json` is null above 256 kB: use `save-to` for more.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "url": {"type": "string", "minLength": 1, "description": "The address, http or https."},
            "method": {
                "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
                "default": "GET",
                "description": "The method.",
            },
            "headers": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number"]},
                "description": "Headers, name to value.",
            },
            "json": {"description": "What to send, as JSON."},
            "body": {"type": "string", "description": "What to send, as text."},
            "timeout": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 600,
                "default": 30,
                "description": "Seconds in all.",
            },
            "max-bytes": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100_000_000,
                "default": 1_000_000,
                "description": "The largest answer that is taken, after decompression.",
            },
            "redirects": {
                "type": "integer",
                "minimum": 0,
                "maximum": 10,
                "default": 0,
                "description": "How many redirects are followed.",
            },
            "allow-private": {
                "type": "boolean",
                "default": False,
                "description": "Whether private addresses are allowed.",
            },
            "expect-status": {
                "type": ["integer", "array"],
                "minimum": 100,
                "maximum": 599,
                "minItems": 1,
                "items": {"type": "integer", "minimum": 100, "maximum": 599},
                "description": "The status, or the list of those, that mean success.",
            },
            "expect-json": {
                "type": "object",
                "description": "What the answer's JSON must hold: dotted path (`data.items.0.id`) to value.",
            },
            "save-to": {
                "type": "string",
                "minLength": 1,
                "description": "File below the work directory for the answer's body.",
            },
        },
        "required": ["url"],
        "not": {"required": ["json", "body"]},
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"status": "integer", "json": "object", "body": "string", "headers": "object"},
    mock={"status": 200, "json": {}, "body": "", "headers": {}},
    repeat="blind",
    repeat_of=repeat_of,
    example="""\
- id: health
  uses: http
  with:
    url: https://example.com/health
    timeout: 10
    expect-json: {status: ok}
- id: deploy
  uses: http
  secrets: [DEPLOY_TOKEN]
  with:
    method: POST
    url: https://example.com/api/deployments
    headers: {Authorization: "Bearer ${DEPLOY_TOKEN}"}
    json: {version: "${{ vars.version }}"}
    expect-status: 201
""",
)

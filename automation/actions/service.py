"""A request to a service as a value: what mock mode records and what is sent for real come from the same one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.actions.addresses import address_problem, is_loopback
from automation.actions.answers import failure, parsed
from automation.actions.base import BadInput, Call, Draft, Failed
from automation.actions.placeholders import fill, header_safe, names_in
from automation.engine.ports import HttpFailed, HttpRequest
from automation.plan.model import NO_TEXT, Json
from automation.plan.paths import UnsafePath, read_inside

LARGEST_INPUT = 20_000_000


class Prepared(NamedTuple):
    """One request. Secrets stand in `url` and `headers` as `${NAME}`, never in `json`: data cannot ask for a secret."""

    service: str
    method: str
    url: str
    json: Json
    headers: Mapping[str, str] = NO_TEXT
    timeout: float = 30.0
    max_bytes: int = 1_000_000

    def draft(self) -> Draft:
        """What the report shows of it."""
        request: dict[str, Json] = {"method": self.method, "url": self.url, "headers": dict(self.headers)}
        return Draft(target=f"{self.method} {self.url}", request={**request, "json": self.json})


def send(call: Call, prepared: Prepared) -> Mapping[str, Json] | Failed:
    """Send it and give the answer's JSON object (empty where it is none), or why it is not done."""
    wanted = names_in(" ".join((prepared.url, *prepared.headers.values())))
    missing = [name for name in wanted if not call.secrets.get(name)]
    if missing:
        return Failed(
            "configuration", f"{prepared.service} needs the secret {', '.join(missing)}: set it, or run in mock mode"
        )
    try:
        request = _request(call, prepared)
        response = call.tools.http.send(request)
    except BadInput as error:
        return Failed("configuration", str(error))
    except HttpFailed as error:
        happened = False if error.sent == "no" else None
        return Failed(error.kind, f"{prepared.service} could not be reached: {error}", happened=happened)
    failed = failure(response, call.tools.clock.now(), service=prepared.service, secrets=wanted)
    answer = parsed(response)
    return failed or (answer if isinstance(answer, Mapping) else {})


def base_url(call: Call, default: str) -> str:
    """The service's address, or another one that the step names. Raises `BadInput`."""
    address = str(call.inputs.get("base-url", default)).rstrip("/")
    problem = address_problem(address, secret=True)
    if problem:
        raise BadInput(f"base-url {address[:100]!r}: {problem}")
    return address


def input_file(call: Call, key: str) -> Json:
    """The JSON in the file below the work directory that `with.<key>` names. Raises `BadInput`."""
    name = str(call.inputs[key])
    try:
        value: Json = json.loads(text_file(call.workdir, name, key))
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, BadInput) else BadInput(f"{key}: {name} is not JSON ({error})") from error
    return value


def text_file(root: Path, name: str, key: str) -> str:
    """The text of a file below `root`. Raises `BadInput`."""
    try:
        return read_inside(root, name, LARGEST_INPUT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{key}: {name} is not UTF-8") from error
    except UnsafePath as error:
        raise BadInput(f"{key}: {error}") from error
    except FileNotFoundError as error:
        raise BadInput(
            f"{key}: {name} is not there; is it written by an earlier step, or produced by a needed task?"
        ) from error
    except OSError as error:
        raise BadInput(f"{key}: {name}: {error.strerror}") from error


def exactly_one(call: Call, keys: Sequence[str], action: str) -> str:
    """Which of these keys the step gives. Raises `BadInput` unless it is one."""
    given = [key for key in keys if call.inputs.get(key) is not None]
    if len(given) != 1:
        raise BadInput(f"{action} needs exactly one of {' and '.join(keys)}")
    return given[0]


def _request(call: Call, prepared: Prepared) -> HttpRequest:
    url = fill(prepared.url, call.secrets)
    problem = address_problem(url, secret=True)
    if problem:
        # The address may hold the secret, so it is not shown.
        raise BadInput(f"the address for {prepared.service} ({prepared.url[:100]}) cannot be used: {problem}")
    headers = {name: fill(value, call.secrets) for name, value in prepared.headers.items()}
    if not all(header_safe(value) for value in headers.values()):
        raise BadInput(f"a header for {prepared.service} holds a line break or a letter that headers cannot carry")
    return HttpRequest(
        prepared.method,
        url,
        {**headers, "Content-Type": "application/json", "Accept": "application/json"},
        json.dumps(prepared.json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        timeout=min(prepared.timeout, call.timeout),
        max_bytes=prepared.max_bytes,
        private=is_loopback(url),
    )


BASE_URL_SCHEMA: Mapping[str, Json] = {
    "type": "string",
    "minLength": 8,
    "description": "Another address of the service, for tests and proxies.",
}

"""The services' own client libraries on the HTTP port.

A library builds the requests and reads the answers; what goes over the network goes through the port alone, so that
each of them has the one deadline, the one rule for addresses, no retries and no redirects of its own. What went wrong
is told from what went over the wire, never from a library's exception: those quote addresses and headers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from automation.actions.addresses import address_problem, is_loopback
from automation.actions.answers import failure
from automation.actions.base import BadInput, Call, Failed
from automation.actions.placeholders import header_safe
from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse, Stopped
from automation.plan.model import Json

if TYPE_CHECKING:
    import httpx
    import requests

Answer = TypeVar("Answer")

REQUEST_SECONDS = 30.0
_READING = frozenset({"GET", "HEAD"})
# The port frames and unpacks by itself; what a library would say about either is wrong by then.
_OF_THE_REQUEST = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_OF_THE_ANSWER = frozenset({"connection", "content-length", "transfer-encoding", "content-encoding"})

BASE_URL_SCHEMA: Mapping[str, Json] = {
    "type": "string",
    "minLength": 8,
    "description": "Another address of the service, for tests and proxies.",
}


def base_url(call: Call, default: str) -> str:
    """The service's address, or another one that the step names. Raises `BadInput`."""
    address = str(call.inputs.get("base-url", default)).rstrip("/")
    problem = address_problem(address, secret=True)
    if problem:
        raise BadInput(f"base-url {address[:100]!r}: {problem}")
    return address


def secret(call: Call, service: str, name: str) -> str:
    """The secret's value, fit for a header or an address. Raises `BadInput` that names it and never shows it."""
    value = call.secrets.get(name, "").strip()
    if not value:
        raise BadInput(f"{service} needs the secret {name}: set it, or run in mock mode")
    if not header_safe(value):
        raise BadInput(f"the secret {name} holds a line break or a letter that headers cannot carry: set it again")
    return value


def hook(call: Call, service: str, name: str) -> str:
    """The address that is a secret itself, or the one that the step names. Raises `BadInput`, and shows no secret."""
    if "base-url" in call.inputs:
        return base_url(call, "")
    address = secret(call, service, name)
    problem = address_problem(address, secret=True)
    if problem:
        raise BadInput(f"the secret {name} is no address that {service} can be reached at: {problem}")
    return address


class Wire:
    """The HTTP port for one call of a step, as the transports of all client libraries see it.

    `secrets` are named in the remedy where the service refuses them. A request has `seconds` at most, all of them
    together have what the step has left. `answer` is the last answer, `written` counts the requests other than GET
    and HEAD that may have reached the service.
    """

    def __init__(
        self,
        call: Call,
        service: str,
        secrets: tuple[str, ...] = (),
        *,
        seconds: float = REQUEST_SECONDS,
        max_bytes: int = 1_000_000,
    ) -> None:
        self._tools, self._seconds, self._max_bytes = call.tools, seconds, max_bytes
        self._until = call.tools.clock.monotonic() + call.timeout
        self._secrets = secrets
        self._problem: HttpFailed | Stopped | None = None
        self.service = service
        self.answer: HttpResponse | None = None
        self.written = 0

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Send it. Raises `HttpFailed` and `Stopped`, which are kept for `failed` in case that a library hides them."""
        self.answer = self._problem = None
        try:
            self.answer = self._tools.http.send(self._request(method, url, headers, body))
        except (HttpFailed, Stopped) as problem:
            self._problem = problem
            if isinstance(problem, Stopped) or problem.sent == "maybe":
                self._count(method)
            raise
        self._count(method)
        return self.answer

    def ask(self, do: Callable[[], Answer], *, reads: bool = False) -> Answer | Failed:
        """What the library gives back, or why it is not done. With `reads` nothing has happened in any case.

        Raises `Stopped`.
        """
        self.answer = self._problem = None
        before = self.written
        try:
            return do()
        except BadInput as error:
            return Failed("configuration", str(error))
        except ImportError as error:
            package = str(error.name or "a client library").partition(".")[0]
            told = f"{self.service} needs the Python package {package}, which is not installed"
            return Failed("configuration", f"{told}: pip install 'ztr[provision]'")
        except Exception as error:  # noqa: BLE001 - a library may raise anything about an answer that is rubbish
            return self.failed(type(error).__name__, nothing=reads or self.written == before)

    def failed(self, what: str = "", *, nothing: bool = False) -> Failed:
        """Why the last request was in vain; `what` names it where nothing was sent at all. Raises `Stopped`."""
        if isinstance(self._problem, Stopped):
            raise self._problem
        found = self._failure(what)
        return found._replace(happened=False) if nothing else found

    def refused(self) -> Failed | None:
        """What a status other than 2xx of the last answer means."""
        if self.answer is None:
            return None
        return failure(self.answer, self._tools.clock.now(), service=self.service, secrets=self._secrets)

    def _failure(self, what: str) -> Failed:
        if isinstance(self._problem, HttpFailed):
            happened = False if self._problem.sent == "no" else None
            told = f"{self.service} could not be reached: {self._problem}"
            return Failed(self._problem.kind, told, happened=happened)
        if self.answer is None:
            return Failed("configuration", f"the request for {self.service} cannot be made ({what})")
        return self.refused() or self.unreadable()

    def unreadable(self) -> Failed:
        """The service answered a success that is none: a proxy's page, half an answer, or another form than agreed."""
        answer = self.answer or HttpResponse(0, {}, b"")
        kind = answer.headers.get("content-type", "no content type").partition(";")[0][:60]
        told = f"{self.service} answered {answer.status} with {len(answer.body):,} bytes of {kind} that cannot be read"
        return Failed("transient", f"{told}; is there a proxy in between?", happened=None)

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> HttpRequest:
        left = self._until - self._tools.clock.monotonic()
        if left <= 0:
            raise HttpFailed("the step's time was used up before it was asked", kind="transient", sent="no")
        kept = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_REQUEST}
        return HttpRequest(method, url, kept, body, min(self._seconds, left), self._max_bytes, private=is_loopback(url))

    def _count(self, method: str) -> None:
        self.written += method.upper() not in _READING


def httpx_client(wire: Wire) -> httpx.Client:
    """A client of httpx whose requests go over the wire, for libraries that take one (openai, notion-client)."""
    import httpx

    class Transport(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = wire.send(request.method, str(request.url), dict(request.headers), request.read())
            return httpx.Response(answer.status, headers=_plain(answer), content=answer.body, request=request)

    return httpx.Client(transport=Transport(), trust_env=False, follow_redirects=False)


def mount(session: requests.Session, wire: Wire) -> None:
    """Let all requests of a session of requests go over the wire (pyairtable, PyGithub)."""
    from io import BytesIO

    import requests
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict

    class Adapter(BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
            body = request.body or b""
            data = body.encode() if isinstance(body, str) else bytes(body)
            headers = {str(name): _text(value) for name, value in request.headers.items()}
            answer = wire.send(str(request.method), str(request.url), headers, data)
            response = requests.Response()
            response.status_code, response.url, response.request = answer.status, str(request.url), request
            response.headers = CaseInsensitiveDict(_plain(answer))
            response.raw = BytesIO(answer.body)
            response.encoding = "utf-8"
            return response

        def close(self) -> None:
            """Nothing is kept open."""

    session.trust_env = False
    session.mount("https://", Adapter())
    session.mount("http://", Adapter())


def silent(name: str) -> logging.Logger:
    """A logger for a library that writes nowhere: what it would tell is not redacted."""
    logger = logging.getLogger(f"ztr.silent.{name}")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = False
    logger.setLevel(logging.CRITICAL)
    return logger


def _plain(answer: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in _OF_THE_ANSWER}


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value

"""Services on 127.0.0.1 that keep state, tell what they were asked, and go wrong on demand."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from automation.plan.model import NO_TEXT

Kind = Literal[
    "down",  # the connection ends before the request is looked at
    "slow",  # an answer that drips, a byte at a time, and never comes to its end
    "limited",  # 429 with `retry_after`, nothing is done
    "error-before",  # 503, nothing is done
    "error-after",  # done, and then 502
    "rubbish",  # done, and then bytes that are no JSON under the right content type
    "wrong-type",  # done, and then a page of HTML
    "revoked",  # the key is not accepted any more
    "lost",  # done, and the connection ends without an answer
    "late",  # the connection ends, and it is done when the test calls `land`
]
EVER = 1_000_000
_LONGEST_DRIP = 1_000  # bytes, at 20 ms each: a server must come to an end, even if no client gives up


class Asked(NamedTuple):
    """One request that a service took: `path` is the one below the service's own address, headers have lower-case
    names, `json` is the body where it is JSON or a form, else None. `queries` are all values of the query, by name.
    """

    service: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any
    body: bytes = b""
    queries: Mapping[str, list[str]] = {}


class Reply(NamedTuple):
    """An answer: `text` as it stands where it is given, else `json`."""

    status: int = 200
    json: Any = None
    text: str | None = None
    headers: Mapping[str, str] = NO_TEXT


class Fault(NamedTuple):
    """What goes wrong with `times` requests after the first `skip`, of those to `only` (`METHOD path-prefix`)."""

    kind: Kind
    times: int = EVER
    skip: int = 0
    only: str = ""
    retry_after: str = ""


class Service:
    """A service with state. A subclass answers in `do`, which runs alone: requests come one after the other.

    `ledger` holds all requests that were really carried out, `refused` counts those that were not.
    """

    name = ""

    def __init__(self) -> None:
        self.address = ""
        self.ledger: list[Asked] = []
        self.refused = 0
        self.held: list[Asked] = []
        self._fault: Fault | None = None
        self._hits = 0
        self._lock = threading.Lock()

    def do(self, asked: Asked) -> Reply:
        """Carry it out."""
        raise NotImplementedError

    def allows(self, asked: Asked) -> bool:
        """Whether the request carries the right key."""
        return asked.service == self.name

    def denied(self, asked: Asked) -> Reply:
        """What the service answers to a wrong key."""
        return Reply(401, {"error": {"message": "the key is not valid", "code": "invalid_api_key"}})

    def goes_wrong(self, fault: Fault) -> None:
        """From now on, instead of what went wrong before."""
        self._fault, self._hits = fault, 0

    def recovers(self) -> None:
        """Nothing goes wrong any more."""
        self._fault = None

    def land(self) -> None:
        """What was late arrives now."""
        with self._lock:
            held, self.held = self.held, []
            for asked in held:
                self._carry_out(asked)

    def take(self, asked: Asked) -> Reply | Kind:
        """The answer, or how the connection is treated in its place."""
        with self._lock:
            fault = self._hit(asked)
            kind = fault.kind if fault else ""
            if kind in ("down", "slow"):
                self.refused += 1
                return kind
            if kind == "revoked" or not self.allows(asked):
                self.refused += 1
                return self.denied(asked)
            if fault and kind in ("limited", "error-before"):
                self.refused += 1
                return _told(fault)
            if kind == "late":
                self.held.append(asked)
                return "late"
            reply = self._carry_out(asked)
            return _spoilt(fault, reply) if fault else reply

    def _carry_out(self, asked: Asked) -> Reply:
        reply = self.do(asked)
        if reply.status < 400:
            self.ledger.append(asked)
        else:
            self.refused += 1
        return reply

    def _hit(self, asked: Asked) -> Fault | None:
        fault = self._fault
        if fault is None:
            return None
        method, _, prefix = fault.only.partition(" ")
        if fault.only and not (asked.method == method and asked.path.startswith(prefix)):
            return None
        self._hits += 1
        return fault if fault.skip < self._hits <= fault.skip + fault.times else None


def _told(fault: Fault) -> Reply:
    status = {"limited": 429, "error-before": 503}.get(fault.kind, 502)
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return Reply(status, {"error": {"message": "not now"}}, headers=headers)


def _spoilt(fault: Fault, reply: Reply) -> Reply | Kind:
    match fault.kind:
        case "lost":
            return "lost"
        case "error-after":
            return _told(fault)
        case "rubbish":
            return Reply(200, text='{"id": "half an ans', headers={"Content-Type": "application/json"})
        case "wrong-type":
            return Reply(200, text="<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"})
        case _:
            return reply


@contextmanager
def serving(*services: Service) -> Iterator[str]:
    """All of them on one port, below `/<name>`, until the block ends; gives the port's address."""
    by_name = {service.name: service for service in services}
    handler = type("Handler", (_Handler,), {"services": by_name})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_port}"
    for service in services:
        service.address = f"{address}/{service.name}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_address() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    services: Mapping[str, Service]

    def _serve(self) -> None:
        asked = self._asked()
        service = self.services.get(asked.service)
        reply = service.take(asked) if service else Reply(404, {"message": "no such service"})
        with suppress(OSError):  # a client that gave up
            if isinstance(reply, Reply):
                self._answer(reply)
            elif reply == "slow":
                self._drip()
            else:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that the base class calls

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        _, service, rest = (parts.path + "/").split("/", 2)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        queries = parse_qs(parts.query)
        query = {name: values[-1] for name, values in queries.items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = "/" + unquote(rest[:-1])
        return Asked(service, self.command, path, query, headers, _parsed(headers, body), body, queries)

    def _answer(self, reply: Reply) -> None:
        content = (reply.text if reply.text is not None else json.dumps(reply.json)).encode()
        content = b"" if reply.status == 204 else content
        kind = "application/json" if reply.text is None else "text/plain"
        self.send_response(reply.status)
        for name, value in {"Content-Type": kind, **reply.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _drip(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(_LONGEST_DRIP))
        self.end_headers()
        pause = threading.Event()
        for _ in range(_LONGEST_DRIP):
            self.wfile.write(b" ")
            pause.wait(0.02)

    def log_message(self, *_: object) -> None:
        """Nothing: the ledger tells."""


def _parsed(headers: Mapping[str, str], body: bytes) -> Any:
    if "form-urlencoded" in headers.get("content-type", ""):
        return {name: values[-1] for name, values in parse_qs(body.decode()).items()}
    try:
        return json.loads(body)
    except ValueError:
        return None

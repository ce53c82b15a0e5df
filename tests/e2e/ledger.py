"""A local HTTP server that does what it is asked, and keeps a ledger of every effect: what really happened outside."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, NamedTuple

Moment = Literal["received", "applied", "answered"]
Watch = Callable[[Moment, str], None]


class Fault(NamedTuple):
    """What goes wrong with one request: the effect comes late, the answer is lost, or it is refused unseen."""

    late: float = 0.0
    lost: bool = False
    refused: bool = False


class Seen(NamedTuple):
    """The paths of which something was received, applied and answered by a moment."""

    received: frozenset[str]
    applied: frozenset[str]
    answered: frozenset[str]


class Ledger:
    """What was asked for and what was done, by path.

    Below `/upsert/` the last body counts, below `/keyed/` the first request of each Idempotency-Key, and below
    `/blind/` every request. Below `/deny` every answer is a refusal. `answer` makes an answer's body of the path and
    the request's headers and body.
    """

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.applied: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.bodies: dict[str, str] = {}
        self.keys: dict[str, set[str]] = {}
        self.watch: Watch = lambda _moment, _path: None
        self.fault: Callable[[str], Fault] = lambda _path: Fault()
        self.answer: Callable[[str, str], bytes] = lambda _path, _body: b'{"ok": true}'
        self.release = threading.Event()
        self._before: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._open = 0
        self._changed = threading.Condition()

    def take(self, path: str, key: str, body: str) -> Fault:
        """One request; what to do about its answer."""
        with self._changed:
            self.received[path] += 1
        fault = self.fault(path)
        self.watch("received", path)
        if fault.refused:
            return fault
        if fault.late:
            threading.Event().wait(fault.late)
        with self._changed:
            known = self.keys.setdefault(path, set())
            if not (path.startswith("/keyed/") and key in known):
                self.applied[path] += 1
                self.bodies[path] = body
            known.add(key)
        self.watch("applied", path)
        return fault

    def told(self, path: str) -> None:
        """The answer was sent."""
        with self._changed:
            self.answered[path] += 1
        self.watch("answered", path)

    def begin(self) -> None:
        """A run begins: what `seen` tells of requests and answers counts from here on."""
        with self._changed:
            self._before = (self.received.copy(), self.answered.copy())

    def seen(self) -> Seen:
        """What was received and answered since `begin`, and what has ever been applied."""
        with self._changed:
            received, answered = self._before
            return Seen(
                frozenset(self.received - received), frozenset(self.applied), frozenset(self.answered - answered)
            )

    def connected(self, change: int) -> None:
        """A connection was taken (1) or has ended (-1)."""
        with self._changed:
            self._open += change
            self._changed.notify_all()

    def settle(self, address: tuple[str, int]) -> None:
        """Wait until no request is under way: only then does the ledger say what happened.

        Connections are taken in their order, so that all that a killed client made are before our own.
        """
        with socket.create_connection(address) as probe:
            probe.shutdown(socket.SHUT_WR)
            probe.recv(1)
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, 10), "a request never ended"


@contextmanager
def serving(ledger: Ledger) -> Iterator[tuple[str, int]]:
    """The ledger behind a server on a free port of 127.0.0.1; its address."""
    server = _server(ledger)(("127.0.0.1", 0), _handler(ledger))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield "127.0.0.1", server.server_address[1]
    finally:
        ledger.release.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def _server(ledger: Ledger) -> type[ThreadingHTTPServer]:
    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def process_request(self, request: object, client_address: object) -> None:
            ledger.connected(1)
            super().process_request(request, client_address)  # type: ignore[arg-type]  # a socket and its peer

        def shutdown_request(self, request: object) -> None:
            super().shutdown_request(request)  # type: ignore[arg-type]  # a socket
            ledger.connected(-1)

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients of these tests are killed in the middle of a request: that is no error of the server."""

    return Server


def _handler(ledger: Ledger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            if self.path == "/slow":
                ledger.watch("received", self.path)
                ledger.release.wait(30)
            fault = ledger.take(self.path, self.headers.get("Idempotency-Key", ""), body)
            if fault.lost:
                self.close_connection = True
                return
            status = 400 if self.path.startswith("/deny") else 503 if fault.refused else 200
            self._answer(status, ledger.answer(self.path, f"{self.headers}\n{body}"))
            ledger.told(self.path)

        do_PUT = do_GET = do_POST  # noqa: N815 - the base class looks for these names

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    return Handler

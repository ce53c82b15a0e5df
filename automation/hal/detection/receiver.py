"""A local receiver of alerts that misbehaves as told, to see that delivery is once and in order all the same."""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 65_536
TIMEOUT_SECONDS = 2.0


@dataclass(slots=True)
class Inbox:
    """What arrived. `faults` says what the n-th request meets: `refuse` (answer 503) or `forget` (take, no answer)."""

    faults: Mapping[int, str] = field(default_factory=dict)
    requests: int = 0
    kept: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    def take(self, key: str) -> str:
        """Register a request and say how to answer it: `accept`, `refuse` or `forget`."""
        self.requests += 1
        fault = self.faults.get(self.requests, "accept")
        if fault == "refuse":
            return fault
        (self.repeated if key in self.kept else self.kept).append(key)
        return fault


@contextmanager
def receiver(inbox: Inbox) -> Iterator[int]:
    """Serve the inbox on a free port of 127.0.0.1 for as long as the block lasts; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_SECONDS

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", "0")), LARGEST_BODY)
            answer = inbox.take(str(json.loads(self.rfile.read(length))["key"]))
            if answer != "forget":
                self.send_response(204 if answer == "accept" else 503)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: requests are counted, not logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join(TIMEOUT_SECONDS)
        server.server_close()


@dataclass(frozen=True, slots=True)
class LocalPost:
    """Posts bodies as JSON to a port of 127.0.0.1; a transport of `delivery.deliver`."""

    port: int

    def send(self, body: dict[str, object]) -> int | None:
        """Status of the answer; None if the connection broke before one came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/alerts", json.dumps(body), {"Content-Type": "application/json"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

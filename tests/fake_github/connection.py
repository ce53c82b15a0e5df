"""One HTTP connection to the fake GitHub: reads a request, writes or withholds the answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

_PIECES = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire. *dropped*: nothing; *cut*: half of it; *seconds*: in pieces, over so long a time."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    dropped: bool = False
    cut: bool = False
    seconds: float = 0.0


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # headers and body leave as two writes: without this the second waits for the client's acknowledgement
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        fake = self.server.fake  # type: ignore[attr-defined]  # put there by FakeGitHub.start
        self._send(fake.reply(self.command, self.path, headers, raw))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815  # the names that http.server looks for

    def _send(self, reply: Reply) -> None:
        if reply.dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.cut:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        elif reply.seconds:
            self._drip(reply)
        else:
            self.wfile.write(reply.body)

    def _drip(self, reply: Reply) -> None:
        step = max(1, len(reply.body) // _PIECES)
        for start in range(0, len(reply.body), step):
            threading.Event().wait(reply.seconds / _PIECES)
            self.wfile.write(reply.body[start : start + step])
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """The ledger tells more than a log."""

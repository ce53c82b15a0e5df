"""A tiny service to break on purpose: healthy until told to be slow, to fail or to crash.

Run as a file of its own, without the package: it serves a free port of 127.0.0.1, prints the port, and ends when its
standard input closes, so that it never outlives the process that started it.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW_SECONDS = 0.6
CRASH_STATUS = 3


@dataclass(slots=True)
class Behaviour:
    """How the service answers from now on: `fault` is empty, slow, errors or crash."""

    fault: str = ""

    def answer(self, path: str) -> tuple[int, float]:
        """Status and seconds to wait before it. A path `/fault/KIND` plants the fault; status 0 means: die now."""
        if path.startswith("/fault/"):
            self.fault = path.removeprefix("/fault/")
            return (0 if self.fault == "crash" else 202), 0.0
        if self.fault == "errors":
            return 500, 0.0
        return 200, SLOW_SECONDS if self.fault == "slow" else 0.0


@contextmanager
def service(behaviour: Behaviour, leave: Callable[[int], object]) -> Iterator[int]:
    """Serve a free port of 127.0.0.1 for as long as the block lasts; yields the port. `leave` ends the process."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, wait = behaviour.answer(self.path)
            if status == 0:
                leave(CRASH_STATUS)
                return
            time.sleep(wait)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: the drill keeps its own record."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    """Serve until standard input closes."""
    with service(Behaviour(), os._exit) as port:
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

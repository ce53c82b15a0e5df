"""Connections of one request: only to checked addresses, and cut at the deadline or when the run is being stopped."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from automation.engine.stop import Stop

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter


class Guard:
    """The one deadline of a request, over name, connection, redirects and body; the time limit of a socket starts anew
    at each byte.

    `connected` tells whether any connection was ever ready, so that a request may have been sent.
    """

    def __init__(self, stop: Stop, timeout: float) -> None:
        self.deadline = time.monotonic() + timeout
        self.connected = False
        self.cut: Literal["", "deadline", "stopped"] = ""
        self._stop = stop
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(0.0, timeout), self._expire)
        self._timer.daemon = True
        self._exit = ExitStack()

    def __enter__(self) -> Guard:
        self._timer.start()
        self._exit.enter_context(self._stop.calling(self._stopped))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._exit.close()
        for one in self._sockets:
            one.close()

    def left(self) -> float:
        """Seconds to the deadline, never quite nothing: a socket takes 0 as *do not block*."""
        return max(0.001, self.deadline - time.monotonic())

    def connect(self, addresses: Sequence[str], port: int) -> socket.socket:
        """A connection to the first address that takes one. Raises `OSError`."""
        problem = OSError("no address to connect to")
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                # A duplicate, since TLS wraps the original; shutting it down ends the connection of both.
                self._watch(connection.dup())
                connection.settimeout(self.left())
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.connect((address, port))
                if self.cut:  # a connection that is shut down while it is made counts as made
                    raise ConnectionAbortedError("cut while connecting")
            except OSError as failed:
                connection.close()
                problem = failed
            else:
                return connection
            if self.cut:
                break
        raise problem

    def _watch(self, connection: socket.socket) -> None:
        self._sockets.append(connection)
        if self.cut:
            _shut(connection)

    def _expire(self) -> None:
        self._end("deadline")

    def _stopped(self) -> None:
        self._end("stopped")

    def _end(self, why: Literal["deadline", "stopped"]) -> None:
        self.cut = self.cut or why
        for one in tuple(self._sockets):
            _shut(one)


def pinned_adapter(guard: Guard, addresses: Sequence[str], port: int) -> HTTPAdapter:
    """An adapter of `requests` that connects to these addresses, whatever the name in the URL resolves to by now.

    The Host header, the server name of TLS and the check of the certificate stay those of the URL.
    """
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(addresses, port)

        def connect(self) -> None:
            super().connect()
            guard.connected = True

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(addresses, port)

        def connect(self) -> None:
            super().connect()
            guard.connected = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

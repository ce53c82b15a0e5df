"""A local server that answers as badly as it is told to, and requests to it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from typing import TypedDict, Unpack

import pytest

from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse
from automation.engine.web import HttpClient

Script = Callable[[socket.socket, bytes], None]


class Server:
    """Answers each connection with a script that gets the connection and the request's bytes; keeps all requests."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._context:
                    connection = self._context.wrap_socket(connection, server_side=True)
                request = self._read(connection)
                self.requests.append(request)
                self._script(connection, request)
            except OSError:
                continue
            finally:
                connection.close()

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65_536)
            if not piece:
                return data
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while lengths and len(body) < lengths[0]:
            body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body


def answer(body: bytes = b"", status: str = "200 OK", headers: Mapping[str, str] | None = None) -> Script:
    lines = {"Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    data = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
    return lambda connection, _: connection.sendall(data)


def raw(data: bytes) -> Script:
    return lambda connection, _: connection.sendall(data)


def drip(connection: socket.socket, before: bytes) -> None:
    connection.sendall(before)
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.02)


def reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Options(TypedDict, total=False):
    method: str
    headers: Mapping[str, str]
    timeout: float
    max_bytes: int
    redirects: int
    private: bool


def get(client: HttpClient, url: str, **options: Unpack[Options]) -> HttpResponse:
    request = HttpRequest("GET", url, private=True)
    return client.send(request._replace(**options))


def fails(client: HttpClient, url: str, **options: Unpack[Options]) -> HttpFailed:
    with pytest.raises(HttpFailed) as failed:
        get(client, url, **options)
    return failed.value


def classed(failed: HttpFailed) -> tuple[str, str]:
    return failed.kind, failed.sent

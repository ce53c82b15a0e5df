"""Servers and clients for tests of HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest

from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from tests.integration.engine.web_server import Script, Server


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(script: Script, context: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(script, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def stop() -> Iterator[Stop]:
    made = Stop()
    yield made
    made.close()


@pytest.fixture
def client(stop: Stop) -> HttpClient:
    return HttpClient(stop)

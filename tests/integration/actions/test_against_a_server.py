"""Actions and the real HTTP client against a local server: what mock mode records is what arrives."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from automation.actions.base import Call, Done, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.gates import http as http_gate
from automation.gates.base import Measured
from automation.plan.model import Bound, Json
from tests.fakes import a_call, a_look, fake_tools


class Got(NamedTuple):
    """One request as the server saw it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Service(ThreadingHTTPServer):
    """Answers every request with `status` and `answer`, a text as it stands."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Got] = []
        self.status = 200
        self.answer: Json = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        service = cast("Service", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        service.got.append(Got(self.command, self.path, headers, body))
        content = (service.answer if isinstance(service.answer, str) else json.dumps(service.answer)).encode()
        self.send_response(service.status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "4")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - http.server names them

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    stop = Stop()
    yield HttpClient(stop)
    stop.close()


def call(client: HttpClient, inputs: Mapping[str, Json], secrets: Mapping[str, str], work: Path) -> Call:
    return a_call(inputs, work, tools=fake_tools()._replace(http=client), secrets=secrets)


CASES: list[tuple[str, dict[str, Json], dict[str, str], Json]] = [
    ("slack", {"text": "héllo"}, {"SLACK_WEBHOOK_URL": "URL/hook/secret"}, "ok"),
    ("zapier", {"event": "e", "data": {"n": 1}}, {"ZAPIER_WEBHOOK_URL": "URL/hook/secret"}, {"status": "success"}),
    (
        "openai",
        {"operation": "embeddings", "model": "m", "input": "a", "base-url": "URL/"},
        {"OPENAI_API_KEY": "k"},
        {"data": [{"index": 0, "embedding": [1]}]},
    ),
    (
        "http",
        {"method": "POST", "url": "URL/x?y=1", "json": {"a": "é"}, "headers": {"X-T": "${T}"}, "allow-private": True},
        {"T": "t0k"},
        {"fine": True},
    ),
]


@pytest.mark.parametrize(("name", "inputs", "secrets", "answer"), CASES, ids=[case[0] for case in CASES])
def test_what_mock_mode_records_is_what_arrives(
    service: Service,
    client: HttpClient,
    tmp_path: Path,
    name: str,
    inputs: dict[str, Json],
    secrets: dict[str, str],
    answer: Json,
) -> None:
    service.answer = answer
    given = {
        key: value.replace("URL", service.url) if isinstance(value, str) else value for key, value in inputs.items()
    }
    known = {key: value.replace("URL", service.url) for key, value in secrets.items()}
    (draft,) = ACTIONS[name].prepare(call(client, given, {}, tmp_path))
    assert isinstance(ACTIONS[name].perform(call(client, given, known, tmp_path)), Done)
    (got,) = service.got
    recorded = json.loads(json.dumps(draft.request))
    text = json.dumps([recorded["url"], recorded["headers"]])
    for secret, value in known.items():
        text = text.replace(f"${{{secret}}}", value)
    url, headers = json.loads(text)
    assert (got.method, service.url + got.path) == (recorded["method"], url)
    assert {key: got.headers[key.lower()] for key in headers} == headers
    assert json.loads(got.body) == recorded["json"]


def test_a_busy_service_says_when_to_come_back_and_a_closed_one_was_never_reached(
    service: Service, client: HttpClient, tmp_path: Path
) -> None:
    service.status = 429
    busy = ACTIONS["slack"].perform(call(client, {"text": "x"}, {"SLACK_WEBHOOK_URL": service.url}, tmp_path))
    assert busy == Failed("transient", "Slack answered 429", 4.0, False)
    closed = ACTIONS["slack"].perform(
        call(client, {"text": "x"}, {"SLACK_WEBHOOK_URL": "http://127.0.0.1:1/s3cret-path"}, tmp_path)
    )
    assert isinstance(closed, Failed)
    assert (closed.kind, closed.happened, "s3cret" in closed.message) == ("transient", False, False)


def test_private_addresses_are_refused_unless_the_step_allows_them(
    service: Service, client: HttpClient, tmp_path: Path
) -> None:
    refused = ACTIONS["http"].perform(call(client, {"url": service.url}, {}, tmp_path))
    assert isinstance(refused, Failed)
    assert (refused.kind, service.got) == ("permanent", [])
    assert isinstance(
        ACTIONS["http"].perform(call(client, {"url": service.url, "allow-private": True}, {}, tmp_path)), Done
    )


def test_a_gate_measures_a_real_answer(service: Service, client: HttpClient, tmp_path: Path) -> None:
    service.answer = {"state": "ready"}
    look = a_look(
        {"http": service.url, "expect-json": {"state": "ready"}, "allow-private": True},
        tmp_path,
        tools=fake_tools()._replace(http=client),
    )
    assert http_gate.measure(look) == Measured("ready", Bound("equals", "ready"), f"state of GET {service.url}")

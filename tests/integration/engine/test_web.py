"""HTTP against local servers, well-behaved and hostile: what is sent, deadlines, sizes, stops."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest

from automation.engine.ports import HttpRequest, Stopped
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from tests.integration.engine.web_server import Script, Server, answer, classed, drip, fails, get, raw, reset


def test_a_request_is_sent_as_it_is_and_the_answer_read_whole(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(answer(b'{"a":1}', "201 Created", {"X-Request-Id": "7", "Content-Type": "application/json"}))
    request = HttpRequest("POST", server.url("/x?y=1"), {"X-Key": "v"}, b"data", private=True)
    response = client.send(request)
    assert (response.status, response.body, response.headers["x-request-id"]) == (201, b'{"a":1}', "7")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x?y=1 HTTP/1.1\r\n")
    assert b"\r\nX-Key: v" in head
    assert b"\r\nContent-Length: 4" in head
    assert f"\r\nHost: 127.0.0.1:{server.port}".encode() in head
    assert body == b"data"


@pytest.mark.parametrize("status", ["404 Not Found", "500 No", "429 Slow down", "204 Nothing", "304 Same"])
def test_any_status_is_an_answer(client: HttpClient, serve: Callable[..., Server], status: str) -> None:
    assert get(client, serve(answer(b"", status)).url()).status == int(status[:3])


def test_a_head_request_has_no_body(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"))
    assert get(client, server.url(), method="HEAD").body == b""


def test_no_setting_of_the_environment_is_used(
    client: HttpClient, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server = serve(answer(b"direct"))
    assert get(client, server.url()).body == b"direct"
    assert b"uthorization" not in server.requests[0]


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_a_slow_drip_cannot_exceed_the_deadline(client: HttpClient, serve: Callable[..., Server], begin: bytes) -> None:
    server = serve(lambda connection, _: drip(connection, begin))
    started = time.monotonic()
    failed = fails(client, server.url(), timeout=0.15)
    assert time.monotonic() - started < 0.6
    assert classed(failed) == ("transient", "maybe")
    assert "no whole answer within 0.15 s" in str(failed)


def test_a_server_that_takes_no_connection_is_left_at_the_deadline(client: HttpClient) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(3)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
            failed = fails(client, f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.15)
        finally:
            for filler in fillers:
                filler.close()
    assert classed(failed) == ("transient", "no")


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (answer(b"x" * 1001), "permanent", "larger than 1,000 bytes"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001), "permanent", "larger than 1,000 bytes"),
        (answer(gzip.compress(b"\0" * 10_000_000), headers={"Content-Encoding": "gzip"}), "permanent", "larger"),
        (answer(b"\x1f\x8b nonsense", headers={"Content-Encoding": "gzip"}), "transient", "cannot be read"),
        (answer(b"x", headers={"Content-Encoding": "br"}), "transient", "not asked for"),
        (answer(b"short", headers={"Content-Length": "900"}), "transient", "IncompleteRead"),
        (raw(b""), "transient", "RemoteDisconnected"),
        (raw(b"not http at all\r\n\r\n"), "transient", "BadStatusLine"),
        (reset, "transient", "reset"),
    ],
)
def test_an_answer_that_is_not_usable_may_have_been_an_effect(
    client: HttpClient, serve: Callable[..., Server], script: Script, kind: str, said: str
) -> None:
    server = serve(script)
    failed = fails(client, server.url("/secret/path"), max_bytes=1000)
    assert classed(failed) == (kind, "maybe")
    assert said in str(failed)
    assert "secret" not in str(failed)


def test_a_packed_answer_is_unpacked(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(answer(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}))
    assert get(client, server.url()).body == b"hello"


def test_a_refused_connection_was_not_sent(client: HttpClient) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        failed = fails(client, f"http://127.0.0.1:{reserved.getsockname()[1]}/")
    assert classed(failed) == ("transient", "no")
    assert "refused" in str(failed)


@pytest.mark.parametrize("phase", ["answer", "name"])
def test_a_stop_ends_a_request_at_once(
    stop: Stop, serve: Callable[..., Server], phase: Literal["answer", "name"]
) -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        release.wait(10)
        return []

    server = serve(lambda connection, _: drip(connection, b""))
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    started = time.monotonic()
    client = HttpClient(stop, resolve=hangs)
    with pytest.raises(Stopped):
        get(client, server.url(host="127.0.0.1" if phase == "answer" else "slow.example"))
    assert time.monotonic() - started < 1
    with pytest.raises(Stopped):
        get(client, server.url())
    release.set()
    timer.join()

"""Which addresses a request may go to, however they are written and whatever a name resolves to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

import pytest

from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from tests.integration.engine.web_server import Server, answer, classed, fails, get


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0"),
        *("10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "[fd00::1]"),
    ],
)
def test_addresses_that_are_not_public_are_refused_however_they_are_written(client: HttpClient, host: str) -> None:
    failed = fails(client, f"http://{host}/", private=False)
    assert classed(failed) == ("permanent", "no")
    assert "which is not public; set allow-private: true" in str(failed)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a.example/", "file:///etc/passwd", "a.example/x", "https://", "https:///x", "http://a.example:0/", ""),
        *("http://user:pw@a.example/", "http://[::1/", "http://a.example:99999/", "http://a b/", "http://*.example/"),
        *("http://" + "a" * 300 + ".example/",),
    ],
)
def test_what_is_no_url_is_refused_before_anything_is_sent(client: HttpClient, url: str) -> None:
    failed = fails(client, url)
    assert failed.sent == "no"
    assert "pw" not in str(failed)


def test_a_header_with_a_line_break_is_refused(client: HttpClient) -> None:
    failed = fails(client, "http://127.0.0.1:1/", headers={"X": "s3cret\r\nY: b"})
    assert classed(failed) == ("permanent", "no")
    assert "not a request: a header holds a line break" in str(failed)
    assert "s3cret" not in str(failed)


def test_a_name_is_resolved_once_and_connected_to_as_checked(stop: Stop, serve: Callable[..., Server]) -> None:
    server = serve(answer(b"pinned"))
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    response = get(HttpClient(stop, resolve=rebinding), server.url(host="rebind.example"))
    assert (response.body, asked) == (b"pinned", ["rebind.example"])
    assert f"Host: rebind.example:{server.port}".encode() in server.requests[0]


def test_one_private_address_among_public_ones_is_refused(stop: Stop) -> None:
    client = HttpClient(stop, resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert "10.0.0.1, which is not public" in str(fails(client, "http://mixed.example/", private=False))


def test_the_next_address_is_tried_when_one_refuses(stop: Stop, serve: Callable[..., Server]) -> None:
    server = serve(answer(b"second"))
    client = HttpClient(stop, resolve=lambda host, port: ["::1", "127.0.0.1"])
    assert get(client, server.url(host="two.example")).body == b"second"


def _unknown(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("resolve", "said"), [(_unknown, "Name or service not known"), (lambda host, port: [], "no address")]
)
def test_a_name_without_address_was_not_sent(
    stop: Stop, resolve: Callable[[str, int], Sequence[str]], said: str
) -> None:
    failed = fails(HttpClient(stop, resolve=resolve), "https://nowhere.example/")
    assert classed(failed) == ("transient", "no")
    assert str(failed) == f"cannot resolve nowhere.example: {said}"


def test_a_resolver_that_hangs_is_left_at_the_deadline(stop: Stop) -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        release.wait(10)
        return []

    failed = fails(HttpClient(stop, resolve=hangs), "https://slow.example/", timeout=0.05)
    release.set()
    assert classed(failed) == ("transient", "no")

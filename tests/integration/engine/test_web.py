"""HTTP against local servers, well-behaved and hostile: deadlines, sizes, redirects, addresses, what may be sent."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypedDict, Unpack

import pytest

from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse, Stopped
from automation.engine.stop import Stop
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


def _answer(body: bytes = b"", status: str = "200 OK", headers: Mapping[str, str] | None = None) -> Script:
    lines = {"Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    data = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
    return lambda connection, _: connection.sendall(data)


def _raw(data: bytes) -> Script:
    return lambda connection, _: connection.sendall(data)


def _drip(connection: socket.socket, before: bytes) -> None:
    connection.sendall(before)
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.02)


def _reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Options(TypedDict, total=False):
    method: str
    headers: Mapping[str, str]
    timeout: float
    max_bytes: int
    redirects: int
    private: bool


def _get(client: HttpClient, url: str, **options: Unpack[Options]) -> HttpResponse:
    request = HttpRequest("GET", url, private=True)
    return client.send(request._replace(**options))


def _fails(client: HttpClient, url: str, **options: Unpack[Options]) -> HttpFailed:
    with pytest.raises(HttpFailed) as failed:
        _get(client, url, **options)
    return failed.value


def _kind(failed: HttpFailed) -> tuple[str, str]:
    return failed.kind, failed.sent


def test_a_request_is_sent_as_it_is_and_the_answer_read_whole(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b'{"a":1}', "201 Created", {"X-Request-Id": "7", "Content-Type": "application/json"}))
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
    assert _get(client, serve(_answer(b"", status)).url()).status == int(status[:3])


def test_a_head_request_has_no_body(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"))
    assert _get(client, server.url(), method="HEAD").body == b""


def test_no_setting_of_the_environment_is_used(
    client: HttpClient, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server = serve(_answer(b"direct"))
    assert _get(client, server.url()).body == b"direct"
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
    server = serve(lambda connection, _: _drip(connection, begin))
    started = time.monotonic()
    failed = _fails(client, server.url(), timeout=0.15)
    assert time.monotonic() - started < 0.6
    assert _kind(failed) == ("transient", "maybe")
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
            failed = _fails(client, f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.15)
        finally:
            for filler in fillers:
                filler.close()
    assert _kind(failed) == ("transient", "no")


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (_answer(b"x" * 1001), "permanent", "larger than 1,000 bytes"),
        (_raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001), "permanent", "larger than 1,000 bytes"),
        (_answer(gzip.compress(b"\0" * 10_000_000), headers={"Content-Encoding": "gzip"}), "permanent", "larger"),
        (_answer(b"\x1f\x8b nonsense", headers={"Content-Encoding": "gzip"}), "transient", "cannot be read"),
        (_answer(b"x", headers={"Content-Encoding": "br"}), "transient", "not asked for"),
        (_answer(b"short", headers={"Content-Length": "900"}), "transient", "IncompleteRead"),
        (_raw(b""), "transient", "RemoteDisconnected"),
        (_raw(b"not http at all\r\n\r\n"), "transient", "BadStatusLine"),
        (_reset, "transient", "reset"),
    ],
)
def test_an_answer_that_is_not_usable_may_have_been_an_effect(
    client: HttpClient, serve: Callable[..., Server], script: Script, kind: str, said: str
) -> None:
    server = serve(script)
    failed = _fails(client, server.url("/secret/path"), max_bytes=1000)
    assert _kind(failed) == (kind, "maybe")
    assert said in str(failed)
    assert "secret" not in str(failed)


def test_a_packed_answer_is_unpacked(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_answer(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}))
    assert _get(client, server.url()).body == b"hello"


def test_without_redirects_the_pointer_is_the_answer(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b"", "302 Found", {"Location": "/other"}))
    response = _get(client, server.url())
    assert (response.status, response.headers["location"]) == (302, "/other")


def test_redirects_are_followed_as_often_as_allowed(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b"", "302 Found", {"Location": "/again"}))
    failed = _fails(client, server.url(), redirects=3)
    assert _kind(failed) == ("permanent", "maybe")
    assert "more than 3 redirects" in str(failed)
    assert len(server.requests) == 4


def test_credentials_are_not_taken_to_another_host(client: HttpClient, serve: Callable[..., Server]) -> None:
    target = serve(_answer(b"there"))
    server = serve(_answer(b"", "302 Found", {"Location": target.url("/t"), "Set-Cookie": "a=b"}))
    headers = {"Authorization": "Bearer s3cret", "Cookie": "c=d", "X-Api-Key": "s3cret", "Accept": "text/html"}
    assert _get(client, server.url(), redirects=1, headers=headers).body == b"there"
    assert b"s3cret" in server.requests[0]
    assert b"s3cret" not in target.requests[0]
    assert b"ookie" not in target.requests[0]
    assert b"Accept: text/html" in target.requests[0]


def test_each_redirect_is_checked_for_its_address(
    stop: Stop, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(_answer(b"", "302 Found", {"Location": "http://169.254.169.254/latest"}))
    # The first hop is taken for a public one, so that only the second can be refused.
    monkeypatch.setattr("automation.engine.web_address.is_public", lambda address: address == "127.0.0.1")
    failed = _fails(HttpClient(stop), server.url(), redirects=2, private=False)
    assert _kind(failed) == ("permanent", "maybe")
    assert "169.254.169.254, which is not public" in str(failed)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0"),
        *("10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "[fd00::1]"),
    ],
)
def test_addresses_that_are_not_public_are_refused_however_they_are_written(client: HttpClient, host: str) -> None:
    failed = _fails(client, f"http://{host}/", private=False)
    assert _kind(failed) == ("permanent", "no")
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
    failed = _fails(client, url)
    assert failed.sent == "no"
    assert "pw" not in str(failed)


def test_a_header_with_a_line_break_is_refused(client: HttpClient) -> None:
    failed = _fails(client, "http://127.0.0.1:1/", headers={"X": "s3cret\r\nY: b"})
    assert _kind(failed) == ("permanent", "no")
    assert "not a request: a header holds a line break" in str(failed)
    assert "s3cret" not in str(failed)


def test_a_name_is_resolved_once_and_connected_to_as_checked(stop: Stop, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b"pinned"))
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    response = _get(HttpClient(stop, resolve=rebinding), server.url(host="rebind.example"))
    assert (response.body, asked) == (b"pinned", ["rebind.example"])
    assert f"Host: rebind.example:{server.port}".encode() in server.requests[0]


def test_one_private_address_among_public_ones_is_refused(stop: Stop) -> None:
    client = HttpClient(stop, resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert "10.0.0.1, which is not public" in str(_fails(client, "http://mixed.example/", private=False))


def test_the_next_address_is_tried_when_one_refuses(stop: Stop, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b"second"))
    client = HttpClient(stop, resolve=lambda host, port: ["::1", "127.0.0.1"])
    assert _get(client, server.url(host="two.example")).body == b"second"


def _unknown(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("resolve", "said"), [(_unknown, "Name or service not known"), (lambda host, port: [], "no address")]
)
def test_a_name_without_address_was_not_sent(
    stop: Stop, resolve: Callable[[str, int], Sequence[str]], said: str
) -> None:
    failed = _fails(HttpClient(stop, resolve=resolve), "https://nowhere.example/")
    assert _kind(failed) == ("transient", "no")
    assert str(failed) == f"cannot resolve nowhere.example: {said}"


def test_a_resolver_that_hangs_is_left_at_the_deadline(stop: Stop) -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        release.wait(10)
        return []

    failed = _fails(HttpClient(stop, resolve=hangs), "https://slow.example/", timeout=0.05)
    release.set()
    assert _kind(failed) == ("transient", "no")


def test_a_refused_connection_was_not_sent(client: HttpClient) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        failed = _fails(client, f"http://127.0.0.1:{reserved.getsockname()[1]}/")
    assert _kind(failed) == ("transient", "no")
    assert "refused" in str(failed)


@pytest.mark.parametrize("phase", ["answer", "name"])
def test_a_stop_ends_a_request_at_once(
    stop: Stop, serve: Callable[..., Server], phase: Literal["answer", "name"]
) -> None:
    release = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        release.wait(10)
        return []

    server = serve(lambda connection, _: _drip(connection, b""))
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    started = time.monotonic()
    client = HttpClient(stop, resolve=hangs)
    with pytest.raises(Stopped):
        _get(client, server.url(host="127.0.0.1" if phase == "answer" else "slow.example"))
    assert time.monotonic() - started < 1
    with pytest.raises(Stopped):
        _get(client, server.url())
    release.set()
    timer.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost` that signs itself, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*command, *subject, "-keyout", str(path), "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_tls_is_checked_against_the_name_of_the_url(
    stop: Stop, serve: Callable[..., Server], tls: ssl.SSLContext, certificate: Path
) -> None:
    server = serve(_answer(b"safe"), tls)
    client = HttpClient(stop, ca_file=certificate, resolve=lambda host, port: ["127.0.0.1"])
    assert _get(client, server.url(scheme="https", host="localhost")).body == b"safe"
    failed = _fails(client, server.url(scheme="https", host="other.example"))
    assert _kind(failed) == ("permanent", "no")
    assert "ertificate" in str(failed) or "ostname" in str(failed)


def test_an_unknown_authority_is_refused_before_anything_is_sent(
    client: HttpClient, serve: Callable[..., Server], tls: ssl.SSLContext
) -> None:
    server = serve(_answer(b"safe"), tls)
    failed = _fails(client, server.url(scheme="https", host="localhost"))
    assert _kind(failed) == ("permanent", "no")
    assert "self" in str(failed)
    assert server.requests == []


def test_a_server_without_tls_and_a_silent_one_were_not_sent(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(_answer(b"plain"))
    assert _kind(_fails(client, server.url(scheme="https"), timeout=0.15)) == ("transient", "no")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failed = _fails(client, f"https://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.15)
    assert _kind(failed) == ("transient", "no")


def test_a_step_down_to_http_is_not_followed(
    stop: Stop, serve: Callable[..., Server], tls: ssl.SSLContext, certificate: Path
) -> None:
    plain = serve(_answer(b"plain"))
    server = serve(_answer(b"", "302 Found", {"Location": plain.url()}), tls)
    failed = _fails(HttpClient(stop, ca_file=certificate), server.url(scheme="https", host="localhost"), redirects=2)
    assert "from https to http" in str(failed)
    assert plain.requests == []

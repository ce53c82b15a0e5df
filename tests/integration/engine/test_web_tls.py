"""What TLS promises about the server at the other end."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from tests.integration.engine.web_server import Server, answer, classed, fails, get


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
    server = serve(answer(b"safe"), tls)
    client = HttpClient(stop, ca_file=certificate, resolve=lambda host, port: ["127.0.0.1"])
    assert get(client, server.url(scheme="https", host="localhost")).body == b"safe"
    failed = fails(client, server.url(scheme="https", host="other.example"))
    assert classed(failed) == ("permanent", "no")
    assert "ertificate" in str(failed) or "ostname" in str(failed)


def test_an_unknown_authority_is_refused_before_anything_is_sent(
    client: HttpClient, serve: Callable[..., Server], tls: ssl.SSLContext
) -> None:
    server = serve(answer(b"safe"), tls)
    failed = fails(client, server.url(scheme="https", host="localhost"))
    assert classed(failed) == ("permanent", "no")
    assert "self" in str(failed)
    assert server.requests == []


def test_a_server_without_tls_and_a_silent_one_were_not_sent(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(answer(b"plain"))
    assert classed(fails(client, server.url(scheme="https"), timeout=0.15)) == ("transient", "no")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failed = fails(client, f"https://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.15)
    assert classed(failed) == ("transient", "no")


def test_a_step_down_to_http_is_not_followed(
    stop: Stop, serve: Callable[..., Server], tls: ssl.SSLContext, certificate: Path
) -> None:
    plain = serve(answer(b"plain"))
    server = serve(answer(b"", "302 Found", {"Location": plain.url()}), tls)
    failed = fails(HttpClient(stop, ca_file=certificate), server.url(scheme="https", host="localhost"), redirects=2)
    assert "from https to http" in str(failed)
    assert plain.requests == []

"""Where a request may go, what becomes of it on a redirect, and how an answer is unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine.ports import HttpFailed, HttpRequest
from automation.engine.web_address import is_public
from automation.engine.web_body import Garbled, TooLarge, unpack
from automation.engine.web_redirect import is_redirect, redirected

_HEADERS = {
    "Authorization": "Bearer x",
    "Cookie": "a=b",
    "X-Api-Key": "k",
    "Accept": "*/*",
    "Content-Type": "text/plain",
}


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1"),
        *(
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "100::1",
            "5f00::1",
        ),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "140.82.112.3", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        *((301, "GET", "GET"), (301, "POST", "GET"), (302, "POST", "GET"), (302, "PUT", "PUT"), (303, "PUT", "GET")),
        *((303, "HEAD", "HEAD"), (307, "POST", "POST"), (308, "DELETE", "DELETE")),
    ],
)
def test_the_method_after_a_redirect(status: int, method: str, becomes: str) -> None:
    request = HttpRequest(method, "https://a.example/x?q", _HEADERS, b"body")
    after = redirected(request, status, "/y#part")
    assert (after.method, after.url) == (becomes, "https://a.example/y")
    assert after.body == (b"" if becomes == "GET" != method else b"body")
    assert ("Content-Type" in after.headers) == bool(after.body)
    assert after.headers["Authorization"] == "Bearer x"


@pytest.mark.parametrize(
    "target",
    [
        "https://b.example/",
        "https://a.example:8443/",
        "//b.example/x",
        "https://A.example.:443/",
        "https://a.example:99999/",
    ],
)
def test_only_harmless_headers_go_to_another_host(target: str) -> None:
    after = redirected(HttpRequest("GET", "https://a.example/", _HEADERS), 302, target)
    assert set(after.headers) == {"Accept", "Content-Type"}


@pytest.mark.parametrize("target", ["https://a.example:443/y", "https://A.EXAMPLE/y"])
def test_the_same_host_written_otherwise_keeps_its_headers(target: str) -> None:
    assert "Authorization" in redirected(HttpRequest("GET", "https://a.example/", _HEADERS), 302, target).headers


@pytest.mark.parametrize(
    ("location", "body", "said"),
    [
        ("http://a.example/", b"", "from https to http"),
        ("file:///etc/passwd", b"", "from https to file"),
        ("javascript:alert(1)", b"", "from https to javascript"),
        ("https://b.example/", b"data", "with a body to b.example"),
    ],
)
def test_redirects_that_are_not_followed(location: str, body: bytes, said: str) -> None:
    with pytest.raises(HttpFailed, match=said) as failed:
        redirected(HttpRequest("PUT", "https://a.example/", body=body), 307, location)
    assert (failed.value.kind, failed.value.sent) == ("permanent", "maybe")


def test_a_redirect_has_a_location() -> None:
    assert is_redirect(302, {"location": "/"})
    assert not is_redirect(302, {})
    assert not is_redirect(304, {"location": "/"})


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate ": _raw_deflate,
}


@pytest.mark.parametrize("encoding", _PACKERS)
@given(data=st.binary(max_size=300), size=st.integers(1, 40))
def test_a_body_is_unpacked_from_any_pieces(encoding: str, data: bytes, size: int) -> None:
    packed = _PACKERS[encoding](data)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert unpack(pieces, encoding, 300) == data


@pytest.mark.parametrize("encoding", _PACKERS)
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(encoding: str) -> None:
    packed = _PACKERS[encoding](b"x" * 1000)
    assert unpack([packed], encoding, 1000) == b"x" * 1000
    with pytest.raises(TooLarge):
        unpack([packed], encoding, 999)


def test_a_gzip_body_may_have_several_members() -> None:
    assert unpack([gzip.compress(b"one") + gzip.compress(b"two")], "gzip", 10) == b"onetwo"


@pytest.mark.parametrize(
    ("pieces", "encoding"),
    [
        ([gzip.compress(b"hello world")[:-4]], "gzip"),
        ([b"this is not packed"], "gzip"),
        ([gzip.compress(b"hello" * 99)[:30], b"\xff" * 99], "gzip"),
        ([b"x"], "br"),
    ],
)
def test_a_body_that_cannot_be_unpacked(pieces: list[bytes], encoding: str) -> None:
    with pytest.raises(Garbled):
        unpack(pieces, encoding, 1000)

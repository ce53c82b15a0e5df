"""XML reports, bombs among them."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.gates.safe_xml import BadXml, parse_elements

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><a>&l9;</a>"
)

REFUSED = [
    (LAUGHS.encode(), "document type or entity"),
    (f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a>{"&x;" * 5_000}</a>'.encode(), "document type or entity"),
    (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type or entity"),
    (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', "document type or entity"),
    (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>', "document type or entity"),
    (b"<!DOCTYPE html><a/>", "document type or entity"),
    (LAUGHS.encode("utf-16"), "document type or entity"),
    (b"<a>" * 101, "nested more than 100 deep"),
    (b"<a>" * 1_000_000, "nested more than 100 deep"),
    (b"", "not XML"),
    (b"junk", "not XML"),
    (b"<a>", "not XML"),
    (b"<a></b>", "not XML"),
    (b"<a/><b/>", "not XML"),
    (b"<a>&undefined;</a>", "not XML"),
    (b"<a>\xff</a>", "not XML"),
    (b"<a>\0</a>", "not XML"),
    (b'<?xml version="1.0" encoding="no-such-encoding"?><a/>', "not XML"),
]


@pytest.mark.parametrize(("content", "why"), REFUSED, ids=[repr(content[:30]) for content, _ in REFUSED])
def test_bombs_disclosure_and_junk_are_refused_at_once(content: bytes, why: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(BadXml, match=why):
        parse_elements(content, lambda *_: None)
    assert time.perf_counter() - begun < 2


def test_elements_come_in_order_with_attributes_and_depth() -> None:
    seen: list[tuple[str, Mapping[str, str], int]] = []
    parse_elements(b"<a x='1&lt;&#65;'><b/><c><d/></c></a>", lambda *element: seen.append(element))
    assert seen == [("a", {"x": "1<A"}, 0), ("b", {}, 1), ("c", {}, 1), ("d", {}, 2)]


@given(st.binary(max_size=300))
def test_no_content_breaks_it(content: bytes) -> None:
    seen: list[str] = []
    try:
        parse_elements(content, lambda name, _attributes, _depth: seen.append(name))
    except BadXml as error:
        assert str(error)
    else:
        assert seen

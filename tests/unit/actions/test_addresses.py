"""Addresses and placeholders of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.addresses import address_problem, is_loopback
from automation.actions.placeholders import fill, header_safe, names_in


@pytest.mark.parametrize(
    "url", ["https://example.com/a?b=c", "http://example.com", "https://[::1]:8080/", "HTTPS://x.y"]
)
def test_http_and_https_addresses_are_fine(url: str) -> None:
    assert address_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "no http"),
        ("ftp://example.com", "no http"),
        ("file:///etc/passwd", "no http"),
        ("javascript:alert(1)", "no http"),
        ("https://", "no http"),
        ("example.com", "no http"),
        ("https://example.com:0/", "no http"),
        ("https://example.com:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://user:pass@example.com", "user name or password"),
        ("https://user@example.com", "user name or password"),
        ("https://example.com/a b", "blanks"),
        ("https://example.com/\r\nX: y", "blanks"),
        ("https://example.com/" + "a" * 9000, "too long"),
    ],
)
def test_anything_else_is_refused(url: str, why: str) -> None:
    assert why in address_problem(url)


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("http://example.com", False),
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]", True),
        ("http://127.0.0.1.example.com", False),
        ("http://127.example", False),
        ("https://example.com", True),
    ],
)
def test_a_secret_never_travels_in_the_clear_but_to_this_machine(url: str, clear: bool) -> None:
    assert (address_problem(url, secret=True) == "") is clear


def test_a_broken_address_is_not_loopback() -> None:
    assert is_loopback("http://[::1") is False


def test_placeholders_are_listed_once_and_filled_in_one_pass() -> None:
    assert names_in("${A} ${B_1} ${A} $A ${lower} ${{ X }}") == ("A", "B_1")
    assert fill("x${A}y${lower}", {"A": "${B}", "B": "no"}) == "x${B}y${lower}"
    with pytest.raises(KeyError, match="B"):
        fill("${B}", {})


@given(st.dictionaries(st.sampled_from(["A", "B"]), st.text(), min_size=2))
def test_what_a_secret_holds_is_never_taken_for_a_placeholder(secrets: dict[str, str]) -> None:
    assert fill("${A}|${B}", secrets) == f"{secrets['A']}|{secrets['B']}"


@pytest.mark.parametrize(
    ("value", "safe"), [("ok é", True), ("", True), ("a\nb", False), ("a\r", False), ("\0", False), ("日", False)]
)
def test_headers_carry_latin_letters_and_no_line_breaks(value: str, safe: bool) -> None:
    assert header_safe(value) is safe

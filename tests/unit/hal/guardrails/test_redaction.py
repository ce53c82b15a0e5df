from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.guardrails import checksums, planted
from automation.hal.guardrails.redaction import find, redact


@pytest.mark.parametrize("kind", sorted(planted.MAKERS))
def test_a_planted_item_is_found_with_exactly_its_span(kind: str) -> None:
    for seed in range(30):
        lead = "password is " if kind == "password" else ""
        text, spans = planted.fill(f"Note: {lead}<<{kind}>>, thanks.", random.Random(seed))
        assert [(item.start, item.end) for item in find(text)] == [span[:2] for span in spans]


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["card", "email", "github", "pem"]))
def test_what_is_not_an_item_stays_as_it_was(before: str, after: str, kind: str) -> None:
    text = f"{before} {planted.make(kind, random.Random(1))} {after}"
    pieces, end = [], 0
    for item in find(text):
        pieces.append(text[end : item.start])
        end = item.end
    kept = [*pieces, text[end:]]
    labels = [f"[{item.kind}]" for item in find(text)]
    assert redact(text) == "".join(part for pair in zip(kept, [*labels, ""], strict=True) for part in pair)


@pytest.mark.parametrize(
    "text",
    ["", "order 1234567890123456", "4111 1111 1111 1112", "ISBN 978-3-16-148410-0", "GB00 NOTA REAL", "000-12-3456",
     "300.1.2.3", "version 1.2.3.4.5", "password: changeme", "the token is important to us", "2024-11-05 10:32:11",
     "784-1990-1234567-0"],
)  # fmt: skip
def test_what_only_looks_like_an_item_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_items_to_redact_may_be_chosen() -> None:
    text = "ada@mail.example and bob@mail.example"
    assert redact(text, find(text)[1:]) == "ada@mail.example and [email]"


def test_an_unknown_kind_cannot_be_planted() -> None:
    with pytest.raises(ValueError, match="no maker for items of kind 'nothing'"):
        planted.fill("<<nothing>>", random.Random(0))


@pytest.mark.parametrize(
    ("number", "valid"),
    [("4111111111111111", True), ("4111111111111112", False), ("4444444444444444", False), ("411", False)],
)
def test_card_numbers_are_checked(number: str, valid: bool) -> None:
    assert checksums.is_card(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"), [("DE89 3704 0044 0532 0130 00", True), ("DE88370400440532013000", False), ("XX89", False)]
)
def test_ibans_are_checked(number: str, valid: bool) -> None:
    assert checksums.is_iban(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"), [("123-45-6789", True), ("666-45-6789", False), ("123-00-6789", False), ("123-45-0000", False)]
)
def test_social_security_numbers_are_checked(number: str, valid: bool) -> None:
    assert checksums.is_us_social_security(number) is valid


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It answers at 2001:db8:0:0:8:800:200c:417a today.", "It answers at [ip-address] today."),
        ("It answers at 2001:DB8::8:800:200C:417A today.", "It answers at [ip-address] today."),
        ("The host itself is 0:0:0:0:0:0:0:1.", "The host itself is 0:0:0:0:0:0:0:1."),
        ("From 10:20:30:40 on.", "From 10:20:30:40 on."),
    ],
)
def test_addresses_of_version_6_are_redacted_unless_they_stand_for_no_other_host(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_a_form_is_looked_for_in_any_case_and_only_where_there_are_digits_enough() -> None:
    assert [item.kind for item in find("PASSWORD: k3Vx9mQ2pL7z")] == ["password"]
    assert [item.kind for item in find("the number to call is 020 79")] == []
    assert [item.kind for item in find("Call 555-0142.")] == ["phone"]

"""Claims as files, how long they live, and what is assumed of a run that never came back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.claims import Claim, Intent, decode_claim, encode_claim, until
from automation.errors import StateError

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
CLAIM = Claim(
    "17", 2, 5, NOW.isoformat(), until(NOW, 30), "auto", 9, 3, "ada", "schedule", ("a", "b"),
    (Intent("a", "day-1", "post", "k"),),
)  # fmt: skip


def test_a_claim_survives_its_file() -> None:
    assert decode_claim(encode_claim(CLAIM), "claim.json") == CLAIM


def test_a_claim_lives_until_its_end_or_until_it_is_given_back() -> None:
    assert CLAIM.lives(NOW)
    assert CLAIM.lives(datetime(2026, 3, 4, 9, 29, 59, tzinfo=UTC))
    assert not CLAIM.lives(datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    assert not CLAIM._replace(released="2026-03-04T09:01:00+00:00").lives(NOW)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b'{"schema": 1}', b'{"schema": 9}', encode_claim(CLAIM).replace(b"09:30", b"99:99")],
)
def test_what_is_no_claim_is_told_with_its_place(content: bytes) -> None:
    with pytest.raises(StateError, match=r"claim\.json"):
        decode_claim(content, "claim.json")


def test_a_newer_claim_asks_for_a_newer_ztr() -> None:
    with pytest.raises(StateError, match="schema 2, this ztr reads 1"):
        decode_claim(encode_claim(CLAIM).replace(b'"schema": 1', b'"schema": 2'), "claim.json")


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_claim_with_any_damage_is_a_claim_or_a_state_error(junk: bytes, place: int) -> None:
    content = encode_claim(CLAIM)
    damaged = content[:place] + junk + content[place + len(junk) :]
    try:
        assert isinstance(decode_claim(damaged, "claim.json"), Claim)
    except StateError as error:
        assert error.remedy

"""What a model costs, and how many tokens a text can be at most."""

from __future__ import annotations

import pytest

from automation.actions.prices import PRICES, Price, most_tokens, price_of


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o-mini", PRICES["gpt-4o-mini"]),
        ("gpt-4o-mini-2024-07-18", PRICES["gpt-4o-mini"]),
        ("gpt-4o-mini-tts", None),
        ("gpt-4o-20", None),
        ("mine", None),
    ],
)
def test_a_dated_name_has_the_price_of_its_model_and_others_have_none(model: str, expected: Price | None) -> None:
    assert price_of(model) == expected


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(0.5, 2.0).of(1_000_000, 500_000) == 1.5


@pytest.mark.parametrize(("text", "most"), [("", 0), ("abc", 3), ("é", 2), ("\ud800", 1)])
def test_a_text_has_no_more_tokens_than_bytes(text: str, most: int) -> None:
    assert most_tokens(text) == most

"""What OpenAI charges, as far as known (pure). Prices change: a step may give its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

AS_OF = "2025-08"
"""When the list was made. Whoever needs exact figures gives `price` in the step."""


class Price(NamedTuple):
    """US dollars for a million tokens, of what is sent and of what comes back."""

    input: float
    output: float = 0.0

    def of(self, sent: int, received: int = 0) -> float:
        """What so many tokens cost."""
        return (sent * self.input + received * self.output) / 1_000_000


PRICES: Mapping[str, Price] = {
    "text-embedding-3-small": Price(0.02),
    "text-embedding-3-large": Price(0.13),
    "text-embedding-ada-002": Price(0.10),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "o3": Price(2.00, 8.00),
    "o4-mini": Price(1.10, 4.40),
}


def price_of(model: str) -> Price | None:
    """The price of a model, or of the one that a dated name (`gpt-4o-mini-2024-07-18`) is a version of."""
    if model in PRICES:
        return PRICES[model]
    name, _, dated = model.partition("-20")
    return PRICES.get(name) if dated[:2].isdigit() else None


def most_tokens(text: str) -> int:
    """No tokeniser that works on bytes makes more tokens of a text than it has bytes."""
    return len(text.encode("utf-8", "replace"))

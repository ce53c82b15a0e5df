"""The files that tasks have produced and steps read, as they were kept (pure)."""

from __future__ import annotations

from automation.engine.events import Product
from automation.engine.state import State

FILE_INPUTS = "-file"
"""How the inputs end that name a file."""


def latest_products(state: State) -> dict[str, Product]:
    """The latest version of every kept file."""
    found: dict[str, tuple[str, Product]] = {}
    for slots in state.slots.values():
        for slot in slots.values():
            for product in slot.products:
                if product.path not in found or found[product.path][0] < slot.since:
                    found[product.path] = (slot.since, product)
    return {path: product for path, (_, product) in found.items()}

"""Where expressions stand in the inputs of a step."""

from __future__ import annotations

import pytest

from automation.engine.scope import has_expression
from automation.plan.model import Json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${{ vars.x }}", True),
        ("a ${{ vars.x }} b", True),
        ("$(x) {{ y }}", False),
        ({"a": ["b", {"c": "${{ vars.x }}"}]}, True),
        ({"a": ("b", "${{ vars.x }}")}, True),
        ({"a": ["b", {"c": 1}]}, False),
        (7, False),
        ("", False),
        ({}, False),
        (None, False),
    ],
)
def test_an_expression_is_found_however_deep_it_stands(value: Json, expected: bool) -> None:
    assert has_expression(value) is expected

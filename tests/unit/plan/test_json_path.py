"""Dotted paths into JSON, and equality of JSON values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.json_path import find, same
from automation.plan.model import Json

DOCUMENT: Json = {"data": {"items": [{"id": 7}, None]}, "0": "zero", "empty": {}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data.items.0.id", (True, 7)),
        ("data.items.1", (True, None)),
        ("0", (True, "zero")),
        ("data.items.2", (False, None)),
        ("data.items.-1", (False, None)),
        ("data.items.٣", (False, None)),
        ("data.items.0.id.x", (False, None)),
        ("nothing", (False, None)),
        ("", (False, None)),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, expected: tuple[bool, Json]) -> None:
    assert find(DOCUMENT, path) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1, 2], (1, 2), True),
        ([1, True], [1, 1], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"b": 1}, False),
        ("1", 1, False),
        (None, None, True),
        (None, 0, False),
        (float("nan"), float("nan"), False),
    ],
)
def test_values_are_equal_as_json_says(left: Json, right: Json, expected: bool) -> None:
    assert same(left, right) is expected


SCALARS = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(VALUES)
def test_a_value_equals_itself(value: Json) -> None:
    assert same(value, value)

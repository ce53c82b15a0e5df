"""Outputs against their declaration."""

from __future__ import annotations

import math

import pytest

from automation.actions.base import Done, Failed
from automation.actions.declared import declared_outputs, is_of
from automation.plan.model import Json

MIXED: dict[str, Json] = {"p95_ms": 1.5, "n": 3, "ok": True, "names": ["a"], "more": {"a": 1}, "text": "x"}


def test_declared_outputs_are_kept_under_their_own_spelling_and_no_others() -> None:
    declared = {"p95-ms": "number", "n": "integer", "ok": "boolean", "names": "array", "more": "object"}
    assert declared_outputs(declared, MIXED) == Done(
        {"p95-ms": 1.5, "n": 3, "ok": True, "names": ["a"], "more": {"a": 1}}
    )


def test_all_missing_and_mistyped_outputs_are_named_at_once() -> None:
    got = declared_outputs({"gone": "string", "n": "string", "text": "number"}, MIXED)
    expected = "outputs: gone is missing; n is declared as string and was 3; text is declared as number and was 'x'"
    assert got == Failed("permanent", expected)


def test_outputs_that_are_always_there_need_no_declaration() -> None:
    assert declared_outputs({}, {"status": 0, "x": 1}, always=("status", "stdout")) == Done({"status": 0})


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("12", "integer", 12),
        ("1.5", "number", 1.5),
        ("TRUE", "boolean", True),
        ("[1]", "array", [1]),
        ('{"a": 1}', "object", {"a": 1}),
        ("12", "string", "12"),
        ("", "string", ""),
    ],
)
def test_texts_are_read_as_the_declared_type(text: str, kind: str, expected: Json) -> None:
    assert declared_outputs({"x": kind}, {"x": text}, text=True) == Done({"x": expected})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.5", "integer"),
        ("NaN", "number"),
        ("yes", "boolean"),
        ("1", "boolean"),
        ("{", "object"),
        ("[" * 9999, "array"),
    ],
)
def test_a_text_that_is_not_of_the_type_is_refused(text: str, kind: str) -> None:
    got = declared_outputs({"x": kind}, {"x": text}, text=True)
    assert isinstance(got, Failed)
    assert f"x is declared as {kind}" in got.message


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (True, "number", False),
        (True, "integer", False),
        (2.0, "integer", True),
        (2.5, "integer", False),
        (math.inf, "number", False),
        (10**400, "number", True),
        (10**400, "integer", True),
        ((1,), "array", True),
        ("x", "nonsense", False),
        (None, "string", False),
    ],
)
def test_types_are_those_of_json(value: Json, kind: str, expected: bool) -> None:
    assert is_of(value, kind) is expected

"""Expressions: whatever they are made of, they end soon, stay small, and give a value or say what is wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.expression_syntax import parse
from automation.plan.expressions import ExpressionError, evaluate, references, resolve
from automation.plan.model import Json

SCOPE: dict[str, Json] = {
    "steps": {"a": {"status": "done", "outputs": {"b": 0.93}}},
    "vars": {"x": "Dubai", "list": [1, 2, 3]},
    "status": "success",
}

BOUNDED: dict[str, tuple[str, Mapping[str, Json]]] = {
    "results": ("format(" + "'{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}'" + ", vars.long)", {"vars": {"long": "x" * 200_000}}),
    "doubling": (
        "format('{0}{0}{0}{0}', " * 20 + "vars.long" + ")" * 20,
        {"vars": {"long": "x" * 1_000}},
    ),
    "joins": ("join(vars.list, vars.long)", {"vars": {"list": [1] * 1000, "long": "x" * 10_000}}),
    "JSON": ("toJSON(vars.long)", {"vars": {"long": "x" * 2_000_000}}),
    "depth of JSON": ("fromJSON(vars.deep)", {"vars": {"deep": "[" * 100_000}}),
    "digits of JSON": ("fromJSON(vars.deep)", {"vars": {"deep": "9" * 100_000}}),
}


@pytest.mark.parametrize("name", list(BOUNDED))
def test_nothing_grows_without_bounds(name: str) -> None:
    expression, scope = BOUNDED[name]
    with pytest.raises(ExpressionError):
        evaluate(expression, scope)


@pytest.mark.parametrize(
    "text",
    ["${{ '" + "''" * 4000, "${{ " + "}" * 9000, "${{" * 5000, "!" * 9999 + "1", "1 ||" * 2400 + "1", "'" * 9999],
)
def test_time_stays_linear(text: str) -> None:
    started = time.process_time()
    try:
        resolve(text, SCOPE)
        evaluate(text, SCOPE)
    except ExpressionError as error:
        assert str(error)
    assert time.process_time() - started < 0.5


SNIPPETS = st.sampled_from(
    [
        *("steps.a.outputs.b", "vars.x", "1", "'t'", "null", "(", ")", "[", "]", " && ", " || ", "!", "==", "<", ","),
        *(".", "format(", "contains(", "toJSON(", "fromJSON(", "${{", "}}", "''", "always()", "x", "-1", "0x"),
        *("é", "\n"),
    ]
)


@given(st.lists(SNIPPETS, max_size=25).map("".join))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    for work in (evaluate, resolve):
        try:
            value = work(text, SCOPE)
        except ExpressionError as error:
            assert str(error)
        else:
            json.dumps(value)


@given(st.text(max_size=60))
def test_text_without_templates_is_left_alone(text: str) -> None:
    if "${{" not in text:
        assert resolve(text, SCOPE) == text
        assert references(text) == ()


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_quoted_text_is_itself(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert evaluate(quoted, {}) == text
    assert resolve("${{ " + quoted + " }}", {}) == text


@given(
    st.sampled_from(["steps", "vars", "run"]), st.lists(st.sampled_from(["a", "b-1", "_c", "null", "D"]), min_size=1)
)
def test_plain_names_are_read_as_the_parser_reads_them(root: str, names: list[str]) -> None:
    text = ".".join((root, *names))
    assert parse(text) == parse(f"({text})")

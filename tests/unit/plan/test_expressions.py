"""Expressions: values, coercions, references, and what is said of faulty ones."""

from __future__ import annotations

import math
from types import MappingProxyType

import pytest

from automation.plan.expressions import (
    ExpressionError,
    evaluate,
    expression_paths,
    expression_references,
    paths,
    problems,
    references,
    resolve,
    to_text,
    truthy,
    uses_status,
)
from automation.plan.model import Json, Reference

SCOPE: dict[str, Json] = {
    "steps": {
        "evaluate": {
            "status": "done",
            "outputs": {"accuracy": 0.93, "top-k": 10, "names": ["a", "B"], "map": {"x": 1}},
        },
    },
    "needs": {"index": {"status": "mocked", "steps": {"build": {"status": "done", "outputs": {"count": 42}}}}},
    "vars": {"region": "Dubai", "empty": "", "flag": True, "list": [1, 2, 3], "json": '{"a": [1, 2]}', "one": 1},
    "plan": {"id": "demo", "days": 18},
    "run": {"mode": "mock", "day": 4},
    "event": {"push": {"ref": "refs/heads/main", "commits": [{"id": "c1"}, {"id": "c2"}]}},
    "status": "success",
}

VALUES: dict[str, Json] = {
    "null": None,
    "true": True,
    "false": False,
    "12": 12,
    "-9.5": -9.5,
    "0xff": 255,
    "0o17": 15,
    "-0x10": -16,
    "2e3": 2000.0,
    ".5": 0.5,
    "'it''s'": "it's",
    "''": "",
    "steps.evaluate.outputs.accuracy": 0.93,
    "steps.evaluate.outputs.top-k": 10,
    "steps['evaluate'].outputs['top-k']": 10,
    "steps.evaluate.status": "done",
    "needs.index.steps.build.outputs.count": 42,
    "needs.index.status": "mocked",
    "vars.list[1]": 2,
    "vars.list[9]": None,
    "vars.list[-1]": None,
    "vars.list['x']": None,
    "vars.missing.deeper": None,
    "vars.region.deeper": None,
    "event.push.commits[1].id": "c2",
    "event['push']['ref']": "refs/heads/main",
    "fromJSON(vars.json).a[0]": 1,
    "fromJSON('[1, {\"b\": 2}]')[1].b": 2,
    "(vars.list)[0]": 1,
    "1 == 1": True,
    "1 == 1.0": True,
    "1 != 2": True,
    "'A' == 'a'": True,
    "'a' == 'b'": False,
    "'1' == 1": True,
    "'0x10' == 16": True,
    "'x' == 0": False,
    "'' == 0": True,
    "null == 0": True,
    "null == ''": True,
    "true == 1": True,
    "true == '1'": True,
    "vars.list == vars.list": True,
    "vars.list == steps.evaluate.outputs.names": False,
    "vars.list == 1": False,
    "1 < 2": True,
    "2 <= 2": True,
    "3 > 4": False,
    "4 >= 4": True,
    "'b' > 'A'": True,
    "'a' <= 'A'": True,
    "'x' < 1": False,
    "'x' >= 1": False,
    "null < 1": True,
    "1 < 2 == true": True,
    "!true": False,
    "!!1": True,
    "!''": True,
    "!vars.list": False,
    "true && 'x'": "x",
    "false && 'x'": False,
    "'' || 'default'": "default",
    "'set' || 'default'": "set",
    "vars.missing || 'd'": "d",
    "true || false && false": True,
    "(true || false) && false": False,
    "true && false || 'c'": "c",
    "contains('Hello', 'ELL')": True,
    "contains(vars.list, 2)": True,
    "contains(vars.list, '3')": True,
    "contains(vars.list, 7)": False,
    "contains(steps.evaluate.outputs.names, 'b')": True,
    "contains(steps.evaluate.outputs.map, 'x')": False,
    "contains(null, '')": True,
    "startsWith('Hello', 'he')": True,
    "endsWith('Hello', 'LO')": True,
    "startsWith(123, '12')": True,
    "format('{0} of {1}, {0}', 1, 'x')": "1 of x, 1",
    "format('{{{0}}}', 'a')": "{a}",
    "format('plain')": "plain",
    "join(vars.list)": "1,2,3",
    "join(vars.list, ' - ')": "1 - 2 - 3",
    "join('x', '-')": "x",
    "toJSON('a')": '"a"',
    "toJSON(vars.list)": "[\n  1,\n  2,\n  3\n]",
    "fromJSON('true')": True,
    "fromJSON('1.5')": 1.5,
    "always()": True,
    "success()": True,
    "failure()": False,
    "cancelled()": False,
    "success() && steps.evaluate.outputs.accuracy > 0.9": True,
    "${{ vars.one }}": 1,
    "  ${{ 1 == 1 }}  ": True,
    "'}}'": "}}",
}


@pytest.mark.parametrize("expression", list(VALUES))
def test_expressions_have_the_values_of_github(expression: str) -> None:
    got = evaluate(expression, SCOPE)
    assert (got, type(got)) == (VALUES[expression], type(VALUES[expression]))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("success", (True, True, False, False)),
        ("failure", (True, False, True, False)),
        ("cancelled", (True, False, False, True)),
    ],
)
def test_status_functions_follow_the_status_of_the_scope(status: str, expected: tuple[bool, ...]) -> None:
    scope: dict[str, Json] = {"status": status}
    got = tuple(evaluate(name, scope) for name in ("always()", "success()", "failure()", "cancelled()"))
    assert got == expected


ERRORS = {
    "": "'': unexpected the end",
    "1 +": "'1 +': unexpected '+'",
    "1 2": "'1 2': unexpected '2' at character 3",
    "(1": "'(1': unexpected the end; ')' is missing",
    "vars[1": "'vars[1': unexpected the end; ']' is missing",
    "vars.": "'vars.': unexpected the end",
    "vars.*": "'vars.*': unexpected '*'",
    "format('a' 'b')": "\"format('a' 'b')\": unexpected \"'b'\" at character 12; ')' is missing",
    '"double"': "'\"double\"': unexpected '\"double\"'; write texts in 'single quotes'",
    "'open": "\"'open\": unexpected \"'open\"; write texts in 'single quotes'",
    "secrets.KEY": (
        "'secrets.KEY': expressions cannot read secrets; name them in the step's `secrets:`, "
        "they are then in its environment"
    ),
    "step.x": "'step.x': there is no name 'step', did you mean 'steps'? (steps, needs, vars, plan, run, event)",
    "github.sha": "'github.sha': there is no name 'github' (steps, needs, vars, plan, run, event)",
    "startswith('a', 'b')": (
        "\"startswith('a', 'b')\": there is no function 'startswith', did you mean 'startsWith'? "
        "(contains, startsWith, endsWith, format, join, toJSON, fromJSON, always, success, failure, cancelled)"
    ),
    "contains('a')": "\"contains('a')\": contains() takes 2 arguments, not 1",
    "join()": "'join()': join() takes 1 to 2 arguments, not 0",
    "success(1)": "'success(1)': success() takes 0 arguments, not 1",
    "steps[vars.x].outputs.y": "'steps[vars.x].outputs.y': name the parts of steps literally, not by an expression",
    "needs[0]": "'needs[0]': name the parts of needs literally, not by an expression",
    "format('{0}')": "format(): '{0}' in '{0}' has no argument; write {{ for a bracket",
    "format('{')": "format(): '{' in '{' has no argument; write {{ for a bracket",
    "fromJSON('{')": "fromJSON(): '{' is no JSON",
    "fromJSON('NaN')": "fromJSON(): NaN is no JSON",
    "${{ 1 }} && true": "'${{ 1 }} && true': put the whole condition into one ${{ }}, or leave the brackets away",
    "12abc": "'12abc': unexpected '12abc'",
    "(" * 40 + ")" * 40: "the expression has more than 32 levels of brackets; make it flatter",
    "format(" * 40: "the expression has more than 32 levels of brackets; make it flatter",
    "x" * 10_001: "the expression has more than 10,000 characters; make it shorter",
}


@pytest.mark.parametrize("expression", list(ERRORS), ids=lambda text: text[:30])
def test_what_cannot_be_worked_out_says_why(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression, SCOPE)
    assert str(caught.value) == ERRORS[expression]


RESOLVED: list[tuple[Json, Json]] = [
    ("plain", "plain"),
    ("${{ vars.list }}", [1, 2, 3]),
    (" ${{ vars.one }}\n", 1),
    ("n=${{ vars.one }}", "n=1"),
    ("${{ vars.one }}${{ vars.one }}", "11"),
    ("${{ vars.one }} and ${{ vars.region }}!", "1 and Dubai!"),
    ("${{ null }}.", "."),
    ("${{ true }} ${{ 2.0 }} ${{ 0.5 }}", "true 2 0.5"),
    ("x ${{ vars.list }}", "x [1, 2, 3]"),
    ("${{ '}}' }}", "}}"),
    ("${{ 'a''b' }}", "a'b"),
    ({"a": ["${{ vars.one }}", 2, None], "${{ vars.one }}": True}, {"a": [1, 2, None], "${{ vars.one }}": True}),
    (7, 7),
    (("${{ vars.one }}",), [1]),
]


@pytest.mark.parametrize(("value", "expected"), RESOLVED)
def test_templates_are_filled_in_and_a_whole_one_keeps_its_type(value: Json, expected: Json) -> None:
    assert resolve(value, SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a ${{ vars.x", "'${{ vars.x': the closing }} is missing"),
        ("${{ }}", "${{ }} holds no expression; write one or remove it"),
        ("${{ 'open }}", '"${{ \'open }}": the closing }} is missing'),
        ("${{ nope }}", "'nope': there is no name 'nope' (steps, needs, vars, plan, run, event)"),
    ],
)
def test_faulty_templates_are_told_by_problems_and_by_resolve(text: str, message: str) -> None:
    assert problems({"a": [text, "fine"]}) == (message,)
    with pytest.raises(ExpressionError) as caught:
        resolve(text, SCOPE)
    assert str(caught.value) == message


def test_references_are_the_outputs_that_are_read_each_once_in_order() -> None:
    value: Json = {
        "a": "${{ steps.one.outputs.x }} ${{ steps.one.outputs.x }}",
        "b": ["${{ needs.t.steps.s.outputs.y || steps.two.outputs.z }}"],
        "c": "${{ vars.q }} ${{ steps.one.status }} ${{ needs.t.status }}",
    }
    assert references(value) == (Reference("", "one", "x"), Reference("", "two", "z"), Reference("t", "s", "y"))
    assert references("${{ toJSON(steps.one.outputs) }}") == (Reference("", "one", ""),)
    assert references("${{ toJSON(steps.one) }}") == (Reference("", "one", ""),)
    assert references("${{ toJSON(needs.t) }}") == (Reference("t", "", ""),)
    assert references("${{ toJSON(needs.t.steps.s) }}") == (Reference("t", "s", ""),)
    assert expression_references("steps.one.outputs.x > 1") == (Reference("", "one", "x"),)
    assert expression_references("${{ fromJSON(steps.one.outputs.x)[vars.i] }}") == (Reference("", "one", "x"),)


def test_paths_name_everything_that_is_read_up_to_what_is_worked_out() -> None:
    assert paths("${{ vars.a }} ${{ event.x[vars.b].y }}") == (("vars", "a"), ("event", "x"), ("vars", "b"))
    assert expression_paths("vars['a'].b[0]") == (("vars", "a", "b", "0"),)


def test_uses_status_sees_status_functions_wherever_they_stand() -> None:
    assert uses_status("!(false || format('{0}', failure()) == 'x')")
    assert uses_status("${{ always() }}")
    assert not uses_status("vars.always == 'success()'")


def test_truth_is_githubs() -> None:
    falsy: list[Json] = [None, False, 0, 0.0, "", math.nan]
    true: list[Json] = [True, 1, -0.5, "0", "false", [], {}]
    assert not any(map(truthy, falsy))
    assert all(map(truthy, true))


def test_text_of_values() -> None:
    values: list[Json] = [None, True, 3, 3.0, 1e20, 0.1, "x", {"a": [1]}]
    assert [to_text(value) for value in values] == ["", "true", "3", "3", "1e+20", "0.1", "x", '{"a": [1]}']


def test_read_only_mappings_are_written_and_what_is_too_deep_is_not() -> None:
    assert to_text(MappingProxyType({"a": (1, 2)})) == '{"a": [1, 2]}'
    deep: Json = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ExpressionError, match="cannot be written as JSON"):
        evaluate("toJSON(vars.deep)", {"vars": {"deep": deep}})


def test_huge_numbers_compare_as_infinite() -> None:
    assert evaluate("fromJSON(vars.big) > 1", {"vars": {"big": "1" + "0" * 400}}) is True
    assert evaluate("fromJSON(vars.big) < 1", {"vars": {"big": "-1" + "0" * 400}}) is True

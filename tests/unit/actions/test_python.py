"""The `python` action, with a faked worker."""

from __future__ import annotations

import pytest

from automation.actions.base import BadInput, Done, Draft, Failed, Outcome
from automation.actions.python import ACTION
from automation.engine.ports import PythonResult
from automation.plan.model import Json
from tests.fakes import Called, FakePython, a_call, fake_tools

INPUTS: dict[str, Json] = {"call": "pkg.mod:function", "top-k": 10, "path": "a"}


def perform(result: PythonResult) -> Outcome:
    call = a_call(INPUTS, tools=fake_tools(python=FakePython(result)), outputs={"p95-ms": "number"}, timeout=5)
    return ACTION.perform(call)


def test_the_function_is_called_with_snake_case_arguments_and_outputs_come_back_in_kebab_case() -> None:
    python = FakePython(PythonResult({"p95_ms": 2, "more": 1}))
    call = a_call(INPUTS, tools=fake_tools(python=python), outputs={"p95-ms": "number"}, env={"A": "b"})
    assert ACTION.perform(call) == Done({"p95-ms": 2})
    arguments: dict[str, Json] = {"top_k": 10, "path": "a"}
    assert python.calls == [Called("pkg.mod:function", arguments, call.workdir, {"A": "b"}, 30.0)]


def test_a_step_that_is_external_records_the_call() -> None:
    assert ACTION.prepare(a_call(INPUTS)) == (
        Draft("python pkg.mod:function", {"call": "pkg.mod:function", "arguments": {"top_k": 10, "path": "a"}}),
    )


@pytest.mark.parametrize("function", ["", "mod", "mod:", ":f", "a b:c", "mod:f()", "os:system;x", "../x:y"])
def test_what_names_no_function_is_refused(function: str) -> None:
    for use in (ACTION.prepare, ACTION.perform):
        with pytest.raises(BadInput, match="module:function"):
            use(a_call({"call": function}))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            PythonResult({}, error="ValueError: no such file", error_type="ValueError"),
            Failed("permanent", "pkg.mod:function: ValueError: no such file"),
        ),
        (
            PythonResult({}, error="pkg.mod:function: there is no module 'pkg'", error_type="CallError"),
            Failed("permanent", "pkg.mod:function: there is no module 'pkg'"),
        ),
        (
            PythonResult({}, error="NoTargets: none", error_type="NoTargets", error_bases=("ValueError", "Exception")),
            Failed("permanent", "pkg.mod:function: NoTargets: none"),
        ),
        (
            PythonResult({}, error="bad answer", error_type="Bad", error_bases=("OSError", "ValueError")),
            Failed("transient", "pkg.mod:function: bad answer"),
        ),
        (
            PythonResult({}, error="reset by peer", error_type="ConnectionError"),
            Failed("transient", "pkg.mod:function: reset by peer"),
        ),
        (
            PythonResult({}, error="slow down", error_type="ValueError", retry_after=9.0),
            Failed("transient", "pkg.mod:function: slow down", 9.0),
        ),
        (
            PythonResult({}, error="x", timed_out=True),
            Failed("transient", "pkg.mod:function was stopped at its time limit of 5 s"),
        ),
        (
            PythonResult({}, lost=True, error="killed by signal 9"),
            Failed("transient", "pkg.mod:function took its worker process down: killed by signal 9"),
        ),
        (PythonResult({}, lost=True), Failed("transient", "pkg.mod:function took its worker process down: it died")),
        (PythonResult({}), Failed("permanent", "outputs: p95-ms is missing")),
        (
            PythonResult({"p95_ms": "2"}),
            Failed("permanent", "outputs: p95-ms is declared as number and was '2'"),
        ),
    ],
)
def test_failures_are_classified(result: PythonResult, expected: Failed) -> None:
    assert perform(result) == expected

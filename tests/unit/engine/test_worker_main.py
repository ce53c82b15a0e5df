"""The worker's rules, run in this process: which calls fit a function, and which results are outputs."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, TypedDict

import numpy as np
import pytest

from automation.engine import worker_main
from automation.engine.worker_main import CallError, call


class Shape(TypedDict):
    size: int


def typed(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - one argument for each kind of annotation, and one without
    text: str = "",
    whole: int = 0,
    real: float = 0.0,
    flag: bool = False,
    path: Path = Path(),
    maybe: int | None = None,
    either: str | list[int] = "",
    choice: Literal["a", "b", 1] = "a",
    items: list[float] = [],  # noqa: B006 - the annotation is what counts
    names: Sequence[str] = (),
    pair: tuple[int, str] = (0, ""),
    many: tuple[int, ...] = (),
    table: dict[str, list[Path]] = {},  # noqa: B006 - the annotation is what counts
    mapping: Mapping[str, int] = {},
    shape: Shape | None = None,
    marked: Annotated[float, "unit"] = 0.0,
    anything: Any = None,
    plain=None,
    array: np.ndarray | None = None,
) -> dict[str, object]:
    return {"got": repr({key: value for key, value in locals().items() if key in _GIVEN})}


_GIVEN: set[str] = set()


@pytest.fixture
def functions() -> Iterator[Callable[[Callable[..., object]], str]]:
    """Puts a function where the worker finds it, and gives its name."""
    module = ModuleType("worker_test_functions")
    sys.modules[module.__name__] = module

    def add(function: Callable[..., object]) -> str:
        vars(module)["function"] = function
        return "worker_test_functions:function"

    yield add
    del sys.modules[module.__name__]


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("text", "x", "x"),
        ("whole", 3, 3),
        ("real", 3, 3.0),
        ("real", 2.5, 2.5),
        ("flag", True, True),
        ("path", "a/b", Path("a/b")),
        ("maybe", None, None),
        ("maybe", 4, 4),
        ("either", [1], [1]),
        ("choice", "b", "b"),
        ("choice", 1, 1),
        ("items", [1, 2.5], [1.0, 2.5]),
        ("names", ["a"], ["a"]),
        ("pair", [1, "a"], (1, "a")),
        ("many", [1, 2, 3], (1, 2, 3)),
        ("table", {"k": ["p"]}, {"k": [Path("p")]}),
        ("mapping", {"k": 1}, {"k": 1}),
        ("shape", {"size": 1}, {"size": 1}),
        ("marked", 1, 1.0),
        ("anything", {"a": [None]}, {"a": [None]}),
        ("plain", [1], [1]),
    ],
)
def test_arguments_are_brought_to_the_annotated_types(
    functions: Callable[[Callable[..., object]], str], name: str, value: object, got: object
) -> None:
    _GIVEN.clear()
    _GIVEN.add(name)
    assert call(functions(typed), {name: value}) == {"got": repr({name: got})}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("text", 1, "must be str, not an int"),
        ("whole", "1", "must be int, not a str"),
        ("whole", True, "must be int, not a bool"),
        ("whole", 1.0, "must be int, not a float"),
        ("real", True, "must be float, not a bool"),
        ("flag", 1, "must be bool, not an int"),
        ("path", 1, "must be Path, not an int"),
        ("maybe", "x", "must be int or None, not a str"),
        ("either", 1, "must be str or list\\[int\\], not an int"),
        ("choice", True, "is True, not one of 'a', 'b', 1"),
        ("items", [1, "x"], r"argument 'items'\[1\] must be float, not a str"),
        ("names", "abc", "must be Sequence, not a str"),
        ("pair", [1], "must have 2 items, not 1"),
        ("table", {"k": [1]}, r"argument 'table'\['k'\]\[0\] must be Path"),
        ("table", [1], "must be dict, not a list"),
        ("array", [1], "must be ndarray or None, not a list"),
        ("nothing", 1, "unknown argument 'nothing'; it takes text, whole"),
    ],
)
def test_arguments_that_do_not_fit_are_named(
    functions: Callable[[Callable[..., object]], str], name: str, value: object, said: str
) -> None:
    with pytest.raises(CallError, match=f"worker_test_functions:function: .*{said}"):
        call(functions(typed), {name: value})


def test_missing_arguments_are_all_named(functions: Callable[[Callable[..., object]], str]) -> None:
    def needs(a: int, b: int, *, c: int) -> None: ...

    with pytest.raises(CallError, match="missing argument 'a', 'c'"):
        call(functions(needs), {"b": 1})


def test_hyphens_in_argument_names_are_underscores(functions: Callable[[Callable[..., object]], str]) -> None:
    assert call(functions(lambda top_k: {"k": top_k}), {"top-k": 3}) == {"k": 3}


def test_open_keyword_arguments_take_everything(functions: Callable[[Callable[..., object]], str]) -> None:
    assert call(functions(lambda **more: more), {"x": 1, "y": [2]}) == {"x": 1, "y": [2]}


def test_annotations_that_only_type_checkers_know_do_not_hinder(
    functions: Callable[[Callable[..., object]], str],
) -> None:
    def odd(a: Missing, b: float) -> dict[str, object]:  # type: ignore[name-defined]  # noqa: F821
        return {"a": a, "b": b}

    assert call(functions(odd), {"a": 1, "b": 2}) == {"a": 1, "b": 2.0}


def test_a_built_in_function_without_signature_is_called_as_it_is() -> None:
    assert call("builtins:dict", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(1.5), 1.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (np.arange(3), [0, 1, 2]),
        ((1, (2,)), [1, [2]]),
        ({"a": np.int8(1)}, {"a": 1}),
        (Path("a/b"), "a/b"),
        (None, None),
        (10**30, 10**30),
    ],
)
def test_results_become_json(functions: Callable[[Callable[..., object]], str], value: object, plain: object) -> None:
    got = call(functions(lambda: {"x": value}), {})["x"]
    assert got == plain
    assert type(got) is type(plain)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (math.nan, "output 'x' is nan; an output is a finite number"),
        (np.float64("inf"), "output 'x' is inf"),
        ({"a": [1, -math.inf]}, r"output 'x'\['a'\]\[1\] is -inf"),
        (np.array([1.0, math.nan]), r"output 'x'\[1\] is nan"),
        ({1, 2}, "output 'x' is a set, which JSON cannot hold"),
        (object(), "is an object, which JSON cannot hold"),
        ({1: 2}, "has the key 1; keys are text"),
        (b"x", "is a bytes"),
    ],
)
def test_results_that_json_cannot_hold(
    functions: Callable[[Callable[..., object]], str], value: object, said: str
) -> None:
    with pytest.raises(CallError, match=said):
        call(functions(lambda: {"x": value}), {})


def test_no_result_means_no_outputs(functions: Callable[[Callable[..., object]], str]) -> None:
    assert call(functions(lambda: None), {}) == {}


@pytest.mark.parametrize(("result", "said"), [([1], "a list"), (3, "an int"), ("x", "a str")])
def test_a_result_is_a_mapping(functions: Callable[[Callable[..., object]], str], result: object, said: str) -> None:
    with pytest.raises(CallError, match=f"returned {said}; a step's function returns a mapping"):
        call(functions(lambda: result), {})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("json", "write it as module:function"),
        (":x", "write it as module:function"),
        ("no_such_module:x", "there is no module 'no_such_module'"),
        ("json.nothing:x", "there is no module 'json.nothing'"),
        ("json:nothing", "'json' has no 'nothing'"),
        ("json:decoder.nothing", "'json' has no 'decoder.nothing'"),
        ("json:__name__", "is a str, not a function"),
    ],
)
def test_names_that_lead_to_no_function(name: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        call(name, {})


class Slow(Exception):
    retry_after = 12


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.fixture
def restored() -> Iterator[None]:
    """This process as it was: its directory, environment and streams."""
    before, environment, streams = Path.cwd(), dict(os.environ), (sys.stdout, sys.stderr)
    yield
    os.chdir(before)
    os.environ.update(environment)
    sys.stdout, sys.stderr = streams


@pytest.mark.parametrize(
    ("error", "line", "kind", "wait"),
    [
        (ValueError("two\n  lines"), "ValueError: two lines", "ValueError", None),
        (ValueError(), "ValueError", "ValueError", None),
        (SystemExit(3), "SystemExit: 3", "SystemExit", None),
        (KeyboardInterrupt(), "KeyboardInterrupt", "KeyboardInterrupt", None),
        (Slow("later"), "Slow: later", "Slow", 12.0),
        (Unspeakable(), "Unspeakable: (its message cannot be shown)", "Unspeakable", None),
        (CallError("x: bad"), "x: bad", "CallError", None),
        (ValueError("x" * 5000), "ValueError: " + "x" * 1987 + "…", "ValueError", None),
    ],
)
@pytest.mark.usefixtures("restored")
def test_an_exception_becomes_one_line(
    functions: Callable[[Callable[..., object]], str],
    error: BaseException,
    line: str,
    kind: str,
    wait: float | None,
) -> None:
    def fails() -> None:
        raise error

    answer = worker_main.answer({"function": functions(fails), "arguments": {}, "env": {}, "cwd": "/"})
    assert (answer["error"], answer["error_type"], answer.get("retry_after")) == (line, kind, wait)


@pytest.mark.usefixtures("restored")
def test_directory_and_environment_are_the_calls_own(
    functions: Callable[[Callable[..., object]], str], tmp_path: Path
) -> None:
    request = {"function": functions(lambda: {"env": dict(os.environ), "cwd": str(Path.cwd())}), "arguments": {}}
    assert worker_main.answer({**request, "env": {"A": "b"}, "cwd": tmp_path}) == {
        "outputs": {"env": {"A": "b"}, "cwd": str(tmp_path)}
    }
    assert (dict(os.environ), Path.cwd()) == ({}, Path("/"))


@pytest.mark.usefixtures("restored")
def test_the_loop_answers_until_the_pipe_is_closed(
    functions: Callable[[Callable[..., object]], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spares: dict[int, int] = {}
    monkeypatch.setattr(worker_main, "_SPARES", spares)
    name = functions(lambda: {"x": 1})
    requests, to_worker = os.pipe()
    from_worker, answers = os.pipe()
    body = f'{{"function": "{name}", "arguments": {{}}, "env": {{}}, "cwd": "/"}}'.encode()
    os.write(to_worker, (len(body).to_bytes(4, "big") + body) * 2 + b"\0\0")
    os.close(to_worker)
    before = list(sys.path)
    try:
        worker_main.main(requests, answers, ["/first"])
        assert sys.path == ["/first", *before]
    finally:
        sys.path[:] = before
    expected = b'{"outputs": {"x": 1}}'
    assert os.read(from_worker, 1000) == (len(expected).to_bytes(4, "big") + expected) * 2
    for descriptor in (requests, answers, from_worker, *spares.values()):
        os.close(descriptor)

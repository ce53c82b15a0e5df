"""Lines for people, JSON for scripts."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest

from automation.cli import paper


def test_cells_stand_below_each_other_and_the_last_one_is_free() -> None:
    assert paper.columns([("a", "bb", "c"), ("aaa", "b", "a long one")], indent="  ") == [
        "  a    bb  c",
        "  aaa  b   a long one",
    ]


def test_no_rows_are_no_lines() -> None:
    assert paper.columns([]) == []


def test_json_takes_any_mapping_and_keeps_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    paper.say_json(MappingProxyType({"a": "ö", "b": [1, None]}))
    told = capsys.readouterr().out
    assert "ö" in told
    assert json.loads(told) == {"a": "ö", "b": [1, None]}


def test_json_refuses_what_is_none() -> None:
    with pytest.raises(TypeError, match="a set is no JSON value"):
        paper.say_json({"a": {1}})  # type: ignore[dict-item]  # the mistake that is tested


class Terminal:
    """Standard output as far as colours look at it."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {"TERM": "xterm"}, True),
        (False, {"TERM": "xterm"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    terminal: bool, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", Terminal(terminal))
    assert paper.paint("x", paper.RED) == ("\x1b[31mx\x1b[0m" if coloured else "x")
    assert paper.paint("x", "") == "x"

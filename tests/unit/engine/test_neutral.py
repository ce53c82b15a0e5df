"""Neutralised output has no power over the runner, a terminal or a reader; what is harmless stays as it is."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine.neutral import neutralise
from tests.unit.engine.runner_commands import NAMES, commands

_PIECES = st.sampled_from(
    [
        *(
            "::",
            ":",
            "##[",
            "#",
            "[",
            "]",
            "\r",
            "\n",
            "\r\n",
            " ",
            "\t",
            "\u00a0",
            "\u3000",
            "\u200b",
            "\ufeff",
            "\u00ad",
        ),
        *("\x1b[31m", "\x1b]0;title\x07", "\x1b", "[2J", "\x9b", "\u202e", "\x00", "\u2028", "\x0b", "\ufe0f", "text"),
        *sorted(NAMES),
    ]
)
_OUTPUT = st.lists(_PIECES | st.text(max_size=5), max_size=25).map("".join)


@given(_OUTPUT)
def test_the_runner_finds_no_command_in_any_output(output: str) -> None:
    assert commands(neutralise(output)) == []


@given(st.binary(max_size=300))
def test_the_runner_finds_no_command_in_any_bytes(data: bytes) -> None:
    assert commands(neutralise(data.decode("utf-8", "replace"))) == []


@given(_OUTPUT)
def test_no_control_and_no_direction_mark_is_left(output: str) -> None:
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", neutralise(output)
    )


@given(_OUTPUT)
def test_neutralising_twice_changes_nothing_more(output: str) -> None:
    once = neutralise(output)
    assert neutralise(once) == once


@pytest.mark.parametrize(
    "text",
    ["", "plain\n\ttext\n", "std::string a::b", "50 % done", "# heading\n## [link](x)", "naïve 日本 👩‍💻", "a\u2028b"],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::add-mask::x", ": :add-mask::x"),
        ("a\n \u3000::error::x", "a\n \u3000: :error::x"),
        ("\u200b::error::x", "\u200b: :error::x"),
        (":\u200b:error:\u200b:x", ": \u200b:error:\u200b:x"),
        ("a ##[group]b", "a ## [group]b"),
        ("10%\r20%\r\ndone\n", "10%\n20%\ndone\n"),
        ("a\r::error::x", "a\n: :error::x"),
        ("\x1b[1;32mok\x1b[0m", "ok"),
        (":\x1b[0m:error::x", ": :error::x"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x07", "link"),
        ("a\x00b\x1b", "a␀b␛"),
        ("abc\u202edcba", "abc\ufffddcba"),
    ],
)
def test_what_has_power_is_broken_visibly(text: str, expected: str) -> None:
    assert neutralise(text) == expected


@pytest.mark.parametrize(
    "piece", ["\n", " ", "\x9d", "\x1b]", "\x1b[1", "#", "#\u200b", ":", ": ", "\r", "\u200b", "##[", "\x1b"]
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    started = time.process_time()
    neutralise("\x00" + piece * 300_000)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text", ["::error::x", "  ::stop-commands::tok", "x ##[add-mask]y", "\u00a0::set-env name=a::b", "#\u200b#[group]x"]
)
def test_the_oracle_sees_the_commands_that_are_there(text: str) -> None:
    assert commands(text)

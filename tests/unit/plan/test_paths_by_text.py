"""Paths judged by their text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.plan.relative import path_problem

ESCAPES = [
    ("", "empty"),
    ("/etc/passwd", "absolute"),
    ("//server/share", "absolute"),
    ("..", "upwards"),
    ("../secret", "upwards"),
    ("a/../../b", "upwards"),
    ("a/..", "upwards"),
    ("a\0b", "control character"),
    ("a\nb", "control character"),
    ("a\x7fb", "control character"),
    ("a\\..\\b", "backslash"),
    ("C:\\Windows", "backslash"),
    (".git/hooks/pre-commit", ".git"),
    ("sub/.GIT/config", ".git"),
    (".git./config", ".git"),
    (".git /config", ".git"),
    ("GIT~1/config", ".git"),
    ("a" * 256, "255 bytes"),
    ("é" * 128, "255 bytes"),
    ("a/" * 2048 + "b", "1024 bytes"),
    (".", "names no file"),
    ("./", "names no file"),
    ("a/\udc80", "surrogate"),
]

FINE = [
    "a",
    "a/b.txt",
    "./a",
    "a//b",
    "...",
    "a..b",
    ".gitignore",
    ".github/x",
    "git/x",
    "é" * 127,
    "~/a",
    "a b",
    "$HOME",
]


@pytest.mark.parametrize(("path", "why"), ESCAPES, ids=[repr(path)[:30] for path, _ in ESCAPES])
def test_what_could_lead_out_is_refused_with_the_reason(path: str, why: str) -> None:
    assert why in path_problem(path)


@pytest.mark.parametrize("path", FINE)
def test_ordinary_names_are_fine(path: str) -> None:
    assert path_problem(path) == ""


@given(st.text(alphabet="./ag~\\\0 ", max_size=12))
def test_no_accepted_path_leads_upwards_or_to_the_root(path: str) -> None:
    if not path_problem(path):
        depth = 0
        for part in path.split("/"):
            depth += 0 if part in {"", "."} else -1 if part == ".." else 1
            assert depth >= 0
        assert not path.startswith("/")
        assert depth > 0

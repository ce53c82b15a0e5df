"""A dry run finds what a run would stumble over: schemas that are none, and callables that are not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from automation.cli.criteria import callable_problem, schema_problem
from tests.integration.cli.rig import Ztr

TASK = """
    id: work
    title: Work
    steps:
      - id: work
        uses: python
        with: {call: "mine:go"}
        outputs: {share: number}
    gates:
      - {json: out.json, schema: schemas/out.json}
"""


def test_what_a_run_would_not_find_is_named_in_one_go_and_nothing_is_run(ztr: Ztr) -> None:
    ztr.plan({"01": TASK, "02": TASK.replace("id: work\n    title", "id: more\n    title", 1)})
    told = ztr("run", "--mode", "dry-run")
    assert told.code == 2
    first, *named = [line.strip() for line in told.err.splitlines()][:5]
    assert first == "ztr: Small plan would fail; nothing was run:"
    assert sorted(named) == [
        "more: mine:go: there is no module mine where ztr was started, nor in the toolkit",
        "more: the schema schemas/out.json is not there",
        "work: mine:go: there is no module mine where ztr was started, nor in the toolkit",
        "work: the schema schemas/out.json is not there",
    ]
    assert not (ztr.folder / ".ztr").exists()


def test_what_is_there_passes_without_being_imported(ztr: Ztr) -> None:
    folder = ztr.plan({"01": TASK})
    (folder / "schemas").mkdir()
    (folder / "schemas/out.json").write_text('{"type": "object"}')
    (ztr.folder / "mine.py").write_text("raise SystemExit('imported')\n\ndef go(): ...\n")
    assert ztr("run", "--mode", "dry-run").code == 0
    assert ztr("plan", "--mode", "dry-run").code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "is no JSON object"),
        ('{"type": "objekt"}', "is no JSON Schema"),
        ("[" * 100_000, "is not JSON"),
        ('{"type": "object"}', ""),
        ("true", ""),
    ],
)
def test_a_schema_has_to_be_one(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "s.json").write_text(content)
    assert schema_problem(tmp_path, "s.json")[: len(told) or None] == told


@pytest.mark.parametrize("path", ["../s.json", "/etc/hosts", "folder"])
def test_a_schema_outside_of_the_plan_is_not_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    assert "cannot be read" in schema_problem(tmp_path, path)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("mine:go", ""),
        ("mine:Thing.make", ""),
        ("mine:imported", ""),
        ("mine:value", ""),
        ("part.inner:go", ""),
        ("open:anything", ""),
        ("json:loads", ""),
        ("sys:exit", ""),
        ("mine:gone", "mine defines no gone"),
        ("mine.inner:go", "there is no module mine.inner"),
        ("part.gone:go", "there is no module part.gone"),
        ("wrong:go", "wrong.py:1: "),
        ("part:go", ""),
    ],
)
def test_a_callable_has_to_be_there(tmp_path: Path, function: str, told: str) -> None:
    (tmp_path / "mine.py").write_text("from x import y as imported\nvalue = 1\nclass Thing: ...\ndef go(): ...\n")
    (tmp_path / "part").mkdir()
    (tmp_path / "part/inner.py").write_text("def go(): ...\n")
    (tmp_path / "open.py").write_text("from x import *\n")
    (tmp_path / "wrong.py").write_text("def (\n")
    problem = callable_problem(function, [str(tmp_path), *sys.path])
    assert told in problem
    assert bool(problem) is bool(told)

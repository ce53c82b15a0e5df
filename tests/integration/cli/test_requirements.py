"""What a plan requires is checked before anything runs: commands, modules, and checks of its own."""

from __future__ import annotations

import pytest

from tests.integration.cli.rig import NOTE, Ztr

PLAN = """
    id: small
    title: Small plan
    start: 2025-09-08
    vars: {reader: world, folders: [here, there]}
    requires:
"""
CHECK = """
def look(folders, deep=False):
    if folders != ["here"]:
        raise ValueError("there is no folder " + folders[-1])
"""


def with_requirements(ztr: Ztr, text: str) -> None:
    ztr.plan({"01": NOTE}, plan=f"{PLAN}      {text}\n")


@pytest.mark.parametrize("verb", [("run",), ("run", "--mode", "dry-run"), ("plan",)])
def test_everything_that_is_missing_is_named_in_one_go_and_nothing_starts(ztr: Ztr, verb: tuple[str, ...]) -> None:
    with_requirements(ztr, "{commands: [sh, no-such-program], modules: [json, no_such_module, no_such.part]}")
    told = ztr(*verb)
    assert told.code == 2
    assert [line.strip() for line in told.err.splitlines()] == [
        "ztr: Small plan cannot run here; nothing was started:",
        "no-such-program is not on PATH: install it",
        "the Python module no_such_module is not installed: `pip install` the package that has it",
        "the Python module no_such.part is not installed: `pip install` the package that has it",
        "mend this, then run again",
    ]
    assert not (ztr.folder / ".ztr").exists()


def test_what_is_there_lets_the_plan_run(ztr: Ztr) -> None:
    with_requirements(ztr, "{commands: [sh], modules: [json]}")
    assert ztr("run", "--quiet").code == 0


def test_a_check_of_the_plan_reads_its_variables_and_what_it_raises_is_told(ztr: Ztr) -> None:
    (ztr.folder / "looking.py").write_text(CHECK)
    with_requirements(ztr, '{checks: [{call: "looking:look", folders: "${{ vars.folders }}"}]}')
    told = ztr("run", "--mode", "dry-run")
    assert (told.code, "there is no folder there" in told.err) == (2, True)
    assert not (ztr.folder / ".ztr").exists()


def test_a_check_that_is_content_lets_the_plan_run(ztr: Ztr) -> None:
    (ztr.folder / "looking.py").write_text(CHECK)
    with_requirements(ztr, '{checks: [{call: "looking:look", folders: [here], deep: true}]}')
    assert ztr("run", "--quiet").code == 0


def test_a_check_whose_expression_is_wrong_is_named(ztr: Ztr) -> None:
    with_requirements(ztr, '{checks: [{call: "looking:look", folders: "${{ vars.x[ }}"}]}')
    told = ztr("run")
    assert (told.code, "looking:look: an expression cannot be evaluated" in told.err) == (2, True)

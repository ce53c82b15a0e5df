"""`ztr validate`: all mistakes at once."""

from __future__ import annotations

import pytest

from tests.integration.cli.rig import BROKEN, SMALL, Ztr

WRONG = {**SMALL, "04-wrong": "id: wrong\ntitle: W\nneeds: [nobody]\nsteps:\n  - {uses: fil}\n"}


def test_a_valid_plan_is_said_to_be_one_with_what_it_holds(small: Ztr) -> None:
    told = small("validate")
    assert (told.code, told.err) == (0, "")
    assert told.out == "valid: tasks/small (small): 3 tasks, 3 steps, 1 gate, 3 days\n"


def test_quiet_says_nothing_of_a_valid_plan(small: Ztr) -> None:
    assert small("validate", "--quiet") == (0, "", "")


def test_json_holds_the_counts_of_a_valid_plan(small: Ztr) -> None:
    assert small("validate", "tasks/small", "--json").json == {
        "valid": True,
        "plan": "small",
        "folder": "tasks/small",
        "counts": {"tasks": 3, "steps": 3, "gates": 1, "days": 3},
        "problems": [],
    }


def test_every_mistake_is_told_with_its_place(ztr: Ztr) -> None:
    ztr.plan(WRONG)
    told = ztr("validate")
    assert told.code == 2
    assert "tasks/small/04-wrong.yaml:3:9" in told.err
    assert "Did you mean 'file'?" in told.err


def test_json_holds_every_mistake(ztr: Ztr) -> None:
    ztr.plan(WRONG)
    told = ztr("validate", "--json")
    assert (told.code, told.json["valid"], told.err) == (2, False, "")
    assert {(one["line"], one["path"]) for one in told.json["problems"]} == {(3, "needs[0]"), (5, "steps[0].uses")}


@pytest.mark.parametrize("arguments", [["validate"], ["validate", "--json"], ["run", "--mode", "mock"]])
def test_in_actions_every_mistake_is_an_annotation_too(
    ztr: Ztr, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ztr.plan(WRONG)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ztr.folder))
    told = ztr(*arguments)
    assert told.code == 2
    assert "::error file=tasks/small/04-wrong.yaml,line=3,col=9,title=needs[0]::" in told.err


def test_a_folder_without_a_plan_is_bad_usage_and_names_the_plans_there_are(small: Ztr) -> None:
    told = small("validate", "elsewhere")
    assert told.code == 2
    assert "tasks/small" in told.err


def test_of_several_plans_one_has_to_be_named(small: Ztr) -> None:
    small.plan({"01-broken": BROKEN}, name="second")
    assert small("validate").code == 2
    assert small("validate", "second").code == 0
    (small.folder / "pyproject.toml").write_text('[tool.ztr]\nplan = "tasks/small"\n')
    assert "tasks/small" in small("validate").out

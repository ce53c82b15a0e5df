"""Mistakes as GitHub's workflow commands: nothing in them can end a property or begin another command."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.cli.annotations import SHOWN, annotate, as_commands
from automation.errors import SecretsMissing
from automation.plan.model import Place
from automation.plan.problems import PlanInvalid, Problem

HERE = Path.cwd()
MISTAKE = Problem(Place("tasks/p/a.yaml", 3, 7), "steps[0].uses", "there is no action 'fil'", "Did you mean 'file'?")


def test_a_mistake_stands_at_its_line_and_says_how_to_mend_it() -> None:
    assert as_commands([MISTAKE], HERE) == [
        "::error file=tasks/p/a.yaml,line=3,col=7,title=steps[0].uses::there is no action 'fil'. Did you mean 'file'?"
    ]


def test_a_mistake_of_a_whole_file_has_no_line() -> None:
    found = as_commands([Problem(Place("tasks/p"), "", "the plan has no tasks")], HERE)
    assert found == ["::error file=tasks/p,title=plan::the plan has no tasks."]


def test_text_can_neither_end_a_property_nor_the_line() -> None:
    found = as_commands([Problem(Place("a,b:c.yaml", 1, 1), "x\ny", "50%\r\n::warning::no")], HERE)
    assert found == ["::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=x%0Ay::50%25%0D%0A::warning::no."]


@pytest.mark.parametrize(
    ("file", "shown"),
    [(str(HERE / "tasks/a.yaml"), "tasks/a.yaml"), ("/elsewhere/a.yaml", "/elsewhere/a.yaml")],
)
def test_a_file_is_named_from_the_checkout_where_it_lies_below_it(file: str, shown: str) -> None:
    assert as_commands([Problem(Place(file, 1, 1), "", "no")], HERE)[0].startswith(f"::error file={shown},")


def test_no_more_are_given_than_github_shows() -> None:
    assert len(as_commands([MISTAKE] * (SHOWN + 1), HERE)) == SHOWN


@pytest.mark.parametrize(
    ("environment", "told"), [({"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(HERE)}, True), ({}, False)]
)
def test_only_github_actions_is_told(
    environment: dict[str, str], told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    annotate(PlanInvalid([MISTAKE]), environment)
    assert capsys.readouterr().err.startswith("::error file=tasks/p/a.yaml") == told


def test_what_stops_a_job_is_told_on_the_runs_page(capsys: pytest.CaptureFixture[str]) -> None:
    annotate(SecretsMissing("2 are missing:\n  A\n##[x]", "set them"), {"GITHUB_ACTIONS": "true"})
    assert capsys.readouterr().err == "::error title=ztr::2 are missing:%0A  A%0A## [x] (set them)\n"

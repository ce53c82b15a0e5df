"""The workflow check finds what no linter does: undeclared names, grants and limits that nobody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_workflows import ROOT, blocks, check, files
from scripts.workflow_rules import of_lines

SHA = "0123456789abcdef0123456789abcdef01234567"
ACTION = """\
name: Act
description: Does it
inputs:
  mode: {description: how, required: true}
  day: {description: when}
outputs:
  status: {description: how it went, value: "${{ steps.do.outputs.status }}"}
runs:
  using: composite
  steps:
    - id: do
      shell: bash
      run: echo "status=x" >>"$GITHUB_OUTPUT"
"""
CALLED = """\
name: Called
on:
  workflow_call:
    inputs:
      plan: {type: string}
    secrets:
      KEY: {required: false}
    outputs:
      status: {value: "${{ jobs.run.outputs.status }}"}
permissions: {}
jobs:
  run:
    permissions: {contents: read}
    timeout-minutes: 5
    runs-on: ubuntu-24.04
    outputs:
      status: ${{ steps.act.outputs.status }}
    steps:
      - id: act
        uses: $/
        with: {mode: "${{ inputs.plan }}"}
        env: {KEY: "${{ secrets.KEY }}"}
"""
CALLER = """\
name: Caller
on:
  schedule: [{cron: "17 3 * * *"}]
  workflow_dispatch:
    inputs:
      plan: {type: string}
permissions: {}
jobs:
  one:
    permissions: {contents: read}
    uses: $/.github/workflows/called.yml
    with: {plan: "${{ inputs.plan || 'a' }}"}
    secrets: {KEY: "${{ secrets.KEY }}"}
  two:
    needs: one
    if: always() && needs.one.outputs.status == 'needs.nobody.result'
    permissions: {}
    timeout-minutes: 5
    runs-on: ubuntu-24.04
    steps:
      - run: echo "$STATUS"
        env: {STATUS: "${{ needs.one.result }}"}
"""


def found(*, action: str = ACTION, called: str = CALLED, caller: str = CALLER) -> list[str]:
    places = {".github/workflows/called.yml": called, ".github/workflows/caller.yml": caller, "action.yml": action}
    return [line.removeprefix(".github/workflows/") for line in check(places)]


def test_workflows_that_fit_together_have_no_mistakes() -> None:
    assert found() == []


CALLER_MISTAKES = [
    ("plan: {type", "pla: {type", "caller.yml: inputs.plan is not declared"),
    ('{plan: "$', '{plann: "$', "caller.yml: job one: with: plann is not declared there"),
    ("{KEY: ", "{KAY: ", "caller.yml: job one: secrets: KAY is not declared there"),
    (
        'secrets: {KEY: "${{ secrets.KEY }}"}',
        "secrets: inherit",
        "caller.yml: job one: `secrets: inherit` hands over more than is needed",
    ),
    (
        "called.yml",
        "nowhere.yml",
        "caller.yml: job one: uses: $/.github/workflows/nowhere.yml: there is no such file here",
    ),
    ("outputs.status", "outputs.stat", "caller.yml: job two: needs.one.outputs.stat is not declared"),
    ("needs.one.result", "needs.won.result", "caller.yml: job two: needs.won is read, and won is not needed"),
    ("needs: one", "needs: won", "caller.yml: job two: needs: there is no job won"),
    ("    timeout-minutes: 5\n", "", "caller.yml: job two: timeout-minutes is missing"),
    ("    permissions: {}\n", "", "caller.yml: job two: its permissions are not told"),
    (
        "permissions: {}\njobs",
        "jobs",
        "caller.yml: `permissions: {}` is missing at the top: each job is granted what it needs",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), CALLER_MISTAKES)
def test_a_mistake_in_a_caller_is_found(old: str, new: str, told: str) -> None:
    assert old in CALLER
    assert told in found(caller=CALLER.replace(old, new))


CALLED_MISTAKES = [
    ("KEY: {required: false}", "KAY: {required: true}", "called.yml: secrets.KEY is not declared"),
    ("KEY: {required: false}", "KAY: {required: true}", "caller.yml: job one: secrets: KAY is wanted there"),
    ('{mode: "$', '{mood: "$', "called.yml: job run: step act: with: mood is not declared there"),
    ('{mode: "$', '{mood: "$', "called.yml: job run: step act: with: mode is wanted there"),
    (
        "steps.act.outputs.status",
        "steps.act.outputs.stat",
        "called.yml: job run: steps.act.outputs.stat is not given by that step",
    ),
    ("- id: act\n", "- id: acts\n", "called.yml: job run: steps.act is read, and no step before has that id"),
    ("jobs.run.outputs.status", "jobs.run.outputs.stat", "called.yml: jobs.run.outputs.stat is not declared"),
]


@pytest.mark.parametrize(("old", "new", "told"), CALLED_MISTAKES)
def test_a_mistake_in_a_called_workflow_is_found(old: str, new: str, told: str) -> None:
    assert old in CALLED
    assert told in found(called=CALLED.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('echo "status=x"', 'echo "stat=${{ inputs.moode }}"', "action.yml: inputs.moode is not declared"),
        ('echo "status=x"', 'echo "stat=x"', "action.yml: steps.do.outputs.status is not given by that step"),
        ('echo "status=x"', 'echo "status=${{ secrets.KEY }}"', "action.yml: secrets.KEY: an action has no secrets"),
    ],
)
def test_a_mistake_in_an_action_is_found(old: str, new: str, told: str) -> None:
    assert told in found(action=ACTION.replace(old, new))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"  - uses: actions/checkout@{SHA} # v6.0.2", []),
        ("  - uses: $/", []),
        (f"  - uses: actions/checkout@{SHA}", [(1, f"the version behind actions/checkout@{SHA} is not told")]),
        ("    uses: actions/checkout@v6 # v6", [(1, "actions/checkout@v6 is not pinned to a full commit")]),
        ("  issue_comment: # zizmor: ignore[dangerous-triggers]", []),
        (
            "  run: x # zizmor: ignore[template-injection]",
            [(1, "zizmor's template-injection is silenced; mend what it found")],
        ),
        (
            "  pull_request_target: # zizmor: ignore[dangerous-triggers]",
            [(1, "zizmor's dangerous-triggers is silenced; mend what it found")],
        ),
    ],
)
def test_pins_and_silenced_findings_are_looked_at_line_by_line(line: str, told: list[tuple[int, str]]) -> None:
    assert list(of_lines(line)) == told


def test_unreadable_yaml_is_told_with_its_file() -> None:
    assert found(called="on: [")[0].startswith("called.yml: while parsing")


def test_workflows_in_a_page_are_found_and_other_yaml_is_not(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("A\n\n```yaml\njobs:\n  a: {}\n```\n\n```yaml task\nid: a\n```\n", encoding="utf-8")
    assert list(blocks(page)) == [("page-3.yml", "jobs:\n  a: {}\n")]


def test_the_projects_own_workflows_are_looked_at() -> None:
    assert {".github/workflows/ztr.yml", ".github/workflows/daily.yml", "action.yml"} <= set(files(ROOT))

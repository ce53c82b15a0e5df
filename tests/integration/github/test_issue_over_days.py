"""What the issue tells over a plan's days, written by the jobs themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.github.marks import boxes
from tests.fake_github import FakeGitHub
from tests.integration.cli.rig import BROKEN, NOTE, SMALL
from tests.integration.github.conftest import make_flow
from tests.integration.github.flow import Flow


def at(flow: Flow, day: str) -> None:
    flow.options = ("--now", f"{day}T09:00")


def body(flow: Flow) -> str:
    return flow.fake.repository.issues[1].body


@pytest.fixture
def stuck(github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Flow:
    """A plan whose only task has had all its tries."""
    flow = make_flow(github, tmp_path, capsys, {"01-broken": BROKEN})
    for run in (1, 2, 3):
        flow.day(run=run)
    return flow


def test_a_task_without_tries_left_waits_for_its_box(stuck: Flow) -> None:
    assert "then tick the box: it has had all its tries." in body(stuck)
    assert [one.verb for one in boxes(body(stuck))] == ["retry", "run", "pause", "skip"]


def test_green_wake_ups_that_move_nothing_raise_the_alarm_after_days(stuck: Flow) -> None:
    at(stuck, "2025-09-10")
    assert stuck.claim(run=4).outputs["alarm"] == "false"
    at(stuck, "2025-09-15")
    claimed = stuck.claim(run=5)
    assert (claimed.outputs["go"], claimed.outputs["alarm"]) == ("false", "true")
    assert stuck.publish(None, run=5, result="skipped").code == 0
    assert "**Nothing has moved for 5 working days**" in body(stuck)
    before = len(stuck.fake.ledger.matching("PATCH", "/issues/1"))
    stuck.publish(None, run=5, result="skipped")
    assert len(stuck.fake.ledger.matching("PATCH", "/issues/1")) == before


def test_a_missed_day_is_told_with_when_it_was_caught_up(flow: Flow) -> None:
    flow.day(run=1)
    at(flow, "2025-09-10")
    flow.day(run=2)
    assert "| day 2 (2025-09-09) | `count` | on day 3, 1 working day late |" in body(flow)


def test_secrets_of_the_run_count_as_there_in_the_issue_and_the_plan_ends_in_a_closed_one(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow(github, tmp_path, capsys, {"01-note": NOTE, "02-count": SMALL["02-count"]})
    flow.secrets = {"AIRTABLE_API_KEY": "key-of-the-tests-only"}
    flow.day(run=1)
    assert "Secrets: 1 of 2 present" in body(flow)
    assert "key-of-the-tests" not in body(flow)
    at(flow, "2025-09-09")
    flow.day(run=2)
    issue = github.repository.issues[1]
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert "`██████████████████████` 2 / 2" in issue.body

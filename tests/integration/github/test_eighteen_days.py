"""Eighteen working days, each job on a fresh checkout: what one day leaves is all that the next one knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automation.plan.calendar import date_of
from automation.plan.model import Calendar
from tests.fake_github import FakeGitHub
from tests.integration.github.conftest import make_flow
from tests.integration.github.test_days import MOST_REQUESTS, api_requests

DAYS = 18


def task(day: int) -> str:
    """Each appends a line to what the one before it made: without its product it would begin anew."""
    before = f"cat chain-{day - 1}.txt;" if day > 1 else ""
    return f"""
        id: link-{day}
        title: Link {day}
        day: {day}
        needs: {[f"link-{day - 1}"] if day > 1 else []}
        produces: [chain-{day}.txt]
        steps:
          - id: forge
            run: |
              ({before} echo {day}) > chain-{day}.txt
              echo "links=$(wc -l < chain-{day}.txt | tr -d ' ')" >> "$ZTR_OUTPUT"
            effect: workspace
            outputs: {{links: integer}}
        gates:
          - {{metric: steps.forge.outputs.links, equals: {day}}}
    """


@pytest.mark.timeout(400)  # fifty-four jobs: a minute on a busy machine
def test_eighteen_days_end_with_all_done_one_journal_a_day_and_one_closed_issue(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow(github, tmp_path, capsys, {f"{day:02}-link": task(day) for day in range(1, DAYS + 1)})
    calendar = Calendar(start=datetime(2025, 9, 8, tzinfo=UTC).date())
    asked = []
    for day in range(1, DAYS + 1):
        now = f"{date_of(calendar, day).isoformat()}T09:00:00+00:00"
        github.now = lambda now=now: datetime.fromisoformat(now)  # type: ignore[misc]  # binds the day
        flow.options = ("--now", now)
        before = len(github.ledger)
        told = flow.day(run=day)
        assert told.code == 0, told
        asked.append(api_requests(flow, before))
    state = json.loads(flow.branch()["plans/small/state.json"])["state"]
    assert {slot["status"] for slots in state["slots"].values() for slot in slots.values()} == {"done"}
    assert len(state["slots"]) == DAYS
    assert len(flow.events()) == DAYS
    assert [(issue.number, issue.state) for issue in github.repository.issues.values()] == [(1, "closed")]
    assert max(asked[1:]) <= MOST_REQUESTS
    assert asked[1:-1] == [14] * (DAYS - 2)

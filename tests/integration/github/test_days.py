"""A plan's days on GitHub: each job on a fresh checkout, and nothing but the state branch between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.integration.cli.rig import BROKEN, SIGN, SMALL
from tests.integration.github.conftest import make_flow
from tests.integration.github.flow import Flow

DAYS = ["2025-09-08", "2025-09-09", "2025-09-10"]
MOST_REQUESTS = 15
"""Requests to GitHub's API that a day's run makes at most, over all three jobs, its issue included."""


def at(flow: Flow, day: str) -> None:
    flow.options = ("--now", f"{day}T09:00")


def api_requests(flow: Flow, since: int) -> int:
    """Downloads of archives come from another host and count for no limit."""
    return sum("/_codeload/" not in line.path for line in list(flow.fake.ledger)[since:])


def statuses(flow: Flow) -> dict[str, str]:
    state = json.loads(flow.branch()["plans/small/state.json"])["state"]
    return {task: slot["status"] for task, slots in state["slots"].items() for slot in slots.values()}


def test_three_days_leave_one_journal_each_and_one_issue(flow: Flow) -> None:
    for number, day in enumerate(DAYS, 1):
        at(flow, day)
        before = len(flow.fake.ledger)
        told = flow.day(run=number)
        assert told.code == 0, told
        first = (
            3 if number == 1 else 0
        )  # the label, the list of issues and the number to be kept: once in a plan's life
        assert api_requests(flow, before) <= MOST_REQUESTS + first
    assert statuses(flow) == {"note": "done", "count": "done", "tell": "mocked"}
    assert flow.events() == ["1-1.jsonl", "2-1.jsonl", "3-1.jsonl"]
    assert [issue.state for issue in flow.fake.repository.issues.values()] == ["open"]


def test_a_product_of_yesterday_is_there_for_todays_task(flow: Flow) -> None:
    flow.day(run=1)
    at(flow, DAYS[1])
    claimed = flow.claim(run=2)
    ran, artifact = flow.run(claimed, run=2)
    assert ran.code == 0
    journal = (artifact / "journal.jsonl").read_text()
    assert '"letters":11' in journal
    assert not (artifact / "objects").exists()  # the branch has it already


def test_a_second_wake_up_of_the_day_finds_nothing_and_writes_nothing(flow: Flow) -> None:
    flow.day(run=1)
    before, requests = flow.branch(), len(flow.fake.ledger)
    told = flow.claim(run=2)
    assert (told.code, told.outputs["go"], told.outputs["why"]) == (0, "false", "nothing-due")
    assert flow.branch() == before
    assert api_requests(flow, requests) == 3


def test_a_mock_run_needs_no_claim(flow: Flow) -> None:
    told = flow.claim("mock")
    assert told.outputs["go"] == "true"
    assert told.outputs["why"] == "due"
    assert flow.fake.repository.git.refs.get("refs/heads/ztr-state") is None
    _, artifact = flow.run(told)
    assert flow.publish(artifact).code == 0
    assert statuses(flow) == {"note": "done"}
    assert "plans/small/claim.json" not in flow.branch()


def test_a_repository_that_grants_reading_only_still_runs_in_mock_mode(flow: Flow) -> None:
    flow.fake.grant("token-of-publish", contents="read")
    claimed = flow.claim()
    assert (claimed.code, claimed.outputs["go"], claimed.outputs["mode"]) == (0, "true", "mock")
    assert "permissions: {contents: write}" in claimed.err
    ran, artifact = flow.run(claimed)
    assert ran.code == 0
    told = flow.publish(artifact)
    assert told.code == 0
    assert "permissions: {contents: write}" in told.err


def test_a_failed_task_is_published_and_due_again(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow(github, tmp_path, capsys, {**SMALL, "04-broken": BROKEN.replace("exit 3", "echo no; exit 3")})
    claimed = flow.claim()
    ran, artifact = flow.run(claimed)
    assert ran.code == 1
    assert (artifact / "logs/broken").is_dir()
    assert flow.publish(artifact, result="failure").code == 0
    assert statuses(flow)["broken"] == "failed"
    assert flow.claim(run=2).outputs["go"] == "true"


def test_an_approval_that_waits_needs_no_runner(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow(github, tmp_path, capsys, {**SMALL, "04-sign": SIGN})
    flow.day(run=1)
    assert statuses(flow)["sign"] == "awaiting-approval"
    assert flow.claim(run=2).outputs["why"] == "nothing-due"


def test_a_missing_secret_in_provision_stops_before_anything_is_claimed(flow: Flow) -> None:
    told = flow.claim("provision")
    assert told.code == 3
    assert "SLACK_WEBHOOK_URL" in told.err
    assert "refs/heads/ztr-state" not in flow.fake.repository.git.refs


def test_the_branch_can_be_pulled_shown_and_rebuilt_by_hand(flow: Flow) -> None:
    flow.day(run=1)
    place = flow.checkout()
    assert "1 done" in flow(place, "state", "show", "--remote").out
    assert flow(place, "state", "show", "--remote", "--json").code == 0
    assert "is what the journals say" in flow(place, "state", "rebuild", "--remote").out
    assert "State at serial 1" in flow(place, "state", "pull").out
    assert "1 done" in flow(place, "state", "show").out
    assert "has all of it already" in flow(place, "state", "push").out


def test_what_was_done_by_hand_can_be_pushed(flow: Flow) -> None:
    flow.day(run=1)
    place = flow.checkout()
    flow(place, "state", "pull")
    flow(place, "skip", "count", "--reason", "by hand", run=7)
    told = flow(place, "state", "push")
    assert "is up to date" in told.out, told
    assert statuses(flow)["count"] == "skipped"


def test_what_both_did_is_not_pushed_over_each_other(flow: Flow) -> None:
    flow.day(run=1)
    place = flow.checkout()
    flow(place, "state", "pull")
    at(flow, DAYS[1])
    flow.day(run=2)
    flow(place, "skip", "tell", run=7)
    told = flow(place, "state", "push")
    assert told.code == 4
    assert "which this folder has not" in told.err
    pulled = flow(place, "state", "pull")
    assert pulled.code == 4
    assert "has not this journal" in pulled.err


def test_a_damaged_snapshot_is_made_anew_from_the_journals(flow: Flow) -> None:
    flow.day(run=1)
    flow.fake.repository.git.put("ztr-state", {"plans/small/state.json": b"{}"})
    told = flow(flow.checkout(), "state", "rebuild", "--remote")
    assert "was made anew" in told.out
    assert statuses(flow) == {"note": "done"}


def test_an_issue_that_may_not_be_written_leaves_the_state_kept(flow: Flow) -> None:
    flow.fake.grant("token-of-publish", contents="write")
    told = flow.day(run=1)
    assert told.code == 0
    assert "permissions: {issues: write}" in told.err
    assert statuses(flow) == {"note": "done"}


def test_issues_that_are_disabled_leave_the_state_kept(flow: Flow) -> None:
    flow.fake.repository.has_issues = False
    told = flow.day(run=1)
    assert told.code == 0
    assert "Features → Issues" in told.err
    assert statuses(flow) == {"note": "done"}


def test_a_deleted_issue_is_made_anew_and_its_number_kept(flow: Flow) -> None:
    flow.day(run=1)
    flow.fake.repository.issues[1].deleted = True
    at(flow, DAYS[1])
    told = flow.day(run=2)
    assert told.code == 0, told
    assert "was deleted" in told.err
    assert json.loads(flow.branch()["plans/small/issue.json"])["number"] == 2


def test_what_people_asked_while_a_run_was_lost_is_answered_before_the_next_claim(flow: Flow) -> None:
    from tests.integration.github.test_claims import expire
    from tests.integration.github.test_publishing import asked

    flow.claim(run=1)
    asked(flow, "skip", "note", "day-1", "tick")
    expire(flow)
    told = flow.claim(run=2)
    assert told.outputs["why"] == "nothing-due"
    assert flow.events() == ["2-1-asked.jsonl", "tick.jsonl"]
    assert statuses(flow) == {"note": "skipped"}


def test_help_names_every_job(flow: Flow) -> None:
    told = flow(flow.checkout(), "github", "--help")
    assert all(word in told.out for word in ("claim", "pack", "publish", "control"))
    assert flow(flow.checkout(), "github", "nonsense").code == 2

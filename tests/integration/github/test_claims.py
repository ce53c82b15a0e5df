"""The claim that lives is the lock; one that nobody gave back loses no effect that may have happened."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fake_github import FakeGitHub, Fault
from tests.integration.cli.rig import SMALL
from tests.integration.github.conftest import make_flow
from tests.integration.github.flow import Flow

HOOK = """
    id: hook
    title: Tell a machine
    day: 1
    steps:
      - id: call
        run: echo called >> called.txt
        secrets: [SLACK_WEBHOOK_URL]
"""


@pytest.fixture
def blind(github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Flow:
    """A plan with an effect that nobody can look up, and the secret for it."""
    flow = make_flow(github, tmp_path, capsys, {**SMALL, "04-hook": HOOK})
    flow.secrets = {"SLACK_WEBHOOK_URL": "https://example.invalid/a-secret-address"}
    return flow


def claim_of(flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(flow.branch()["plans/small/claim.json"])
    return found


def slot_of(flow: Flow, task: str) -> dict[str, Any]:
    state = json.loads(flow.branch()["plans/small/state.json"])["state"]
    found: dict[str, Any] = next(iter(state["slots"][task].values()))
    return found


def expire(flow: Flow) -> None:
    """As if hours had passed at GitHub."""
    later = datetime.fromisoformat(claim_of(flow)["expires"]) + timedelta(minutes=1)
    flow.fake.now = lambda: later


def test_a_claim_names_run_tasks_and_effects_before_anything_starts(blind: Flow) -> None:
    told = blind.claim(run=4, attempt=2)
    assert told.outputs == {
        "go": "true",
        "why": "claimed",
        "mode": "auto",
        "commit": blind.fake.repository.git.refs["refs/heads/ztr-state"],
        "tasks": "2",
        "effects": "1",
        "alarm": "false",
    }
    claim = claim_of(blind)
    assert (claim["run"], claim["attempt"], claim["fence"], claim["tasks"]) == ("4", 2, 1, ["note", "hook"])
    assert [effect[:3] for effect in claim["effects"]] == [["hook", "day-1", "call"]]
    assert "a-secret-address" not in blind.branch()["plans/small/claim.json"].decode()


def test_a_live_claim_turns_a_scheduled_run_away_quietly_and_one_by_hand_with_4(flow: Flow) -> None:
    flow.claim(run=1)
    told = flow.claim(run=2)
    assert (told.code, told.outputs["go"], told.outputs["why"]) == (0, "false", "running")
    assert "run 1-1 is going on" in told.out
    flow.trigger = "workflow_dispatch"
    told = flow.claim(run=3)
    assert (told.code, told.outputs["go"]) == (4, "false")
    assert "run 1-1 has claimed small until" in told.err


def test_of_two_that_claim_at_once_one_gets_it(flow: Flow) -> None:
    flow.fake.fail(Fault("drop-after", "POST", "/git/refs"))
    assert flow.claim(run=1).outputs["why"] == "claimed"
    assert flow.claim(run=2).outputs["why"] == "running"
    assert claim_of(flow)["run"] == "1"


def test_publish_gives_the_claim_back(flow: Flow) -> None:
    flow.day(run=1)
    assert claim_of(flow)["released"]


def test_a_run_that_never_came_back_leaves_its_effects_unknown(blind: Flow) -> None:
    blind.claim(run=1)
    expire(blind)
    told = blind.claim(run=2)
    assert told.outputs["why"] == "claimed"
    assert blind.events() == ["1-1-lost.jsonl"]
    assert slot_of(blind, "hook")["status"] == "running"
    _, artifact = blind.run(told, run=2)
    assert blind.publish(artifact, run=2).code == 0
    slot = slot_of(blind, "hook")
    assert slot["status"] == "unknown"
    assert "its end was never seen" in slot["reason"]
    assert claim_of(blind)["fence"] == 2


def test_a_cancelled_run_without_an_artifact_gives_back_its_claim_and_tells_what_is_unknown(blind: Flow) -> None:
    blind.claim(run=1)
    told = blind.publish(None, run=1, result="cancelled")
    assert told.code == 0
    assert "left no artifact" in told.err
    assert blind.events() == ["1-1-lost.jsonl"]
    assert claim_of(blind)["released"]


def test_a_run_job_that_was_skipped_has_started_nothing(blind: Flow) -> None:
    blind.claim(run=1)
    blind.publish(None, run=1, result="skipped")
    assert blind.events() == []
    assert claim_of(blind)["released"]


def test_another_attempt_takes_its_own_runs_claim_over(blind: Flow) -> None:
    blind.claim(run=1)
    told = blind.claim(run=1, attempt=2)
    assert told.outputs["why"] == "claimed"
    assert (claim_of(blind)["attempt"], claim_of(blind)["fence"]) == (2, 2)
    assert blind.events() == ["1-1-lost.jsonl"]


def test_a_claim_job_that_is_done_again_changes_nothing(flow: Flow) -> None:
    flow.claim(run=1)
    before = flow.branch()
    assert flow.claim(run=1).outputs["why"] == "claimed"
    assert flow.branch() == before


def test_a_run_job_whose_claim_was_given_back_says_to_re_run_all(flow: Flow) -> None:
    claimed = flow.claim(run=1)
    flow.publish(None, run=1, result="skipped")
    told, _ = flow.run(claimed, run=1, attempt=2)
    assert told.code == 4
    assert "re-run all jobs" in told.err


def test_a_run_that_comes_back_after_its_claim_went_to_another_writes_no_state(blind: Flow) -> None:
    claimed = blind.claim(run=1)
    _, artifact = blind.run(claimed, run=1)
    expire(blind)
    blind.claim(run=2)
    before = blind.events()
    told = blind.publish(artifact, run=1)
    assert told.code == 4
    assert "run 2-1 has claimed small by now" in told.err
    assert blind.events() == before
    late = blind.branch()["plans/small/late/1-1.jsonl"]
    assert late == (artifact / "journal.jsonl").read_bytes()


def test_a_run_that_is_late_but_not_too_late_tells_what_really_happened(blind: Flow) -> None:
    claimed = blind.claim(run=1)
    _, artifact = blind.run(claimed, run=1)
    expire(blind)
    assert blind.publish(artifact, run=1).code == 0
    assert slot_of(blind, "hook")["status"] == "done"


def test_a_damaged_claim_is_no_free_pass(flow: Flow) -> None:
    flow.claim(run=1)
    flow.fake.repository.git.put("ztr-state", {"plans/small/claim.json": b'{"schema": 1}'})
    told = flow.claim(run=2)
    assert told.code == 4
    assert "the claim is damaged" in told.err


def test_only_a_run_of_a_workflow_can_claim(flow: Flow) -> None:
    place = flow.checkout()
    told = flow(place, "github", "claim", GITHUB_RUN_ID="")
    assert (told.code, "ztr run" in told.err) == (2, True)


def test_the_run_starts_nothing_that_became_due_after_the_claim(flow: Flow) -> None:
    claimed = flow.claim(run=1)
    flow.options = ("--now", "2025-09-09T09:00")
    ran, artifact = flow.run(claimed, run=1)
    assert ran.code == 0
    assert '"task":"count"' not in (artifact / "journal.jsonl").read_text()

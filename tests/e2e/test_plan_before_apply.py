"""What `ztr plan --mode provision` tells of the services, and a run that is bound to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.cli.execute import Wish
from automation.cli.foresight import foresee
from automation.cli.proposal import Proposal, propose
from automation.engine.state import State
from tests.e2e.nine import write_nine
from tests.e2e.trial import SECRETS, Trial
from tests.services.base import Fault
from tests.services.outside import outside

ROOT = Path(__file__).parents[2]
PROVISION = Wish(mode="provision")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nine(tmp_path_factory.mktemp("nine"))


@pytest.fixture
def trial(plan: Path, tmp_path: Path) -> Iterator[Trial]:
    with outside() as services:
        yield Trial(plan, tmp_path / "state", services)


def proposed(trial: Trial) -> Proposal:
    session = trial.session(SECRETS)
    state = session.store.load().state if session.store.folder.exists() else State()
    return propose(session, state, PROVISION, foresee(session, state, PROVISION))


def told(proposal: Proposal) -> dict[str, list[str]]:
    return {
        f"{step.task}/{step.step}": [change.change for change in step.changes] or [step.after and "later"]
        for step in proposal.steps
    }


LATER = {
    "memory-design-review/publish",
    "embedding-service/compare",
    "session-store/upsert",
    "session-sync/upsert",
    "llm-judge/ask",
    "safety-escalation/register",
    "safety-dashboard/announce",
    "alert-delivery/announce",
    "alert-delivery/register",
    "phase3-sign-off/publish",
    "phase3-sign-off/announce",
}


def test_what_depends_on_steps_that_never_ran_is_known_only_after_them(trial: Trial) -> None:
    proposal = proposed(trial)
    assert told(proposal) == {name: ["later"] for name in LATER}
    assert {step.after for step in proposal.steps if step.task == "memory-design-review"} == {"check"}
    assert trial.outside.ledger == []
    assert not trial.folder.exists()


def test_after_a_mock_run_it_tells_what_would_be_made_and_writes_nothing(trial: Trial) -> None:
    trial.run((), "mock")
    before = {path: path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()}
    proposal = proposed(trial)
    found = told(proposal)
    assert found["memory-design-review/publish"] == ["create"]
    assert found["session-store/upsert"] == ["create"] * 4  # the table and three records
    assert found["safety-dashboard/announce"] == ["send"]
    assert trial.outside.writes == []
    assert {path: path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()} == before
    assert proposed(trial).digest == proposal.digest


def test_what_is_there_already_is_left_alone_and_what_differs_is_shown(trial: Trial) -> None:
    state = trial.folder
    trial.run(SECRETS, "provision")
    trial.folder = state.parent / "another"
    trial.run((), "mock")
    written = len(trial.outside.writes)
    first = proposed(trial)
    keyed = [name for name in told(first) if name.split("/")[1] in ("publish", "upsert")]
    assert {name: told(first)[name] for name in keyed} == {name: ["unchanged"] for name in keyed}
    record = next(iter(trial.outside.airtable.records["HAL sessions"].values()))
    record["version"] = 99
    second = proposed(trial)
    (step,) = [step for step in second.steps if step.task == "session-store"]
    assert [(change.change, change.before, change.after) for change in step.changes] == [
        ("update", {"version": 99}, {"version": 1}),
        ("unchanged", None, None),
    ]
    assert second.digest != first.digest
    assert len(trial.outside.writes) == written


def test_the_digest_holds_the_request_the_plan_and_what_is_due_and_not_only_what_is_shown(trial: Trial) -> None:
    trial.run((), "mock")
    before = proposed(trial)
    assert all(step.requests for step in before.steps if not step.after)
    plan = trial.plan / "plan.yaml"
    text = plan.read_text()
    try:
        plan.write_text(text + "\n# a comment changes nothing\n")
        assert proposed(trial).digest == before.digest
        (task,) = [path for path in trial.plan.rglob("*.yaml") if "id: safety-escalation" in path.read_text()]
        kept = task.read_text()
        task.write_text(kept.replace("title: ", "title: another ", 1))
        changed = proposed(trial)
        task.write_text(kept)
    finally:
        plan.write_text(text)
    assert changed.digest != before.digest
    elsewhere = trial.outside.openai
    trial.outside.openai.address, kept = f"{elsewhere.address}/proxy", elsewhere.address
    moved = proposed(trial)
    trial.outside.openai.address = kept
    assert moved.digest != before.digest


def test_a_service_that_cannot_be_read_is_named_and_the_others_are_told(trial: Trial) -> None:
    trial.run((), "mock")
    trial.outside.notion.goes_wrong(Fault("limited"))
    proposal = proposed(trial)
    problems = {step.task: step.problem for step in proposal.steps if step.problem}
    assert set(problems) == {"memory-design-review", "phase3-sign-off"}
    assert "Notion answered 429" in problems["phase3-sign-off"]
    assert told(proposal)["session-store/upsert"] == ["create"] * 4


class TestCommandLine:
    def ztr(self, trial: Trial, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "automation", *arguments, "--plan", "plan", "--state", str(trial.folder)]
        for name, value in trial.outside.addresses.items():
            command += ["--var", f"{name}={value}"]
        passed = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {**passed, "PYTHONPATH": str(ROOT), **trial.outside.secrets}
        return subprocess.run(
            command, cwd=trial.plan.parent, env=environment, capture_output=True, text=True, check=False
        )

    def looked_at(self, trial: Trial) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.ztr(trial, "plan", "--mode", "provision", "--json").stdout)["outside"]
        return told

    def test_a_run_does_what_was_looked_at_and_refuses_when_that_has_changed(self, trial: Trial) -> None:
        assert self.ztr(trial, "run", "--mode", "mock", "--quiet").returncode == 0
        digest = self.looked_at(trial)["digest"]
        trial.outside.airtable.make("HAL sessions", [{"name": "session", "type": "singleLineText"}])
        refused = self.ztr(trial, "run", "--mode", "provision", "--expect", digest)
        assert (refused.returncode, trial.outside.writes) == (2, [])
        assert "what would be done has changed since" in refused.stderr
        now = self.looked_at(trial)["digest"]
        done = self.ztr(trial, "run", "--mode", "provision", "--quiet", "--expect", now)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(trial.outside.airtable.rows("HAL sessions")) == 3

    def test_what_is_done_anew_was_not_looked_at_and_is_refused(self, trial: Trial) -> None:
        refused = self.ztr(
            trial, "run", "--mode", "provision", "--expect", "0" * 16, "--from", "session-store", "--quiet"
        )
        assert (refused.returncode, trial.outside.ledger) == (2, [])
        assert "exclude each other" in refused.stderr

    def test_people_read_a_diff_and_how_to_hold_a_run_to_it(self, trial: Trial) -> None:
        assert self.ztr(trial, "run", "--mode", "mock", "--quiet").returncode == 0
        shown = self.ztr(trial, "plan", "--mode", "provision")
        assert shown.returncode == 0, shown.stderr
        for line in (
            "  session-store/upsert  airtable",
            "    + table 'HAL sessions'",
            "        session (singleLineText)",
            "    + page 'HAL Phase 3 completion'",
        ):
            assert line in shown.stdout.splitlines()
        assert f"--expect {self.looked_at(trial)['digest']}` refuses" in shown.stdout
        leaked = [name for name, value in trial.outside.secrets.items() if value in shown.stdout]
        assert leaked == []

"""`ztr teardown RUN`: what a run made outside is shown, removed, told in the journal, and can be made anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.cli.undoing import Removal, remove_all
from automation.errors import UsageError
from tests.e2e.nine import write_nine
from tests.e2e.trial import SECRETS, Trial
from tests.services.base import Fault
from tests.services.outside import outside

ROOT = Path(__file__).parents[2]
KEYED = {
    ("memory-design-review", "publish"),
    ("session-store", "upsert"),
    ("session-sync", "upsert"),
    ("phase3-sign-off", "publish"),
}
BLIND = {
    ("safety-escalation", "register"),
    ("safety-dashboard", "announce"),
    ("alert-delivery", "announce"),
    ("alert-delivery", "register"),
    ("phase3-sign-off", "announce"),
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nine(tmp_path_factory.mktemp("nine"))


@pytest.fixture
def trial(plan: Path, tmp_path: Path) -> Iterator[Trial]:
    with outside() as services:
        yield Trial(plan, tmp_path / "state", services)


def torn_down(trial: Trial, run: str, *, yes: bool = True) -> list[Removal]:
    return remove_all(trial.session(SECRETS), run, lambda _foreseen: yes)[0]


def places(removals: list[Removal], *, done: bool) -> set[tuple[str, str]]:
    return {(one.made.task, one.made.step) for one in removals if one.done == done}


def test_what_a_run_created_is_in_its_report_with_ids_and_is_removed(trial: Trial) -> None:
    ended, report = trial.run(SECRETS, "provision")
    effects = {
        (task["id"], effect["step"]): effect for task in report["tasks"] for effect in task["slots"][-1]["effects"]
    }
    pages = {page["id"] for page in trial.outside.notion.live}
    assert {effects[place]["remote"] for place in KEYED if place[1] == "publish"} == pages
    assert effects["session-store", "upsert"]["remote"] == ",".join(trial.outside.airtable.records["HAL sessions"])
    removals = torn_down(trial, ended.run)
    assert places(removals, done=True) == KEYED
    assert places(removals, done=False) >= BLIND
    assert {one.kept for one in removals if (one.made.task, one.made.step) in BLIND} == {
        "it cannot be taken back: nobody can ask the service for it"
    }
    assert (trial.outside.notion.live, trial.outside.airtable.rows("HAL sessions")) == ([], [])


def test_without_a_yes_nothing_is_removed_and_nothing_written(trial: Trial) -> None:
    ended, _ = trial.run(SECRETS, "provision")
    before = (trial.outside.contents(), sorted(trial.folder.rglob("*.jsonl")))
    removals = torn_down(trial, ended.run, yes=False)
    assert {(one.made.task, one.made.step) for one in removals if not one.kept} == KEYED
    assert (trial.outside.contents(), sorted(trial.folder.rglob("*.jsonl"))) == before


def test_a_repetition_removes_nothing_more_and_the_report_says_what_was_undone(trial: Trial) -> None:
    ended, _ = trial.run(SECRETS, "provision")
    torn_down(trial, ended.run)
    written = len(trial.outside.writes)
    again = torn_down(trial, ended.run)
    assert {one.kept for one in again if (one.made.task, one.made.step) in KEYED} == {"it was removed already"}
    assert len(trial.outside.writes) == written
    _, report = trial.run(SECRETS, "provision")
    undone = {
        (task["id"], effect["step"])
        for task in report["tasks"]
        for effect in task["slots"][-1]["effects"]
        if effect["outcome"] == "undone"
    }
    assert undone == KEYED


def test_what_could_not_be_removed_is_named_and_removed_the_next_time(trial: Trial) -> None:
    ended, _ = trial.run(SECRETS, "provision")
    trial.outside.notion.goes_wrong(Fault("error-before", only="PATCH /v1/pages"))
    first = torn_down(trial, ended.run)
    assert {one.made.step for one in first if "Notion answered" in one.problem} == {"publish"}
    assert len(trial.outside.notion.live) == 2
    trial.outside.notion.recovers()
    second = torn_down(trial, ended.run)
    assert places(second, done=True) == {place for place in KEYED if place[1] == "publish"}
    assert trial.outside.notion.live == []


def test_what_was_there_before_the_run_is_not_its_own_to_remove(trial: Trial) -> None:
    trial.run(SECRETS, "provision")
    trial.folder = trial.folder.parent / "another"
    ended, _ = trial.run(SECRETS, "provision")
    removals = torn_down(trial, ended.run)
    assert places(removals, done=True) == set()
    assert len(trial.outside.notion.live) == 2
    assert len(trial.outside.airtable.rows("HAL sessions")) == 3


def test_without_its_secret_an_effect_is_left_and_the_secret_is_named(trial: Trial) -> None:
    ended, _ = trial.run(SECRETS, "provision")
    session = trial.session(set(SECRETS) - {"NOTION_API_KEY"})
    removals, _ = remove_all(session, ended.run, lambda _foreseen: True)
    kept = {one.kept for one in removals if one.made.step == "publish"}
    assert kept == {"the secret NOTION_API_KEY is missing"}


def test_a_run_that_never_was_is_refused(trial: Trial) -> None:
    ended, _ = trial.run(SECRETS, "provision")
    with pytest.raises(UsageError, match="has no run nobody"):
        torn_down(trial, "nobody")
    assert ended.ran


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

    def test_it_shows_then_removes_and_is_safe_to_repeat(self, trial: Trial) -> None:
        ended, _ = trial.run(SECRETS, "provision")
        shown = self.ztr(trial, "teardown", ended.run)
        assert (shown.returncode, len(trial.outside.notion.live)) == (0, 2), shown.stderr
        assert "4 can be removed" in shown.stdout
        assert "Nothing was removed; `--yes` removes it." in shown.stdout
        done = self.ztr(trial, "teardown", ended.run, "--yes")
        assert (done.returncode, trial.outside.notion.live) == (0, [])
        assert "4 removed, 0 not" in done.stdout
        told: dict[str, Any] = json.loads(self.ztr(trial, "teardown", ended.run, "--yes", "--json").stdout)
        assert (told["removed"], {one["done"] for one in told["effects"]}) == (False, {False})

    def test_what_fails_ends_with_1_and_is_all_that_quiet_prints(self, trial: Trial) -> None:
        ended, _ = trial.run(SECRETS, "provision")
        trial.outside.airtable.goes_wrong(Fault("revoked"))
        done = self.ztr(trial, "teardown", ended.run, "--yes", "--quiet")
        assert done.returncode == 1
        assert [line.split()[1] for line in done.stdout.splitlines()] == ["session-sync/upsert", "session-store/upsert"]
        assert "AIRTABLE_API_KEY" in done.stdout

    def test_a_run_that_never_was_ends_with_2(self, trial: Trial) -> None:
        trial.run(SECRETS, "provision")
        done = self.ztr(trial, "teardown", "nobody")
        assert (done.returncode, "has no run nobody" in done.stderr) == (2, True)

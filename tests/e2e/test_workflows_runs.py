"""Whole runs of the workflow files: dispatched, scheduled, run again, failing, without secrets, with hostile inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.act import TOKEN, Ran, Repository, cut_off, make_repository
from tests.fake_github.happenings import Website
from tests.fake_github.remote import RemoteFake, World
from tests.fake_github.state import Repository as Hosted
from tests.fake_github.state import Token, Workflow

SECRET = "https://hooks.slack.com/services/T000/B000/canary-of-the-tests"
NOW = "2026-11-25T12:00:00Z"
WRITER = {"contents": "write", "issues": "write", "actions": "write"}
PLAN = {
    "plan.yaml": """\
id: tiny
title: A tiny plan
start: 2026-01-05
zone: UTC
week: [mon, tue, wed, thu, fri]
secrets:
  SLACK_WEBHOOK_URL: {description: Where messages go, obtain: Make one}
""",
    "note.yaml": """\
id: note
title: Write a note
day: 1
produces: [out/note.txt]
steps:
  - id: write
    run: mkdir -p out && echo hello > out/note.txt
    effect: workspace
""",
    "tell.yaml": """\
id: tell
title: Tell somebody
day: 1
needs: [note]
steps:
  - id: post
    run: test "${#SLACK_WEBHOOK_URL}" -gt 20 && test -e out/note.txt
    secrets: [SLACK_WEBHOOK_URL]
    on-unknown: retry
""",
}
FAILING = PLAN | {
    "note.yaml": PLAN["note.yaml"].replace("mkdir -p out &&", "test -e /nowhere && mkdir -p out &&"),
}


@pytest.fixture(scope="module")
def remote() -> Iterator[RemoteFake]:
    with RemoteFake(cut_off()) as fake:
        yield fake


def hosted(remote: RemoteFake, permissions: dict[str, str]) -> None:
    """A repository with one commit and one person who may write, and what the job's token may do."""
    repository = Hosted()
    repository.git.put("main", {"README.md": "hello"})
    repository.join("alice", "write")
    repository.join("rita", "read")
    repository.workflows["daily.yml"] = Workflow(7, ".github/workflows/daily.yml", "Daily", inputs={"mode": False})
    remote.set(World(repository, {TOKEN: Token(permissions=permissions)}))  # type: ignore[arg-type]  # levels are words


@pytest.fixture
def repository(remote: RemoteFake, tmp_path: Path) -> Repository:
    hosted(remote, WRITER)
    return make_repository(tmp_path, remote, PLAN)


def branch(repository: Repository) -> dict[str, bytes]:
    """The files of the state branch."""
    git = repository.fake.get().repository.git
    tip = git.refs.get("refs/heads/ztr-state")
    return git.files(tip) if tip else {}


def journals(repository: Repository) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in branch(repository) if "/events/" in path)


def statuses(ran: Ran) -> dict[str, str]:
    tasks = ran.report()["tasks"]
    assert isinstance(tasks, list)
    return {task["id"]: task["status"] for task in tasks}


def test_a_mock_run_by_hand_claims_nothing_and_leaves_artifact_state_summary_and_one_issue(
    repository: Repository,
) -> None:
    ran = repository.run("provision-make.yml", inputs={"mode": "mock"})
    assert (ran.code, ran.jobs) == (0, {"Run": "succeeded", "Publish": "succeeded"}), ran.log
    assert statuses(ran) == {"note": "done", "tell": "mocked"}
    assert "```mermaid" in ran.log  # act shows the job summary in its log
    assert {path.name for path in (ran.artifacts / "ztr-report").iterdir()} >= {
        "report.json",
        "summary.md",
        "journal.jsonl",
    }
    assert journals(repository) == ["101-1.jsonl"]
    (issue,) = repository.fake.get().repository.issues.values()
    assert (issue.state, issue.login, "`tell`" in issue.body) == ("open", "github-actions[bot]", True)


def test_a_scheduled_run_has_no_inputs_and_a_second_wake_up_ends_at_the_claim(repository: Repository) -> None:
    repository.secrets["SLACK_WEBHOOK_URL"] = SECRET
    first = repository.run("daily.yml", "schedule", payload={"schedule": "17 7 * * *"})
    assert (first.code, set(first.jobs.values())) == (0, {"succeeded"}), first.log
    assert statuses(first) == {"note": "done", "tell": "done"}
    second = repository.run("daily.yml", "schedule", payload={"schedule": "43 7 * * *"})
    assert (second.code, second.jobs) == (0, {"Claim": "succeeded"}), second.log
    assert journals(repository) == ["101-1.jsonl"]
    # all is done: an issue would have nothing to tell
    assert not [issue for issue in repository.fake.get().repository.issues.values() if issue.state == "open"]
    everything = first.log.encode() + b"".join(
        path.read_bytes() for path in first.artifacts.rglob("*") if path.is_file()
    )
    assert SECRET.encode() not in everything + b"".join(branch(repository).values())


def test_provision_without_its_secret_ends_before_anything_starts_and_names_it(repository: Repository) -> None:
    ran = repository.run("provision-make.yml", inputs={"mode": "provision"})
    assert (ran.code, ran.jobs) == (1, {"Claim": "failed"}), ran.log
    assert "exit status 3" in ran.log
    assert "SLACK_WEBHOOK_URL" in ran.said
    assert journals(repository) == []


def test_provision_with_its_secret_in_the_one_json_secret_is_real(repository: Repository) -> None:
    repository.secrets["ZTR_SECRETS"] = json.dumps({"SLACK_WEBHOOK_URL": SECRET})
    ran = repository.run("provision-make.yml", inputs={"mode": "provision"})
    assert (ran.code, statuses(ran)) == (0, {"note": "done", "tell": "done"}), ran.log


def test_a_failing_task_fails_the_run_and_is_published_and_a_re_run_is_the_next_attempt(
    remote: RemoteFake, tmp_path: Path
) -> None:
    hosted(remote, WRITER)
    repository = make_repository(tmp_path, remote, FAILING)
    first = repository.run("provision-make.yml", inputs={"mode": "auto"})
    assert (first.code, first.jobs) == (1, {"Claim": "succeeded", "Run": "failed", "Publish": "succeeded"}), first.log
    assert statuses(first)["note"] == "failed"
    assert "```mermaid" in first.log
    (issue,) = remote.get().repository.issues.values()
    assert "`note`" in issue.body
    again = repository.run("provision-make.yml", inputs={"mode": "auto"}, again=True)
    assert again.jobs["Publish"] == "succeeded", again.log
    assert journals(repository) == ["101-1.jsonl", "101-2.jsonl"]
    assert json.dumps(again.report()).count("101-2") > 0  # the artifact was replaced
    assert len(remote.get().repository.issues) == 1


HOSTILE = (
    "\"; touch CANARY; $(touch CANARY) `touch CANARY`\n::set-output name=go::true\n##[add-path]/tmp\n'; touch CANARY #"
)


@pytest.mark.parametrize("field", ["tasks", "day", "plan"])
def test_hostile_inputs_are_refused_in_one_line_and_run_nothing(
    repository: Repository, tmp_path: Path, field: str
) -> None:
    canary = tmp_path / "canary"
    ran = repository.run("provision-make.yml", inputs={"mode": "mock", field: HOSTILE.replace("CANARY", str(canary))})
    assert (ran.code, ran.jobs["Run"]) == (1, "failed"), ran.log
    assert "exit status 2" in ran.log
    assert not canary.exists()
    assert not re.search(r"set-output:: go=true", ran.log)
    assert "Traceback" not in ran.log
    assert journals(repository) == []


def test_a_token_that_may_only_read_still_gives_artifact_and_summary_and_says_what_to_grant(
    remote: RemoteFake, tmp_path: Path
) -> None:
    hosted(remote, {"contents": "read"})
    repository = make_repository(tmp_path, remote, PLAN)
    repository.secrets["SLACK_WEBHOOK_URL"] = SECRET
    ran = repository.run("provision-make.yml", inputs={"mode": "auto"})
    assert (ran.code, set(ran.jobs.values())) == (0, {"succeeded"}), ran.log
    assert statuses(ran) == {"note": "done", "tell": "mocked"}
    assert "contents: write" in ran.said
    assert branch(repository) == {}


def test_a_tick_by_a_writer_is_granted_and_one_by_a_reader_or_a_bot_is_not(remote: RemoteFake, tmp_path: Path) -> None:
    hosted(remote, WRITER)
    repository = make_repository(tmp_path, remote, FAILING)
    repository.run("provision-make.yml", inputs={"mode": "mock"})
    world = remote.get()
    website = Website(world.repository, remote.url, NOW)
    for login, granted in (("rita", False), ("alice", True)):
        event = website.tick(1, "ztr:retry=note", login)
        remote.set(world)
        ran = repository.run("control.yml", "issues", payload=event, actor=login)
        assert (ran.code, ran.jobs) == (0, {"Control": "succeeded"}), ran.log
        assert ("granted: retry" in ran.said) is granted
        world = remote.get()
        website = Website(world.repository, remote.url, NOW)
    assert sum("/events/" in path for path in branch(repository)) == 2
    said = website.say(1, "/ztr status", "alice")
    said["sender"]["type"] = "Bot"
    ran = repository.run("control.yml", "issue_comment", payload=said, actor="bot")
    assert (ran.code, ran.jobs) == (0, {})


def test_with_manual_approvals_a_task_waits_without_a_runner_until_somebody_approves_it_in_a_comment(
    repository: Repository,
) -> None:
    remote = repository.fake
    ran = repository.run("provision-make.yml", inputs={"mode": "auto", "approvals": "manual"})
    assert (ran.code, statuses(ran)["note"]) == (0, "awaiting-approval"), ran.log
    world = remote.get()
    world.repository.join("bob", "write")
    said = Website(world.repository, remote.url, NOW).say(1, "/ztr approve note", "bob")
    remote.set(world)
    answered = repository.run("control.yml", "issue_comment", payload=said, actor="bob")
    assert (answered.code, "granted: approve" in answered.said) == (0, True), answered.log
    (issue,) = remote.get().repository.issues.values()
    notice, asked = issue.comments
    assert notice.body.startswith("⏸ **Waits for approval.**")
    assert [one.content for one in asked.reactions] == ["eyes", "+1"]

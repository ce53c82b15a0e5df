"""`ztr doctor` on a real folder, against the fake GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.cli.app import run_app
from tests.fake_github import FakeGitHub, Workflow
from tests.unit.github.test_checkup import WHOLE

PLAN = """\
id: tiny
title: A tiny plan
start: 2026-01-05
zone: UTC
week: [mon, tue, wed, thu, fri]
secrets:
  KEY: {description: a, obtain: b}
"""
TASK = "id: one\ntitle: One\nday: 1\nsteps:\n  - id: do\n    run: 'true'\n    effect: workspace\n"


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub() as one:
        one.repository.git.put("main", {"README.md": "hello"})
        one.grant("reader", contents="read", issues="read", actions="read")
        one.grant(
            "owner", "alice", contents="read", issues="read", actions="read", secrets="read", administration="read"
        )
        one.repository.workflows["ztr.yml"] = Workflow(7, ".github/workflows/ztr.yml", "ZTR")
        yield one


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake: FakeGitHub) -> Path:
    for name, text in {
        "tasks/tiny/plan.yaml": PLAN,
        "tasks/tiny/one.yaml": TASK,
        ".github/workflows/ztr.yml": WHOLE,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".github/workflows/broken.yml").write_text("on: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_SERVER_URL", "KEY", "ZTR_SECRETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", "octo/work")
    monkeypatch.setenv("GITHUB_API_URL", fake.url)
    return tmp_path


def diagnose(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and what is said of each level."""
    code = run_app(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    levels: dict[str, list[str]] = {level: [] for level in told["counts"]}
    for one in told["findings"]:
        levels[one["level"]].append(one["what"])
    return code, levels


@pytest.mark.usefixtures("here")
def test_without_a_token_the_files_are_looked_at_and_it_is_said_that_github_was_not_asked(
    capsys: pytest.CaptureFixture[str], fake: FakeGitHub
) -> None:
    assert run_app(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "GitHub was not asked: there is no GITHUB_TOKEN" in told
    assert "✓ permissions" in told
    assert fake.ledger == []


@pytest.mark.usefixtures("here")
def test_a_token_that_may_not_see_secrets_and_settings_says_so_and_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fake: FakeGitHub
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "reader")
    code, levels = diagnose(capsys)
    assert (code, levels["problem"], levels["warning"]) == (0, [], [])
    assert sum("not looked at" in one for one in levels["note"]) == 2
    assert "ztr.yml is active" in levels["fine"]
    assert {one.method for one in fake.ledger} == {"GET"}  # it changes nothing


@pytest.mark.usefixtures("here")
def test_an_owners_token_shows_missing_secrets_a_switched_off_schedule_and_a_foreign_state_branch(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fake: FakeGitHub
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "owner")
    fake.repository.workflows["ztr.yml"].state = "disabled_inactivity"
    fake.repository.git.put("ztr-state", {"notes.txt": "somebody's own"})
    code, levels = diagnose(capsys)
    assert code == 1
    assert any("60 days" in one for one in levels["problem"])
    assert any("ztr-state is no state of ztr" in one for one in levels["problem"])
    assert any("KEY is not there" in one for one in levels["note"])


@pytest.mark.usefixtures("here")
def test_the_issue_that_the_state_names_is_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fake: FakeGitHub
) -> None:
    from automation.cli.remote.ledger import root_file
    from automation.github.issue import Known, encode_known

    monkeypatch.setenv("GITHUB_TOKEN", "reader")
    known = encode_known(Known(number=1))
    fake.repository.git.put("ztr-state", {"ztr.json": root_file(), "plans/tiny/issue.json": known})
    assert any("#1 was deleted" in one for one in diagnose(capsys)[1]["warning"])
    fake.grant("writer", issues="write")
    monkeypatch.setenv("GITHUB_TOKEN", "writer")
    from automation.cli.host import make_client

    make_client({"GITHUB_TOKEN": "writer", "GITHUB_REPOSITORY": "octo/work", "GITHUB_API_URL": fake.url}).call(
        "POST", "/issues", {"title": "t"}
    )
    monkeypatch.setenv("GITHUB_TOKEN", "reader")
    assert "the summary issue is #1" in diagnose(capsys)[1]["fine"]
    fake.repository.issues[1].locked = True
    assert any("#1 is locked" in one for one in diagnose(capsys)[1]["warning"])


@pytest.mark.usefixtures("here")
def test_a_revoked_token_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fake: FakeGitHub
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "owner")
    fake.tokens["owner"].revoked = True
    _, levels = diagnose(capsys)
    assert any("401 Bad credentials" in one for one in levels["note"])

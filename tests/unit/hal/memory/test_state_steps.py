"""Tasks 12 to 14 on one conversation's sessions: stored once, synced one way, kept to those who may."""

import json
from pathlib import Path

import pytest

from automation.hal.memory import access, sync_trial
from automation.hal.memory.conversations import turns
from automation.hal.memory.sessions import Replica, SessionState
from automation.hal.memory.steps import state as steps

SESSIONS = {record.session for record in turns("test", 1)}


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """The session store of task 12."""
    steps.store_sessions(database=tmp_path / "sessions.db", records=tmp_path / "sessions.json", people=1)
    return tmp_path / "sessions.db"


def test_a_session_is_one_row_however_often_it_is_stored(tmp_path: Path) -> None:
    stored = steps.store_sessions(database=tmp_path / "sessions.db", records=tmp_path / "sessions.json", people=1)
    assert stored["sessions"] == stored["rows"] == len(SESSIONS)
    assert (stored["rows_too_many"], stored["second_changed"], stored["stale_changed"]) == (0, 0, 0)
    rows = json.loads((tmp_path / "sessions.json").read_text(encoding="utf-8"))
    assert {row["session"] for row in rows} == SESSIONS
    assert {row["version"] for row in rows} == {2}
    assert all(row["summary"].startswith("Last said: ") for row in rows)


def sync(sessions: Path, rounds: int = 10) -> steps.Synced:
    folder = sessions.parent
    return steps.sync_sessions(
        database=sessions, merged=folder / "merged.db", records=folder / "merged.json", report=folder / "sync.json",
        rounds=rounds,
    )  # fmt: skip


def test_conflicts_resolve_one_way_only(sessions: Path) -> None:
    synced = sync(sessions)
    assert (synced["rounds"], synced["records"]) == (10, len(SESSIONS))
    assert synced["conflicts"] > 5
    assert (synced["disagreements"], synced["lost"], synced["invented"]) == (0, 0, 0)
    rows = json.loads((sessions.parent / "merged.json").read_text(encoding="utf-8"))
    assert {row["session"] for row in rows} == SESSIONS


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda one, two: {**one, **two}, "disagreements"),
        (lambda one, two: {}, "lost"),
        (lambda one, two: dict.fromkeys([*one, *two], ""), "invented"),
    ],
)
def test_a_rule_that_depends_on_the_order_or_loses_or_invents_is_noticed(
    spoil: object, wrong: str, sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_trial, "merge", spoil)
    with_store: Replica = {
        name: SessionState(session=name, tenant="t", user="u", project="p", updated_at="2025-09-08T09:00:00+00:00")
        for name in ("one", "two")
    }
    assert getattr(sync_trial.try_conflicts(with_store, 20, 1), wrong) > 0


def test_every_denied_pair_is_denied_with_an_audit_line_that_tells_no_secret(sessions: Path, tmp_path: Path) -> None:
    tried = steps.try_access(
        database=tmp_path / "access.db", sessions=sessions, report=tmp_path / "access.json", roles=["member"]
    )
    assert tried["pairs"] > tried["denied_pairs"] > 0
    assert tried["audit_lines"] == tried["denied_pairs"]
    assert (tried["wrongly_allowed"], tried["wrongly_denied"], tried["missing_audit_lines"]) == (0, 0, 0)
    assert tried["texts_in_audit"] == 0
    assert json.loads((tmp_path / "access.json").read_text(encoding="utf-8")) == tried


@pytest.mark.parametrize(
    ("decision", "wrong", "right"),
    [(None, "wrongly_allowed", "denied_pairs"), ("hush is denied", "wrongly_denied", "audit_lines")],
)
def test_rules_that_allow_or_deny_everything_are_noticed(
    decision: str | None, wrong: str, right: str, sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "decide", lambda *_: decision)
    tried = dict(
        steps.try_access(database=tmp_path / "a.db", sessions=sessions, report=tmp_path / "a.json", roles=["guest"])
    )
    assert tried[wrong] != 0
    assert tried["audit_lines"] == (0 if decision is None else tried["pairs"])
    assert tried["texts_in_audit"] == tried["audit_lines"]
    assert tried[right] != 0

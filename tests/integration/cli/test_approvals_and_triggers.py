"""Who approves, what an approval is bound to, running again from a task on, and events that make tasks due."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from tests.integration.cli.rig import COUNT, NOTE, SIGN, Ztr

FIRST = """
    id: first
    title: First
    steps:
      - uses: file
        with: {operation: write, path: first.txt, content: "${{ vars.reader }}"}
    produces: [first.txt]
"""
SECOND = """
    id: second
    title: Second
    needs: [first]
    steps:
      - uses: file
        with: {operation: copy, from: first.txt, path: second.txt}
    produces: [second.txt]
"""
THIRD = SECOND.replace("second", "third").replace("Second", "Third").replace("first", "second")
SIGNED = FIRST + "    approval: manual\n"
PUSHED = """
    id: pushed
    title: On a push
    on: push
    steps:
      - uses: file
        with: {operation: write, path: who.txt, content: "${{ event.sender.login }}"}
"""


def test_with_manual_approvals_every_task_waits_for_a_person(ztr: Ztr) -> None:
    ztr.plan({"01": FIRST, "02": SECOND})
    assert ztr("run", "--approvals", "manual", "--quiet").code == 0
    assert ztr.statuses() == {"first": "awaiting-approval", "second": "pending"}
    ztr("approve", "first", "--by", "ada")
    ztr("run", "--approvals", "manual", "--quiet")
    assert ztr.statuses() == {"first": "done", "second": "awaiting-approval"}


def test_automatic_approvals_do_not_overrule_a_task_that_asks_for_a_person(ztr: Ztr) -> None:
    ztr.plan({"01": SIGN})
    ztr("run", "--approvals", "auto", "--quiet")
    assert ztr.statuses() == {"sign": "awaiting-approval"}


def test_an_approval_can_start_what_it_lets_through(ztr: Ztr) -> None:
    ztr.plan({"01": SIGNED, "02": SECOND})
    ztr("run", "--quiet")
    assert ztr("approve", "first", "--run", "auto").code == 0
    assert ztr.statuses() == {"first": "done", "second": "done"}


def test_a_refused_approval_starts_nothing(ztr: Ztr) -> None:
    ztr.plan({"01": SIGNED, "02": SECOND})
    assert ztr("approve", "first", "--run", "auto").code == 1
    assert ztr.statuses() == {"first": "pending", "second": "pending"}


def test_an_approval_of_what_has_changed_since_is_refused(ztr: Ztr) -> None:
    ztr.plan({"01": SIGNED})
    ztr("run", "--quiet")
    seen = _question(ztr)["evidence"]
    ztr("reset", "first")
    ztr("run", "--quiet", "--var", "reader=another")
    told = ztr("approve", "first", "--seen", seen, "--json")
    assert told.code == 1
    assert told.json["answers"][0]["reason"] == "what first made has changed since: look at it again"
    assert ztr("approve", "first", "--seen", _question(ztr)["evidence"]).code == 0


def test_what_was_approved_and_comes_out_the_same_again_is_not_asked_for_twice(ztr: Ztr) -> None:
    ztr.plan({"01": SIGNED})
    ztr("run", "--quiet")
    ztr("approve", "first", "--by", "ada")
    _lose_products(ztr)
    ztr("run", "--quiet")
    (task,) = ztr("status", "--json").json["tasks"]
    assert (task["status"], task["reason"]) == (
        "done",
        "approved before, and neither its definition nor what it made has changed",
    )


def test_what_was_approved_and_comes_out_different_is_asked_for_again(ztr: Ztr) -> None:
    ztr.plan({"01": SIGNED})
    ztr("run", "--quiet")
    ztr("approve", "first", "--by", "ada")
    _lose_products(ztr)
    ztr("run", "--quiet", "--var", "reader=another")
    assert ztr.statuses() == {"first": "awaiting-approval"}


def test_from_a_task_on_everything_is_done_anew(ztr: Ztr) -> None:
    ztr.plan({"01": FIRST, "02": SECOND, "03": THIRD})
    ztr("run", "--quiet")
    told = ztr("run", "--from", "second", "--json").json
    assert told["run"]["tasks"] == ["second", "third"]
    assert ztr.statuses() == {"first": "done", "second": "done", "third": "done"}


def test_from_a_task_that_has_not_run_yet_runs_what_is_due(ztr: Ztr) -> None:
    ztr.plan({"01": FIRST, "02": SECOND})
    assert ztr("run", "--from", "second", "--json").json["run"]["tasks"] == ["first", "second"]


def test_from_an_unknown_task_is_refused_with_a_hint(ztr: Ztr) -> None:
    ztr.plan({"01": FIRST})
    told = ztr("run", "--from", "frist")
    assert (told.code, "did you mean first?" in told.err) == (2, True)


def test_resume_is_what_a_run_does_anyway_and_excludes_from(ztr: Ztr) -> None:
    ztr.plan({"01": FIRST})
    assert ztr("run", "--resume", "--quiet").code == 0
    assert ztr("run", "--resume", "--from", "first").code == 2


def test_an_event_makes_its_tasks_due_and_its_payload_can_be_read(
    ztr: Ztr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ztr.plan({"01": PUSHED})
    payload = tmp_path / "event.json"
    payload.write_text(json.dumps({"sender": {"login": "ada"}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(payload))
    assert ztr("run", "--json").json["run"] is None
    assert ztr("run", "--event", "push:p1", "--json").json["run"]["tasks"] == ["pushed"]
    assert (ztr.folder / ".ztr/small/work/who.txt").read_text() == "ada"
    ztr("run", "--event", "push:p1", "--quiet")
    (task,) = ztr("status", "--json").json["tasks"]
    assert [(slot["slot"], slot["runs"]) for slot in task["slots"]] == [("p1", 1)]


@pytest.mark.parametrize("event", ["push", "workflow_run"])  # the second: another workflow is completed
def test_on_github_the_event_that_started_the_run_has_happened(
    ztr: Ztr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, event: str
) -> None:
    ztr.plan({"01": PUSHED.replace("on: push", f"on: {event}")})
    (tmp_path / "event.json").write_text(json.dumps({"sender": {"login": "ada"}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_RUN_ID": "77",
        "GITHUB_REPOSITORY": "octo/repo",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }.items():
        monkeypatch.setenv(name, value)
    assert ztr("run", "--quiet").code == 0
    (task,) = ztr("status", "--json").json["tasks"]
    assert (task["status"], task["slots"][0]["slot"]) == ("done", f"{event}-77")


def test_a_task_whose_event_is_past_and_that_failed_is_tried_again(ztr: Ztr) -> None:
    failing = PUSHED.replace("uses: file", "run: test -e ready").replace(
        'with: {operation: write, path: who.txt, content: "${{ event.sender.login }}"}', "effect: workspace"
    )
    ztr.plan({"01": textwrap.dedent(failing)})
    assert ztr("run", "--event", "push:p1", "--quiet").code == 1
    (ztr.folder / ".ztr/small/work/ready").touch()
    assert ztr("run", "--quiet").code == 0
    assert ztr.statuses() == {"pushed": "done"}


@pytest.mark.parametrize("text", ["[1]", "{", "\xff"])
def test_a_payload_that_is_no_object_is_named(
    ztr: Ztr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    ztr.plan({"01": NOTE, "02": COUNT})
    payload = tmp_path / "event.json"
    payload.write_bytes(text.encode("latin-1"))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(payload))
    told = ztr("run")
    assert (told.code, "event.json: the event's payload" in told.err) == (2, True)


def _question(ztr: Ztr) -> dict[str, str]:
    (task,) = ztr("status", "--json").json["tasks"]
    found: dict[str, str] = task["approval"]
    return found


def _lose_products(ztr: Ztr) -> None:
    for path in (ztr.folder / ".ztr/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    for path in (ztr.folder / ".ztr/small/work").iterdir():
        path.unlink()

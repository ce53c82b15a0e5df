"""Somebody ticks a box or writes a command: it is done once, if they may, and they hear of it."""

from __future__ import annotations

import json
import os

import pytest

from automation.cli.control import attend, control, hear_event
from automation.cli.remote.ledger import Paths
from automation.cli.session import Session
from automation.cli.tell_issue import tell_issue
from automation.errors import StateError, UsageError
from automation.github.branch import Change, read, swap
from automation.github.client import Client
from automation.github.controls import Heard, hear
from automation.github.issue import BOT, Known
from tests.fake_github import Fault
from tests.integration.cli.rig import NOTE, PLAN
from tests.integration.github.stage import ENVIRONMENT, Stage


def test_a_tick_of_somebody_who_may_write_is_done_and_its_box_is_gone(stage: Stage) -> None:
    assert stage.standing == {"bad": "failed", "broken": "failed", "note": "done", "sign": "awaiting-approval"}
    stage.ticks("ztr:retry=broken")
    assert stage.standing["broken"] == "pending"
    assert stage.said == ["granted: retry `broken`"]
    assert "ztr:retry=broken" not in stage.body
    assert stage.comments == []


def test_a_tick_costs_ten_requests(stage: Stage) -> None:
    before = len(stage.fake.ledger)
    stage.ticks("ztr:retry=broken")
    assert len(stage.fake.ledger) - before <= 10


def test_an_approval_needs_no_waiting_runner_and_names_who_gave_it(stage: Stage) -> None:
    stage.ticks("ztr:approve=sign", "ada")
    slot = stage.state.slots["sign"]["day-1"]
    assert (slot.status, slot.reason) == ("done", "approved by ada")


def test_a_tick_by_a_reader_does_nothing_and_says_so(stage: Stage) -> None:
    before = stage.state
    stage.ticks("ztr:retry=broken", "bob")
    assert stage.state == before
    assert stage.comments[0].endswith(
        "- ❌ retry `broken`: bob has read permission here, and it needs write: nothing was done"
    )
    assert "- [ ] <!-- ztr:retry=broken" in stage.body


def test_a_tick_on_a_box_whose_task_changed_since_does_nothing_and_says_so(stage: Stage) -> None:
    path = stage.ztr.folder / "tasks/small/02-broken.yaml"
    path.write_text(path.read_text().replace("exit 3", "exit 0"))
    stage.ticks("ztr:retry=broken")
    assert stage.standing["broken"] == "failed"
    assert "is defined otherwise by now than the box showed" in stage.comments[0]


def test_what_a_bot_does_is_not_heard(stage: Stage) -> None:
    before = len(stage.fake.ledger)
    stage.ticks("ztr:retry=broken", BOT)
    stage.says("/ztr retry broken", BOT)
    assert stage.said == [f"Nothing to do: {BOT} is no person, and only people are heard."]
    assert len(stage.fake.ledger) == before


def test_one_box_for_all_does_all_that_it_stood_for(stage: Stage) -> None:
    assert "**Retry all 2** that wait for it" in stage.body
    stage.ticks("ztr:retry=*")
    assert (stage.standing["bad"], stage.standing["broken"]) == ("pending", "pending")
    assert stage.said == ["granted: retry `broken`", "granted: retry `bad`"]


def test_one_box_for_all_is_refused_when_its_list_is_another_by_now(stage: Stage) -> None:
    stage.fake.fail(Fault("before", "PATCH", "/issues/1", times=9))
    stage.ticks("ztr:retry=broken")
    stage.fake.faults.clear()
    stage.ticks("ztr:retry=*")
    assert "not the same any more" in stage.comments[-1]
    assert stage.standing["bad"] == "failed"


def test_an_event_that_is_delivered_again_changes_nothing(stage: Stage) -> None:
    payload = stage.ticks("ztr:retry=broken")
    serial = stage.state.serial
    stage.arrives("issues", payload)
    assert stage.said == ["granted: retry `broken`", "this event was seen to before"]
    refused = stage.says("/ztr retry nothing")
    stage.arrives("issue_comment", refused)
    assert (stage.state.serial, len(stage.comments)) == (serial, 1)


def test_a_box_for_all_that_is_delivered_again_is_neither_done_nor_refused_again(stage: Stage) -> None:
    payload = stage.ticks("ztr:retry=*")
    stage.arrives("issues", payload)
    assert stage.said[-1] == "this event was seen to before"
    assert (stage.comments, stage.standing["bad"]) == ([], "pending")


def test_a_state_that_is_damaged_or_gone_is_told_in_the_issue_and_ends_the_job(stage: Stage) -> None:
    path = "plans/small/events"
    damaged = next(name for name in read(stage.client()).files if name.startswith(path))
    good = read(stage.client()).files[damaged]
    swap(
        stage.client(),
        lambda tip: (
            Change({damaged: good.replace(b'"note"', b'"mote"')}, "damage") if tip.files[damaged] == good else None
        ),
    )
    with pytest.raises(StateError):
        stage.says("/ztr retry broken")
    assert "nothing was done: " in stage.comments[0]
    assert stage.reactions == ["eyes", "-1"]
    stage.fake.repository.git.refs.pop("refs/heads/ztr-state")
    with pytest.raises(StateError, match="there is no branch ztr-state"):
        stage.says("/ztr retry broken")


def test_a_workflow_that_cannot_be_started_now_is_told_and_the_rest_is_done(stage: Stage) -> None:
    stage.fake.fail(Fault("drop-after", "POST", "/dispatches"))
    stage.says("/ztr skip broken\n/ztr run")
    assert stage.standing["broken"] == "skipped"
    assert "- ❌ run: POST" in stage.comments[0]
    assert "- ✅ skip `broken`" in stage.comments[0]


def test_without_a_number_on_the_branch_only_an_issue_of_ours_is_heard(stage: Stage) -> None:
    path = Paths("small").issue
    swap(stage.client(), lambda tip: Change({path: None}, "lost") if path in tip.files else None)
    stage.ticks("ztr:retry=broken")
    assert stage.standing["broken"] == "pending"
    stage.fake.repository.issues[1].login = "eve"
    swap(stage.client(), lambda tip: Change({path: None}, "lost") if path in tip.files else None)
    stage.says("/ztr retry bad")
    assert stage.said == ["Nothing to do: issue #1 is by eve, not by us."]


def test_of_several_plans_the_issues_mark_tells_which_is_meant(stage: Stage) -> None:
    state, other = stage.state, PLAN.replace("id: small", "id: other").replace("Small", "Other")
    stage.ztr.plan({"01-note": NOTE}, plan=other, name="other")
    session = Session(stage.where._replace(plan="tasks/small"), ENVIRONMENT)
    assert tell_issue(session, state, stage.client(), Known(1, BOT)).written
    assert stage.fake.repository.issues[1].title == "🤖 ZTR Run Summary: Small plan"
    payload = stage.website().tick(1, "ztr:retry=broken", "ada")
    heard = hear("issues", payload)
    assert isinstance(heard, Heard)
    assert attend(stage.where, heard, stage.client, "daily.yml", ENVIRONMENT) == ["granted: retry `broken`"]
    unknown = heard._replace(body=heard.body.replace("plan=small", "plan=gone"))
    assert attend(stage.where, unknown, stage.client, "daily.yml", ENVIRONMENT) == [
        "Nothing to do: no plan here is called gone."
    ]


def test_another_plans_issue_and_a_slot_that_never_was_are_refused(stage: Stage) -> None:
    stage.says("/ztr retry broken@day-9")
    assert "broken has no slot day-9" in stage.comments[0]
    stage.says("/ztr retry broken@day-1")
    assert stage.standing["broken"] == "pending"
    stage.fake.repository.issues[1].body = stage.body.replace("plan=small", "plan=other")
    stage.says("/ztr retry bad")
    assert stage.said == ["Nothing to do: issue #1 is not the summary issue of small in this repository."]


def test_a_comment_is_answered_by_a_reaction_and_only_a_refusal_by_a_comment(stage: Stage) -> None:
    stage.says("/ztr skip broken done by hand\n/ztr pause")
    assert (stage.standing["broken"], stage.state.paused) == ("skipped", True)
    assert (stage.reactions, stage.comments) == (["eyes", "+1"], [])
    stage.says("/ztr skip note\n/ztr resume\n/ztr fly")
    assert stage.reactions[2:] == ["eyes", "confused"]
    assert "- ❌ a line: fly is no command" in stage.comments[0]
    assert "- ❌ skip `note`: note is done: there is nothing left to skip" in stage.comments[0]
    assert "- ✅ resume" in stage.comments[0]


def test_a_stranger_hears_why_in_one_comment(stage: Stage) -> None:
    stage.says("/ztr retry broken\n/ztr approve sign", "eve")
    assert stage.reactions == ["eyes", "-1"]
    assert len(stage.comments) == 1
    assert "retry `broken`, approve `sign`: eve has none permission here" in stage.comments[0]


def test_status_and_help_are_answered(stage: Stage) -> None:
    stage.says("/ztr status\n/ztr help")
    assert "> ❌ 2 failed · ⏸ 1 waiting for approval · ✅ 1 done" in stage.comments[0]
    assert "Needs somebody: retry `broken`, retry `bad`, approve `sign`." in stage.comments[0]
    assert "| `/ztr retry TASK [reason]` |" in stage.comments[0]
    assert stage.reactions == ["eyes", "+1"]


def test_all_in_a_comment_means_all_that_the_issue_lists(stage: Stage) -> None:
    stage.says("/ztr retry all\n/ztr reject all")
    assert (stage.standing["bad"], stage.standing["broken"]) == ("pending", "pending")
    assert "nothing waits for reject" in stage.comments[0]


def test_run_now_starts_the_workflow_once(stage: Stage) -> None:
    payload = stage.ticks("Run what is due now")
    runs = stage.fake.repository.runs
    assert [(run.event, run.branch) for run in runs.values()] == [("workflow_dispatch", "main")]
    assert "- [ ] <!-- ztr:run -->" in stage.body
    stage.arrives("issues", payload)
    assert len(runs) == 1
    stage.says("/ztr run")
    assert len(runs) == 1
    assert "a run is waiting to start already" in stage.comments[0]


def test_run_now_without_permission_or_workflow_says_what_is_missing(stage: Stage) -> None:
    stage.fake.grant("ours", BOT, issues="write", contents="write", actions="read")
    stage.ticks("Run what is due now")
    assert "permissions: {actions: write}" in stage.comments[0]
    stage.fake.repository.workflows.clear()
    stage.says("/ztr run")
    assert "there is no workflow daily.yml" in stage.comments[1]


def test_while_a_run_goes_on_the_request_is_kept_for_it(stage: Stage) -> None:
    stage.claims()
    stage.ticks("ztr:retry=broken")
    assert stage.said == ["asked for, the run that goes on answers: retry `broken`"]
    assert [(one.kind, one.task, one.by) for one in stage.state.requests.values()] == [("retry", "broken", "ada")]
    assert "Asked for, and answered by the run that goes on: retry `broken`." in stage.body
    assert stage.standing["broken"] == "failed"


def test_a_tick_during_a_publish_survives_it(stage: Stage) -> None:
    """The publish job has read its state; somebody ticks; the job writes the body."""
    session, state, client = stage.session, stage.state, stage.client()
    payload = stage.website().tick(1, "ztr:retry=broken", "ada")
    told = tell_issue(session, state, client, Known(1, BOT))
    assert told.written is False
    assert "- [x] <!-- ztr:retry=broken" in stage.body
    stage.arrives("issues", payload)
    assert stage.standing["broken"] == "pending"
    assert "ztr:retry=broken" not in stage.body


def test_a_tick_that_a_publish_wrote_over_is_honoured_all_the_same(stage: Stage) -> None:
    before = stage.body
    payload = stage.website().tick(1, "ztr:retry=broken", "ada")
    stage.fake.repository.issues[1].body = before
    stage.arrives("issues", payload)
    assert stage.standing["broken"] == "pending"


def test_lost_replies_of_the_branch_do_it_once_all_the_same(stage: Stage) -> None:
    serial = stage.state.serial
    stage.fake.fail(Fault("drop-after", "PATCH", "/git/refs"), Fault("before", "PATCH", "/git/refs", status=422))
    stage.ticks("ztr:retry=broken")
    assert stage.standing["broken"] == "pending"
    assert stage.state.serial == serial + 1


def test_an_issue_that_is_not_the_plans_is_left_alone(stage: Stage) -> None:
    for number, (body, login) in enumerate([("hello", "eve"), (stage.body, "eve")], 2):
        stage.fake.grant(login, login, issues="write")
        made = Client("octo/work", login, stage.clock, api=stage.fake.url).call(
            "POST", "/issues", {"title": "t", "body": body}
        )
        assert isinstance(made.json, dict)
        payload = stage.website().say(number, "/ztr retry broken", "ada")
        stage.arrives("issue_comment", payload)
        assert stage.said[0].startswith("Nothing to do: ")
    assert stage.standing["broken"] == "failed"
    assert stage.said == ["Nothing to do: the summary issue of small is #1, not #3."]


def test_what_cannot_be_told_does_not_undo_what_was_done(stage: Stage) -> None:
    stage.fake.grant("ours", BOT, contents="write", issues="read")
    stage.says("/ztr retry broken")
    assert stage.standing["broken"] == "pending"
    assert any("not told in the issue" in line for line in stage.said)


def test_the_command_reads_the_event_of_its_job(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stage.ztr.folder / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_NAME", "issues")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    path.write_text(json.dumps({"action": "opened"}))
    assert control.main(args=[], standalone_mode=False) == 0
    assert capsys.readouterr().out == "Nothing to do: issues opened asks for nothing.\n"
    path.write_text(json.dumps(stage.website().edit(1, "# mine", "ada") | {"issue": {"number": 1, "body": "x"}}))
    assert control.main(args=[], standalone_mode=False) == 0
    for content in ("{", "[]"):
        path.write_text(content)
        with pytest.raises(UsageError, match="cannot be read"):
            hear_event(os.environ)
    monkeypatch.delenv("GITHUB_EVENT_PATH")
    with pytest.raises(UsageError, match="no event"):
        hear_event(os.environ)

"""What people are told besides the issue's body: a comment on what newly waits; the issue while a run goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from automation.cli.remote.ledger import root_file
from automation.cli.tell_issue import tell_issue
from automation.engine.state import evidence
from automation.github.issue import Known, decode_known, encode_known
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.state import Issue
from tests.integration.cli.rig import NOTE, SIGN, Ztr
from tests.integration.github.stage import Stage

AT = "2025-09-01T09:00:00Z"


def told(stage: Stage, known: Known) -> Known:
    found = tell_issue(stage.session, stage.state, stage.client(), known)
    return decode_known(encode_known(found.known))


def test_what_waits_for_approval_is_told_of_in_one_comment(stage: Stage) -> None:
    assert len(stage.notices) == 1
    assert stage.notices[0].endswith("\n- `sign`: Sign")
    assert "/ztr approve TASK" in stage.notices[0]


def test_what_was_told_of_is_not_told_of_again(stage: Stage) -> None:
    known = told(stage, Known(1, "github-actions[bot]"))
    before = len(stage.notices)
    assert told(stage, known) == known
    assert len(stage.notices) == before


def test_when_the_comment_fails_it_is_made_the_next_time(stage: Stage) -> None:
    before = len(stage.notices)
    stage.fake.fail(Fault("before", "POST", r"/comments$", status=403))
    known = told(stage, Known(1, "github-actions[bot]"))
    assert (known.noticed, len(stage.notices)) == ("", before)
    assert told(stage, known).noticed
    assert len(stage.notices) == before + 1


def test_a_comment_whose_answer_is_lost_is_not_made_again(stage: Stage) -> None:
    before = len(stage.notices)
    stage.fake.fail(Fault("drop-after", "POST", r"/comments$"))
    known = told(stage, Known(1, "github-actions[bot]"))
    assert len(stage.notices) == before + 1
    assert told(stage, known).noticed == known.noticed != ""
    assert len(stage.notices) == before + 1


def test_a_tick_of_what_has_come_out_different_since_is_refused(stage: Stage) -> None:
    issue = stage.fake.repository.issues[1]
    issue.body = re.sub(r"(ztr:approve=sign@day-1 def=)[0-9a-f]{16}", rf"\g<1>{'0' * 16}", issue.body)
    stage.ticks("ztr:approve=sign")
    assert stage.standing["sign"] == "awaiting-approval"
    assert "or made something else: look at it again" in stage.comments[0]


def test_an_approval_is_bound_to_what_was_made_when_it_was_asked_for(stage: Stage) -> None:
    stage.claims()
    stage.ticks("ztr:approve=sign")
    (request,) = stage.state.requests.values()
    slot = stage.state.slots["sign"]["day-1"]
    assert (request.kind, request.evidence) == ("approve", evidence(slot))


class TestLiveIssue:
    """`ztr run --tell-issue`."""

    @pytest.fixture
    def fake(self, ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
        with FakeGitHub() as fake:
            fake.repository.git.put("main", {"README.md": "work"})
            fake.grant("ours", "github-actions[bot]", issues="write")
            for name, value in {
                "GITHUB_REPOSITORY": "octo/work",
                "GITHUB_API_URL": fake.url,
                "GITHUB_TOKEN": "ours",
                "ZTR_GITHUB_PAUSE": "0",
            }.items():
                monkeypatch.setenv(name, value)
            yield fake

    def test_the_issue_is_there_from_the_start_and_ends_with_what_came_of_it(self, ztr: Ztr, fake: FakeGitHub) -> None:
        ztr.plan({"01": NOTE, "02": SIGN})
        assert ztr("run", "--now", "2025-09-08T09:00", "--tell-issue", "--quiet").code == 0
        (issue,) = fake.repository.issues.values()
        assert "ztr:approve=sign" in issue.body
        assert fake.ledger.asked("POST", r"/issues$") == 1
        assert [one.body.startswith("⏸") for one in issue.comments] == [True]

    def test_an_issue_that_was_told_of_a_run_which_was_lost_is_not_ahead_of_the_state(
        self, ztr: Ztr, fake: FakeGitHub
    ) -> None:
        ztr.plan({"01": NOTE})
        ztr("run", "--now", "2025-09-08T09:00", "--tell-issue", "--quiet")
        (issue,) = fake.repository.issues.values()
        assert issue.body.startswith("<!-- ztr:v1 plan=small serial=0 ")

    def test_with_a_state_from_the_branch_the_issue_is_the_branchs_and_publish_gives_the_notice(
        self, ztr: Ztr, fake: FakeGitHub
    ) -> None:
        fake.grant("ours", "github-actions[bot]", issues="write", contents="write")
        ztr.plan({"01": NOTE, "02": SIGN})
        known = encode_known(Known(1, "github-actions[bot]"))
        fake.repository.git.put("ztr-state", {"ztr.json": root_file().decode(), "plans/small/issue.json": known})
        fake.repository.issues[1] = Issue(1, "🤖 ZTR Run Summary", "github-actions[bot]", "", AT, AT)
        assert ztr("state", "pull").code == 0
        ztr("run", "--now", "2025-09-08T09:00", "--tell-issue", "--quiet")
        (issue,) = fake.repository.issues.values()
        assert "ztr:approve=sign" in issue.body
        assert issue.comments == []

    def test_the_next_run_tells_nothing_twice(self, ztr: Ztr, fake: FakeGitHub) -> None:
        ztr.plan({"01": SIGN, "02": NOTE.replace("day: 1", "day: 2")})
        ztr("run", "--now", "2025-09-08T09:00", "--tell-issue", "--quiet")
        assert ztr("run", "--now", "2025-09-09T09:00", "--tell-issue", "--quiet").code == 0
        (issue,) = fake.repository.issues.values()
        assert [one.body.startswith("⏸") for one in issue.comments] == [True]
        assert fake.ledger.asked("POST", r"/issues$") == 1

    def test_it_is_closed_when_everything_is_done(self, ztr: Ztr, fake: FakeGitHub) -> None:
        ztr.plan({"01": SIGN, "02": NOTE})
        ztr("run", "--now", "2025-09-08T09:00", "--tell-issue", "--quiet")
        ztr("skip", "sign")
        ztr("run", "--now", "2025-09-08T10:00", "--from", "note", "--tell-issue", "--quiet")
        (issue,) = fake.repository.issues.values()
        assert issue.state == "closed"

    def test_a_github_that_refuses_does_not_hurt_the_run(self, ztr: Ztr, fake: FakeGitHub) -> None:
        fake.grant("ours", "github-actions[bot]", issues="read")
        ztr.plan({"01": NOTE})
        said = ztr("run", "--now", "2025-09-08T09:00", "--tell-issue")
        assert (said.code, "issues: write" in said.err) == (0, True)

    def test_without_a_token_it_is_refused_before_anything_runs(
        self, ztr: Ztr, fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("GITHUB_TOKEN")
        ztr.plan({"01": NOTE})
        said = ztr("run", "--tell-issue")
        assert (said.code, "there is no GITHUB_TOKEN" in said.err) == (2, True)
        assert ztr.statuses() == {"note": "pending"}

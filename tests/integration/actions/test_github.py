"""The action `github` against a GitHub that checks each request and answer against GitHub's own description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from automation.actions.base import BadInput, Call, Done, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.plan.model import Json
from tests.fake_github import FakeGitHub, Fault, Workflow, primary_limit, secondary_limit
from tests.fake_github.state import Issue
from tests.fakes import a_call, fake_tools

GITHUB = ACTIONS["github"]
TOKEN = "ghp_fakeTokenForTests0123456789"


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub() as one:
        one.repository.git.put("main", {"README.md": "hello", "old.md": "before"})
        one.repository.join("alice", "write")
        one.repository.workflows["deploy.yml"] = Workflow(1, ".github/workflows/deploy.yml", "Deploy", inputs={})
        one.grant(TOKEN, contents="write", issues="write", actions="write", pull_requests="write")
        yield one


class Desk:
    """Calls of the action in one folder."""

    def __init__(self, fake: FakeGitHub, folder: Path, http: HttpClient) -> None:
        self.fake, self._folder, self._http = fake, folder, http

    def call(self, operation: str, *, key: str = "k" * 32, secret: str = TOKEN, **inputs: Any) -> Call:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        whole = {"operation": operation, "repository": "octo/work", "base-url": self.fake.url, **given}
        tools = fake_tools()._replace(http=self._http)
        return a_call(whole, self._folder, tools=tools, key=key, secrets={"GH_TOKEN": secret}, timeout=10)

    def write_issue(self, login: str, title: str, body: str) -> int:
        """By hand; its number."""
        number = 1 + max(self.fake.repository.issues, default=0)
        stamp = "2026-01-01T00:00:00Z"
        self.fake.repository.issues[number] = Issue(number, title, login, body, stamp, stamp)
        return number

    def sent(self) -> list[Any]:
        """The bodies of all requests that changed something."""
        return [line.body for line in self.fake.ledger if line.method not in ("GET", "HEAD")]


@pytest.fixture
def desk(fake: FakeGitHub, tmp_path: Path) -> Iterator[Desk]:
    stop = Stop()
    yield Desk(fake, tmp_path, HttpClient(stop))
    stop.close()


def bodies(call: Call) -> list[Json]:
    return [cast("dict[str, Json]", draft.request)["json"] for draft in GITHUB.prepare(call)]


def done(outcome: object) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome


def put(call: Call) -> Done:
    """As the engine does it: look up, then make or bring up to date what is not complete."""
    assert GITHUB.find is not None
    found = GITHUB.find(call)
    assert not isinstance(found, Failed)
    if found and found[0].complete:
        return Done(found[0].outputs, found[0].remote)
    return done(GITHUB.perform(call._replace(existing=found[0].remote if found else "")))


def test_an_issue_is_opened_found_by_its_mark_and_taken_back(desk: Desk) -> None:
    call = desk.call("issue", title="Look  here", body="It broke.", labels=["bug"])
    assert GITHUB.inspect is not None
    assert GITHUB.find is not None
    assert GITHUB.undo is not None
    (before,) = cast("tuple[Any]", GITHUB.inspect(call))
    assert (before.change, before.what) == ("create", "issue 'Look here'")
    made = done(GITHUB.perform(call))
    assert (made.remote, made.outputs["number"]) == ("issue:1", 1)
    assert desk.sent() == bodies(call)
    (found,) = cast("tuple[Any]", GITHUB.find(call))
    assert (found.remote, found.outputs) == (made.remote, made.outputs)
    assert [one.change for one in cast("tuple[Any]", GITHUB.inspect(call))] == ["unchanged"]
    done(GITHUB.undo(call, made.remote))
    issue = desk.fake.repository.issues[1]
    assert (issue.state, issue.state_reason, issue.body) == ("closed", "not_planned", "It broke.")
    assert GITHUB.find(call) == ()


def test_a_mark_in_the_text_or_by_a_stranger_is_nobodys(desk: Desk) -> None:
    call = desk.call("issue", title="t", body="<!-- ztr-effect: other -->")
    done(GITHUB.perform(call))
    assert GITHUB.find is not None
    assert GITHUB.find(desk.call("issue", title="t", key="other")) == ()
    desk.fake.repository.join("mallory", "read")
    number = desk.write_issue("mallory", "fake", f"x\n\n<!-- ztr-effect: {'z' * 32} -->")
    assert desk.fake.repository.issues[number].login == "mallory"
    assert GITHUB.find(desk.call("issue", title="t", key="z" * 32)) == ()


def test_with_update_the_issue_and_the_comment_that_are_there_are_changed(desk: Desk) -> None:
    done(GITHUB.perform(desk.call("issue", title="one", key="status", update=True)))
    again = desk.call("issue", title="two", key="status", update=True, labels=["new"])
    assert GITHUB.inspect is not None
    (change,) = cast("tuple[Any]", GITHUB.inspect(again))
    assert (change.change, change.before["title"], change.after["title"]) == ("update", "one", "two")
    assert put(again).remote == "issue:1"
    assert (desk.fake.repository.issues[1].title, desk.fake.repository.issues[1].labels) == ("two", ["new"])
    for text in ("first", "second"):
        put(desk.call("comment", issue=1, body=text, update=True))
    (comment,) = desk.fake.repository.issues[1].comments
    assert comment.body.startswith("second")
    (left,) = cast("tuple[Any]", GITHUB.inspect(desk.call("comment", issue=1, body="second", update=True)))
    assert left.change == "unchanged"
    (other,) = cast("tuple[Any]", GITHUB.inspect(desk.call("comment", issue=1, body="third", update=True)))
    assert other.change == "update"


def test_a_comment_is_found_and_deleted(desk: Desk) -> None:
    desk.write_issue("alice", "a", "b")
    call = desk.call("comment", issue=1, body="Hello @alice")
    assert GITHUB.find is not None
    assert GITHUB.undo is not None
    assert GITHUB.inspect is not None
    assert [one.change for one in cast("tuple[Any]", GITHUB.inspect(call))] == ["create"]
    made = done(GITHUB.perform(call))
    assert desk.sent() == bodies(call)
    assert [one.remote for one in cast("tuple[Any]", GITHUB.find(call))] == [made.remote]
    done(GITHUB.undo(call, made.remote))
    done(GITHUB.undo(call, made.remote))
    assert desk.fake.repository.issues[1].comments == []


def test_labels_are_added_once_and_only_those_come_off_again(desk: Desk) -> None:
    number = desk.write_issue("alice", "a", "b")
    desk.fake.repository.labels["old"] = "ededed"
    desk.fake.repository.issues[number].labels.append("old")
    call = desk.call("label", issue=number, labels=["old", "new"])
    assert GITHUB.inspect is not None
    assert GITHUB.undo is not None
    (change,) = cast("tuple[Any]", GITHUB.inspect(call))
    assert (change.change, change.after) == ("update", ["old", "new"])
    made = done(GITHUB.perform(call))
    assert done(GITHUB.perform(call)).remote == ""
    assert desk.fake.repository.issues[number].labels == ["old", "new"]
    assert [one.change for one in cast("tuple[Any]", GITHUB.inspect(call))] == ["unchanged"]
    done(GITHUB.undo(call, made.remote))
    assert desk.fake.repository.issues[number].labels == ["old"]


def test_files_come_by_pull_request_and_a_repetition_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "a.md").write_text("figures")
    call = desk.call("pull-request", title="New", files={"old.md": "after"}, files_from=["report/a.md"], branch="b/c")
    assert GITHUB.inspect is not None
    assert GITHUB.undo is not None
    changes = cast("tuple[Any, ...]", GITHUB.inspect(call))
    assert [(one.change, one.what) for one in changes] == [
        ("create", "pull request from b/c"),
        ("update", "file old.md"),
        ("create", "file report/a.md"),
    ]
    made = done(GITHUB.perform(call))
    assert made.remote == "pull:1"
    sent = [dict(body, sha="{base}") if "ref" in body else body for body in desk.sent()]
    assert [{k: v for k, v in body.items() if k != "sha"} for body in sent] == [
        {k: v for k, v in cast("dict[str, Json]", body).items() if k != "sha"} for body in bodies(call)
    ]
    count = len(desk.sent())
    assert done(GITHUB.perform(call)) == made
    assert len(desk.sent()) == count
    assert {one.change for one in cast("tuple[Any, ...]", GITHUB.inspect(call))} == {"unchanged"}
    done(GITHUB.undo(call, made.remote))
    assert desk.fake.repository.issues[1].state == "closed"
    assert "refs/heads/b/c" in desk.fake.repository.git.refs  # it may have been there before
    done(GITHUB.undo(call, made.remote))


def test_a_branch_of_ours_goes_with_its_pull_request(desk: Desk) -> None:
    call = desk.call("pull-request", title="New", files={"n.md": "x"})
    made = done(GITHUB.perform(call))
    done(undo(call, made.remote))
    assert [name for name in desk.fake.repository.git.refs if "ztr/" in name] == []


def test_a_pull_request_that_was_there_before_is_nothing_to_take_back(desk: Desk) -> None:
    call = desk.call("pull-request", title="New", files={"n.md": "x"}, branch="b")
    assert done(GITHUB.perform(call)).remote == "pull:1"
    later = done(GITHUB.perform(call._replace(since="2100-01-01T00:00:00+00:00")))
    assert (later.outputs["number"], later.remote) == (1, "")
    assert done(GITHUB.perform(call._replace(since="2001-01-01T00:00:00+00:00"))).remote == "pull:1"


def test_a_pull_request_from_its_base_is_refused_before_anything_is_written(desk: Desk) -> None:
    with pytest.raises(BadInput, match="both main"):
        GITHUB.perform(desk.call("pull-request", title="t", files={"a.md": "x"}, branch="main"))
    assert desk.sent() == []


def test_in_a_repository_with_very_many_old_issues_a_new_one_is_opened(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("automation.actions.github_issues.PAGES", 3)
    done(GITHUB.perform(desk.call("issue", title="first", key="old")))
    for number in range(4):
        desk.write_issue("alice", f"later {number}", "b")
    assert GITHUB.find is not None
    assert GITHUB.find(desk.call("issue", title="t", key="new")) == ()


@pytest.mark.parametrize("skip", range(3))
def test_a_pull_request_that_was_cut_off_goes_on_where_it_was(desk: Desk, skip: int) -> None:
    desk.fake.fail(Fault("drop-after", "PUT" if skip == 1 else "POST", skip=0 if skip < 2 else 1))
    call = desk.call("pull-request", title="New", files={"n.md": "x"}, branch="cut")
    assert isinstance(GITHUB.perform(call), Failed)
    assert done(GITHUB.perform(call)).remote == "pull:1"
    assert list(desk.fake.repository.pulls) == [1]


def test_a_workflow_is_started_with_the_effects_key(desk: Desk) -> None:
    desk.fake.repository.workflows["deploy.yml"].inputs = {"key": True, "count": False}
    call = desk.call("dispatch", workflow="deploy.yml", inputs={"count": 3}, key_input="key")
    assert GITHUB.repeat_of is not None
    assert GITHUB.repeat_of(call.inputs) == "blind"
    assert done(GITHUB.perform(call)) == Done()
    assert desk.sent() == bodies(call) == [{"ref": "main", "inputs": {"count": "3", "key": "k" * 32}}]
    assert GITHUB.undo is not None
    assert isinstance(GITHUB.undo(call, "run:1"), Failed)


def test_a_mark_that_is_on_a_later_page_is_found(desk: Desk) -> None:
    done(GITHUB.perform(desk.call("issue", title="first", key="old")))
    for number in range(105):
        desk.write_issue("alice", f"later {number}", "b")
    assert GITHUB.find is not None
    assert [one.remote for one in cast("tuple[Any]", GITHUB.find(desk.call("issue", title="t", key="old")))] == [
        "issue:1"
    ]


@pytest.mark.parametrize(
    ("fault", "kind", "happened"),
    [
        (Fault("before", "POST", status=500), "transient", None),
        (Fault("after", "POST", status=502), "transient", None),
        (Fault("drop-after", "POST"), "transient", None),
        (Fault("cut", "POST"), "transient", None),
        (secondary_limit("POST", retry_after="7"), "transient", False),
        (primary_limit(4_000_000_000, "POST"), "transient", False),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_what_goes_wrong_is_told_by_its_class(desk: Desk, fault: Fault, kind: str, happened: bool | None) -> None:
    desk.fake.fail(fault)
    got = GITHUB.perform(desk.call("issue", title="t"))
    assert isinstance(got, Failed)
    assert (got.kind, got.happened, TOKEN in got.message) == (kind, happened, False)
    if fault.status == 403:
        assert got.retry_after is not None


def test_a_token_that_may_not_is_named(desk: Desk) -> None:
    desk.fake.grant("weak-token-for-tests", issues="read")
    got = GITHUB.perform(desk.call("issue", title="t", secret="weak-token-for-tests"))
    assert isinstance(got, Failed)
    assert (got.kind, "GH_TOKEN" in got.message, "weak-token" in got.message) == ("permanent", True, False)


@pytest.mark.parametrize(
    ("operation", "inputs", "why"),
    [
        ("pull-request", {"title": "t"}, "needs files"),
        ("pull-request", {"title": "t", "files": {"../x": ""}}, "no path of a file"),
        ("issue", {"title": "t", "body": "x" * 65_536}, "GitHub takes 65,536"),
    ],
)
def test_what_github_would_refuse_is_refused_before(desk: Desk, operation: str, inputs: Any, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        GITHUB.prepare(desk.call(operation, **inputs))
    assert json.dumps(desk.sent()) == "[]"


@pytest.mark.parametrize(
    ("operation", "inputs"),
    [
        ("issue", {"title": "t", "labels": ["a"]}),
        ("comment", {"issue": 1, "body": "b"}),
        ("label", {"issue": 1, "labels": ["a"]}),
        ("pull-request", {"title": "t", "files": {"a.md": "x"}, "branch": "b"}),
        ("dispatch", {"workflow": "deploy.yml"}),
    ],
)
def test_a_token_that_is_not_valid_fails_every_use(desk: Desk, operation: str, inputs: Any) -> None:
    call = desk.call(operation, secret="ghp_wrongTokenForTests01234567", **inputs)
    assert GITHUB.inspect is not None
    assert GITHUB.find is not None
    for ask in (GITHUB.perform, GITHUB.inspect, GITHUB.find, undo_first):
        got = ask(call)
        fixed = operation == "dispatch" and ask in (GITHUB.inspect, GITHUB.find)
        unmarked = operation in ("label", "pull-request") and ask is GITHUB.find
        assert isinstance(got, Failed) is not (fixed or unmarked), (operation, got)
    assert desk.fake.repository.issues == {}


def undo_first(call: Call) -> object:
    return undo(call, "issue:1")


def undo(call: Call, remote: str) -> object:
    assert GITHUB.undo is not None
    kind = {"label": "labels:a", "pull-request": "pull:1"}.get(str(call.inputs["operation"]), remote)
    return GITHUB.undo(call, kind)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/git/ref/heads/main"), ("PUT", "/contents"), ("POST", "/git/refs")]
)
def test_a_pull_request_that_fails_half_way_is_told(desk: Desk, method: str, path: str) -> None:
    desk.fake.fail(Fault("before", method, path))
    got = GITHUB.perform(desk.call("pull-request", title="t", files={"a.md": "x"}, branch="b"))
    assert isinstance(got, Failed)
    assert (got.kind, list(desk.fake.repository.pulls)) == ("transient", [])


def test_a_pull_request_that_is_merged_or_gone_is_left(desk: Desk) -> None:
    call = desk.call("pull-request", title="t", files={"README.md/x": "a"}, branch="b")
    assert isinstance(undo(desk.call("pull-request", title="t", files={"a.md": "x"}), "pull:7"), Done)
    folder = desk.call("pull-request", title="t", files={"docs": "a"}, branch="c")
    desk.fake.repository.git.put("main", {"docs/one.md": "x"})
    got = GITHUB.perform(folder)
    assert isinstance(got, Failed)
    assert "docs is a folder" in got.message
    assert call.inputs["branch"] == "b"

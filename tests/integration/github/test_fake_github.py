"""The fake GitHub behaves as GitHub: what the other tests lean on."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
import requests

from tests.fake_github import FakeGitHub, Fault, Token, Workflow, primary_limit, secondary_limit
from tests.fake_github.remote import RemoteFake, World

REPO = "/repos/octo/work"


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub() as one:
        one.repository.git.put("main", {"README.md": "hello", "tasks/a.yaml": "id: a"})
        one.repository.join("alice", "write")
        one.grant("all", contents="write", issues="write", actions="write")
        one.grant("reader", contents="read")
        yield one


def ask(fake: FakeGitHub, method: str, path: str, body: object = None, token: str = "all") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = path if path.startswith("http") else f"{fake.url}{REPO}{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=5)


def a_commit(fake: FakeGitHub, text: str, parents: list[str]) -> str:
    line = {"path": "x/y.txt", "mode": "100644", "type": "blob", "content": text}
    tree = ask(fake, "POST", "/git/trees", {"tree": [line]}).json()["sha"]
    made = ask(fake, "POST", "/git/commits", {"message": text, "tree": tree, "parents": parents})
    assert made.status_code == 201
    return str(made.json()["sha"])


def test_a_ref_is_created_once_and_moves_only_forwards(fake: FakeGitHub) -> None:
    first = a_commit(fake, "1", [])
    assert ask(fake, "POST", "/git/refs", {"ref": "refs/heads/s", "sha": first}).status_code == 201
    again = ask(fake, "POST", "/git/refs", {"ref": "refs/heads/s", "sha": first})
    assert (again.status_code, again.json()["message"]) == (422, "Reference already exists")
    second, rival = a_commit(fake, "2", [first]), a_commit(fake, "3", [first])
    assert ask(fake, "PATCH", "/git/refs/heads/s", {"sha": second, "force": False}).status_code == 200
    lost = ask(fake, "PATCH", "/git/refs/heads/s", {"sha": rival, "force": False})
    assert (lost.status_code, lost.json()["message"]) == (422, "Update is not a fast forward")
    assert ask(fake, "GET", "/git/ref/heads/s").json()["object"]["sha"] == second
    assert ask(fake, "GET", "/git/ref/heads/none").status_code == 404
    assert ask(fake, "PATCH", "/git/refs/heads/none", {"sha": second}).status_code == 422


def test_object_names_are_those_of_git(fake: FakeGitHub) -> None:
    made = ask(fake, "POST", "/git/blobs", {"content": base64.b64encode(b"hello\n").decode(), "encoding": "base64"})
    assert made.json()["sha"] == "ce013625030ba8dba906f756967f9e9ca394464a"
    back = ask(fake, "GET", f"/git/blobs/{made.json()['sha']}").json()
    assert base64.b64decode(back["content"]) == b"hello\n"


def test_a_tree_is_its_base_with_changes_and_can_be_read_whole(fake: FakeGitHub) -> None:
    base = ask(fake, "GET", "/git/trees/main").json()["sha"]
    lines = [
        {"path": "tasks/b.yaml", "mode": "100644", "type": "blob", "content": "id: b"},
        {"path": "README.md", "mode": "100644", "type": "blob", "sha": None},
    ]
    made = ask(fake, "POST", "/git/trees", {"base_tree": base, "tree": lines}).json()
    whole = ask(fake, "GET", f"/git/trees/{made['sha']}?recursive=1").json()
    assert [one["path"] for one in whole["tree"]] == ["tasks", "tasks/a.yaml", "tasks/b.yaml"]


def test_lists_are_paged_with_links_by_the_repositorys_number(fake: FakeGitHub) -> None:
    for n in range(5):
        ask(fake, "POST", "/issues", {"title": f"issue {n}", "labels": ["a", {"name": "b"}]})
    first = ask(fake, "GET", "/issues?state=all&per_page=2")
    assert [one["number"] for one in first.json()] == [5, 4]
    assert "/repositories/4711/issues?" in first.links["next"]["url"]
    assert [one["number"] for one in ask(fake, "GET", first.links["next"]["url"]).json()] == [3, 2]
    assert ask(fake, "GET", "/issues?labels=a,b&direction=asc").json()[0]["number"] == 1


def test_an_issue_is_closed_reopened_locked_commented_and_reacted_to(fake: FakeGitHub) -> None:
    number = ask(fake, "POST", "/issues", {"title": "t", "body": "b"}).json()["number"]
    closed = ask(fake, "PATCH", f"/issues/{number}", {"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"]) == ("closed", "not_planned")
    assert ask(fake, "PATCH", f"/issues/{number}", {"state": "open"}).json()["state_reason"] == "reopened"
    said = ask(fake, "POST", f"/issues/{number}/comments", {"body": "hi"}).json()
    react = f"/issues/comments/{said['id']}/reactions"
    assert [ask(fake, "POST", react, {"content": "eyes"}).status_code for _ in "12"] == [201, 200]
    assert ask(fake, "PUT", f"/issues/{number}/lock", {"lock_reason": "resolved"}).status_code == 204
    locked = ask(fake, "POST", f"/issues/{number}/comments", {"body": "more"})
    assert (locked.status_code, locked.json()["message"]) == (403, "Unable to create comment because issue is locked.")
    fake.repository.issues[number].deleted = True
    assert ask(fake, "GET", f"/issues/{number}").status_code == 410


def test_a_body_over_the_limit_and_disabled_issues_are_refused(fake: FakeGitHub) -> None:
    assert ask(fake, "POST", "/issues", {"title": "t", "body": "x" * 65_537}).status_code == 422
    fake.repository.has_issues = False
    assert ask(fake, "GET", "/issues").status_code == 410


def test_permissions_are_those_of_the_token(fake: FakeGitHub) -> None:
    refused = ask(fake, "POST", "/issues", {"title": "t"}, token="reader")
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
    assert ask(fake, "GET", "", token="").json()["default_branch"] == "main"
    assert ask(fake, "POST", "/issues", {"title": "t"}, token="").status_code == 401
    fake.tokens["all"].revoked = True
    assert ask(fake, "GET", "").json()["message"] == "Bad credentials"


def test_people_have_the_permission_that_they_were_given(fake: FakeGitHub) -> None:
    assert ask(fake, "GET", "/collaborators/alice/permission").json()["permission"] == "write"
    assert ask(fake, "GET", "/collaborators/nobody/permission").status_code == 404


def test_a_dispatch_starts_a_run_and_knows_its_inputs(fake: FakeGitHub) -> None:
    fake.repository.workflows["daily.yml"] = Workflow(1, ".github/workflows/daily.yml", "Daily", inputs={"mode": False})
    dispatch = "/actions/workflows/daily.yml/dispatches"
    assert ask(fake, "POST", dispatch, {"ref": "main", "inputs": {"mode": "mock"}}).status_code == 204
    told = ask(fake, "POST", dispatch, {"ref": "main", "return_run_details": True})
    assert (told.status_code, told.json()["workflow_run_id"] in fake.repository.runs) == (200, True)
    assert ask(fake, "POST", dispatch, {"ref": "main", "inputs": {"mood": "x"}}).status_code == 422
    assert ask(fake, "GET", "/actions/runs?event=workflow_dispatch").json()["total_count"] == 2
    fake.repository.workflows["daily.yml"].state = "disabled_inactivity"
    assert ask(fake, "GET", "/actions/workflows/daily.yml").json()["state"] == "disabled_inactivity"
    assert ask(fake, "POST", dispatch, {"ref": "main"}).status_code == 422


def test_an_archive_comes_from_another_address(fake: FakeGitHub) -> None:
    first = requests.get(f"{fake.url}{REPO}/tarball/main", allow_redirects=False, timeout=5)
    assert first.status_code == 302
    assert "/_codeload/" in first.headers["Location"]
    assert requests.get(first.headers["Location"], timeout=5).content[:2] == b"\x1f\x8b"


def test_contents_are_read_and_written_with_the_name_of_what_is_replaced(fake: FakeGitHub) -> None:
    old = ask(fake, "GET", "/contents/README.md").json()
    body = {"message": "m", "content": base64.b64encode(b"new").decode()}
    assert ask(fake, "PUT", "/contents/README.md", body).status_code == 422
    assert ask(fake, "PUT", "/contents/README.md", body | {"sha": "0" * 40}).status_code == 409
    assert ask(fake, "PUT", "/contents/README.md", body | {"sha": old["sha"]}).status_code == 200
    assert fake.repository.git.files(fake.repository.git.refs["refs/heads/main"])["README.md"] == b"new"
    assert [one["name"] for one in ask(fake, "GET", "/contents/tasks").json()] == ["a.yaml"]


def test_other_answers_are_githubs_too(fake: FakeGitHub) -> None:
    paths = ["/branches/main", "/commits", "/commits?path=README.md", "/commits/main", "/labels", "/actions/workflows"]
    assert [ask(fake, "GET", path).status_code for path in paths] == [200] * len(paths)
    tip = fake.repository.git.refs["refs/heads/main"]
    assert ask(fake, "GET", f"/git/commits/{tip}").status_code == 200
    assert ask(fake, "GET", "/actions/secrets").status_code == 403


FAULTS = [
    (Fault("before", "POST", status=502), 502, 0),
    (Fault("after", "POST", status=502), 502, 1),
    (secondary_limit("POST", retry_after="7"), 403, 0),
    (primary_limit(4_000_000_000), 403, 0),
    (Fault("before", "POST", status=409, message="Conflict"), 409, 0),
]


@pytest.mark.parametrize(("fault", "status", "made"), FAULTS)
def test_a_fault_answers_before_or_after_it_did_what_was_asked(
    fake: FakeGitHub, fault: Fault, status: int, made: int
) -> None:
    fake.fail(fault)
    got = ask(fake, "POST", "/issues", {"title": "t"})
    assert (got.status_code, len(fake.repository.issues)) == (status, made)
    assert fault.headers.items() <= got.headers.items()
    assert ask(fake, "POST", "/issues", {"title": "u"}).status_code == 201  # once means once


@pytest.mark.parametrize(("kind", "at_once", "landed"), [("drop-before", 0, 0), ("drop-after", 1, 1), ("late", 0, 1)])
def test_a_lost_answer_tells_nothing_of_what_was_done(fake: FakeGitHub, kind: str, at_once: int, landed: int) -> None:
    fake.fail(Fault(kind, "POST", behind=2))  # type: ignore[arg-type]  # the table's words are faults
    with pytest.raises(requests.ConnectionError):
        ask(fake, "POST", "/issues", {"title": "t"})
    assert len(fake.repository.issues) == at_once
    fake.land()
    assert len(fake.repository.issues) == landed
    assert fake.ledger[-1].status == 0


def test_a_late_request_lands_behind_others(fake: FakeGitHub) -> None:
    fake.fail(Fault("late", "POST", behind=2))
    with pytest.raises(requests.ConnectionError):
        ask(fake, "POST", "/issues", {"title": "t"})
    assert [len(ask(fake, "GET", "/issues").json()) for _ in "123"] == [0, 1, 1]


def test_lists_can_be_empty_or_stale(fake: FakeGitHub) -> None:
    ask(fake, "POST", "/issues", {"title": "old"})
    fake.fail(Fault("empty", "GET", "/issues"), Fault("stale", "GET", "/issues", times=2))
    ask(fake, "POST", "/issues", {"title": "new"})
    assert [len(ask(fake, "GET", "/issues").json()) for _ in "1234"] == [0, 1, 1, 2]


def test_an_answer_can_be_cut_or_slow(fake: FakeGitHub) -> None:
    fake.fail(Fault("cut"), Fault("slow", seconds=0.05))
    with pytest.raises(requests.RequestException):
        ask(fake, "GET", "")
    assert ask(fake, "GET", "").json()["name"] == "work"


NOT_GITHUB = [
    ("POST", "/issues", {"body": "no title"}),
    ("POST", "/issues", {"title": "t", "lables": ["typo"]}),
    ("POST", "/issues", {"title": "t", "labels": [{"nmae": "typo"}]}),
    ("POST", "/issues", {"title": "t", "labels": "a string"}),
    ("PATCH", "/git/ref/heads/main", {"sha": "0" * 40}),
    ("GET", "/issues?stat=open", None),
]


@pytest.mark.parametrize(("method", "path", "body"), NOT_GITHUB)
def test_a_request_that_github_does_not_know_makes_the_test_fail(method: str, path: str, body: object) -> None:
    fake = FakeGitHub()
    fake.grant("all", contents="write", issues="write")
    with pytest.raises(AssertionError, match="not GitHub's API"), fake:
        assert ask(fake, method, path, body).status_code == 501


def test_the_limit_of_an_hour_counts_down(fake: FakeGitHub) -> None:
    fake.hourly_limit = 2
    assert [ask(fake, "GET", "").headers["X-RateLimit-Remaining"] for _ in "12"] == ["1", "0"]
    assert ask(fake, "GET", "").status_code == 403
    assert fake.ledger.by_kind() == {"GET /repos/octo/work": 3}


def test_a_persons_tick_and_comment_are_events_with_githubs_payloads(fake: FakeGitHub) -> None:
    number = ask(fake, "POST", "/issues", {"title": "t", "body": "- [ ] <!-- retry=a --> again\n- [ ] other"}).json()[
        "number"
    ]
    ticked = fake.website.tick(number, "retry=a", "alice")
    assert ticked["changes"]["body"]["from"].startswith("- [ ] <!-- retry")
    assert ticked["issue"]["body"].startswith("- [x] <!-- retry")
    assert (ticked["sender"]["login"], ticked["issue"]["user"]["login"]) == ("alice", "github-actions[bot]")
    said = fake.website.say(number, "/ztr status", "alice")
    assert (said["action"], said["comment"]["body"]) == ("created", "/ztr status")
    with pytest.raises(ValueError, match="2 unticked"):
        fake.repository.issues[number].body = "- [ ] a\n- [ ] a"
        fake.website.tick(number, "a", "alice")


def test_as_a_process_it_holds_what_it_was_given_and_gives_it_back() -> None:
    world = World(tokens={"t": Token(permissions={"issues": "write"})})
    with RemoteFake() as remote:
        remote.set(world)
        requests.post(
            f"{remote.url}{REPO}/issues", json={"title": "t"}, headers={"Authorization": "token t"}, timeout=5
        )
        assert [one.title for one in remote.get().repository.issues.values()] == ["t"]
        requests.get(f"{remote.url}/nowhere", timeout=5)
        with pytest.raises(AssertionError, match="the fake has no /nowhere"):
            remote.get()


def test_pygithub_finds_its_way(fake: FakeGitHub) -> None:
    from github import Auth, Github

    host = Github(
        base_url=fake.url, auth=Auth.Token("all"), retry=None, seconds_between_requests=0, seconds_between_writes=0
    )
    repo = host.get_repo("octo/work")
    issue = repo.create_issue(title="t", body="b", labels=["ztr"])
    issue.edit(body="c")
    issue.create_comment("hi").create_reaction("rocket")
    assert repo.get_collaborator_permission("alice") == "write"
    assert [one.number for one in repo.get_issues(state="all")] == [issue.number]
    assert repo.get_git_ref("heads/main").object.sha == fake.repository.git.refs["refs/heads/main"]
    host.close()

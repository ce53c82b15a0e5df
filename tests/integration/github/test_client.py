"""Requests to GitHub: paced, read to the end, within their time, and with the token going nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from automation.cli.host import make_client
from automation.errors import HostError, UsageError
from automation.github import git_data
from automation.github.client import Client
from automation.github.issues import create_comment, create_issue, get_issue, list_issues
from automation.github.policy import Policy
from automation.github.refusals import Clash, Denied, Unreachable, Unsure
from automation.github.repository import get_permission, get_repository, get_workflow, list_runs
from tests.fake_github import FakeGitHub, Fault, primary_limit
from tests.fakes import FakeClock

TOKEN = "a-token-that-nobody-may-see"


def client_of(github: FakeGitHub, policy: Policy | None = None) -> Client:
    if TOKEN not in github.tokens:
        github.grant(TOKEN, contents="write", issues="write", actions="read")
    return Client("octo/work", TOKEN, FakeClock(github.now()), api=github.url, policy=policy or Policy())


def test_lists_are_read_to_their_last_page(github: FakeGitHub) -> None:
    client = client_of(github)
    for number in range(120):
        create_issue(client, f"issue {number}", "")
    before = client.requests
    assert [issue.title for issue in list_issues(client)] == [f"issue {number}" for number in reversed(range(120))]
    assert client.requests - before == 2


def test_a_change_without_an_answer_is_not_made_again(github: FakeGitHub) -> None:
    client = client_of(github)
    github.fail(Fault("drop-after", "POST", "/issues"))
    with pytest.raises(Unsure):
        create_issue(client, "once", "")
    assert [issue.title for issue in github.repository.issues.values()] == ["once"]


def test_the_primary_limit_is_waited_for_until_it_resets(github: FakeGitHub) -> None:
    client = client_of(github)
    github.fail(primary_limit(int(client.clock.now().timestamp()) + 30, "GET"))
    assert get_repository(client).default_branch == "main"
    assert isinstance(client.clock, FakeClock)
    assert 29 <= sum(client.clock.slept) <= 33


def test_a_limit_that_lasts_for_an_hour_is_told_at_once(github: FakeGitHub) -> None:
    client = client_of(github)
    github.fail(primary_limit(int(client.clock.now().timestamp()) + 3_600, "GET"))
    with pytest.raises(Unreachable) as told:
        get_repository(client)
    assert told.value.remedy == "run again in 60 minutes"


def test_what_is_not_there_is_none_and_no_error(github: FakeGitHub) -> None:
    client = client_of(github)
    assert git_data.get_ref(client, "ztr-state") is None
    assert get_workflow(client, "none.yml") is None
    assert get_permission(client, "nobody") == "none"


def test_a_repository_without_a_commit_has_no_branch() -> None:
    with FakeGitHub() as empty:
        assert git_data.get_ref(client_of(empty), "ztr-state") is None


def test_git_objects_are_read_as_they_were_written(github: FakeGitHub) -> None:
    client = client_of(github)
    blob = git_data.create_blob(client, b"\x00\xff")
    tree = git_data.create_tree(client, [git_data.Leaf("a/b", sha=blob), git_data.Leaf("c", "text")], None)
    who = {"name": "n", "email": "e@example.invalid", "date": "2026-03-04T09:00:00Z"}
    commit = git_data.create_commit(client, "message", tree, [], who)
    assert git_data.get_commit(client, commit) == git_data.Commit(commit, tree, (), "message")
    assert [entry.path for entry in git_data.get_tree(client, commit)] == ["a/b", "c"]
    assert git_data.get_blob(client, blob) == b"\x00\xff"
    assert git_data.create_commit(client, "message", tree, [], who) == commit


ODD: dict[str, tuple[Callable[[Client], object], object, str]] = {
    "no object": (lambda client: git_data.get_ref(client, "x"), [1], "is not what its API describes"),
    "no hash": (
        lambda client: git_data.get_ref(client, "x"),
        {"object": {"sha": "../../x"}},
        "no hash of a Git object",
    ),
    "a hash that is none": (lambda client: git_data.create_blob(client, b""), {"sha": "A" * 40}, "no hash"),
    "a list that is cut": (
        lambda client: git_data.get_tree(client, "a" * 40),
        {"sha": "a" * 40, "truncated": True, "tree": []},
        "more files than GitHub lists",
    ),
    "no issue": (lambda client: get_issue(client, 1), {"number": "1"}, "is no issue"),
    "no comment": (lambda client: create_comment(client, 1, "x"), {"id": None}, "has no id"),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_answer_that_is_not_what_github_describes_is_one_line(odd: str) -> None:
    ask, answer, why = ODD[odd]
    with serving(saying(answer)) as url, pytest.raises(HostError) as told:
        ask(Client("o/r", TOKEN, FakeClock(), api=url, policy=Policy(between_writes=0)))
    assert why in told.value.message
    assert told.value.remedy


def test_an_issue_is_read_also_where_parts_of_it_are_missing() -> None:
    found = [{"number": 1, "labels": ["a", {"name": "b"}], "user": None}, {"number": 2, "pull_request": {}}, 5]
    with serving(saying(found)) as url:
        (issue,) = list_issues(Client("o/r", TOKEN, FakeClock(), api=url))
    assert (issue.number, issue.labels, issue.author, issue.body, issue.state) == (1, ("a", "b"), "", "", "open")


def test_runs_are_read_also_where_there_are_none() -> None:
    with serving(saying({"workflow_runs": None})) as url:
        assert list_runs(Client("o/r", TOKEN, FakeClock(), api=url), "daily.yml") == ()


def test_a_conflict_about_a_branch_that_is_no_empty_repository_is_told(github: FakeGitHub) -> None:
    github.fail(Fault("before", "GET", "/git/ref/", status=409, message="Conflict"))
    with pytest.raises(Clash):
        git_data.get_ref(client_of(github), "ztr-state")


def test_the_archive_is_fetched_without_the_token(github: FakeGitHub) -> None:
    sha = github.repository.git.refs["refs/heads/main"]
    assert git_data.get_archive(client_of(github), sha)[:2] == b"\x1f\x8b"
    (line,) = github.ledger.matching("GET", "/_codeload/")
    assert not line.authorised


def test_the_token_is_in_no_message_whatever_github_repeats(github: FakeGitHub) -> None:
    github.fail(Fault("before", "GET", status=403, message=f"{TOKEN} may not\n::add-mask::x do this"))
    with pytest.raises(Denied) as told:
        get_repository(client_of(github))
    assert TOKEN not in str(told.value)
    assert "\n" not in told.value.message


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _headers(to: BaseHTTPRequestHandler, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    for name, value in headers.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()


def saying(told: object) -> Answer:
    """This JSON."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.rfile.read(int(to.headers.get("Content-Length") or 0))
        body = json.dumps(told).encode()
        _headers(to, Content_Length=str(len(body)))
        to.wfile.write(body)

    return answer


def drip(to: BaseHTTPRequestHandler) -> None:
    """An answer that always goes on a little."""
    _headers(to)
    stopped = threading.Event()
    try:
        while not stopped.wait(0.05):
            to.wfile.write(b" ")
            to.wfile.flush()
    except OSError:
        return


def not_json(to: BaseHTTPRequestHandler) -> None:
    _headers(to, Content_Length="6")
    to.wfile.write(b"<html>")


def elsewhere(to: BaseHTTPRequestHandler) -> None:
    _headers(to, 302, Location="http://127.0.0.1:9/steal", Content_Length="0")


def endless_pages(to: BaseHTTPRequestHandler) -> None:
    host = to.headers["Host"]
    _headers(to, Link=f'<http://{host}/repositories/1/issues?page=2>; rel="next"', Content_Length="2")
    to.wfile.write(b"[]")


def foreign_page(to: BaseHTTPRequestHandler) -> None:
    _headers(to, Link='<http://evil.invalid/issues?page=2>; rel="next"', Content_Length="2")
    to.wfile.write(b"[]")


def client_at(url: str) -> Client:
    return Client("o/r", TOKEN, FakeClock(), api=url, policy=Policy(deadline=1.0, attempts=1))


def test_an_answer_that_never_ends_is_given_up_at_its_deadline() -> None:
    with serving(drip) as url, pytest.raises(Unreachable):
        get_repository(client_at(url))


def test_what_is_no_json_is_told() -> None:
    with serving(not_json) as url, pytest.raises(HostError, match="is no JSON"):
        get_repository(client_at(url))


def test_a_download_that_leads_to_an_open_address_is_refused() -> None:
    with serving(elsewhere) as url, pytest.raises(HostError, match="without TLS"):
        git_data.get_archive(client_at(url), "a" * 40)


def test_a_list_without_an_end_is_given_up() -> None:
    with serving(endless_pages) as url, pytest.raises(HostError, match="more than 50 pages"):
        list(list_issues(client_at(url)))


def test_a_next_page_on_another_host_is_not_followed() -> None:
    with serving(foreign_page) as url, pytest.raises(HostError, match=r"evil\.invalid"):
        list(list_issues(client_at(url)))


def test_nobody_there_is_told_as_such() -> None:
    with pytest.raises(Unreachable, match="connection refused"):
        get_repository(client_at("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({}, "there is no GITHUB_TOKEN"),
        ({"GITHUB_TOKEN": "x"}, "which repository"),
        ({"GITHUB_TOKEN": "x", "GITHUB_REPOSITORY": "nothing"}, "not OWNER/NAME"),
        ({"GITHUB_TOKEN": "x", "GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "ftp://x"}, "not the address"),
        ({"GITHUB_TOKEN": "x", "GITHUB_REPOSITORY": "a/b", "ZTR_GITHUB_PAUSE": "long"}, "not seconds"),
    ],
)
def test_an_environment_that_names_nothing_usable_is_told(environment: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make_client(environment)


def test_github_enterprise_server_is_asked_below_its_own_path(github: FakeGitHub) -> None:
    github.grant(TOKEN, contents="read")
    client = Client("octo/work", TOKEN, FakeClock(), api=f"{github.url}/api/v3")
    assert get_repository(client).default_branch == "main"

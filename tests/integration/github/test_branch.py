"""The state branch keeps every change exactly once, whatever the network and other writers do."""

from __future__ import annotations

import random
import threading

import pytest

from automation.errors import HostError, StateError
from automation.github.branch import BRANCH, Change, Decide, Moved, Swapped, Tip, read, swap
from automation.github.client import Client
from automation.github.refusals import Denied, Unreachable
from tests.fake_github import FakeGitHub, Fault, secondary_limit
from tests.fake_github.faults import Kind
from tests.fakes import FakeClock
from tests.integration.github.direct import Direct

WRITERS, UPDATES = 8, 6


def client_of(github: FakeGitHub, seed: int = 0) -> Client:
    if "writer" not in github.tokens:
        github.grant("writer", contents="write")
    github.hourly_limit = 1_000_000
    return Client("octo/work", "writer", FakeClock(), api=github.url, jitter=random.Random(seed).random)


def direct(github: FakeGitHub, seed: int) -> Client:
    """One that needs no socket."""
    transport, jitter = Direct(github, "writer"), random.Random(seed).random
    return Client("octo/work", "writer", FakeClock(), api=github.url, jitter=jitter, transport=transport)


def put(path: str, content: bytes = b"x\n") -> Decide:
    """Put the file unless it is there already."""

    def decide(tip: Tip) -> Change | None:
        return None if tip.files.get(path) == content else Change({path: content}, f"put {path}")

    return decide


def files(github: FakeGitHub) -> dict[str, bytes]:
    git = github.repository.git
    return git.files(git.refs[f"refs/heads/{BRANCH}"])


def commits(github: FakeGitHub) -> list[str]:
    git = github.repository.git
    return list(git.ancestors(git.refs[f"refs/heads/{BRANCH}"]))


def test_eight_writers_lose_none_of_their_updates_and_double_none(github: FakeGitHub) -> None:
    swap(client_of(github), put("start"))
    for number in range(60):
        github.fail(*(one_of(number, kind) for kind in ("drop-after", "drop-before", "after", "before")))
        github.fail(
            Fault("before", "PATCH", "/git/refs", skip=number * 9, status=409, message="Conflict"),
            secondary_limit("POST", "/git/", skip=number * 31),
            Fault("drop-after", "POST", "/git/commits", skip=number * 13),
            Fault("drop-before", "GET", "/tarball", skip=number * 17),
        )
    wrong: list[BaseException] = []

    def write(writer: int) -> None:
        client = direct(github, writer)
        try:
            for update in range(UPDATES):
                path = f"plans/p/events/{writer}-{update}.jsonl"
                swap_until(client, put(path, f"{writer} {update}\n".encode()))
        except BaseException as error:  # noqa: BLE001 - told by the test below
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    kept = {path for path in files(github) if path.startswith("plans/")}
    assert kept == {f"plans/p/events/{w}-{u}.jsonl" for w in range(WRITERS) for u in range(UPDATES)}
    messages = [github.repository.git.commits[sha].message for sha in commits(github)]
    assert len(messages) == len(set(messages)) == WRITERS * UPDATES + 1


def one_of(number: int, kind: Kind) -> Fault:
    """One of the ways in which the last request of an update goes wrong, spread over all of them."""
    return Fault(kind, "PATCH", "/git/refs", skip=number * 7, status=(500, 502, 503)[number % 3])


def swap_until(client: Client, decide: Decide) -> Swapped:
    """As a job that is run again when it was unlucky sixteen times: under 8 writers that may be."""
    for _ in range(20):
        try:
            return swap(client, decide)
        except Moved:
            continue
    raise AssertionError("never got through")


def test_the_branch_is_made_with_a_history_of_its_own(github: FakeGitHub) -> None:
    told = swap(client_of(github), put("a"))
    assert told.changed
    assert files(github) == {"a": b"x\n"}
    git = github.repository.git
    assert git.commits[git.refs[f"refs/heads/{BRANCH}"]].parents == ()


def test_who_loses_the_race_to_make_the_branch_goes_on_upon_the_winners(github: FakeGitHub) -> None:
    client = client_of(github)
    seen: list[str | None] = []

    def decide(tip: Tip) -> Change | None:
        seen.append(tip.commit)
        if len(seen) == 1:
            swap(client_of(github), put("winner"))
        return put("loser")(tip)

    swap(client, decide)
    assert files(github) == {"winner": b"x\n", "loser": b"x\n"}
    assert seen[0] is None
    assert len(commits(github)) == 2


def test_two_that_make_the_branch_at_once_both_get_through(github: FakeGitHub) -> None:
    threads = [
        threading.Thread(target=swap_until, args=(client_of(github, number), put(f"f{number}"))) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(files(github)) == [f"f{number}" for number in range(6)]


@pytest.mark.parametrize("kind", ["drop-after", "after"])
@pytest.mark.parametrize("what", ["POST /git/refs", "PATCH /git/refs", "POST /git/commits", "POST /git/trees"])
def test_a_lost_reply_is_found_out_and_nothing_is_written_twice(github: FakeGitHub, kind: Kind, what: str) -> None:
    method, path = what.split()
    if method == "PATCH":
        swap(client_of(github), put("before"))
    before = len(commits(github)) if method == "PATCH" else 0
    github.fail(Fault(kind, method, path, status=502))
    swap(client_of(github), put("a"))
    assert files(github)["a"] == b"x\n"
    assert len(commits(github)) == before + 1


def test_a_request_that_lands_late_does_no_harm(github: FakeGitHub) -> None:
    swap(client_of(github), put("before"))
    github.fail(Fault("late", "PATCH", "/git/refs", behind=3))
    swap(client_of(github), put("a"))
    github.land()
    assert files(github) == {"before": b"x\n", "a": b"x\n"}
    assert len(commits(github)) == 2


def test_others_that_change_it_all_the_time_are_told_of(github: FakeGitHub) -> None:
    swap(client_of(github), put("before"))
    github.fail(Fault("before", "PATCH", "/git/refs", times=99, status=422, message="Update is not a fast forward"))
    with pytest.raises(Moved, match="16 times in a row"):
        swap(client_of(github), put("a"))
    github.faults.clear()


def test_a_rule_that_forbids_it_is_told_with_where_to_change_it(github: FakeGitHub) -> None:
    swap(client_of(github), put("before"))
    github.fail(Fault("before", "PATCH", "/git/refs", status=422, message="Repository rule violations found"))
    with pytest.raises(HostError) as told:
        swap(client_of(github), put("a"))
    assert "Settings → Rules" in told.value.remedy


def test_a_revoked_token_is_told_and_never_shown(github: FakeGitHub) -> None:
    client = client_of(github)
    github.tokens["writer"].revoked = True
    with pytest.raises(Denied) as told:
        read(client)
    assert "Bad credentials" in told.value.message
    assert "writer" not in str(told.value)


def test_a_token_that_may_only_read_names_the_line_to_add(github: FakeGitHub) -> None:
    github.grant("reader", contents="read")
    client = Client("octo/work", "reader", FakeClock(), api=github.url)
    with pytest.raises(Denied) as told:
        swap(client, put("a"))
    assert "permissions: {contents: write}" in told.value.remedy


def test_an_archived_repository_is_told_as_such(github: FakeGitHub) -> None:
    client = client_of(github)
    github.repository.archived = True
    with pytest.raises(Denied) as told:
        swap(client, put("a"))
    assert "archived" in told.value.remedy


def test_a_rate_limit_is_waited_for_within_reason(github: FakeGitHub) -> None:
    client = client_of(github)
    github.fail(secondary_limit("POST", "/git/trees", retry_after="7"))
    swap(client, put("a"))
    assert any(7 <= nap < 8 for nap in slept(client))
    github.fail(secondary_limit("POST", "/git/trees", retry_after="4000"))
    with pytest.raises(Unreachable) as told:
        swap(client, put("b"))
    assert told.value.remedy == "run again in 67 minutes"


def test_changes_are_a_second_apart(github: FakeGitHub) -> None:
    client = client_of(github)
    swap(client, put("a"))
    assert slept(client) == [1.0, 1.0]


def test_large_and_binary_files_travel_as_blobs_of_their_own(github: FakeGitHub) -> None:
    content = {"binary": bytes(range(256)), "large": b"y" * 1_200_000, "small": b"text\n"}
    swap(client_of(github), lambda tip: None if tip.commit else Change({**content}, "all"))
    assert len(github.ledger.matching("POST", "/git/blobs")) == 2
    assert dict(read(client_of(github)).files) == content


def test_a_file_that_is_too_large_is_refused_before_anything_is_sent(github: FakeGitHub) -> None:
    with pytest.raises(StateError, match=r"objects/x has 50,000,001 bytes"):
        swap(client_of(github), lambda _tip: Change({"objects/x": b"0" * 50_000_001}, "too much"))
    assert len(github.ledger.matching("POST")) == 0


def test_a_file_can_be_taken_away(github: FakeGitHub) -> None:
    swap(client_of(github), put("a"))
    swap(client_of(github), put("b"))
    swap(client_of(github), lambda tip: Change({"a": None}, "away") if "a" in tip.files else None)
    assert files(github) == {"b": b"x\n"}


def test_nothing_to_change_asks_twice_and_writes_nothing(github: FakeGitHub) -> None:
    swap(client_of(github), put("a"))
    client = client_of(github)
    told = swap(client, put("a"))
    assert not told.changed
    assert client.requests == 3  # the ref, the archive and where that is


def test_a_download_that_is_cut_is_no_state(github: FakeGitHub) -> None:
    swap(client_of(github), put("a"))
    github.fail(Fault("cut", "GET", "/_codeload", times=99))
    with pytest.raises((StateError, HostError)):
        read(client_of(github))
    github.faults.clear()


def test_a_branch_that_is_deleted_meanwhile_is_decided_about_anew(github: FakeGitHub) -> None:
    swap(client_of(github), put("a"))
    seen: list[str | None] = []

    def decide(tip: Tip) -> Change | None:
        seen.append(tip.commit)
        if len(seen) == 1:
            del github.repository.git.refs[f"refs/heads/{BRANCH}"]
        return put("b")(tip)

    swap(client_of(github), decide)
    assert seen[1] is None
    assert files(github) == {"b": b"x\n"}


def slept(client: Client) -> list[float]:
    clock = client.clock
    assert isinstance(clock, FakeClock)
    return clock.slept

"""Whatever GitHub does, a plan has one open issue, and it says what it should."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from automation.github import client as client_module
from automation.github.client import Client
from automation.github.issue import BOT, Known, Told, Wanted, decode_known, encode_known, upsert
from automation.github.marks import Control, box, marker
from tests.fake_github import FakeGitHub, Fault
from tests.fakes import FakeClock

LINEAGE = "octo/work:demo"
RETRY = Control("retry", "search", "day-2", "0f" * 8)
SKIP = Control("skip", "search", "day-2", "0f" * 8)


def body_at(serial: int, words: str = "all well") -> str:
    return f"{marker('demo', LINEAGE, serial)}\n\n{words}\n\n{box(RETRY)} Retry\n{box(SKIP)} Skip\n"


def wanted(serial: int = 1, words: str = "all well", *, closed: bool = False) -> Wanted:
    return Wanted("demo", LINEAGE, "🤖 ZTR Run Summary", body_at(serial, words), serial, closed)


class Bench:
    """A fake GitHub with a clock that both sides share, and a client of it."""

    def __init__(self, fake: FakeGitHub, clock: FakeClock) -> None:
        self.fake, self.clock = fake, clock
        self.known = Known()

    def client(self, token: str = "ours") -> Client:
        return Client("octo/work", token, self.clock, api=self.fake.url)

    def tell(self, told: Wanted, *handled: Control, token: str = "ours") -> Told:
        found = upsert(self.client(token), told, self.known, handled)
        self.known = decode_known(encode_known(found.known))
        return found

    def someone_opens(self, body: str, login: str = "mallory", title: str = "🤖 ZTR Run Summary") -> int:
        if login not in self.fake.repository.people:
            self.fake.repository.join(login, "read")
        self.fake.grant(login, login, issues="write")
        made = self.client(login).call("POST", "/issues", {"title": title, "body": body}).json
        assert isinstance(made, dict)
        return int(made["number"])

    @property
    def open(self) -> list[int]:
        return [one.number for one in self.fake.repository.issues.values() if one.state == "open" and not one.deleted]

    def body(self, number: int) -> str:
        return self.fake.repository.issues[number].body

    def edit(self, number: int, body: str) -> None:
        self.fake.repository.issues[number].body = body


@pytest.fixture
def bench() -> Iterator[Bench]:
    clock = FakeClock()
    with FakeGitHub(now=clock.now) as fake:
        fake.grant("ours", BOT, issues="write", contents="write")
        yield Bench(fake, clock)


def test_the_issue_is_made_once_and_then_changed_in_place(bench: Bench) -> None:
    first = bench.tell(wanted(1))
    second = bench.tell(wanted(2, "one failed"))
    assert (first.known.number, first.known.author, first.written) == (1, BOT, True)
    assert (second.known.number, second.notes) == (1, ())
    assert bench.body(1) == body_at(2, "one failed")
    assert (bench.open, bench.fake.repository.issues[1].labels) == ([1], ["ztr"])
    assert bench.fake.repository.labels["ztr"] == "5319e7"


def test_nothing_is_written_when_nothing_changed_whatever_line_ends_a_browser_sent(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.edit(1, body_at(1).replace("\n", "\r\n"))
    before = len([line for line in bench.fake.ledger if line.method == "PATCH"])
    assert bench.tell(wanted(1)).written is False
    assert len([line for line in bench.fake.ledger if line.method == "PATCH"]) == before


def test_an_old_issue_costs_one_request_when_nothing_changed_and_two_when_something_did(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.clock.advance(timedelta(days=2).total_seconds())
    client = bench.client()
    upsert(client, wanted(1), bench.known)
    assert client.requests == 1
    upsert(client, wanted(2), bench.known)
    assert client.requests == 3


@pytest.mark.parametrize("fault", ["drop-after", "after"])
def test_a_creation_whose_reply_was_lost_is_looked_up_and_adopted(bench: Bench, fault: str) -> None:
    bench.fake.fail(Fault(fault, "POST", r"/issues$"))  # type: ignore[arg-type]  # one of its kinds
    told = bench.tell(wanted(1))
    assert (told.known.number, bench.open) == (1, [1])


@pytest.mark.parametrize("kind", ["empty", "stale"])
def test_a_lost_creation_that_no_list_shows_is_not_made_again_but_found_later(bench: Bench, kind: str) -> None:
    bench.fake.fail(Fault("drop-after", "POST", r"/issues$"), Fault(kind, "GET", r"/issues\?", times=4))  # type: ignore[arg-type]  # one of its kinds
    first, second = bench.tell(wanted(1)), bench.tell(wanted(2))
    assert (first.known.number, second.known.number) == (0, 0)
    assert "the next run looks again" in second.notes[-1]
    assert bench.tell(wanted(3)).known.number == 0
    assert bench.tell(wanted(4)).known.number == 1
    assert (bench.open, bench.body(1)) == ([1], body_at(4))


def test_a_creation_that_lands_late_leaves_one_open_issue(bench: Bench) -> None:
    bench.fake.fail(Fault("late", "POST", r"/issues$", behind=50))
    assert bench.tell(wanted(1)).known.number == 0
    bench.clock.advance(timedelta(hours=25).total_seconds())
    assert bench.tell(wanted(2)).known.number == 1
    bench.fake.land()
    assert bench.open == [1, 2]
    told = bench.tell(wanted(3))
    assert (told.known.number, bench.open) == (1, [1])
    assert bench.fake.repository.issues[2].comments[0].body.startswith("Duplicate of #1")
    assert bench.tell(wanted(3)).written is False


def test_a_forged_marker_of_a_stranger_is_left_alone(bench: Bench) -> None:
    forged = bench.someone_opens(body_at(9))
    told = bench.tell(wanted(1))
    assert (told.known.number, bench.open) == (2, [forged, 2])
    assert bench.body(forged) == body_at(9)


def test_a_flood_of_forged_markers_costs_few_questions(bench: Bench) -> None:
    bench.someone_opens(body_at(9))
    forged = bench.fake.repository.issues[1]
    for number in range(2, 90):
        login = f"m{number}" if number % 2 else "mallory"
        bench.fake.repository.issues[number] = dataclasses.replace(forged, number=number, login=login)
    client = bench.client()
    bench.known = upsert(client, wanted(1), Known()).known
    assert bench.known.number == 90
    assert client.requests <= 25
    bench.fake.repository.issues[2] = dataclasses.replace(bench.fake.repository.issues[90], number=2)
    bench.known = Known()
    assert bench.tell(wanted(2)).known.number == 2
    assert 90 not in bench.open


def test_a_marker_that_a_bot_was_made_to_repeat_further_down_is_no_marker(bench: Bench) -> None:
    repeated = bench.someone_opens(f"somebody wrote:\n\n{body_at(9)}", BOT)
    assert bench.tell(wanted(1)).known.number == repeated + 1


def test_a_lost_number_is_found_by_the_marker_and_twins_are_closed(bench: Bench) -> None:
    bench.someone_opens("a question", title="hello")
    bench.tell(wanted(1))
    twin = bench.someone_opens(body_at(1), BOT)
    bench.known = Known()
    told = bench.tell(wanted(2))
    assert (told.known.number, bench.open) == (2, [1, 2])
    assert told.notes == (f"issue #{twin} was a second one of #2, and is closed",)


@pytest.mark.parametrize("reason", ["duplicate", "not_planned"])
def test_a_twin_is_closed_as_a_duplicate_or_as_older_servers_have_it(bench: Bench, reason: str) -> None:
    bench.tell(wanted(1))
    twin = bench.someone_opens(body_at(1), BOT)
    if reason == "not_planned":
        bench.fake.fail(Fault("before", "PATCH", f"/issues/{twin}", status=422, message="Validation Failed"))
    bench.tell(wanted(2))
    assert bench.fake.repository.issues[twin].state_reason == reason


def test_the_issue_of_somebody_with_write_permission_is_ours_when_he_runs_ztr_with_his_token(bench: Bench) -> None:
    bench.fake.repository.join("ada", "write")
    number = bench.someone_opens(body_at(1), "ada")
    assert bench.tell(wanted(2)).known == Known(number, "ada", bench.known.url)


def test_ticks_made_meanwhile_survive_and_those_that_were_seen_to_are_cleared(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.edit(1, bench.body(1).replace("[ ]", "[x]"))
    bench.tell(wanted(2), SKIP)
    assert f"{box(RETRY, ticked=True)} Retry\n{box(SKIP)} Skip" in bench.body(1)


def test_a_newer_state_is_not_written_over(bench: Bench) -> None:
    bench.tell(wanted(5))
    told = bench.tell(wanted(4, "old news"))
    assert (told.written, told.notes) == (False, ("issue #1 shows a newer state already",))
    assert bench.body(1) == body_at(5)


def test_a_tick_that_was_seen_to_is_cleared_in_a_newer_body_too(bench: Bench) -> None:
    bench.tell(wanted(5))
    bench.edit(1, bench.body(1).replace("[ ]", "[x]"))
    assert bench.tell(wanted(4, "old news"), SKIP).written
    assert bench.body(1) == body_at(5).replace(box(RETRY), box(RETRY, ticked=True))


def test_a_repository_with_more_issues_than_are_read_gets_its_issue(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PAGES", 1)
    bench.someone_opens("one")
    first = bench.fake.repository.issues[1]
    for number in range(2, 150):
        bench.fake.repository.issues[number] = dataclasses.replace(first, number=number)
    assert bench.tell(wanted(1)).known.number == 150


def test_a_young_issue_is_compared_with_young_ones_only(bench: Bench) -> None:
    bench.someone_opens("old")
    old = bench.fake.repository.issues[1]
    for number in range(2, 450):
        bench.fake.repository.issues[number] = dataclasses.replace(old, number=number)
    bench.clock.advance(timedelta(days=3).total_seconds())
    bench.tell(wanted(1))
    client = bench.client()
    upsert(client, wanted(2), bench.known)
    assert client.requests == 3


def test_somebody_closes_it_and_it_is_opened_again(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.fake.repository.issues[1].state = "closed"
    told = bench.tell(wanted(1))
    assert told.notes == ("issue #1 had been closed and is open again: the plan is not finished",)
    assert bench.open == [1]


def test_somebody_deletes_it_and_it_is_made_again(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.fake.repository.issues[1].deleted = True
    told = bench.tell(wanted(2))
    assert (told.known.number, told.notes) == (2, ("issue #1 of the plan demo was deleted",))


def test_it_is_closed_for_good_once_everything_is_done_and_none_is_opened_then(bench: Bench) -> None:
    bench.tell(wanted(1))
    assert bench.tell(wanted(2, closed=True)).notes == ("everything is done: issue #1 is closed",)
    assert (bench.open, bench.fake.repository.issues[1].state_reason) == ([], "completed")
    assert bench.tell(wanted(2, closed=True)).written is False
    bench.fake.repository.issues[1].deleted = True
    told = bench.tell(wanted(3, closed=True))
    assert told.notes[-1] == "everything is done: no issue is opened for it"
    assert len(bench.fake.repository.issues) == 1


def test_an_issue_by_somebody_else_under_our_number_is_left_alone(bench: Bench) -> None:
    number = bench.someone_opens("mine")
    bench.known = Known(number, BOT)
    told = bench.tell(wanted(1))
    assert "is by mallory" in told.notes[0]
    assert (bench.body(number), bench.known.number) == ("mine", number)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        ("permission", "permissions: {issues: write}"),
        ("disabled", "Settings → General → Features → Issues"),
        ("revoked", "the token is revoked"),
        ("down", "GitHub"),
        ("archived", "archived"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_nothing_is_lost(bench: Bench, break_it: str, words: str) -> None:
    bench.tell(wanted(1))
    known = bench.known
    if break_it == "permission":
        bench.fake.grant("ours", BOT, contents="write")
    if break_it == "disabled":
        bench.fake.repository.has_issues = False
    if break_it == "revoked":
        bench.fake.tokens["ours"].revoked = True
    if break_it == "down":
        bench.fake.fail(Fault("before", "", "/issues", times=99))
    if break_it == "archived":
        bench.fake.repository.archived = True
    told = bench.tell(wanted(2))
    assert len(told.notes) == 1
    assert words in told.notes[0]
    assert bench.known == known


def test_a_locked_issue_is_still_written(bench: Bench) -> None:
    bench.tell(wanted(1))
    bench.fake.repository.issues[1].locked = True
    assert bench.tell(wanted(2)).written
    assert bench.body(1) == body_at(2)


def test_what_is_kept_of_an_issue_survives_being_damaged() -> None:
    known = Known(7, BOT, "https://github.com/octo/work/issues/7")
    assert decode_known(encode_known(known)) == known
    assert [decode_known(text) for text in (None, b"", b"[1]", b"{", b'{"number": "7"}')] == [Known()] * 5


STEPS = st.sampled_from(
    [
        "tell",
        "drop-after",
        "drop-before",
        "after",
        "before",
        "late",
        "empty",
        "stale",
        "close",
        "delete",
        "forget",
        "twin",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=12))
@example(["late", "tell", "forget", "tell"])
@example(["drop-after", "empty", "tell", "forget", "tell"])
def test_whatever_goes_wrong_one_open_issue_is_left_once_github_is_itself_again(steps: list[str]) -> None:
    clock = FakeClock()
    with FakeGitHub(now=clock.now) as fake:
        fake.grant("ours", BOT, issues="write", contents="write")
        bench = Bench(fake, clock)
        for serial, step in enumerate(steps, 1):
            _happens(bench, step, serial)
        fake.faults.clear()
        fake.land()
        clock.advance(timedelta(hours=1).total_seconds())
        if bench.known.attempted:
            clock.advance(timedelta(hours=25).total_seconds())
        bench.tell(wanted(50))
        told = bench.tell(wanted(51))
        ours = [one for one in fake.repository.issues.values() if one.state == "open" and not one.deleted]
        assert [one.number for one in ours] == [told.known.number]
        assert ours[0].body == body_at(51)


def _happens(bench: Bench, step: str, serial: int) -> None:
    path = r"/issues\?" if step in ("empty", "stale") else "/issues"
    issue = bench.fake.repository.issues.get(bench.known.number)
    if step in ("drop-after", "drop-before", "after", "before", "late", "empty", "stale"):
        method = "GET" if step in ("empty", "stale") else "POST" if step == "late" else ""
        bench.fake.fail(Fault(step, method, path, behind=3))  # type: ignore[arg-type]  # one of its kinds
    elif step == "close" and issue:
        issue.state = "closed"
    elif step == "delete" and issue:
        issue.deleted = True
    elif step == "forget":
        bench.known = Known()
    elif step == "twin":
        faults, bench.fake.faults = bench.fake.faults, []
        bench.someone_opens(body_at(serial), BOT)
        bench.fake.faults = faults
    else:
        bench.clock.advance(60)
        bench.tell(wanted(serial))

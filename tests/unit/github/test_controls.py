"""What an event asks for is read from its payload alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.github.controls import MOST, Ask, Deaf, Heard, hear, read_commands
from automation.github.marks import Control, box
from automation.github.repository import WorkflowRun
from automation.github.run_now import PER_HOUR, why_not

RETRY = Control("retry", "search", "day-2", "0f0f")
RUN = Control("run")
BEFORE = f"# plan\n{box(RETRY)} Retry\n{box(RUN)} Run\n"


def payload(**fields: Any) -> dict[str, Any]:
    return {
        "action": "edited",
        "issue": {
            "number": 5,
            "body": BEFORE.replace("[ ] <!-- ztr:retry", "[x] <!-- ztr:retry"),
            "updated_at": "2026-03-04T09:00:00Z",
            "user": {"login": "github-actions[bot]"},
        },
        "changes": {"body": {"from": BEFORE}},
        "sender": {"login": "ada", "type": "User"},
        "repository": {"default_branch": "main"},
        **fields,
    }


def comment(text: str) -> dict[str, Any]:
    told = {"id": 77, "body": text, "created_at": "2026-03-04T09:00:00Z"}
    return payload(action="created", comment=told)


def test_a_tick_is_heard_with_who_made_it_and_what_it_was_bound_to() -> None:
    heard = hear("issues", payload())
    assert isinstance(heard, Heard)
    assert heard.asks == (Ask("retry", "search", "day-2", "0f0f", "", RETRY),)
    assert (heard.sender, heard.author, heard.number, heard.branch) == ("ada", "github-actions[bot]", 5, "main")
    assert (heard.is_bot, heard.comment, heard.body) == (False, 0, BEFORE)


def test_an_event_that_is_delivered_again_has_the_same_id_and_another_tick_another() -> None:
    other = payload()
    other["issue"] = {**other["issue"], "body": BEFORE.replace("[ ] <!-- ztr:run", "[x] <!-- ztr:run")}
    ids = [found.id for found in (hear("issues", payload()), hear("issues", payload()), hear("issues", other))
           if isinstance(found, Heard)]  # fmt: skip
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith("tick-5-20260304T090000Z-")


@pytest.mark.parametrize(
    ("event", "fields", "why"),
    [
        ("issues", {"action": "opened"}, "issues opened asks for nothing"),
        ("issue_comment", {"action": "edited"}, "issue_comment edited asks for nothing"),
        ("push", {}, "push edited asks for nothing"),
        ("issues", {"changes": {"title": {"from": "x"}}}, "the edit left the body as it was"),
        ("issues", {"changes": {"body": {"from": "none"}}}, "the edit ticked no box"),
    ],
)
def test_events_that_ask_for_nothing(event: str, fields: dict[str, Any], why: str) -> None:
    assert hear(event, payload(**fields)) == Deaf(why)


def test_a_comment_without_a_command_and_one_on_a_pull_request_ask_for_nothing() -> None:
    assert hear("issue_comment", comment("what does /ztr do?")) == Deaf("the comment holds no command")
    on_a_pull_request = comment("/ztr run")
    on_a_pull_request["issue"] = {**on_a_pull_request["issue"], "pull_request": {}}
    assert hear("issue_comment", on_a_pull_request) == Deaf("a pull request is no summary issue")


@pytest.mark.parametrize("sender", [{"login": "x", "type": "Bot"}, {"login": "x[bot]", "type": "User"}, {"login": "x"}])
def test_bots_are_known_as_such(sender: dict[str, str]) -> None:
    heard = hear("issues", payload(sender=sender))
    assert isinstance(heard, Heard)
    assert heard.is_bot


@pytest.mark.parametrize(
    "broken", [None, [], {"action": "edited"}, payload(sender=None), payload(issue={"number": "5"})]
)
def test_a_payload_that_is_not_githubs_is_an_error(broken: Any) -> None:
    with pytest.raises(ValueError, match="is no"):
        found = hear("issues", broken)
        assert isinstance(found, Deaf)
        raise ValueError("this one is no event")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("/ztr approve sign", [Ask("approve", "sign")]),
        ("/ztr approve sign@day-2 seen and tried", [Ask("approve", "sign", "day-2", "", "seen and tried")]),
        ("  /ZTR", []),
        ("/ztr Retry `search`", [Ask("retry", "search")]),
        ("/ztr run", [Ask("run")]),
        ("/ztr run search", [Ask("run", "search")]),
        ("/ztr pause the service moves today", [Ask("pause", reason="the service moves today")]),
        ("/ztr resume\r\n/ztr retry a", [Ask("resume"), Ask("retry", "a")]),
        ("> /ztr run", []),
        ("please /ztr run", []),
        ("```\n/ztr run\n```\n/ztr skip a", [Ask("skip", "a")]),
        ("/ztrun", []),
        ("/ztr retry nightly@2025-10-26T02:30+02:00 again",
         [Ask("retry", "nightly", "2025-10-26T02:30+02:00", "", "again")]),
    ],
)  # fmt: skip
def test_commands(text: str, asks: list[Ask]) -> None:
    assert read_commands(text)[0] == asks


def test_status_and_help_want_an_answer_only_and_a_bare_command_wants_help() -> None:
    assert read_commands("/ztr status\n/ztr help\n/ztr status") == ([], ["status", "help"], [])
    assert read_commands("/ztr") == ([], ["help"], [])


def test_what_means_nothing_is_told_with_what_was_meant() -> None:
    assert read_commands("/ztr aprove sign\n/ztr retry\n/ztr xyzzy")[2] == [
        "aprove is no command: did you mean approve?",
        "retry names no task: /ztr retry TASK",
        "xyzzy is no command: /ztr help tells them",
    ]


@given(st.text(max_size=300))
def test_any_comment_is_read_to_an_end(text: str) -> None:
    asks, other, wrong = read_commands("/ztr " + text)
    assert 0 < len(asks) + len(other) + len(wrong) <= MOST


NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def a_run(status: str, created: str = "2026-03-04T11:30:00Z", event: str = "workflow_dispatch") -> WorkflowRun:
    return WorkflowRun(1, 1, event, status, "", created, "")


@pytest.mark.parametrize(
    ("runs", "starts"),
    [
        ([], True),
        ([a_run("in_progress")], True),
        ([a_run("queued")], False),
        ([a_run("queued", event="issues"), a_run("queued", event="issue_comment")], True),
        ([a_run("completed")] * (PER_HOUR - 1), True),
        ([a_run("completed")] * PER_HOUR, False),
        ([a_run("completed", event="schedule")] * PER_HOUR, True),
        ([a_run("completed", "2026-03-04T10:30:00Z")] * PER_HOUR, True),
        ([a_run("completed", "junk")] * PER_HOUR, False),
    ],
)
def test_a_run_is_started_unless_one_waits_or_many_were(runs: list[WorkflowRun], starts: bool) -> None:
    assert (why_not(runs, NOW) == "") is starts

"""What people are told of a run: only its own news, within Slack's limits, and nothing that addresses anybody."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from monitoring.model import Environment, Overdue, Report
from monitoring.notices import Notice, as_blocks, as_data, as_text, concerns, escaped, notice


class Slot:
    def __init__(self, run: str) -> None:
        self.run = run


class Task:
    def __init__(self, name: str, status: str, run: str = "", reason: str = "") -> None:
        self.id, self.status, self.reason = name, status, reason
        self.latest = Slot(run) if run else None


class Titled:
    def __init__(self, title: str) -> None:
        self.title = title


class Ran:
    def __init__(self, outcome: str) -> None:
        self.outcome = outcome


class Standing:
    def __init__(self, *tasks: Task, outcome: str = "completed", url: str = "", overdue: tuple[Overdue, ...] = ()):
        self.tasks, self.run, self.overdue = tasks, Ran(outcome), overdue
        self.headline, self.plan, self.environment = "2 done", Titled("Plan"), Environment(url=url)


def told(*tasks: Task, runs: tuple[str, ...] = ("now",), **more: object) -> Notice:
    return notice(cast("Report", Standing(*tasks, **more)), runs)  # type: ignore[arg-type]  # as far as it is read


def test_only_what_the_runs_did_themselves_is_news() -> None:
    found = told(
        Task("a", "failed", "now", "it  broke\nbadly"),
        Task("b", "failed", "before", "old"),
        Task("c", "awaiting-approval", "now"),
        Task("d", "unknown", "killed", "?"),
        Task("e", "pending"),
        runs=("now", "killed"),
    )
    assert found.lines == {"failed": ("a: it broke badly", "d: ?"), "awaiting-approval": ("c",)}
    assert found.words == {"finished", "failed", "awaiting-approval"}
    assert not found.going


def test_a_run_that_goes_on_has_started_and_not_finished() -> None:
    found = told(outcome="running", overdue=(Overdue("x", 2, 1), Overdue("y", 1, 2)))
    assert found.words == {"started", "overdue"}
    assert found.going
    assert found.lines == {"overdue": ("x: due on day 2, 1 day late", "y: due on day 1, 2 days late")}
    assert as_text(found) == "Plan: running. 2 done"


@pytest.mark.parametrize(
    ("on", "expected"),
    [(["always"], True), (["finished"], True), (["failed"], False), (["started"], False), ([], False)],
)
def test_who_wants_to_hear_of_it(on: list[str], expected: bool) -> None:
    assert concerns(told(), on) is expected


def test_a_long_list_is_counted_and_the_runs_page_is_linked() -> None:
    found = told(*(Task(f"t{number}", "failed", "now", "x" * 500) for number in range(15)), url="https://g.example/1")
    text = json.dumps(as_blocks(found), ensure_ascii=False)
    assert "and 3 more" in text
    assert "<https://g.example/1|The run on GitHub>" in text
    assert as_data(found)["failed"] == [*found.lines["failed"]]


@given(st.text(max_size=400), st.lists(st.text(max_size=300), max_size=20))
def test_whatever_the_words_are_slack_takes_them_and_nobody_is_addressed(title: str, reasons: list[str]) -> None:
    found = told(*(Task("t", "failed", "now", reason) for reason in reasons))._replace(title=title or "x")
    blocks = as_blocks(found)
    for block in blocks:
        model = Block.parse(cast("dict[str, object]", block))
        assert model is not None
        model.validate_json()
    texts = [cast("dict[str, dict[str, str]]", block)["text"]["text"] for block in blocks[1:]]
    assert not any("<" in text or ">" in text for text in texts)


def test_marks_of_slack_are_shown_as_they_stand() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"

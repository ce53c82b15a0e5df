"""What people are answered in the issue, whatever they and the tasks say."""

from __future__ import annotations

import re

from hypothesis import given, settings
from markdown_it import MarkdownIt

from automation.cli.control_answers import HELP, Conclusion, Refused, compose, named, standing
from automation.engine.events import Answered
from automation.github.controls import COMMANDS, Ask, Heard
from automation.github.marks import boxes
from tests.unit.monitoring.reports import eventful, hostile, told
from tests.unit.monitoring.test_escape import ALIVE, HOSTILE

HEARD = Heard("comment-7", "2026-03-04T09:00:00Z", 5, "github-actions[bot]", "", "ada", False, "main", 7)


def test_nothing_is_said_where_a_reaction_says_it() -> None:
    assert compose(HEARD, Conclusion(granted=("retry `a`",)), None) == ""


def test_a_refusal_says_why_and_what_was_done_all_the_same() -> None:
    conclusion = Conclusion(("retry `a`",), ("skip `b`",), (Refused("run", "a run is waiting"),))
    assert compose(HEARD, conclusion, None) == (
        "<!-- ztr:answer comment-7 -->\n\n- ❌ run: a run is waiting\n\n- ✅ retry `a`\n- ⏳ skip `b`"
    )
    assert (conclusion.reaction, Conclusion().reaction) == ("confused", "+1")
    assert Conclusion(refused=conclusion.refused).reaction == "-1"


def test_help_tells_every_command() -> None:
    assert all(f"/ztr {command}" in HELP for command in COMMANDS)
    assert HELP in compose(HEARD._replace(other=("help",)), Conclusion(), None)


def test_who_may_not_write_gets_no_status() -> None:
    heard = HEARD._replace(other=("status", "help"))
    text = compose(heard, Conclusion(refused=(Refused("it", "no"),), allowed=False), told(eventful()))
    assert HELP not in text


def test_the_standing_in_short() -> None:
    paused = told(eventful())
    text = standing(paused._replace(plan=paused.plan._replace(paused=True)))
    assert text.startswith("> ❌ 1 failed")
    assert "Needs somebody: retry `search`." in text
    assert text.endswith("Latest run: 2025-09-09 06:17 (+04:00), auto, completed.\n\n**The plan is paused.**")


def test_a_slot_is_named_only_where_a_task_has_several() -> None:
    at = Answered("t", "q", "retry", "nightly", "2025-10-26T02:30+02:00", True)
    assert named(at) == "retry `nightly@2025-10-26T02:30+02:00`"
    assert (named(Ask("retry", "a", "day-1")), named(Ask("pause"))) == ("retry `a`", "pause")


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_an_answer_mentions_nobody_and_holds_no_box(text: str) -> None:
    ask = Ask("retry", text, text, reason=text)
    conclusion = Conclusion((named(ask),), (named(ask),), (Refused(named(ask), f"{text} has no permission"),))
    answer = compose(HEARD._replace(other=("status",)), conclusion, hostile(text))
    assert boxes(answer) == {}
    assert answer.count("<!--") == 1
    assert not re.search(r"^ {0,3}/ztr", answer, re.MULTILINE)
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table"]).parse(answer):
        for child in token.children or []:
            assert child.type not in ("image", "link_open")
            assert child.type != "text" or ALIVE.search(child.content) is None

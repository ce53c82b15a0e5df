"""What a run tells GitHub Actions: annotations at lines of YAML, outputs, a summary."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.workflow_commands import SHOWN, annotate_tasks, as_output_file, outputs
from automation.engine.events import Verdict
from automation.plan.graph import mermaid
from automation.plan.model import Gate, Plan, Step
from monitoring.model import Report
from monitoring.render import job_summary
from monitoring.render.fit import utf8
from monitoring.render.job_summary import LIMIT, render
from monitoring.report import report
from tests.unit.monitoring.reports import eventful, hostile, told
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task, small_plan

HERE = Path()


def a_gate(name: str, line: int) -> Gate:
    return Gate("metric", {"metric": "steps.work.outputs.x", "above": 1}, name, line=line)


def failing(*, number: int = 1, **fields: object) -> tuple[Plan, Report]:
    tasks = [a_task(f"t{at:02}", 1, gates=(a_gate("speed", 9), a_gate("size", 10)), **fields) for at in range(number)]  # type: ignore[arg-type]  # a builder
    plan = a_plan(*tasks)
    story = Story(plan).run(1)
    for task in plan.tasks:
        story.started(task).step(task).judged(
            task,
            Verdict("speed", "metric", "failed", 0.5, "> 1", "", "0.5 is not > 1"),
            Verdict("size", "metric", "failed", None, "", "", "no such output"),
        )
        story.finished(task, "failed", "gate missed: speed, size")
    return plan, report(plan, story.end().state, now=MONDAY)


def test_each_missed_gate_is_an_error_at_its_line() -> None:
    plan, made = failing()
    assert annotate_tasks(made, plan, HERE) == [
        "::error file=tasks/demo/t00.yaml,line=9,title=t00 failed::speed: measured 0.5, needs > 1",
        "::error file=tasks/demo/t00.yaml,line=10,title=t00 failed::size: no such output",
    ]


def test_a_failed_step_is_an_error_at_its_line_and_what_waits_is_a_warning_at_its_tasks() -> None:
    plan = a_plan(a_task("a", 1), a_task("b", 1, "a"))
    task = plan.tasks["a"]._replace(steps=(Step("work", "python", line=7),))
    plan = plan._replace(tasks={**plan.tasks, "a": task})
    story = Story(plan).run(1).started("a").step("a", status="failed", error="boom: 50%\nlater")
    story.finished("a", "failed", "step work: boom: 50%\nlater").finished("b", "blocked", "a failed").end()
    assert annotate_tasks(report(plan, story.state, now=MONDAY), plan, HERE) == [
        "::error file=tasks/demo/a.yaml,line=7,title=a failed::step work: boom: 50%25%0Alater",
        "::warning file=tasks/demo/b.yaml,line=1,title=b blocked::a failed",
    ]


def test_more_than_github_shows_are_counted_by_the_last_one() -> None:
    plan, made = failing(number=20)
    found = annotate_tasks(made, plan, HERE)
    assert len(found) == SHOWN
    assert found[-1] == (
        "::error title=+31 more::t04 failed, t05 failed, t05 failed, t06 failed, t06 failed: see the job summary"
    )


def test_a_plan_in_which_nothing_is_wrong_has_no_annotations() -> None:
    plan = small_plan()
    assert annotate_tasks(report(plan, Story(plan).state, now=MONDAY), plan, HERE) == []


@given(st.text())
def test_what_a_task_says_makes_no_second_command(text: str) -> None:
    plan = a_plan(a_task("a", 1), a_task("b", 1))
    for line in annotate_tasks(hostile(text), plan, HERE):
        assert "\n" not in line
        assert "\r" not in line
        assert "##[" not in line
        assert re.match(r"::error file=[^,:]*,line=1,title=[^:,]*::", line)


def test_outputs_are_words_of_ours_and_numbers() -> None:
    found = outputs(told(eventful()), ".ztr/demo/report", 1)
    assert {name: found[name] for name in ("status", "exit-code", "day", "total", "finished", "failed", "mocked")} == {
        "status": "failed", "exit-code": "1", "day": "2", "total": "4", "finished": "2", "failed": "1", "mocked": "1",
    }  # fmt: skip
    assert found["report"] == ".ztr/demo/report"
    assert all(re.fullmatch(r"[a-z-]+|\d+", value) for name, value in found.items() if name != "report")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("done", 0, "finished"),
        ("awaiting-approval", 0, "waiting"),
        ("deferred", 0, "ok"),
        ("failed", 1, "failed"),
        ("done", 130, "interrupted"),
    ],
)
def test_the_status_in_one_word(status: str, code: int, expected: str) -> None:
    plan = a_plan(a_task("a", 1))
    story = Story(plan).run(1).started("a").finished("a", status)  # type: ignore[arg-type]  # one of its words
    assert outputs(report(plan, story.end().state, now=MONDAY), "r", code)["status"] == expected


def test_an_output_file_has_each_value_between_delimiters() -> None:
    assert as_output_file({"a": "1", "b": "x"}, "D") == "a<<D\n1\nD\nb<<D\nx\nD\n"


# ---- the summary


def test_the_summary_tells_the_story_and_draws_the_tasks() -> None:
    story = eventful()
    made = told(story)
    text = render(made, mermaid(story.plan, {}))
    assert text.startswith("**Demo plan** · day 2 of 3")
    assert "```mermaid\nflowchart LR" in text or "```mermaid\ngraph" in text
    assert text.count("```") == 2
    assert render(made).count("```") == 0


def test_a_plan_that_is_too_big_to_draw_says_so_and_fits() -> None:
    plan = a_plan(*(a_task(f"t{at:04}", 1) for at in range(5_000)), title="💥" * 400)
    story = Story(plan).run(1)
    for task in plan.tasks:
        story.started(task).finished(task, "failed", "💥" * 500)
    text = render(report(plan, story.end().state, now=MONDAY + timedelta(days=1)), mermaid(plan, {}))
    assert "5,000 tasks are too many to draw here" in text
    assert utf8(text) < LIMIT


def test_a_story_beyond_the_limit_is_cut_between_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_summary, "LIMIT", 1_400)
    text = render(told(eventful()))
    assert text.endswith("The rest is in `ztr-report`.\n")
    assert utf8(text) < 1_400

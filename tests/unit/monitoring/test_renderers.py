"""What readers see: whole outputs, compared."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from automation.engine.events import Answered, Verdict
from automation.plan.model import Approval, Json
from monitoring.model import Report
from monitoring.render import console, html, markdown
from monitoring.render.words import bar, count, duration, instant, value
from monitoring.report import report
from tests.unit.monitoring.reports import PLACE, eventful, hostile, told
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task, small_plan

SUMMARY = """\
**Demo plan** · day 2 of 3 · `auto` · run `r2` ([page](https://github.com/acme/demo/actions/runs/1)) on 2025-09-09 06:17 (+04:00) · 3.0 s

> ❌ 1 failed · ✅ 1 done · 🎭 1 mocked · 1 to come — finishes on 2025-09-10 at the earliest, if the 1 task that is stuck can go on: on time

`███████████░░░░░░░░░░░` 2 / 4, 3 planned by now

### Needs attention
- ❌ `search` failed — 1 of 1 gate missed
  - Gate search accuracy 0.85 ✗ \\> 0.9 (from `steps.work.outputs.accuracy`)
  - Next step: mend it, then `ztr run` (it ran 1 of at most 3 times)

### Latest run
|  | task | gates | took |
|---|---|---|---|
| ❌ | `search` | search accuracy 0.85 ✗ \\> 0.9 | 500 ms |
| 🎭 | `announce` | \N{EN DASH} | 500 ms |

### Make more of it real
1 task mocked: `announce`.

| add this secret | and these become real |
|---|---|
| `SLACK_WEBHOOK_URL` | `announce` |

### Success metrics
|  | metric | measured | target |
|---|---|---|---|
| ❌ | search accuracy | 0.85 | \\> 0.9 |

### Progress
| week |  | finished |
|---|---|---|
| 1 Foundation | `███████████░░░░░` | 2 / 3 (1 failed) |
| 2 Finish | `░░░░░░░░░░░░░░░░` | 0 / 1 |

| component |  | finished |
|---|---|---|
| Memory | `█████░░░░░░░░░░░` | 1 / 3 (1 failed) |
| News | `████████████████` | 1 / 1 |

### Outlook
Forecast: finishes on 2025-09-10 at the earliest, if the 1 task that is stuck can go on: on time. Target: 2025-09-10.

Critical path: `search` → `tidy` (2 tasks, 2 working days, about 1.0 s of work).

| risk |  |
|---|---|
| high | search accuracy is 0.85, needs > 0.9 |
| high | search failed, of high criticality |
| low | schema needed more than one attempt |

### Last runs
| run | day | mode | result | took |
|---|---|---|---|---|
| `r2` | 2 | auto | ❌ 1 · 🎭 1 | 3.0 s |
| `r1` | 1 | mock | ✅ 1 | 3.0 s |

<sub>Secrets: 0 of 1 present · missing: `SLACK_WEBHOOK_URL` · state serial 2 · ztr 0.1.0, Python 3.11.7, linux-x86\\_64 · generated 2025-09-09 06:17 (+04:00)</sub>
"""  # noqa: E501 - a golden text

SCREEN = """\
❌ 1 failed · ✅ 1 done · 🎭 1 mocked · 1 to come — finishes on 2025-09-10 at the earliest, if the 1
   task that is stuck can go on: on time
███████████░░░░░░░░░░░ 2/4 · day 2 of 3 · auto · 3.0 s

❌ search: 1 of 1 gate missed
   ✗ search accuracy: 0.85, needs > 0.9
   → mend it, then `ztr run` (it ran 1 of at most 3 times)

Success metrics
❌ search accuracy  0.85  (> 0.9)

🎭 1 task mocked: announce
   add SLACK_WEBHOOK_URL → announce

Report: .ztr/demo/report/summary.md
Next: search: mend it, then `ztr run` (it ran 1 of at most 3 times)"""


def big(number: int = 100) -> Report:
    """A plan of so many failed tasks."""
    story = Story(a_plan(*(a_task(f"t{at:03}", 1) for at in range(number)))).run(1)
    for at in range(number):
        story.started(f"t{at:03}").finished(f"t{at:03}", "failed", "boom")
    return report(story.plan, story.end().state, now=MONDAY, day=3)


def test_the_summary_reads_like_this() -> None:
    assert markdown.render(told(eventful(), environment=PLACE)) == SUMMARY


def test_the_console_reads_like_this() -> None:
    assert console.render(told(eventful()), where=".ztr/demo/report/summary.md") == SCREEN


def test_colours_change_nothing_but_the_colours() -> None:
    coloured = console.render(told(eventful()), colour=True, where=".ztr/demo/report/summary.md")
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == SCREEN


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_on_the_console_is_longer_than_the_width(width: int) -> None:
    assert max(len(line) for line in console.render(told(eventful()), width=width).splitlines()) <= width


def test_many_failures_still_fit_on_a_screen() -> None:
    lines = console.render(big()).splitlines()
    assert len(lines) <= 40
    assert "  and 92 more: `ztr status` lists them" in lines


def test_a_long_table_is_cut_by_whole_rows_and_counted() -> None:
    text = markdown.render(big())
    assert text.count("40 more in report.json.") == 2  # attention, this run
    assert "90 more in report.json." in text  # overdue
    assert text.count("\n- ❌") == 60


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("0.85 is not > 0.9", "✗ g: 0.85, needs > 0.9"),
        ("0.85 is not > 0.9; 12 of 80 missed", "✗ g: 0.85, needs > 0.9 (12 of 80 missed)"),
        ("the file is gone", "✗ g: 0.85, needs > 0.9 (the file is gone)"),
    ],
)
def test_a_missed_gate_is_told_once(reason: str, shown: str) -> None:
    story = Story(a_plan(a_task("a", 1))).run(1).started("a").step("a")
    story.judged("a", Verdict("g", "metric", "failed", 0.85, "> 0.9", "", reason))
    screen = console.render(told(story.finished("a", "failed", f"gate missed: g: {reason}").end()))
    assert f"   {shown}" in screen.splitlines()
    assert "❌ a: 1 of 1 gate missed" in screen.splitlines()


def test_blocked_tasks_are_told_together() -> None:
    story = Story(a_plan(a_task("a", 1), a_task("b", 1, "a"), a_task("c", 1, "b"))).run(1).started("a")
    story.finished("a", "failed", "boom").finished("b", "blocked", "needs a").finished("c", "blocked", "needs b").end()
    found = told(story)
    assert "⛔ 2 tasks blocked until then: b, c" in console.render(found).splitlines()
    assert "- ⛔ 2 tasks blocked: `b`, `c`" in markdown.render(found).splitlines()
    assert found.run is not None
    assert found.run.tasks == ("a",)


def test_a_question_says_who_approved_and_until_when_it_stands() -> None:
    story = Story(a_plan(a_task("a", 1, approval=Approval(2, expires=86_400.0)))).run(1).started("a")
    story.finished("a", "awaiting-approval", "the design differs")
    story.tell(Answered(story.at(), "q", "approve", "a", "day-1", True, by="ada")).end()
    found = told(story)
    words = "approved by 1 of 2 (ada), open until 2025-09-09 06:17 (+04:00)"
    assert f"   {words}" in console.render(found).splitlines()
    assert f"  - {words}" in markdown.render(found).splitlines()


def test_a_long_table_of_what_ran_is_folded_away() -> None:
    text = markdown.render(big(16))
    assert "### Latest run\n<details><summary>16 tasks ran</summary>\n\n| " in text
    assert "<details>" not in markdown.render(big(15))


@pytest.mark.parametrize(
    ("day", "expected"),
    [(0, "before day 1 of 3"), (2, "day 2 of 3"), (4, "1 working day past day 3")],
)
def test_the_day_is_told_in_the_plans_days(day: int, expected: str) -> None:
    found = report(small_plan(), Story(small_plan()).state, now=MONDAY, day=day)
    assert f"· {expected}" in console.render(found, width=200).splitlines()[1]
    assert f"<p>{expected}</p>" in html.render(found)


def test_a_fresh_plan_says_what_to_do() -> None:
    plan = a_plan(a_task("a", 1))
    found = report(plan, Story(plan).state, now=MONDAY)
    assert console.render(found).splitlines()[-1] == "Next: `ztr run` runs what is due"
    assert "### Latest run" not in markdown.render(found)


def test_a_plan_that_waits_for_its_next_day_says_when() -> None:
    story = Story(a_plan(a_task("a", 1), a_task("b", 2, "a"))).run(1).done("a").end()
    assert console.render(told(story)).splitlines()[-1] == "Next: nothing until 2025-09-09, day 2"


def test_nothing_new_due_is_said_with_what_would_unlock_the_mocked() -> None:
    story = Story(a_plan(a_task("announce", 1, secrets=("SLACK_WEBHOOK_URL",)))).run(1)
    story.mocked("announce", "SLACK_WEBHOOK_URL").end().run(1).end()
    found = told(story)
    assert console.render(found).splitlines() == [
        "✅ 0 done · 🎭 1 mocked · 0 failed — nothing new was due; finished on 2025-09-08: on time",
        "██████████████████████ 1/1 · day 1 of 1 · mock · 3.0 s",
        "",
        "🎭 1 task mocked: announce",
        "   add SLACK_WEBHOOK_URL → announce",
        "",
        "Next: `ztr secrets` shows where to put the secrets that make the mocked tasks real",
    ]
    assert "### Latest run\nNothing new was due." in markdown.render(found)


def test_mocked_with_every_secret_there_wants_another_mode() -> None:
    story = Story(a_plan(a_task("a", 1, secrets=("S",)))).run(1).mocked("a").end()
    found = report(story.plan, story.state, now=story.now)
    assert "   every secret is there: `ztr run --mode auto` makes them real" in console.render(found).splitlines()
    assert "Every secret is there: a run in `auto` mode makes them real." in markdown.render(found)


def test_what_could_be_made_real_is_told_before_anything_ran() -> None:
    text = markdown.render(told(Story(a_plan(a_task("announce", 1, secrets=("SLACK_WEBHOOK_URL",))))))
    assert "### Make more of it real\n\n| add this secret | and these become real |" in text


def test_a_long_unlock_map_is_cut_on_the_console() -> None:
    found = told(eventful())
    lines = console.render(found._replace(unlock=found.unlock * 20)).splitlines()
    assert "   and 8 more: `ztr secrets` lists them" in lines


def test_a_paused_plan_and_an_interrupted_run_are_seen() -> None:
    story = Story(a_plan(a_task("a", 1))).run(1, attempt=2)
    story.tell(Answered(story.at(), "p", "pause", "", "", True)).end("interrupted")
    found = told(story)
    text = markdown.render(found)
    assert "attempt 2 · **interrupted**\n\n**The plan is paused.**" in text
    assert "| `r1` | 1 | mock | interrupted | 3.0 s |" in text
    screen = console.render(found)
    assert "mock · 3.0 s · interrupted" in screen
    assert screen.endswith("Next: the plan is paused; `ztr pause --off` goes on with it")


@pytest.mark.parametrize(
    ("status", "outputs", "console_line", "row"),
    [
        ("mocked", {"accuracy": 0.99}, "🎭 search accuracy  mocked, not judged  (> 0.9)", "0.99 (mocked: not judged)"),
        ("done", {}, "⏳ search accuracy  not yet measured (day 2)  (> 0.9)", "not yet measured (day 2)"),
        ("done", {"accuracy": 0.95}, "✅ search accuracy  0.95  (> 0.9)", "| ✅ | search accuracy | 0.95 |"),
    ],
)
def test_success_metrics_say_what_is_known(status: str, outputs: dict[str, Json], console_line: str, row: str) -> None:
    story = Story(eventful().plan).run(2).done("schema").started("search").step("search", outputs, status=status)
    found = told(story)
    assert console_line in console.render(found).splitlines()
    assert row in markdown.render(found)


def test_a_gate_that_reads_a_mocked_output_is_not_judged() -> None:
    story = Story(a_plan(a_task("a", 1))).run(1).started("a").step("a")
    story.judged("a", Verdict("g", "metric", "not-judged"), Verdict("f", "file", "passed", None, "exists"))
    text = markdown.render(told(story.finished("a", "mocked").end()))
    assert "| 🎭 | `a` | g ○ not judged · f ✓ exists | 500 ms |" in text


def test_a_long_critical_path_is_cut() -> None:
    names = [f"t{at}" for at in range(12)]
    tasks = [a_task(name, 1, *names[at - 1 : at][:at]) for at, name in enumerate(names)]
    text = markdown.render(told(Story(a_plan(*tasks))))
    assert "`t7` → … (12 tasks, 1 working day, about 12.0 s of work)" in text


@pytest.mark.parametrize(
    "text", ["|", "`", "<!-- ztr:v1 -->", "@x #1 https://x", "</sub>", "\n- [x] y", "## h", "`ztr run`"]
)
def test_hostile_text_leaves_the_summary_whole(text: str) -> None:
    rendered = markdown.render(hostile(text))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(rendered)
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == ["Needs attention", "Latest run", "Outlook", "Last runs"]
    assert [t.content for t in tokens if t.type == "html_block"] == []
    assert "<!--" not in rendered
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len([token for token in tokens if token.type == "td_open"]) == 4 + 2 + 5
    assert len(rows) == 6


def test_a_command_in_a_reason_stays_code_and_an_odd_backtick_stays_text() -> None:
    assert "failed — run `x y` now" in markdown.render(hostile("run `x y` now"))
    assert "failed — run \\`x y now" in markdown.render(hostile("run `x y now"))


def test_an_address_that_is_not_of_the_web_leads_nowhere() -> None:
    story = Story(a_plan(a_task("a", 1))).run(1).end()
    assert "([page](#))" in markdown.render(told(story, environment=PLACE._replace(url="javascript:alert(1)")))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.0123, "12 ms"), (6.14, "6.1 s"), (125, "2 min 05 s"), (12_000, "3 h 20 min")],
)
def test_durations_are_in_the_unit_that_reads_best(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (None, "\N{EN DASH}"),
        (True, "true"),
        (False, "false"),
        (10_000, "10,000"),
        (0.98765, "0.9877"),
        (12_345.6, "12,346"),
        ("text", "text"),
        ([1], "[1]"),
    ],
)
def test_values_are_written_for_people(measured: Json, expected: str) -> None:
    assert value(measured) == expected


def test_a_bar_is_full_only_when_all_is_finished() -> None:
    assert [bar(*parts, 4) for parts in ((0, 100), (1, 100), (99, 100), (100, 100), (0, 0))] == [
        "░░░░",
        "█░░░",
        "███░",
        "████",
        "░░░░",
    ]


def test_counts_and_times_are_words() -> None:
    assert (count(1, "task"), count(2000, "task")) == ("1 task", "2,000 tasks")
    assert instant("2025-09-22T06:17:00") == "2025-09-22 06:17 (local)"
    assert instant("2025-09-22T06:17:00.868+04:00") == "2025-09-22 06:17 (+04:00)"


def test_what_the_latest_run_made_outside_is_listed_with_its_ids_and_how_to_remove_it() -> None:
    plan = a_plan(a_task("post"), a_task("rows"), a_task("page"), a_task("gone"))
    story = Story(plan).run(1, "auto")
    for task, remote in (("post", ""), ("rows", "r1,r2,r3,r4,r5"), ("page", "p1"), ("gone", "g1")):
        story.started(task).effect(task, True, remote).step(task).finished(task)
    state = story.end().state
    for task, change in (("page", {"found": True}), ("gone", {"undone": "2025-09-09T10:00:00+04:00"})):
        slot = state.slots[task][story.slot(task)]
        effects = {"work": slot.effects["work"]._replace(**change)}
        state = state._replace(slots=state.slots.insert(task, {story.slot(task): slot._replace(effects=effects)}))
    text = markdown.outside(report(plan, state, now=story.now))
    assert text.splitlines() == [
        "### Outside",
        "<details><summary>4 effects</summary>",
        "",
        "| step | what is there now |",
        "|---|---|",
        "| `post/work` | nothing with an id of its own: unchanged, or it cannot be taken back |",
        "| `rows/work` | `r1`, `r2`, `r3` and 2 more |",
        "| `page/work` | was there before: `p1` |",
        "| `gone/work` | removed again: `g1` |",
        "",
        "</details>",
        "",
        "`ztr teardown r1` shows what of it can be removed, and removes it.",
    ]

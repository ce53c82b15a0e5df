"""The summary issue: what people read, which boxes it has, and that nothing of a task's text lives in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from automation.engine.events import Product, Requested, Verdict
from automation.github.marks import Control, boxes, read_marker
from automation.plan.model import Approval, Plan, Secret, Week
from monitoring.model import Report
from monitoring.render.cells import run_page
from monitoring.render.issue import Beside, render, title
from monitoring.render.issue_controls import bulk, needs
from monitoring.report import report
from tests.unit.monitoring.reports import PLACE, eventful, hostile, told
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task, small_plan
from tests.unit.monitoring.test_escape import ALIVE, HOSTILE

BODY = """\
<!-- ztr:v1 plan=demo serial=2 mac=4b3c0551887248ac -->

**Demo plan** · 5 working days past day 4 · `auto` · [run of 2025-09-11 06:17 (+04:00)](https://github.com/acme/demo/actions/runs/101) · 3.0 s · [`ztr-report`](https://github.com/acme/demo/actions/runs/101#artifacts)

> ❌ 1 failed · ❓ 1 unknown · ⏸ 1 waiting for approval · ⛔ 1 blocked · ✅ 1 done · 🎭 0 mocked — finishes on 2025-09-18 at the earliest, if the 4 tasks that are stuck can go on: 6 working days after the target

`████░░░░░░░░░░░░░░░░░░` 1 / 5, 5 planned by now

> [!CAUTION]
> **Nothing has moved for 5 working days** (since 2025-09-11 06:17 (+04:00)), and there is work left: 1 awaiting approval, 1 failed, 1 unknown, 1 blocked.

### Needs you
<sub>Tick a box and it is done. It needs write permission here; `/ztr help` in a comment tells the commands.</sub>

- [ ] <!-- ztr:retry=search@day-2 def=06b712530209e928 --> **Retry** `search` — gate missed: search accuracy **0.85**, needs \\> 0.9
  Next step: mend it in `tasks/demo/search.yaml`; the next run tries it again by itself (it ran 1 of at most 3 times).
- [ ] <!-- ztr:retry=post@day-2 def=012d006a29f92140 --> **Retry** `post` — nobody knows whether POST https:\u2060//hooks.slack.com happened
  Next step: look at the service whether it happened. If so, skip the task; if not, retry it.
- [ ] <!-- ztr:approve=review@day-2 def=d15f4caaed0dde57 --> **Approve** `review` — Review · 0 of 2 approvals given · not by whoever started the run · the question stands until 2025-10-11 06:17 (+04:00)
  To look at: `memory/design.md` in [`ztr-report`](https://github.com/acme/demo/actions/runs/101#artifacts).

<details><summary>More: run now, pause, reject, skip</summary>

- [ ] <!-- ztr:run --> Run what is due now
- [ ] <!-- ztr:pause --> Pause the plan: nothing starts until it goes on
- [ ] <!-- ztr:reject=review@day-2 def=d15f4caaed0dde57 --> Reject `review`: it fails, and what needs it waits
- [ ] <!-- ztr:skip=search@day-2 def=06b712530209e928 --> Skip `search`: what needs it goes on without it
- [ ] <!-- ztr:skip=post@day-2 def=012d006a29f92140 --> Skip `post`: what needs it goes on without it
- [ ] <!-- ztr:skip=review@day-2 def=40ddda073ee2ea44 --> Skip `review`: what needs it goes on without it
- [ ] <!-- ztr:skip=tidy@day-4 def=16d8c846c7bdb52d --> Skip `tidy`: what needs it goes on without it

</details>

Asked for, and answered by the run that goes on: retry `search`.

### Latest run
|  | task | gates | took |
|---|---|---|---|
| ❌ | `search` | search accuracy 0.85 ✗ \\> 0.9 · rows 3 ✓ ≥ 3 | 500 ms |
| ❓ | `post` | \N{EN DASH} | 500 ms |
| ⏸ | `review` | \N{EN DASH} | 500 ms |
| ⛔ | `tidy` | search failed | \N{EN DASH} |

<details><summary>Checklist · weeks · forecast and risks · last runs</summary>

- ✅ Plan valid, state read (serial 2)
- ✅ The latest run came to its end
- 🎭 Secrets: 0 of 1 present
- ❌ Gates: 1 passed, 1 missed
- ❌ 4 tasks behind the plan
- ⏸ 1 approval waited for
- ⬜ 1 of 5 tasks finished

| week |  | finished |
|---|---|---|
| 1 Foundation | `████░░░░░░░░░░░░` | 1 / 4 (1 failed) |
| 2 Finish | `░░░░░░░░░░░░░░░░` | 0 / 1 |

| component |  | finished |
|---|---|---|
| memory | `█████░░░░░░░░░░░` | 1 / 3 (1 failed) |
| news | `░░░░░░░░░░░░░░░░` | 0 / 1 |

Forecast: finishes on 2025-09-18 at the earliest, if the 4 tasks that are stuck can go on: 6 working days after the target. Target: 2025-09-10.

Critical path: `search` → `tidy` (2 tasks over 1 working day, 1.0 s of work).

| risk |  |
|---|---|
| 🔴 high | finishes on 2025-09-18 at the earliest, if the 4 tasks that are stuck can go on: 6 working days after the target |
| 🔴 high | search failed, of high criticality |
| 🔴 high | nobody knows whether an effect of post happened |
| 🟠 medium | 4 overdue, review the longest: 7 working days |
| 🟠 medium | review has waited 7 days for a person: `ztr approve review` or `ztr reject review` |
| 🟠 medium | post has waited 7 days for a person: look at the service whether it happened: `ztr skip post` if so, `ztr retry post` if not |

| missed day | tasks | caught up |
|---|---|---|
| day 2 (2025-09-09) | `review`, `search`, `post` | not yet: 0 working days late |

| run | day | mode | result | took |
|---|---|---|---|---|
| [2025-09-11 06:17 (+04:00)](https://github.com/acme/demo/actions/runs/101) | 4 | auto | ❌ 1 · ❓ 1 · ⏸ 1 · ⛔ 1 | 3.0 s |
| [2025-09-08 06:17 (+04:00)](https://github.com/acme/demo/actions/runs/100) | 1 | mock | ✅ 1 | 3.0 s |

</details>

<sub>Secrets missing: `SLACK_WEBHOOK_URL` · ztr 0.1.0 · this issue is written by the runs: what is written into its body is lost, comments stay</sub>
"""  # noqa: E501 - a golden text


def stuck_plan() -> Plan:
    return a_plan(
        a_task("schema", 1, component="memory"),
        a_task("review", 2, "schema", approval=Approval(2, True, 30 * 86400.0), component="memory"),
        a_task("search", 2, "schema", criticality="high", component="memory"),
        a_task("post", 2, "schema", secrets=("SLACK_WEBHOOK_URL",), component="news"),
        a_task("tidy", 4, "search"),
        weeks=(Week("Foundation", 1, 2), Week("Finish", 3, 4)),
        secrets=(Secret("SLACK_WEBHOOK_URL"),),
    )


def stuck() -> Report:
    """A run on day 4 that left a failure, an effect in doubt and an open approval; nothing moved for a week since."""
    plan = stuck_plan()
    story = Story(plan).run(1).done("schema").end()
    story.now = MONDAY + timedelta(days=3)
    story.run(4, "auto", requested="auto", trigger="schedule").started("review").step("review")
    story.produced("review", Product("memory/design.md", "0" * 64, 5)).finished("review", "awaiting-approval", "wanted")
    story.started("search").step("search", {"accuracy": 0.85}, log="logs/x/search/work.log")
    story.judged(
        "search",
        Verdict("search accuracy", "metric", "failed", 0.85, "> 0.9", "steps.work.outputs.accuracy"),
        Verdict("rows", "metric", "passed", 3, "≥ 3"),
    )
    story.finished("search", "failed", "gate missed: search accuracy").started("post").effect("post", None)
    story.finished("post", "unknown", "nobody knows whether POST https://hooks.slack.com happened")
    story.finished("tidy", "blocked", "search failed").end()
    story.tell(Requested(story.at(), "q1", "retry", "search", "day-2", "ada"))
    made = report(plan, story.state, now=story.now + timedelta(days=7), environment=PLACE)
    return on_actions(made)


def on_actions(made: Report) -> Report:
    """The same with run ids as GitHub gives them."""
    names = [f"{101 - at}-1" for at in range(len(made.history))]
    history = tuple(run._replace(run=name) for run, name in zip(made.history, names, strict=True))
    return made._replace(history=history, run=made.run._replace(run=names[0]) if made.run else None)


def beside(plan: Plan) -> Beside:
    return Beside({task.id: task.definition for task in plan.tasks.values()})


def test_the_issue_reads_like_this() -> None:
    assert render(stuck(), beside(stuck_plan())) == BODY


def test_its_first_line_tells_whose_it_is() -> None:
    mark = read_marker(BODY, "acme/demo#demo")
    assert mark is not None
    assert (mark.plan, mark.serial) == ("demo", 2)
    assert BODY.count("<!-- ztr:v1") == 1


def test_controls_come_before_everything_that_is_only_told() -> None:
    assert BODY.index("</details>\n\nAsked for") < BODY.index("### Latest run")
    assert BODY.rindex("- [ ] <!-- ztr:") < BODY.index("### Latest run")


def test_a_calm_plan_has_only_its_general_boxes() -> None:
    body = render(report(small_plan(), Story(small_plan()).state, now=MONDAY), Beside())
    assert list(boxes(body)) == [Control("run"), Control("pause")]
    assert "### Needs you" not in body
    assert "Nothing has run yet." in body


def test_a_paused_plan_says_so_on_top_and_can_go_on() -> None:
    made = told(eventful())
    body = render(made._replace(plan=made.plan._replace(paused=True)), Beside())
    assert body.index("**The plan is paused:**") < body.index("### Needs you")
    assert Control("resume") in boxes(body)
    assert Control("pause") not in boxes(body)


def test_secrets_that_would_make_more_real_and_metrics_are_told() -> None:
    body = render(told(eventful()), Beside())
    assert "| `SLACK_WEBHOOK_URL` | `announce` |" in body
    assert "| search accuracy | 0.85 | \\> 0.9 | ❌ |" in body


def test_a_task_that_was_done_under_another_definition_can_be_run_again() -> None:
    plan = small_plan()
    story = Story(plan).run(1).done("schema").end()
    changed = plan._replace(tasks={**plan.tasks, "schema": plan.tasks["schema"]._replace(definition="new")})
    body = render(report(changed, story.state, now=MONDAY), Beside())
    assert [one for one in boxes(body) if one.verb == "reset"] == [
        Control("reset", "schema", "day-1", boxes_def(body, "schema"))
    ]


def boxes_def(body: str, task: str) -> str:
    return next(one.definition for one in boxes(body) if one.task == task)


def test_many_tasks_that_went_well_are_folded_away() -> None:
    plan = a_plan(*(a_task(f"t{at:02}", 1) for at in range(20)))
    story = Story(plan).run(1)
    for task in plan.tasks:
        story.done(task)
    body = render(report(plan, story.end().state, now=MONDAY), Beside())
    assert "<details><summary>20 tasks ran well: ✅ 20</summary>" in body


def test_a_run_that_found_nothing_says_so() -> None:
    plan = small_plan()
    story = Story(plan).run(1).done("schema").end().run(1).end()
    assert "Nothing new was due." in render(report(plan, story.state, now=MONDAY), Beside())


def test_the_same_state_gives_the_same_text_however_late_it_is_told_that_day() -> None:
    story = eventful()
    first, later = (
        report(story.plan, story.state, now=story.now + timedelta(hours=hours), environment=PLACE) for hours in (0, 3)
    )
    assert render(first, Beside()) == render(later, Beside())


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("17-1", "https://github.com/acme/demo/actions/runs/17"),
        ("17-2", "https://github.com/acme/demo/actions/runs/17/attempts/2"),
        ("20250922T090000-e7d7", ""),
    ],
)
def test_each_run_links_to_its_page_where_it_has_one(run: str, expected: str) -> None:
    assert run_page(told(eventful(), environment=PLACE), run) == expected
    assert run_page(told(eventful()), run) == ""


def test_the_title_names_the_plan_only_where_there_are_several() -> None:
    made = told(eventful())
    assert (title(made), title(made, several=True)) == ("🤖 ZTR Run Summary", "🤖 ZTR Run Summary: Demo plan")


def test_a_question_whose_time_is_over_can_only_be_asked_again() -> None:
    made = stuck()
    late = made._replace(generated="2025-12-01T09:00:00+04:00")
    assert "**Run again** `review`" in render(late, Beside())
    assert [one.verb for one in boxes(render(late, Beside())) if one.task == "review"] == ["reset", "reject", "skip"]


def test_a_deferred_task_can_be_run_now_and_an_owner_is_named() -> None:
    plan = a_plan(a_task("a", 1), a_task("b", 1, owner="search"), a_task("c", 1, approval=Approval(), owner="people"))
    story = Story(plan).run(1).started("a").finished("a", "deferred", "limit", not_before="2025-09-09T00:00:00+04:00")
    story.started("b").step("b", status="failed", error="boom").finished("b", "failed", "step work: boom")
    story.started("c").finished("c", "awaiting-approval", "wanted").end()
    body = render(report(plan, story.state, now=MONDAY), Beside())
    assert "Run now `a`: it does not wait any longer" in body
    assert "(it ran 1 of at most 3 times). Owner: search." in body
    assert "  Owner: people." in body


def test_a_task_that_has_had_all_its_tries_waits_for_its_box() -> None:
    plan = a_plan(a_task("a", 1))
    story = Story(plan)
    for _ in range(3):
        story.run(1).started("a").step("a", status="failed", error="boom").finished("a", "failed", "step work: boom")
        story.end()
    assert "then tick the box: it has had all its tries." in render(report(plan, story.state, now=MONDAY), Beside())


def test_an_interrupted_task_goes_on_by_itself() -> None:
    plan = a_plan(a_task("a", 1))
    story = Story(plan).run(1).started("a").end("interrupted")
    assert "It goes on by itself in the next run." in render(report(plan, story.state, now=MONDAY), Beside())


def test_the_boxes_for_many_stand_for_nothing_that_has_to_be_looked_at_one_by_one() -> None:
    rows = needs(stuck(), {})
    assert [row.control.task for row in rows] == ["search", "post", "review"]
    assert bulk(rows) == []


# ---- hostile text

ORACLE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OUR_HTML = re.compile(
    r"</?(?:details|summary|sub|code)>"
    r"|<!-- ztr:(?:v1 plan=\S+ serial=\d+ mac=[0-9a-f]{16}|[a-z]+(?:=\S+)?(?: def=[0-9a-f]+)?) -->"
)


def all_tokens(body: str) -> list[Token]:
    found: list[Token] = []
    for token in ORACLE.parse(body):
        found += [token, *(token.children or [])]
    return found


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_hostile_text_makes_no_mention_link_image_html_box_or_marker(text: str) -> None:
    body = render(hostile(text), Beside())
    calm = boxes(render(hostile("calm"), Beside()))
    assert [one._replace(definition="") for one in boxes(body)] == [one._replace(definition="") for one in calm]
    assert not any(boxes(body).values())
    assert body.count("<!-- ztr:v1") == 1
    tokens = all_tokens(body)
    assert not [token for token in tokens if token.type in ("image", "fence", "code_block")]
    for token in tokens:
        if token.type in ("html_inline", "html_block"):
            assert OUR_HTML.sub("", token.content).strip() in ("", "Checklist · weeks · forecast and risks · last runs",
                "More: run now, pause, reject, skip", "Run now, pause, skip"), token.content  # fmt: skip
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://")
        if token.type == "text":
            assert ALIVE.search(token.content) is None, token.content


@settings(max_examples=30, deadline=None)
@given(HOSTILE)
def test_no_line_of_a_body_is_a_workflow_command(text: str) -> None:
    for line in render(hostile(text), Beside()).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line

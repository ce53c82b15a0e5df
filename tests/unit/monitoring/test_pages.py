"""A report as a page and as metrics: well formed and harmless, whatever tasks say."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from monitoring.render import html, openmetrics
from monitoring.report import report
from tests.unit.monitoring.reports import PLACE, eventful, hostile, told
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task


class Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.text())
def test_a_page_is_well_formed_and_runs_nothing_whatever_tasks_say(text: str) -> None:
    page = Page(html.render(hostile(text + "<script>alert(1)</script><img src=x onerror=y>\"'")))
    assert page.open == []
    assert not {"script", "img", "a", "iframe", "link"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]


def test_a_page_tells_what_the_report_tells() -> None:
    text = html.render(told(eventful(), environment=PLACE))
    for part in (
        "<h1>Demo plan</h1>",
        '<span class="failed">❌ failed</span>',
        '<span class="failed">search accuracy 0.85 ✗ &gt; 0.9</span>',
        "<code>SLACK_WEBHOOK_URL</code>",
        "<summary>1 step</summary>",
        "Critical path (2 working days): <code>search</code> → <code>tidy</code>",
        "ztr 0.1.0, Python 3.11.7",
    ):
        assert part in text


def test_a_page_of_an_empty_plan_has_no_empty_sections() -> None:
    plan = a_plan(target=None)
    text = html.render(report(plan, Story(plan).state, now=MONDAY))
    assert re.findall("<h2>(.*?)</h2>", text) == ["Tasks", "Outlook"]


def test_openmetrics_reads_like_this() -> None:
    plan = a_plan(a_task("a", 1), id='de"mo\\')
    story = Story(plan).run(1).done("a").end()
    assert [line for line in openmetrics.render(told(story)).splitlines() if "ztr_tasks{" not in line] == [
        "# TYPE ztr_tasks gauge",
        "# HELP ztr_tasks Tasks by status.",
        "# TYPE ztr_tasks_overdue gauge",
        "# HELP ztr_tasks_overdue Unfinished tasks whose day is over.",
        'ztr_tasks_overdue{plan="de\\"mo\\\\"} 0',
        "# TYPE ztr_progress_ratio gauge",
        "# UNIT ztr_progress_ratio ratio",
        "# HELP ztr_progress_ratio Finished tasks, of all that have an end.",
        'ztr_progress_ratio{plan="de\\"mo\\\\"} 1.0',
        "# TYPE ztr_plan_day gauge",
        "# HELP ztr_plan_day The working day of the plan.",
        'ztr_plan_day{plan="de\\"mo\\\\"} 1',
        "# TYPE ztr_plan_days gauge",
        "# HELP ztr_plan_days The last planned working day.",
        'ztr_plan_days{plan="de\\"mo\\\\"} 1',
        "# TYPE ztr_forecast_late_days gauge",
        "# UNIT ztr_forecast_late_days days",
        "# HELP ztr_forecast_late_days Working days that the forecast lies after the target.",
        'ztr_forecast_late_days{plan="de\\"mo\\\\"} 0',
        "# TYPE ztr_secret_present gauge",
        "# HELP ztr_secret_present Whether the secret is there.",
        "# TYPE ztr_metric_value gauge",
        "# HELP ztr_metric_value Success metrics: the measured value.",
        "# TYPE ztr_metric_met gauge",
        "# HELP ztr_metric_met Success metrics: whether the bound is met.",
        "# TYPE ztr_run_duration_seconds gauge",
        "# UNIT ztr_run_duration_seconds seconds",
        "# HELP ztr_run_duration_seconds How long the latest run took.",
        'ztr_run_duration_seconds{plan="de\\"mo\\\\"} 3.0',
        "# TYPE ztr_run_start_timestamp_seconds gauge",
        "# UNIT ztr_run_start_timestamp_seconds seconds",
        "# HELP ztr_run_start_timestamp_seconds When the latest run started.",
        f'ztr_run_start_timestamp_seconds{{plan="de\\"mo\\\\"}} {(MONDAY + timedelta(seconds=2)).timestamp()}',
        "# TYPE ztr_task_duration_seconds gauge",
        "# UNIT ztr_task_duration_seconds seconds",
        "# HELP ztr_task_duration_seconds How long the task last took.",
        'ztr_task_duration_seconds{plan="de\\"mo\\\\",task="a",status="done"} 0.5',
        "# EOF",
    ]


def test_openmetrics_of_an_empty_plan_is_whole() -> None:
    plan = a_plan()
    text = openmetrics.render(report(plan, Story(plan).state, now=MONDAY))
    assert 'ztr_progress_ratio{plan="demo"} 1.0' in text
    assert text.endswith("# EOF\n")


def test_openmetrics_has_every_measured_metric() -> None:
    assert 'ztr_metric_value{plan="demo",metric="accuracy",unit=""} 0.85' in openmetrics.render(told(eventful()))

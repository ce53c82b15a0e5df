"""Reports for the tests of monitoring: an eventful one, and one into which a task put hostile text."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from automation.engine.events import Product, Requested, Verdict
from monitoring.model import Environment, Report
from monitoring.report import report
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task, small_plan

PLACE = Environment("0.1.0", "3.11.7", "linux-x86_64", "actions", "https://github.com/acme/demo/actions/runs/1")


class Unlock(NamedTuple):
    secrets: tuple[str, ...]
    tasks: tuple[str, ...]


def eventful() -> Story:
    """Two days: schema done with a product and an effect; on the second search misses its gate, announce is mocked."""
    story = Story(small_plan()).run(1).started("schema").effect("schema", True, "rec1")
    story.step("schema", {"rows": 3}, log="logs/r1/schema/work.log", attempts=2)
    story.produced("schema", Product("memory/schema.json", "0" * 64, 12)).finished("schema").end()
    story.now = MONDAY + timedelta(days=1)
    story.run(2, "auto", requested="auto", trigger="schedule", by="ada", present=()).started("search")
    story.step("search", {"accuracy": 0.85})
    story.judged("search", Verdict("search accuracy", "metric", "failed", 0.85, "> 0.9", "steps.work.outputs.accuracy"))
    story.finished("search", "failed", "gate missed: search accuracy").mocked("announce", "SLACK_WEBHOOK_URL").end()
    return story.tell(Requested(story.at(), "q1", "retry", "search", "day-2", "ada"))


def told(story: Story, **fields: object) -> Report:
    unlock = (Unlock(("SLACK_WEBHOOK_URL",), ("announce",)),)
    return report(story.plan, story.state, now=story.now, unlock=unlock, **fields)  # type: ignore[arg-type]  # a builder


def hostile(text: str) -> Report:
    """A report into which a task put the text wherever it could."""
    story = Story(a_plan(a_task("a", 1), a_task("b", 1), title=text)).run(1, by=text).started("a")
    story.step("a", {"x": text}, status="failed", error=text)
    story.judged("a", Verdict(text, "metric", "failed", text, text, text, text)).finished("a", "failed", text)
    return report(story.plan, story.end().state, now=MONDAY, environment=PLACE._replace(url=f"https://x/{text}"))

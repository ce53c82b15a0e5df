"""What people are told of a run, in few words: one message that says how it stands and what wants somebody (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from automation.plan.model import Json
from monitoring.model import Report, TaskReport

Word = Literal["started", "finished", "failed", "awaiting-approval", "overdue"]

MOST_LINES = 12
"""So many tasks are named under a heading; the rest is counted."""
_LONGEST_REASON = 200
_LONGEST_HEADER = 150  # Slack's limit
_FAILED = frozenset({"failed", "unknown"})
_HEADINGS: Mapping[Word, str] = {"failed": "Failed", "awaiting-approval": "Waiting for approval", "overdue": "Overdue"}


class Notice(NamedTuple):
    """A message. `words` are the kinds of news that are in it; `lines` are the tasks of each of them."""

    title: str
    headline: str
    going: bool
    words: frozenset[Word]
    lines: Mapping[Word, tuple[str, ...]]
    url: str


def notice(report: Report, runs: Collection[str]) -> Notice:
    """What there is to tell of these runs. A task that failed or has waited since before them is not told again."""
    news = [task for task in report.tasks if task.latest is not None and task.latest.run in runs]
    failed = tuple(_line(task) for task in news if task.status in _FAILED)
    waiting = tuple(_line(task) for task in news if task.status == "awaiting-approval")
    overdue = tuple(f"{one.task}: due on day {one.day}, {_days(one.late)} late" for one in report.overdue)
    lines: dict[Word, tuple[str, ...]] = {"failed": failed, "awaiting-approval": waiting, "overdue": overdue}
    lines = {word: found for word, found in lines.items() if found}
    going = report.run is not None and report.run.outcome == "running"
    words: frozenset[Word] = frozenset({"started" if going else "finished", *lines})
    return Notice(report.plan.title, report.headline, going, words, lines, report.environment.url)


def concerns(told: Notice, on: Collection[str]) -> bool:
    """Whether somebody who wants to hear of `on` wants to hear of this."""
    return "always" in on or not told.words.isdisjoint(on)


def as_text(told: Notice) -> str:
    """One line."""
    return f"{told.title}: {'running. ' if told.going else ''}{told.headline}"


def as_blocks(told: Notice) -> list[Json]:
    """The message as Slack's blocks, within Slack's limits; nothing in it can address people or look like a link."""
    state = "running" if told.going else "finished"
    title = told.title[: _LONGEST_HEADER - len(state) - 2]
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": f"{title}: {state}"}},
        _section(escaped(told.headline)),
        *(_section(f"*{_HEADINGS[word]}*\n{_list(lines)}") for word, lines in told.lines.items()),
    ]
    if told.url:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{told.url}|The run on GitHub>"}]})
    return blocks


def as_data(told: Notice) -> Mapping[str, Json]:
    """The message for programs."""
    lists: dict[str, Json] = {word: [*lines] for word, lines in told.lines.items()}
    return {"plan": told.title, "headline": told.headline, "going": told.going, "url": told.url, **lists}


def escaped(text: str) -> str:
    """Text that Slack shows as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(task: TaskReport) -> str:
    reason = " ".join(task.reason.split())
    return f"{task.id}: {reason[:_LONGEST_REASON]}{'…' if len(reason) > _LONGEST_REASON else ''}".rstrip(": ")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(_shown(lines))


def _shown(lines: tuple[str, ...]) -> Iterator[str]:
    yield from (f"• {escaped(line[:_LONGEST_REASON])}" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"and {len(lines) - MOST_LINES} more"


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}

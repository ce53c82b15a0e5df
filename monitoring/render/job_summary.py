"""A report as the summary of an Actions job: the same story as the issue, with the graph of the tasks. Pure."""

from __future__ import annotations

from monitoring.model import Report
from monitoring.render import markdown
from monitoring.render.fit import utf8

LIMIT = 900_000
"""Bytes; GitHub drops the whole summary of a step above 1,024 kB without failing the step."""

GRAPH_TASKS = 150
"""A bigger graph is no picture any more, and Mermaid gives up on it."""

GRAPH_BYTES = 45_000
"""Mermaid refuses to draw a longer text (its `maxTextSize` is 50,000)."""


def render(report: Report, graph: str = "") -> str:
    """The summary as Markdown, below `LIMIT` bytes. `graph` is Mermaid's text, left out where it is too big to draw."""
    story = markdown.render(report)
    drawn = _graph(report, graph)
    return story + drawn if utf8(story) + utf8(drawn) < LIMIT else _cut(story)


def _graph(report: Report, graph: str) -> str:
    if not graph:
        return ""
    head = "\n<details><summary>The tasks and what they need</summary>\n\n"
    if len(report.tasks) > GRAPH_TASKS or utf8(graph) > GRAPH_BYTES:
        return f"{head}{len(report.tasks):,} tasks are too many to draw here: `ztr graph` draws them.\n\n</details>\n"
    return f"{head}```mermaid\n{graph.strip()}\n```\n\n</details>\n"


def _cut(story: str) -> str:
    """Whole paragraphs, as many as there is room for."""
    room, found = LIMIT - 1_000, []
    for part in story.split("\n\n"):
        room -= utf8(part) + 2
        if room < 0:
            found.append("The rest is in `ztr-report`.")
            break
        found.append(part)
    return "\n\n".join(found).rstrip() + "\n"

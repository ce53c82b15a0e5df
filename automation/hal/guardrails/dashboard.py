"""The safety page: one self-contained HTML file in which every figure names the report and the place that it comes
from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

JsonReports = Mapping[str, object]
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d0d7de}
td.n{text-align:right;font-variant-numeric:tabular-nums}.met{color:#116329;font-weight:600}.missed{color:#a40e26;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}.met{color:#56d364}.missed{color:#ff7b72}}
"""
_FIGURE = re.compile(r'<data value="([^"]*)" data-source="([^"#]*)#([^"]*)">')


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure with its bound: the report, the JSON pointer in it, and what it must be."""

    title: str
    report: str
    pointer: str
    above: float | None = None
    below: float | None = None

    def met(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return (self.above is None or value > self.above) and (self.below is None or value < self.below)

    @property
    def bound(self) -> str:
        """The bound in words."""
        return f"above {self.above:g}" if self.above is not None else f"below {self.below:g}"


def render(reports: JsonReports, goals: Sequence[Goal], accuracy: str, escalation: str) -> str:
    """The page. `reports` maps file names to their parsed content; `accuracy` and `escalation` name two of them."""
    rows = "".join(_goal_row(reports, goal) for goal in goals)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>HAL safety</title><style>{_STYLE}</style></head><body>\n<h1>HAL safety</h1>\n"
        f"<h2>Goals</h2>\n<table><tr><th>Goal</th><th>Measured</th><th>Must be</th><th></th></tr>{rows}</table>\n"
        f"<h2>By category, test split</h2>\n{_categories(reports, accuracy)}"
        f"<h2>Escalation</h2>\n{_tiers(reports, escalation)}</body></html>\n"
    )


def untraceable(page: str, reports: JsonReports) -> list[str]:
    """Figures of a page that differ from the place in the report that they name, or name none that exists."""
    wrong = []
    for value, report, pointer in _FIGURE.findall(page):
        try:
            found = json.dumps(at(reports, unescape(report), unescape(pointer)))
        except (KeyError, LookupError, ValueError):
            found = "nothing"
        if found != unescape(value):
            wrong.append(f"{unescape(report)}#{unescape(pointer)}: the page says {unescape(value)}, the report {found}")
    return wrong


def figures(page: str) -> int:
    """How many figures of a page name their source."""
    return len(_FIGURE.findall(page))


def unsourced_cells(page: str) -> int:
    """Cells for numbers that hold something other than a sourced figure."""
    cells = re.findall(r'<td class="n">(.*?)</td>', page, re.DOTALL)
    return sum(not _FIGURE.match(cell) for cell in cells)


def at(reports: JsonReports, report: str, pointer: str) -> object:
    """The value at a JSON pointer (RFC 6901) of a report; LookupError or ValueError if there is none."""
    value: object = reports[report]
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value[key]
        elif isinstance(value, list):
            value = value[int(key)]
        else:
            raise LookupError(f"{report}#{pointer}: nothing below {key!r}")  # noqa: TRY004 - as for a missing key
    return value


def _figure(reports: JsonReports, report: str, pointer: str) -> str:
    value = at(reports, report, pointer)
    shown = f"{value:.4g}" if isinstance(value, float) else str(value)
    source = escape(f"{report}#{pointer}")
    return f'<data value="{escape(json.dumps(value))}" data-source="{source}">{escape(shown)}</data>'


def _goal_row(reports: JsonReports, goal: Goal) -> str:
    value = at(reports, goal.report, goal.pointer)
    met = isinstance(value, int | float) and goal.met(value)
    mark = '<td class="met">met</td>' if met else '<td class="missed">missed</td>'
    figure = _figure(reports, goal.report, goal.pointer)
    return f'<tr><td>{escape(goal.title)}</td><td class="n">{figure}</td><td>{escape(goal.bound)}</td>{mark}</tr>'


def _categories(reports: JsonReports, report: str) -> str:
    categories = at(reports, report, "/per_category")
    names = sorted(categories) if isinstance(categories, Mapping) else []
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(
            f'<td class="n">{_figure(reports, report, f"/per_category/{_escaped(name)}/{key}")}</td>'
            for key in ("cases", "flagged")
        )
        + "</tr>"
        for name in names
    )
    return f"<table><tr><th>Category</th><th>Cases</th><th>Flagged</th></tr>{rows}</table>\n"


def _tiers(reports: JsonReports, report: str) -> str:
    table = at(reports, report, "/table")
    rows = "".join(
        f"<tr><td>{escape(str(at(reports, report, f'/table/{index}/severity')))}</td>"
        f'<td class="n">{_figure(reports, report, f"/table/{index}/enters_tier")}</td>'
        f"<td>{escape(str(at(reports, report, f'/table/{index}/role')))}</td>"
        f'<td class="n">{_figure(reports, report, f"/table/{index}/reaches_tier")}</td></tr>'
        for index in range(len(table) if isinstance(table, list) else 0)
    )
    return f"<table><tr><th>Severity</th><th>Enters tier</th><th>Who</th><th>Reaches tier</th></tr>{rows}</table>\n"


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")

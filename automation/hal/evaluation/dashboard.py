"""The performance page: one static HTML file, drawn from the outcome store and the metric report.

Every figure stands in an element with `data-figure`, so that a reader of the page, or a test, can trace it to its
source. Nothing is loaded from elsewhere and no script runs: the page forbids both itself.
"""

import sqlite3
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

from automation.hal.detection.documents import Json
from automation.hal.evaluation.outcomes import gate_totals, seconds_by_component, slot_rows, totals

STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5; }
dl { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; }
dl > div { border: 1px solid #8886; border-radius: .5rem; padding: .5rem 1rem; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def figures(store: sqlite3.Connection, report: Mapping[str, Json]) -> dict[str, str]:
    """Every figure of the page by its name, as text; the page shows these and no others."""
    found = {"tasks": str(sum(totals(store).values()))}
    found |= {f"tasks.{status}": str(count) for status, count in totals(store).items()}
    found |= {f"gates.{verdict}": str(count) for verdict, count in gate_totals(store).items()}
    found |= {f"seconds.{name}": f"{seconds:.2f}" for name, seconds in seconds_by_component(store).items()}
    for task, _, _, _, seconds, attempts, _, passed, gates in slot_rows(store):
        found |= {f"task.{task}.seconds": f"{seconds:.2f}", f"task.{task}.attempts": str(attempts)}
        found[f"task.{task}.gates"] = f"{passed}/{gates}"
    rows = report["metrics"]
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        found[f"metric.{place}"] = f"{row['value']:g}"
    return found


def page(store: sqlite3.Connection, report: Mapping[str, Json], title: str) -> str:
    """The whole page as text."""
    shown = figures(store, report)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
        f"<p>Run {escape(str(report['run']))} of plan {escape(str(report['plan']))}.</p>",
        _totals(shown),
        _components(shown),
        _metrics(report, shown),
        _tasks(store, shown),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


class FigureReader(HTMLParser):
    """Reads a page back: `figures` by name, and every tag and attribute that occurs."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: dict[str, str] = {}
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open = dict(attrs).get("data-figure")

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.figures[self._open] = self.figures.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._open = None


def read_page(text: str) -> FigureReader:
    """Parse a page as a browser would, character references resolved."""
    reader = FigureReader()
    reader.feed(text)
    reader.close()
    return reader


def _totals(shown: Mapping[str, str]) -> str:
    names = ["tasks", *(name for name in shown if name.startswith(("tasks.", "gates.")))]
    cells = (
        f"<div><dt>{escape(name.replace('.', ' '))}</dt>{_figure('dd', name, shown)}</div>"
        for name in dict.fromkeys(names)
    )
    return f"<dl>{''.join(cells)}</dl>"


def _components(shown: Mapping[str, str]) -> str:
    names = [name for name in shown if name.startswith("seconds.")]
    rows = [[_text(name.removeprefix("seconds.")), _figure("td", name, shown)] for name in names]
    return _table("Time by component", ["component", "seconds"], rows)


def _metrics(report: Mapping[str, Json], shown: Mapping[str, str]) -> str:
    entries = report["metrics"]
    rows = [
        [*_texts(row, "task", "name"), _figure("td", f"metric.{place}", shown), *_texts(row, "bound", "verdict")]
        for place, row in enumerate(entries if isinstance(entries, list) else [])
    ]
    return _table("Measured by gates", ["task", "metric", "value", "bound", "verdict"], rows)


def _tasks(store: sqlite3.Connection, shown: Mapping[str, str]) -> str:
    rows = [
        [_text(day), _text(task), _text(component), _text(status)]
        + [_figure("td", f"task.{task}.{name}", shown) for name in ("gates", "attempts", "seconds")]
        + [_text(reason)]
        for task, status, component, day, _, _, reason, _, _ in slot_rows(store)
    ]
    heads = ["day", "task", "component", "state", "gates passed", "attempts", "seconds", "reason"]
    return _table("Tasks", heads, rows)


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<h2>{escape(caption)}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _figure(tag: str, name: str, shown: Mapping[str, str]) -> str:
    return f'<{tag} class="number" data-figure="{escape(name)}">{escape(shown[name])}</{tag}>'


def _texts(row: Mapping[str, Json], *names: str) -> list[str]:
    return [_text(row[name]) for name in names]


def _text(value: object) -> str:
    return f"<td>{escape(str(value))}</td>"

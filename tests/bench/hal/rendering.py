"""A report as Markdown and as JSON."""

from __future__ import annotations

import json

from tests.bench.hal.figures import Cell, Figure, Report, Table


def markdown(report: Report) -> str:
    """The report as it is printed: figures with targets, then the tables, then the notes."""
    lines = [
        f"## {report.component}",
        "",
        f"Data: {report.data}, hash `{report.data_hash}` (*public data*; intervals: 95 %, bootstrap)",
        "",
        "| figure | value | 95 % interval | n | at least | | aim | |",
        "|---|---|---|---|---|---|---|---|",
        *(_figure(figure) for figure in report.figures),
    ]
    for table in report.tables:
        lines += ["", *_table(table)]
    if report.notes:
        lines += ["", *(f"- {note}" for note in report.notes)]
    return "\n".join(lines) + "\n"


def to_json(report: Report) -> str:
    """The report for machines; verdicts included, values as measured."""
    figures = [
        {
            **figure._asdict(),
            "interval": list(figure.interval or ()),
            "met": figure.verdict,
            "aim_met": figure.aim_verdict,
        }
        for figure in report.figures
    ]
    content = {**report._asdict(), "figures": figures, "tables": [table._asdict() for table in report.tables]}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _figure(figure: Figure) -> str:
    interval = f"{figure.interval.low:.1f} to {figure.interval.high:.1f}" if figure.interval else ""
    value = f"{_number(figure.value)} {figure.unit}"
    least, aim = (_bound(figure, bound) for bound in (figure.least, figure.aim))
    verdicts = _verdict(figure.verdict), _verdict(figure.aim_verdict)
    cells = [figure.what, value, interval, f"{figure.n:,}", least, verdicts[0], aim, verdicts[1]]
    return _cells(cells)


def _bound(figure: Figure, bound: float | None) -> str:
    if bound is None:
        return ""
    return f"{'≤' if figure.lower_is_better else '≥'} {bound:g}"


def _verdict(word: str) -> str:
    return {"met": "met", "not met": "*not met*"}.get(word, "")


def _table(table: Table) -> list[str]:
    head = [f"### {table.title}", "", _cells(list(table.columns)), "|" + "---|" * len(table.columns)]
    return [*head, *(_cells([_cell(cell) for cell in row]) for row in table.rows)]


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return _number(cell) if isinstance(cell, float) else str(cell)


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _cells(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

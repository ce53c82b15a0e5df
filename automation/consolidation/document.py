"""What a phase leaves: one JSON document of one shape, a page that says the same, and the step's outputs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.targets import Target

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

SEVERITIES = ("info", "low", "medium", "high", "critical")
LISTED = 2000
"""Findings of one kind that a document lists; the others are counted."""
SHOWN = 50
"""Findings that a page shows; the document has them all."""

# Halves of pairs, which JSON may hold by itself; those that stand for a byte that is no UTF-8 are not among them.
_LONE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")

_Count = int | float | str | bool


class Finding(NamedTuple):
    """One thing that wants a decision: its kind, where it is, what it is, and what to do about it."""

    kind: str
    severity: str
    target: str
    path: str
    line: int
    what: str
    proposal: str


class Unchecked(NamedTuple):
    """Something that could not be looked at, and why; it never counts as clean."""

    what: str
    target: str
    reason: str


class Result(NamedTuple):
    """What a phase found out."""

    metrics: Mapping[str, _Count]
    findings: Sequence[Finding] = ()
    unchecked: Sequence[Unchecked] = ()
    details: Mapping[str, Json] = {}


def conclude(
    folder: Path, name: str, title: str, targets: Sequence[Target], result: Result, stop_at: str = "none"
) -> dict[str, _Count]:
    """Write `NAME.json` and `NAME.md` into the folder; the outputs are the metrics and three counts.

    `blocking` counts the findings of at least the severity `stop_at`; with `none` nothing blocks.
    """
    findings = sorted(result.findings, key=lambda one: (-SEVERITIES.index(one.severity), one[0], *one[2:5]))
    outputs: dict[str, _Count] = {
        **result.metrics,
        "findings": len(findings),
        "not-checked": len(result.unchecked),
        "blocking": blocking(findings, stop_at),
    }
    document = {
        "phase": name,
        "title": title,
        "targets": [_target(target) for target in targets],
        "metrics": outputs,
        "findings": [_plain(one) for one in _listed(findings)],
        "found": dict(sorted(Counter(one.kind for one in findings).items())),
        "not-checked": [_plain(one) for one in result.unchecked],
        "details": result.details,
    }
    write_json(folder / f"{name}.json", document)
    write_text(folder / f"{name}.md", _page(title, targets, outputs, findings, result.unchecked))
    return outputs


def blocking(findings: Iterable[Finding], stop_at: str) -> int:
    """How many findings are at least so severe. Raises ValueError for a word that is no severity."""
    least = threshold(stop_at)
    return 0 if least is None else sum(SEVERITIES.index(one.severity) >= least for one in findings)


def threshold(stop_at: str) -> int | None:
    """The place of a severity among all, None for `none`. Raises ValueError for a word that is no severity."""
    if stop_at == "none":
        return None
    if stop_at not in SEVERITIES:
        raise ValueError(f"stop-at is {stop_at!r}, not none or one of {', '.join(SEVERITIES)}: set the plan's variable")
    return SEVERITIES.index(stop_at)


def shown(text: str) -> str:
    """Text that any JSON reader and terminal can take: bytes that are no UTF-8 as `\\xNN`, no control characters."""
    if text.isascii() and text.isprintable():
        return text
    text = _LONE.sub(lambda found: repr(found[0])[1:-1], text)
    clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in clean)


def write_json(path: Path, document: object) -> None:
    """Write a document in a canonical form, whole or not at all."""
    write_text(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, making folders as needed, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    beside.replace(path)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; cells cannot break out of their row."""
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def cell(value: object) -> str:
    """A value as the text of a table's cell: a stranger's file names are text, never markup."""
    text = shown(str(value))
    for letter in "\\`|<>[]@":
        text = text.replace(letter, f"\\{letter}" if letter not in "<>@" else f"&#{ord(letter)};")
    return text


def _listed(findings: Iterable[Finding]) -> list[Finding]:
    seen: Counter[str] = Counter()
    kept = []
    for one in findings:
        seen[one.kind] += 1
        if seen[one.kind] <= LISTED:
            kept.append(one)
    return kept


def _plain(one: Finding | Unchecked) -> dict[str, str | int]:
    return {key: shown(value) if isinstance(value, str) else value for key, value in one._asdict().items()}


def _target(target: Target) -> dict[str, Json]:
    return {
        "name": shown(target.name),
        "head": target.head,
        "bare": target.bare,
        "shallow": target.shallow,
        "notes": list(target.notes),
    }


def _page(
    title: str,
    targets: Sequence[Target],
    outputs: Mapping[str, _Count],
    findings: Sequence[Finding],
    unchecked: Sequence[Unchecked],
) -> str:
    notes = [f"- {cell(target.name)}: {note}" for target in targets for note in target.notes]
    parts = [
        f"# {title}\n",
        "Targets: " + ", ".join(cell(target.name) for target in targets) + ".\n",
        *(["\n".join(notes) + "\n"] if notes else []),
        "## Measured\n",
        table(("What", "Value"), outputs.items()),
        f"## Findings ({len(findings)})\n",
        _findings(findings),
    ]
    if unchecked:
        parts += ["## Not checked\n", table(("What", "Target", "Why"), unchecked)]
    return "\n".join(parts)


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "None in what was checked.\n"
    rows = (
        (
            one.severity,
            one.kind,
            f"{one.target}/{one.path}" + (f":{one.line}" if one.line else ""),
            one.what,
            one.proposal,
        )
        for one in findings[:SHOWN]
    )
    told = table(("Severity", "Kind", "Where", "What", "Proposal"), rows)
    rest = len(findings) - SHOWN
    return told + (f"\n{rest} more are in the JSON document.\n" if rest > 0 else "")

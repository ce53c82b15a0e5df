"""HAL's redaction on labelled texts: `python -m tests.bench.hal.pii FOLDER [--json FILE]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from automation.hal.guardrails.redaction import find
from tests.bench.hal import guard_sources
from tests.bench.hal.command import main
from tests.bench.hal.figures import Report, by_source, latency, most, share
from tests.bench.hal.folder import BadFolder, digest, read_rows
from tests.bench.hal.meter import peak_memory, times

FILE = "pii.jsonl"
STRUCTURED = {
    "CREDIT_CARD": "card",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip-address",
    "US_SSN": "social-security",
}
"""Types with a form of their own, and what the guardrails call them."""

NAMED = ("PERSON", "STREET_ADDRESS")
ORDINARY = ("deepset", "locomo_turn_dev", "selfinst_seed", "wildguard")
"""Sources of harmless texts in which personal data with a form are not expected."""


class Span(NamedTuple):
    """What is labelled: where it stands (end exclusive) and its type."""

    start: int
    end: int
    type: str


class Marked(NamedTuple):
    """A text with its labelled spans."""

    text: str
    spans: tuple[Span, ...]


def measure(folder: Path) -> Report:
    """Labelled items that were found, and texts in which something else was."""
    rows = marked(folder)
    items = [(span.type, float(_covered(span, row.text))) for row in rows for span in row.spans]
    formed = [hit for kind, hit in items if kind in STRUCTURED]
    if not formed:
        raise BadFolder(f"{folder / FILE}: no span is of a type with a form ({', '.join(STRUCTURED)})")
    ordinary = _ordinary(folder)
    spurious = [*(("pii.jsonl", float(_spurious(row))) for row in rows), *_found_in(ordinary)]
    return Report(
        "pii",
        "pii.jsonl and harmless texts of guard.jsonl" if ordinary else "pii.jsonl",
        digest(folder, [FILE, *([guard_sources.FILE] if ordinary else [])]),
        (
            share("items with a form found", formed, 99, 99.5),
            share("the same with names and addresses", _named(items), None, 99.5),
            most("texts with something spurious", [hit for _, hit in spurious], 0.5),
            latency("find: p95", times(find, [row.text for row in rows]), 20, 5),
            peak_memory(),
        ),
        (
            by_source("Found, by type", [kind for kind, _ in items], [hit for _, hit in items], "found %"),
            by_source("Spurious, by source", [name for name, _ in spurious], [hit for _, hit in spurious], "texts %"),
        ),
        (
            "Found: at least nine tenths of the labelled characters are covered.",
            "Names and addresses have no form: the guardrails do not look for them.",
        ),
    )


def marked(folder: Path) -> list[Marked]:
    """The labelled texts. Raises `BadFolder` for a span that is none."""
    return [
        Marked(str(row["text"]), tuple(_span(span, f"{folder / FILE}, text {number}") for span in row["spans"]))  # type: ignore[attr-defined]  # a list, as the fields say
        for number, row in enumerate(read_rows(folder, FILE, {"text": str, "spans": list}), 1)
    ]


def _span(value: object, where: str) -> Span:
    match value:
        case [int(start), int(end), str(kind)] if 0 <= start < end:
            return Span(start, end, kind)
    raise BadFolder(f"{where}: a span is [start, end, type], got {value!r}")


def _covered(span: Span, text: str) -> bool:
    """Whether nine tenths of a labelled item lie within found items: what is left says nothing."""
    shared = sum(max(0, min(item.end, span.end) - max(item.start, span.start)) for item in find(text))
    return shared >= 0.9 * (span.end - span.start)


def _spurious(row: Marked) -> bool:
    """Whether something was found where nothing is labelled, whatever its type."""
    return any(not any(s.start < item.end and item.start < s.end for s in row.spans) for item in find(row.text))


def _named(items: Sequence[tuple[str, float]]) -> list[float]:
    return [hit for kind, hit in items if kind in (*STRUCTURED, *NAMED)]


def _found_in(texts: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
    return [(source, float(bool(find(text)))) for source, text in texts]


def _ordinary(folder: Path) -> Sequence[tuple[str, str]]:
    if not (folder / guard_sources.FILE).exists():
        return []
    rows = guard_sources.labelled(folder)
    return [(row.source, row.text) for row in rows if not row.attack and row.source in ORDINARY]


if __name__ == "__main__":
    raise SystemExit(main("pii", measure))

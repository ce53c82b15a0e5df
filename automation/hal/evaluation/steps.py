"""What the plan's tasks on metrics, outcomes, quality, baseline and the performance page call."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypedDict

from automation.hal.detection.documents import (
    canonical,
    digest,
    read_json,
    read_list,
    read_object,
    write_json,
    write_text,
)
from automation.hal.evaluation.acceptance import load_targets, measured
from automation.hal.evaluation.baseline import baseline, freeze, load_baseline, signature_path, vouches
from automation.hal.evaluation.dashboard import figures, page, read_page
from automation.hal.evaluation.history import GateOutcome, RunHistory, TaskOutcome, load_history
from automation.hal.evaluation.metrics import METRIC_KEYS, SCHEMA, complaints_by, metric_report, spoiled
from automation.hal.evaluation.outcomes import difference, outcome_store, record, totals
from automation.hal.evaluation.quality import Quality, assess, mean_score, score

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' & </td></table>"


class SchemaResult(TypedDict):
    """Keys that the schema requires of a metric, and its SHA-256."""

    required: int
    sha256: str


def write_metric_schema(*, target: Path) -> SchemaResult:
    """Write the JSON Schema of metric reports, once it is found valid itself."""
    complaints_by(SCHEMA)
    return SchemaResult(required=len(METRIC_KEYS), sha256=write_json(target, SCHEMA))


class ReportResult(TypedDict):
    """Metrics in the report, what its schema finds wrong with it, and spoiled reports that the schema let through."""

    metrics: int
    complaints: int
    spoiled: int
    spoiled_accepted: int


def write_metric_report(*, history: Path, schema: Path, target: Path) -> ReportResult:
    """Write this run's metric report, judge it by the schema file, and the schema by spoiled reports."""
    complaints = complaints_by(read_object(schema))
    report = metric_report(load_history(history))
    write_json(target, report)
    rows = report["metrics"]
    wrong = list(spoiled(report))
    return ReportResult(
        metrics=len(rows) if isinstance(rows, list) else 0,
        complaints=len(complaints(read_json(target))),
        spoiled=len(wrong),
        spoiled_accepted=sum(not complaints(document) for document in wrong),
    )


class OutcomeResult(TypedDict):
    """Outcomes in the store, in the journal, by how many they differ by status, and rows that a repetition added."""

    outcomes: int
    journal: int
    difference: int
    added_by_repeating: int


def record_outcomes(*, history: Path, store: Path) -> OutcomeResult:
    """Record the run's outcomes twice, and hold the totals against the journal's own count."""
    run = load_history(history)
    with outcome_store(store) as connection:
        record(connection, run)
        once = totals(connection)
        record(connection, run)
        twice = totals(connection)
    return OutcomeResult(
        outcomes=sum(once.values()),
        journal=sum(run.journal_finished.values()),
        difference=difference(once, run.journal_finished),
        added_by_repeating=difference(once, twice),
    )


class QualityResult(TypedDict):
    """Scored tasks, their mean and lowest score of 100, and the report's SHA-256."""

    tasks: int
    mean: float
    lowest: float
    sha256: str


def assess_quality(*, history: Path, target: Path) -> QualityResult:
    """Score every finished task of the run and write the scores with what they were made from."""
    qualities = [assess(task) for task in load_history(history).tasks]
    if not qualities:
        raise ValueError(f"{history} holds no finished task: there is nothing to score")
    return QualityResult(
        tasks=len(qualities),
        mean=mean_score(qualities),
        lowest=min(quality.score for quality in qualities),
        sha256=write_json(target, [asdict(quality) for quality in qualities]),
    )


class ReproductionResult(TypedDict):
    """Scores computed again, how many came out otherwise, and the SHA-256 of the report made again."""

    recomputed: int
    mismatches: int
    sha256: str


def reproduce_quality(*, report: Path) -> ReproductionResult:
    """Compute every score again from the report's own figures alone."""
    stored = load_qualities(report)
    again = [{**asdict(q), "score": score(q.status, q.gates, q.passed, q.attempts)} for q in stored]
    mismatches = sum(row["score"] != quality.score for row, quality in zip(again, stored, strict=True))
    return ReproductionResult(recomputed=len(again), mismatches=mismatches, sha256=digest(canonical(again)))


class FreezeResult(TypedDict):
    """Metrics in the baseline and its SHA-256."""

    metrics: int
    sha256: str


def freeze_baseline(*, history: Path, metrics: Path, quality: Path, store: Path, target: Path) -> FreezeResult:
    """Freeze metric report, success metrics so far, quality scores and outcome totals into one signed file."""
    with outcome_store(store) as connection:
        outcomes = totals(connection)
    success = measured(load_targets(), load_history(history))
    document = baseline(read_object(metrics), load_qualities(quality), outcomes, success)
    frozen = document["metrics"]
    count = len(frozen) if isinstance(frozen, Mapping) else 0
    return FreezeResult(metrics=count, sha256=freeze(target, document))


class SignatureResult(TypedDict):
    """Changed copies of the baseline, and those of them that the signature let through; `valid` is 1 or 0."""

    valid: int
    tampered: int
    tampered_accepted: int


def check_signature(*, baseline: Path) -> SignatureResult:
    """See that the signature belongs to the file and to no copy with one byte changed (at most 500 places)."""
    load_baseline(baseline)
    content = baseline.read_bytes()
    signature = signature_path(baseline).read_text(encoding="utf-8")
    places = range(0, len(content), max(1, len(content) // 500))
    changed = [content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in places]
    accepted = sum(vouches(signature, copy) for copy in changed)
    return SignatureResult(valid=int(vouches(signature, content)), tampered=len(changed), tampered_accepted=accepted)


class PageResult(TypedDict):
    """Figures on the page, those that differ from their source, and tags or attributes that hostile text brought in."""

    figures: int
    mismatches: int
    hostile_marks: int


def write_performance_page(*, store: Path, metrics: Path, target: Path, title: str) -> PageResult:
    """Draw the page, read it back, hold each figure against its source, and draw it once more from hostile text."""
    report = read_object(metrics)
    with outcome_store(store) as connection:
        write_text(target, page(connection, report, title))
        expected = figures(connection, report)
    shown = read_page(target.read_text(encoding="utf-8"))
    hostile = read_page(hostile_page(target.parent / "hostile.sqlite"))
    names = {*expected, *shown.figures}
    return PageResult(
        figures=len(shown.figures),
        mismatches=sum(expected.get(name) != shown.figures.get(name) for name in names),
        hostile_marks=len(hostile.tags - shown.tags) + len(hostile.attributes - shown.attributes),
    )


def hostile_page(scratch: Path) -> str:
    """A page of which every text tries to break out of its place; the scratch store is removed again."""
    gate = GateOutcome(HOSTILE, "metric", "passed", 1.0, HOSTILE)
    task = TaskOutcome(HOSTILE, HOSTILE, "done", HOSTILE, 1, 0.5, 1, HOSTILE, (gate,), {})
    history = RunHistory(HOSTILE, HOSTILE, "mock", (task,), {"done": 1}, 1, ())
    try:
        with outcome_store(scratch) as connection:
            record(connection, history)
            return page(connection, metric_report(history), HOSTILE)
    finally:
        scratch.unlink(missing_ok=True)


QUALITY_FIELDS: dict[str, tuple[type, ...]] = {
    "task": (str,),
    "status": (str,),
    "gates": (int,),
    "passed": (int,),
    "attempts": (int,),
    "score": (int, float),
}


def load_qualities(path: Path) -> list[Quality]:
    """Read a quality report; ValueError names the first entry that is not a score."""
    return [_quality(path, place, entry) for place, entry in enumerate(read_list(path))]


def _quality(path: Path, place: int, entry: object) -> Quality:
    fields = entry if isinstance(entry, dict) else {}
    wrong = [name for name, kind in QUALITY_FIELDS.items() if not isinstance(fields.get(name), kind)]
    if wrong or set(fields) != set(QUALITY_FIELDS):
        raise ValueError(
            f"{path} is not a quality report: entry {place + 1} has no usable {', '.join(wrong) or 'set of fields'}; "
            "make it again with quality-assessment"
        )
    return Quality(**fields)

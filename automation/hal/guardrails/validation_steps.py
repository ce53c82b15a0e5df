"""What the plan's validation tasks call: sanitising, detecting, filtering, redacting, and the chain of all of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from automation.hal.guardrails import fuzz, planted, redaction
from automation.hal.guardrails.chain import THRESHOLD, Guardrails
from automation.hal.guardrails.classifier import load, save
from automation.hal.guardrails.dataset import DATA, Case, load_outputs, read_split
from automation.hal.guardrails.detector import suspicion
from automation.hal.guardrails.evaluation import Evaluation, evaluate, misses, percentile, timed
from automation.hal.guardrails.files import write_json
from automation.hal.guardrails.normalise import MAX_CHARACTERS, canonical, normalise
from automation.hal.guardrails.policy import load_policy
from automation.hal.guardrails.training import train_on

_CARRIERS = ("Please note {} for the file.", "x={};", "«{}»", "Order 1234567890123456, {}\nthanks", "Ünïcode {} — 漢字")
_LEADS = {"password": "password: "}


class SanitiseFigures(TypedDict):
    """Texts tried, crashes, texts that changed at a second pass, and texts beyond the bound."""

    texts: int
    crashes: int
    unstable: int
    oversized: int


def fuzz_normaliser(
    *, count: int = 2000, seed: int = 0, report: Path = Path("safety/sanitise.json")
) -> SanitiseFigures:
    """Normalises `count` strange texts twice each."""
    outcomes = [_outcome(text) for text in fuzz.texts(count, seed)]
    figures: SanitiseFigures = {
        "texts": len(outcomes),
        "crashes": outcomes.count("crash"),
        "unstable": outcomes.count("unstable"),
        "oversized": outcomes.count("oversized"),
    }
    write_json(report, {**figures, "seed": seed, "bound": MAX_CHARACTERS})
    return figures


class DetectionFigures(TypedDict):
    """Detection and false-positive rates on one split, with the lower and upper end of their 95 % intervals."""

    detection: float
    detection_low: float
    detection_high: float
    false_positives: float
    false_positives_low: float
    false_positives_high: float
    violations: int
    harmless: int


def train_detector(
    *,
    cases: Path = Path("safety/cases"),
    model: Path = Path("safety/detector.npz"),
    report: Path = Path("safety/detector-dev.json"),
) -> DetectionFigures:
    """Trains on the train split, keeps the model without pickle, and measures it on the dev split."""
    save(train_on(read_split(cases / "train.jsonl")), model)
    detector = load(model)
    return _measure(read_split(cases / "dev.jsonl"), lambda text: suspicion(text, detector).score >= THRESHOLD, report)


def measure_output_filter(
    *,
    policy: Path = Path("safety/policy.yaml"),
    report: Path = Path("safety/output-dev.json"),
    split: str = "dev",
    data: Path = DATA,
) -> DetectionFigures:
    """Measures the output rules and the redaction on the labelled answers of a split."""
    from automation.hal.guardrails.output_rules import output_hits

    known = load_policy(policy).categories
    return _measure(
        load_outputs(split, data),
        lambda text: (
            any(hit.category in known for hit in output_hits(normalise(text).text)) or bool(redaction.find(text))
        ),
        report,
    )


class RedactionFigures(TypedDict):
    """Items planted, found with exactly their span, texts changed elsewhere, and items found where none was planted."""

    planted: int
    found: int
    recall: float
    damaged: int
    spurious: int


def plant_and_redact(*, rounds: int = 40, report: Path = Path("safety/redaction.json")) -> RedactionFigures:
    """Plants each kind of item into each carrier, redacts, and compares with the carrier that has a label in the
    item's place.
    """
    found: dict[str, int] = dict.fromkeys(planted.MAKERS, 0)
    tried, damaged, spurious = 0, 0, 0
    for kind in planted.MAKERS:
        for number in range(rounds):
            text, span = _planted(kind, number)
            items = redaction.find(text)
            hit = next((item for item in items if (item.start, item.end) == span), None)
            tried += 1
            found[kind] += hit is not None
            spurious += len(items) - (hit is not None)
            damaged += (
                hit is not None and redaction.redact(text, [hit]) != f"{text[: span[0]]}[{hit.kind}]{text[span[1] :]}"
            )
    total = sum(found.values())
    figures: RedactionFigures = {
        "planted": tried, "found": total, "recall": total / tried, "damaged": damaged, "spurious": spurious,
    }  # fmt: skip
    write_json(report, {**figures, "found_by_kind": found, "planted_by_kind": rounds})
    return figures


class LatencyFigures(TypedDict):
    """Milliseconds that the whole chain adds to one text: median, 95th percentile, slowest; and the calls measured."""

    p50_ms: float
    p95_ms: float
    slowest_ms: float
    calls: int


def measure_chain(
    *,
    model: Path = Path("safety/detector.npz"),
    policy: Path = Path("safety/policy.yaml"),
    cases: Path = Path("safety/cases"),
    report: Path = Path("safety/latency.json"),
    calls: int = 300,
) -> LatencyFigures:
    """Checks dev texts, one in ten of them a 10,000-character document, as input and as output, and takes the time of
    each pair.
    """
    guard = Guardrails(load(model), load_policy(policy))
    sample = [case.text for case in read_split(cases / "dev.jsonl")][:calls]
    texts = [
        " \n".join([text] * (MAX_CHARACTERS // (len(text) + 2))) if number % 10 == 0 else text
        for number, text in enumerate(sample)
    ]

    def both(text: str) -> Callable[[], object]:
        return lambda: (guard.check_input(text), guard.check_output(text))

    both(texts[0])()
    taken = [timed(both(text), time.perf_counter) for text in texts]
    figures: LatencyFigures = {
        "p50_ms": percentile(taken, 0.5), "p95_ms": percentile(taken, 0.95),
        "slowest_ms": max(taken), "calls": len(taken),
    }  # fmt: skip
    write_json(report, figures)
    return figures


def evaluate_chain(
    *,
    model: Path = Path("safety/detector.npz"),
    policy: Path = Path("safety/policy.yaml"),
    cases: Path = Path("safety/cases"),
    report: Path = Path("safety/accuracy.json"),
    missed: Path = Path("safety/misses.json"),
) -> DetectionFigures:
    """Measures the chain on the test split; an input counts as flagged if the chain blocks it. Writes what was
    missed, by category.
    """
    guard = Guardrails(load(model), load_policy(policy))
    return _measure(read_split(cases / "test.jsonl"), lambda text: guard.check_input(text).blocked, report, missed)


def _measure(
    cases: Sequence[Case], flags: Callable[[str], bool], report: Path, missed: Path | None = None
) -> DetectionFigures:
    flagged = [flags(case.text) for case in cases]
    result = evaluate(cases, flagged)
    write_json(report, result)
    if missed:
        write_json(missed, misses(cases, flagged))
    return _figures(result)


def _figures(result: Evaluation) -> DetectionFigures:
    detection, false = result["detection"], result["false_positives"]
    return {
        "detection": detection["value"], "detection_low": detection["low"], "detection_high": detection["high"],
        "false_positives": false["value"], "false_positives_low": false["low"], "false_positives_high": false["high"],
        "violations": detection["n"], "harmless": false["n"],
    }  # fmt: skip


def _outcome(text: str) -> str:
    try:
        once = normalise(text).text
        again = canonical(once)
    except Exception:  # noqa: BLE001 - a crash of any kind is what is counted
        return "crash"
    if len(once) > MAX_CHARACTERS:
        return "oversized"
    return "stable" if once == again else "unstable"


def _planted(kind: str, number: int) -> tuple[str, tuple[int, int]]:
    carrier = _CARRIERS[number % len(_CARRIERS)]
    text, spans = planted.fill(carrier.format(f"{_LEADS.get(kind, '')}<<{kind}>>"), random.Random(f"{kind}-{number}"))
    return text, spans[0][:2]

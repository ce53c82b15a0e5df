"""Finds violations in what a user, a document or a tool says: every plausible reading of the text, judged by rules
and classifier.
"""

from __future__ import annotations

from dataclasses import dataclass

from automation.hal.guardrails.classifier import Classifier
from automation.hal.guardrails.concepts import tokens
from automation.hal.guardrails.decode import Reading, readings
from automation.hal.guardrails.normalise import Normalised, normalise
from automation.hal.guardrails.rules import Hit, hits

PART, OVERLAP = 240, 80
"""Characters of a stretch that is judged by itself, and what it shares with the next: about two or three sentences."""

DEFAULT_CATEGORY = "prompt-injection"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How likely the worst reading of a text is a violation, of which category, and the rules that say so."""

    score: float
    category: str
    reading: Reading
    hits: tuple[Hit, ...]


def suspicion(text: str | Normalised, model: Classifier) -> Suspicion:
    """The reading of a text that the model finds worst."""
    normalised = normalise(text) if isinstance(text, str) else text
    stretches = {part.text: part for reading in reversed(all_readings(normalised)) for part in reversed(parts(reading))}
    scored = [(model.probability(part.text), part) for part in reversed(stretches.values())]
    score, worst = max(scored, key=lambda pair: pair[0])
    found = hits(tokens(worst.text))
    return Suspicion(score, _category(found), worst, found)


def all_readings(text: Normalised) -> tuple[Reading, ...]:
    """What the text says as it stands, decoded, and in invisible characters."""
    shown = readings(text.text)
    if not text.hidden.strip():
        return shown
    return (*shown, *(Reading(f"tags+{reading.how}", reading.text) for reading in readings(text.hidden)))


def parts(reading: Reading) -> tuple[Reading, ...]:
    """Overlapping stretches of a long reading, so that a short attack does not drown in a long document."""
    if len(reading.text) <= PART:
        return (reading,)
    starts = range(0, len(reading.text) - OVERLAP, PART - OVERLAP)
    return tuple(Reading(reading.how, reading.text[start : start + PART]) for start in starts)


def _category(found: tuple[Hit, ...]) -> str:
    """The category that most rules name; the first named wins a tie."""
    names = [hit.category for hit in found]
    return max(names, key=names.count, default=DEFAULT_CATEGORY)

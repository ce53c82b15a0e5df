"""The judge of whole messages at work: every plausible reading of a text, the category of an attack, and what speaks
for it.
"""

from __future__ import annotations

import math
from functools import lru_cache

from automation.hal.guardrails.context import ContextJudge, load
from automation.hal.guardrails.cues import kind_of, spans
from automation.hal.guardrails.decode import Reading
from automation.hal.guardrails.detector import Suspicion, all_readings
from automation.hal.guardrails.normalise import Normalised, normalise
from automation.hal.guardrails.rules import Hit

THRESHOLD = 0.80
"""Probability from which a message is an attack where this judge decides alone: the lowest, in steps of a hundredth, at
which at most 1.5 % of the undisguised harmless texts of dev are flagged.
"""

THRESHOLD_BESIDE = 0.85
"""The same beside the judge of stretches, which has used that allowance: the lowest at which dev counts no further
false positive.
"""

_CATEGORY_OF = {"leak": "data-exfiltration", "persona": "jailbreak", "lift": "jailbreak"}
_OTHERWISE = "prompt-injection"
_VOICE = {"replace": 2.0, "persona": 0.5}
"""How loud a kind of cue is when the category is chosen: a persona goes with every category."""


@lru_cache(maxsize=1)
def shipped_judge() -> ContextJudge:
    """The judge with the weights that stand in the repository."""
    return load()


def message_suspicion(text: str | Normalised, judge: ContextJudge) -> Suspicion:
    """The reading of a whole message that the judge finds worst; its hits are the cues, the weightiest first."""
    normalised = normalise(text) if isinstance(text, str) else text
    score, worst = max(((judge.score(one.text), one) for one in all_readings(normalised)), key=lambda pair: pair[0])
    return Suspicion(_probability(score), *_reasons(worst, judge))


def _reasons(reading: Reading, judge: ContextJudge) -> tuple[str, Reading, tuple[Hit, ...]]:
    found = sorted(spans(reading.text), key=lambda one: -judge.weights.get(f"c:{one[0]}", 0.0))
    votes: dict[str, float] = {}
    for name, _, _ in found:
        category = _category(name)
        votes[category] = votes.get(category, 0.0) + _VOICE.get(kind_of(name), 1.0)
    category = max(votes, key=votes.__getitem__, default=_OTHERWISE)
    return category, reading, tuple(Hit(name, _category(name), start, end) for name, start, end in found)


def _category(cue: str) -> str:
    return _CATEGORY_OF.get(kind_of(cue), _OTHERWISE)


def _probability(score: float) -> float:
    return 1 / (1 + math.exp(-min(max(score, -60.0), 60.0)))

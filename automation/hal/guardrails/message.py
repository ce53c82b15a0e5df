"""The judge of whole messages at work: every plausible reading of a text, the category of an attack, and what speaks
for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from automation.hal.guardrails.context import ContextJudge, features, load
from automation.hal.guardrails.cues import kind_of, spans
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
    rows = [(one, features(one.text)) for one in all_readings(normalised)]
    score, worst, row = max(((judge.score_features(row), one, row) for one, row in rows), key=lambda found: found[0])
    named = sorted(
        (name.removeprefix("c:") for name in row if name.startswith("c:")),
        key=lambda name: -judge.weights.get(f"c:{name}", 0.0),
    )
    hits = tuple(Hit(name, _category(name), start, end) for name, start, end in spans(worst.text, named))
    return Suspicion(_probability(score), _loudest(named), worst, hits)


def _loudest(named: Sequence[str]) -> str:
    votes: dict[str, float] = {}
    for name in named:
        votes[_category(name)] = votes.get(_category(name), 0.0) + _VOICE.get(kind_of(name), 1.0)
    return max(votes, key=votes.__getitem__, default=_OTHERWISE)


def _category(cue: str) -> str:
    return _CATEGORY_OF.get(kind_of(cue), _OTHERWISE)


def _probability(score: float) -> float:
    return 1 / (1 + math.exp(-min(max(score, -60.0), 60.0)))

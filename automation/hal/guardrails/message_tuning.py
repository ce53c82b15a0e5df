"""How the thresholds of the judge of whole messages are found: on the dev split; the test split takes no part.

    python -m automation.hal.guardrails.message_tuning

prints what `message.THRESHOLD` and `message.THRESHOLD_BESIDE` hold, and the rates on dev.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TextIO

from automation.hal.guardrails.chain import THRESHOLD
from automation.hal.guardrails.classifier import Classifier
from automation.hal.guardrails.dataset import Case, load_split
from automation.hal.guardrails.detector import suspicion
from automation.hal.guardrails.message import message_suspicion, shipped_judge
from automation.hal.guardrails.shipped import shipped_model
from automation.hal.guardrails.tuning import MAX_FALSE_POSITIVES

_STEP = 0.01


def main(out: TextIO) -> None:
    """Prints both thresholds and what dev says at them."""
    cases = [case for case in load_split("dev") if not case.disguise]
    scores = [message_suspicion(case.text, shipped_judge()).score for case in cases]
    alone = threshold_alone([score for case, score in zip(cases, scores, strict=True) if not case.violation])
    beside = threshold_beside(cases, scores, shipped_model())
    print(f"alone {alone:.2f}, beside the judge of stretches {beside:.2f}", file=out)
    for name, threshold in (("alone", alone), ("beside", beside)):
        found = [score >= threshold for case, score in zip(cases, scores, strict=True) if case.violation]
        false = [score >= threshold for case, score in zip(cases, scores, strict=True) if not case.violation]
        print(f"{name}: dev {sum(found)} of {len(found)} found, {sum(false)} of {len(false)} flagged wrongly", file=out)


def threshold_alone(harmless: Sequence[float], most: float = MAX_FALSE_POSITIVES) -> float:
    """The lowest, in steps of a hundredth, at which at most a share `most` of the harmless scores reach it."""
    allowed = int(most * len(harmless))
    highest_spared = sorted(harmless, reverse=True)[allowed]
    return round((math.floor(highest_spared / _STEP) + 1) * _STEP, 2)


def threshold_beside(cases: Sequence[Case], scores: Sequence[float], model: Classifier) -> float:
    """The lowest at which no harmless text is flagged that the judge of stretches lets pass."""
    pairs = sorted(zip(scores, cases, strict=True), key=lambda pair: -pair[0])
    spared = next(
        (score for score, case in pairs if not case.violation and suspicion(case.text, model).score < THRESHOLD), 0.0
    )
    return round((math.floor(spared / _STEP) + 1) * _STEP, 2)


if __name__ == "__main__":
    main(sys.stdout)

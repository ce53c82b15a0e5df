"""Judges that learn from public sources beside the project's own lines, by the same function as the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from automation.hal.guardrails.context import ContextJudge, Fit, features
from automation.hal.guardrails.context_training import Example, own_examples, train
from automation.hal.guardrails.detector import all_readings
from automation.hal.guardrails.normalise import normalise
from tests.bench.hal import guard_sources
from tests.bench.hal.guard_sources import Labelled

LEFT_OUT, INSIDE = 0.1, 100.0
"""What a public text counts on average, beside a short line of the project's own at 0.3 and a whole message at 2:
little where it has to help with other sources, nearly everything where it has to help with its own.
"""

KNOWN_KINDS = Fit(words=6.0, pairs=0.3)
"""For attacks of kinds that were seen: words may be louder, and what stands together counts."""

MAX_INSIDE = 0.018
"""Harmless texts of the training folds that the threshold in distribution may flag: 2 % less a tenth, because the
fold that is asked about is another sample."""

MAX_FLAGGED, MAX_FLAGGED_OF_ONE = 0.01, 0.02
_MIN_ROWS = 100
_FOLDS = 5

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Public:
    """Labelled public texts, every reading of them as features."""

    def __init__(self, rows: Sequence[Labelled], own: Sequence[Example] | None = None) -> None:
        self._rows = rows
        self._own = own_examples() if own is None else own
        self._readings = [[features(one.text) for one in all_readings(normalise(row.text))] for row in rows]
        self._source = np.array([row.source for row in rows])
        self._attack = np.array([row.attack for row in rows])
        self._scored: dict[frozenset[str], Floats] = {}

    def leave_one_out(self) -> list[float]:
        """Whether each text is flagged by a judge that has seen nothing of its source, nor its threshold."""
        flagged = np.zeros(len(self._rows))
        names = sorted(set(self._source.tolist()))
        for name in names:
            inner = [
                self._without(name, other)[(self._source == other) & ~self._attack] for other in names if other != name
            ]
            here = self._source == name
            flagged[here] = self._without(name)[here] >= careful_threshold([one for one in inner if len(one)])
        return flagged.tolist()

    def in_distribution(self) -> list[float]:
        """Five-fold cross-validation. Each fold's threshold is chosen inside the four others, each of which is scored
        by a judge that has seen neither it nor the fold that is asked about."""
        fold = np.random.default_rng(0).integers(0, _FOLDS, len(self._rows))
        inner: list[list[Floats]] = [[] for _ in range(_FOLDS)]
        for one, other in combinations(range(_FOLDS), 2):
            scores = self._known_kinds(~np.isin(fold, (one, other)))
            inner[one].append(scores[(fold == other) & ~self._attack])
            inner[other].append(scores[(fold == one) & ~self._attack])
        flagged = np.zeros(len(self._rows))
        for number, harmless in enumerate(inner):
            here = fold == number
            flagged[here] = self._known_kinds(~here)[here] >= _threshold(np.concatenate(harmless), MAX_INSIDE)
        return flagged.tolist()

    def _known_kinds(self, kept: Bools) -> Floats:
        return self._scores(self._trained(kept, INSIDE, KNOWN_KINDS))

    def _without(self, *names: str) -> Floats:
        key = frozenset(names)
        if key not in self._scored:
            out = np.isin(self._source, names)
            held = [row.text for row, held in zip(self._rows, out, strict=True) if held]
            leaked = np.array(guard_sources.copied([row.text for row in self._rows], held))
            self._scored[key] = self._scores(self._trained(~out & ~leaked, LEFT_OUT))
        return self._scored[key]

    def _trained(self, kept: Bools, weight: float, how: Fit | None = None) -> ContextJudge:
        chosen = [
            Example(readings[0], row.attack, row.source, "public")
            for row, readings, keep in zip(self._rows, self._readings, kept, strict=True)
            if keep
        ]
        return train([*self._own, *chosen], {"public": weight}, how)

    def _scores(self, judge: ContextJudge) -> Floats:
        return np.array([max(map(judge.score_features, readings)) for readings in self._readings])


def careful_threshold(harmless: Sequence[Floats]) -> float:
    """The lowest at which at most 1 % of all harmless texts are flagged, and 2 % of any larger source."""
    limits = [_threshold(one, MAX_FLAGGED_OF_ONE) for one in harmless if len(one) >= _MIN_ROWS]
    return max([_threshold(np.concatenate(harmless), MAX_FLAGGED), *limits])


def _threshold(harmless: Floats, most: float) -> float:
    return float(np.quantile(harmless, 1 - most, method="higher")) + 1e-9

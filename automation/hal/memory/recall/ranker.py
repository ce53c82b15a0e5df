"""The learned ranker: weights for the evidence, how they are learnt, and the file that keeps them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.recall.evidence import FEATURES, MAIN, Table
from automation.hal.memory.recall.postings import Scores

Mask = NDArray[np.bool_]

_HARD, _RANDOM = 60, 40
_SEED = 7
# Chosen by leaving conversations out: weaker regularisation learns the conversations by heart.
LIKE_THOSE_ASKED = 0.003
# For conversations unlike those it learns from: closer to the plain sum of the matches.
UNLIKE_THOSE_ASKED = 0.0003


@dataclass(frozen=True, slots=True)
class Example:
    """One question's evidence table, and which of its turns hold the answer; at least one of either kind."""

    table: Table
    right: Mask


@dataclass(frozen=True, slots=True)
class LearnedRanker:
    """A linear ranker over ``FEATURES``: its scores order the turns of one question and mean nothing beyond."""

    weights: tuple[float, ...]

    def scores(self, table: Table) -> Scores:
        """One score a row."""
        return np.asarray(table @ np.array(self.weights), dtype=np.float64)

    def to_json(self, trained_on: str) -> str:
        """As it is kept in a file."""
        kept = {"trained on": trained_on, "features": FEATURES, "weights": self.weights}
        return json.dumps(kept, indent=1) + "\n"


def ranker_from(text: str) -> LearnedRanker:
    """The ranker that a file keeps. Raises ``ValueError`` if it belongs to other features or is no such file."""
    try:
        kept = json.loads(text)
        features, weights = tuple(kept["features"]), tuple(float(weight) for weight in kept["weights"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"these are no ranker weights ({error!r}): train the ranker again") from None
    if features != FEATURES or len(weights) != len(FEATURES) or not np.isfinite(weights).all():
        raise ValueError("the ranker weights belong to other features: train the ranker again")
    return LearnedRanker(weights)


def fit(examples: Sequence[Example], regularisation: float = LIKE_THOSE_ASKED) -> LearnedRanker:
    """Logistic regression on the right turns, 60 near misses and 40 random ones a question.

    Right turns of a question that has many count less, each by one over the root of their number. Raises
    ``ValueError`` if there is nothing to learn from.
    """
    from sklearn.linear_model import LogisticRegression

    useful = [example for example in examples if example.right.any() and not example.right.all()]
    if not useful:
        raise ValueError("there are no questions with right and wrong turns: nothing can be learnt")
    generator = np.random.default_rng(_SEED)
    parts = [_sampled(example, generator) for example in useful]
    table, right, shares = (np.concatenate(column) for column in zip(*parts, strict=True))
    spread = table.std(axis=0)
    spread[spread == 0] = 1
    scaled = (table - table.mean(axis=0)) / spread
    model = LogisticRegression(C=regularisation, max_iter=1000).fit(scaled, right, shares)
    # The mean moves all turns of a question alike, so the weights alone rank the same.
    return LearnedRanker(tuple(round(float(weight), 5) for weight in model.coef_[0] / spread))


def _sampled(example: Example, generator: np.random.Generator) -> tuple[Table, Mask, Scores]:
    wrong, right = np.flatnonzero(~example.right), np.flatnonzero(example.right)
    # Rounded, so that the last digits of a sum, which differ between machines, do not choose among equals.
    likeness = np.round(example.table[wrong][:, MAIN].sum(axis=1), 4)
    hard = wrong[np.argsort(-likeness, kind="stable")[:_HARD]]
    chance = generator.choice(wrong, min(_RANDOM, len(wrong)), replace=False)
    rows = np.concatenate([right, hard, chance])
    shares = np.ones(len(rows))
    shares[: len(right)] = len(right) ** -0.5
    return example.table[rows], example.right[rows], shares


def strongest(ranker: LearnedRanker) -> Iterator[tuple[str, float]]:
    """Features and weights, the largest first: what the ranker has learnt to look at."""
    yield from sorted(zip(FEATURES, ranker.weights, strict=True), key=lambda pair: -abs(pair[1]))

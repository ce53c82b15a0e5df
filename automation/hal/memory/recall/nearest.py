"""Cosines of a question with every turn: exact in a usual scope, by clusters in a very large one."""

from dataclasses import dataclass

import numpy as np

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.recall.postings import Rows, Scores

# Above so many vectors one product with all of them takes longer than the rest of a question.
EXACT_UP_TO = 50_000
_CLUSTERS, _PROBES = 512, 24
_SAMPLE, _ROUNDS, _AT_ONCE, _SEED = 20_000, 5, 8192, 7


@dataclass(frozen=True, slots=True)
class Likeness:
    """A cosine for every turn, and the mean and spread to compare them by; ``known`` are the rows whose cosine is
    computed, None for all. The others hold the mean.
    """

    cosines: Scores
    known: Rows | None
    mean: float
    spread: float


class Nearest:
    """Unit vectors in the order of the turns.

    Beyond ``exact_up_to`` of them an inverted file is built (Jégou et al., "Product Quantization for Nearest Neighbor
    Search", 2011, section IV): only the clusters nearest to a question are looked into, and a neighbour
    across a border may be missed.
    """

    def __init__(self, vectors: Vectors, exact_up_to: int = EXACT_UP_TO) -> None:
        self._count = len(vectors)
        self._order: Rows | None = None
        if self._count > exact_up_to:
            self._cluster(vectors)
        else:
            self._vectors = vectors

    @property
    def approximate(self) -> bool:
        """Whether a question may miss a neighbour."""
        return self._order is not None

    def rows(self, rows: Rows) -> Vectors:
        """The vectors of some turns."""
        return self._vectors[rows if self._order is None else self._place[rows]]

    def likeness(self, query: Vectors) -> Likeness:
        """The cosines with a vector; a query that is no unit vector gives products instead."""
        if self._order is None:
            cosines = (self._vectors @ query).astype(np.float64)
            return Likeness(cosines, None, float(cosines.mean()), float(cosines.std()))
        sample = self._sample @ query
        mean = float(sample.mean())
        nearest = np.argsort(-(self._centres @ query), kind="stable")[:_PROBES]
        parts = [slice(int(self._starts[number]), int(self._starts[number + 1])) for number in nearest]
        known = np.concatenate([self._order[part] for part in parts])
        cosines = np.full(self._count, mean)
        cosines[known] = np.concatenate([self._vectors[part] @ query for part in parts])
        return Likeness(cosines, known, mean, float(sample.std()))

    def _cluster(self, vectors: Vectors) -> None:
        generator = np.random.default_rng(_SEED)
        chosen = np.sort(generator.choice(self._count, min(_SAMPLE, self._count), replace=False))
        number = min(_CLUSTERS, max(1, self._count // _PROBES))
        self._centres = _centres(vectors[chosen], number, generator)
        labels = _labels(vectors, self._centres)
        self._order = np.argsort(labels, kind="stable")
        self._place = np.empty(self._count, dtype=np.int64)
        self._place[self._order] = np.arange(self._count)
        self._starts = np.searchsorted(labels[self._order], np.arange(number + 1))
        self._vectors = vectors[self._order]
        self._sample = vectors[chosen[:: max(1, len(chosen) // 1024)]]


def _centres(sample: Vectors, number: int, generator: np.random.Generator) -> Vectors:
    """Spherical k-means over a sample."""
    centres = sample[generator.choice(len(sample), number, replace=False)].copy()
    for _ in range(_ROUNDS):
        labels = _labels(sample, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, sample)
        filled = np.linalg.norm(sums, axis=1) > 0
        centres[filled] = sums[filled] / np.linalg.norm(sums[filled], axis=1, keepdims=True)
    return centres


def _labels(vectors: Vectors, centres: Vectors) -> Rows:
    """Each vector's nearest centre, piece by piece so that the table of all products is never whole."""
    pieces = range(0, len(vectors), _AT_ONCE)
    return np.concatenate([np.argmax(vectors[at : at + _AT_ONCE] @ centres.T, axis=1) for at in pieces])

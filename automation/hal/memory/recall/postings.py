"""BM25 over documents that are all visible: an index of one scope."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Rows = NDArray[np.int64]


class Postings:
    """BM25 after Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), its logarithm never negative.

    The weight of a term in a document is worked out when the index is built: a question only adds up.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.6) -> None:
        self._count = len(documents)
        found: dict[str, list[tuple[int, int]]] = {}
        for row, document in enumerate(documents):
            for term, count in Counter(document).items():
                found.setdefault(term, []).append((row, count))
        lengths = np.array([len(document) for document in documents], dtype=np.float64)
        relative = 1 - b + b * lengths / max(float(lengths.mean()) if self._count else 1.0, 1.0)
        self._rows: dict[str, Rows] = {}
        self._weights: dict[str, Scores] = {}
        for term, pairs in found.items():
            rows, counts = np.array(pairs, dtype=np.int64).T
            self._rows[term] = rows
            self._weights[term] = self.rarity_of(len(rows)) * counts * (k1 + 1) / (counts + k1 * relative[rows])

    def scores(self, terms: Sequence[str], shares: Mapping[str, float] | None = None) -> Scores:
        """BM25 of every document for the distinct terms, each weighed by its share, if there are any."""
        known = [term for term in dict.fromkeys(terms) if term in self._rows]
        if not known:
            return np.zeros(self._count)
        weights = [self._weights[term] * (shares[term] if shares else 1.0) for term in known]
        rows = np.concatenate([self._rows[term] for term in known])
        return np.bincount(rows, np.concatenate(weights), self._count).astype(np.float64)

    def rows_with(self, term: str) -> Rows:
        """The documents that hold the term."""
        return self._rows.get(term, np.zeros(0, dtype=np.int64))

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency, also for a term that no document holds."""
        return self.rarity_of(len(self.rows_with(term)))

    def rarity_of(self, documents: int) -> float:
        """The same for a term that so many documents hold."""
        return float(np.log1p((self._count - documents + 0.5) / (documents + 0.5)))

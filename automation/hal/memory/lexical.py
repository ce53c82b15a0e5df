"""BM25 over the records that a caller may see, and over nothing else."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


class LexicalIndex:
    """Postings of stemmed terms; row numbers are those of the sequence it was built from.

    BM25 after Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), with the never-negative
    logarithm ``ln(1 + (N - n + 0.5) / (n + 0.5))``. Counts and lengths are taken over the visible rows alone, so
    that a score says nothing about records in other scopes.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.6) -> None:
        self._k1, self._b = k1, b
        self._lengths = np.array([len(document) for document in documents], dtype=np.float64)
        rows: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        for row, document in enumerate(documents):
            for term, count in Counter(document).items():
                rows.setdefault(term, []).append(row)
                counts.setdefault(term, []).append(count)
        self._postings = {term: (np.array(rows[term]), np.array(counts[term], dtype=np.float64)) for term in rows}

    def __len__(self) -> int:
        return len(self._lengths)

    def rows_with(self, term: str, visible: Mask) -> NDArray[np.int64]:
        """The visible rows that hold the term."""
        if term not in self._postings:
            return np.zeros(0, dtype=np.int64)
        rows: NDArray[np.int64] = self._postings[term][0]
        seen: NDArray[np.int64] = rows[visible[rows]]
        return seen

    def scores(self, query: Sequence[str], visible: Mask) -> Scores:
        """BM25 of each row for the query's terms; 0 for invisible rows and for rows without any of the terms."""
        scores = np.zeros(len(self._lengths))
        total = int(visible.sum())
        if total == 0:
            return scores
        mean_length = max(float(self._lengths[visible].mean()), 1.0)
        for term in dict.fromkeys(query):
            if term in self._postings:
                rows, counts = self._postings[term]
                seen = visible[rows]
                rows, counts = rows[seen], counts[seen]
                weight = np.log1p((total - len(rows) + 0.5) / (len(rows) + 0.5))
                length = 1 - self._b + self._b * self._lengths[rows] / mean_length
                scores[rows] += weight * counts * (self._k1 + 1) / (counts + self._k1 * length)
        return scores

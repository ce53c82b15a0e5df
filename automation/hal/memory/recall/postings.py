"""BM25 over documents that are all visible: an index of one scope."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Rows = NDArray[np.int64]

_NONE: Rows = np.zeros(0, dtype=np.int64)


class Postings:
    """BM25 after Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), its logarithm never negative.

    One index answers for documents alone and for documents with their neighbours: what a term does in a window is
    worked out from where it stands.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.6) -> None:
        self._k1, self._b, self._count = k1, b, len(documents)
        rows: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        for row, document in enumerate(documents):
            for term, count in Counter(document).items():
                rows.setdefault(term, []).append(row)
                counts.setdefault(term, []).append(count)
        self._rows = {term: np.array(found, dtype=np.int64) for term, found in rows.items()}
        self._counts = {term: np.array(found, dtype=np.float64) for term, found in counts.items()}
        self._lengths = np.array([len(document) for document in documents], dtype=np.float64)
        self._alone = self._norms(self._lengths)
        self._known: dict[str, Scores] = {}

    def scores(self, terms: Sequence[str], shares: Mapping[str, float] | None = None) -> Scores:
        """BM25 of every document for the distinct terms, each weighed by its share, if there are any."""
        known = [term for term in dict.fromkeys(terms) if term in self._rows]
        if not known:
            return np.zeros(self._count)
        weights = [self._weights(term) * (shares[term] if shares else 1.0) for term in known]
        rows = np.concatenate([self._rows[term] for term in known])
        return np.bincount(rows, np.concatenate(weights), self._count).astype(np.float64)

    def window(self, *reaches: Rows) -> "Window":
        """The documents each together with others: a reach tells for each document which other one it is part of, -1
        for none.
        """
        lengths = self._lengths.copy()
        for reach in reaches:
            inside = reach >= 0
            np.add.at(lengths, reach[inside], self._lengths[inside])
        return Window(self, reaches, self._norms(lengths))

    def rows_with(self, term: str) -> Rows:
        """The documents that hold the term."""
        return self._rows.get(term, _NONE)

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency, also for a term that no document holds."""
        return self._rarity(len(self.rows_with(term)))

    def windowed(self, terms: Sequence[str], reaches: Sequence[Rows], norms: Scores) -> Scores:
        """BM25 of every window."""
        known = [term for term in dict.fromkeys(terms) if term in self._rows]
        if not known:
            return np.zeros(self._count)
        parts = [self._spread(term, reaches) for term in known]
        weights = np.concatenate([self._weighed(rows, counts, norms) for rows, counts in parts])
        rows = np.concatenate([rows for rows, _ in parts])
        return np.bincount(rows, weights, self._count).astype(np.float64)

    def _weights(self, term: str) -> Scores:
        """What the term counts in each document that holds it; worked out when it is first asked for."""
        if term not in self._known:
            self._known[term] = self._weighed(self._rows[term], self._counts[term], self._alone)
        return self._known[term]

    def _weighed(self, rows: Rows, counts: Scores, norms: Scores) -> Scores:
        weights = self._rarity(len(rows)) * (self._k1 + 1) * counts / (counts + norms[rows])
        return np.asarray(weights, dtype=np.float64)

    def _spread(self, term: str, reaches: Sequence[Rows]) -> tuple[Rows, Scores]:
        rows, counts = self._rows[term], self._counts[term]
        everywhere = np.concatenate([rows, *(reach[rows] for reach in reaches)])
        many = np.concatenate([counts] * (len(reaches) + 1))
        inside = everywhere >= 0
        order = np.argsort(everywhere[inside], kind="stable")
        sorted_rows = everywhere[inside][order]
        first = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
        return sorted_rows[first], np.add.reduceat(many[inside][order], first)

    def _norms(self, lengths: Scores) -> Scores:
        mean = max(float(lengths.mean()) if self._count else 1.0, 1.0)
        return np.asarray(self._k1 * (1 - self._b + self._b * lengths / mean), dtype=np.float64)

    def _rarity(self, documents: int) -> float:
        return float(np.log1p((self._count - documents + 0.5) / (documents + 0.5)))


class Window:
    """BM25 of documents together with their neighbours."""

    def __init__(self, postings: Postings, reaches: Sequence[Rows], norms: Scores) -> None:
        self._postings, self._reaches, self._norms = postings, reaches, norms

    def scores(self, terms: Sequence[str]) -> Scores:
        """One score a document."""
        return self._postings.windowed(terms, self._reaches, self._norms)

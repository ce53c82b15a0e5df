"""Scores of the visible records for one query: lexical, vector and surface evidence, weighed by a small ranker."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.lexical import LexicalIndex, Mask, Scores
from automation.hal.memory.traits import Traits, wanted
from automation.hal.memory.vectors import cosines_of

FEATURES: Final = (
    "bm25", "spelling", "topic", "bm25 with previous", "larger", "smaller", "previous", "next", "feedback", "coverage",
    "weighted coverage", "rarest term", "said by user", "is question", "length", "wants and holds time",
    "wants and holds number", "wants and holds name", "wants and holds place", "time unasked", "number unasked",
    "name unasked", "previous is question",
)  # fmt: skip
_FEEDBACK = 4
# A turn longer than any that the ranker was trained on gets no more for its length.
_LONG = 16


@dataclass(frozen=True, slots=True)
class Material:
    """Everything about the records that a score is made of; all parts have one row a record.

    ``previous`` and ``following`` are the row of the neighbouring turn in the same session and scope, -1 for none.
    """

    documents: Sequence[Sequence[str]]
    lexical: LexicalIndex
    with_previous: LexicalIndex
    spelling: Vectors
    topic: Vectors
    previous: NDArray[np.int64]
    following: NDArray[np.int64]
    by_user: Scores
    is_question: Scores
    traits: Traits


@dataclass(frozen=True, slots=True)
class Question:
    """A query, cut into terms and embedded in the two parts of the material's vectors."""

    text: str
    terms: Sequence[str]
    spelling: Vectors
    topic: Vectors


@dataclass(frozen=True, slots=True)
class Ranker:
    """A linear ranker over ``FEATURES``; trained on the dev conversations by logistic regression."""

    weights: tuple[float, ...]

    def scores(self, material: Material, question: Question, visible: Mask) -> Scores:
        """One score a visible row, in row order."""
        return np.asarray(features(material, question, visible) @ np.array(self.weights), dtype=np.float64)


def shipped_ranker() -> Ranker:
    """The ranker whose weights are shipped."""
    return ranker_from((files("automation.hal") / "data" / "ranker-weights.json").read_text(encoding="utf-8"))


def ranker_from(text: str) -> Ranker:
    """The ranker with the weights in this JSON. Raises ``ValueError`` if they belong to other features."""
    saved = json.loads(text)
    if tuple(saved["features"]) != FEATURES:
        raise ValueError("ranker-weights.json belongs to other features: train the ranker again")
    return Ranker(tuple(float(weight) for weight in saved["weights"]))


def hybrid(material: Material, question: Question, visible: Mask) -> Scores:
    """The plain baseline: the z-scores of BM25 and of spelling added up."""
    rows = np.flatnonzero(visible)
    bm25 = material.lexical.scores(question.terms, visible)[rows]
    return _z(bm25) + _z(cosines_of(material.spelling[rows], question.spelling))


def features(material: Material, question: Question, visible: Mask) -> Scores:
    """One row a visible record, one column a feature."""
    rows = np.flatnonzero(visible)
    bm25 = _z(material.lexical.scores(question.terms, visible)[rows])
    spelling = _z(cosines_of(material.spelling[rows], question.spelling))
    topic = _z(cosines_of(material.topic[rows], question.topic))
    context = _z(material.with_previous.scores(question.terms, visible)[rows])
    base = np.zeros(len(visible))
    base[rows] = bm25 + spelling
    coverage, weighted, rarest = _coverage(material.lexical, question.terms, visible)
    held, asked = material.traits[rows], wanted(question.text)
    columns = [
        bm25, spelling, topic, context, np.maximum(bm25, spelling), np.minimum(bm25, spelling),
        _beside(np.maximum(base, 0), material.previous[rows]), _beside(np.maximum(base, 0), material.following[rows]),
        _z(_feedback(material, question, visible, base)[rows]), coverage[rows], weighted[rows], rarest[rows],
        material.by_user[rows], material.is_question[rows],
        np.log1p([min(len(material.documents[int(row)]), _LONG) for row in rows]), *(held * asked).T,
        held[:, 0] * (1 - asked[0]), held[:, 1] * (1 - max(asked[:2])), held[:, 2] * (1 - max(asked[2:])),
        _beside(material.is_question, material.previous[rows]),
    ]  # fmt: skip
    return np.column_stack(columns)


def _z(values: Scores | Vectors) -> Scores:
    """Centred and scaled by the standard deviation; zeros if all are equal. At least one value."""
    wide = values.astype(np.float64)
    return np.asarray((wide - wide.mean()) / (wide.std() + 1e-9), dtype=np.float64)


def _beside(values: Scores, neighbours: NDArray[np.int64]) -> Scores:
    """The value at each neighbour's row; 0 where there is no neighbour."""
    return np.where(neighbours >= 0, values[neighbours], 0.0)


def _coverage(lexical: LexicalIndex, terms: Sequence[str], visible: Mask) -> tuple[Scores, Scores, Scores]:
    """Share of the query's terms in each row, the same weighted by rarity, and the rarity of the rarest."""
    total = int(visible.sum())
    plain, weighted, rarest = (np.zeros(len(visible)) for _ in range(3))
    distinct, sum_of_weights = dict.fromkeys(terms), 1e-9
    for term in distinct:
        rows = lexical.rows_with(term, visible)
        weight = float(np.log1p((total - len(rows) + 0.5) / (len(rows) + 0.5)))
        sum_of_weights += weight
        plain[rows] += 1 / len(distinct)
        weighted[rows] += weight
        rarest[rows] = np.maximum(rarest[rows], weight)
    return plain, weighted / sum_of_weights, rarest


def _feedback(material: Material, question: Question, visible: Mask, base: Scores) -> Scores:
    """BM25 for the terms of the best few rows that the query does not have (pseudo-relevance feedback)."""
    best = np.argsort(-np.where(visible, base, -np.inf), kind="stable")[: min(_FEEDBACK, int(visible.sum()))]
    known = set(question.terms)
    shares: dict[str, int] = {}
    for row in best:
        for term in dict.fromkeys(material.documents[int(row)]):
            if term not in known:
                shares[term] = shares.get(term, 0) + 1
    scores = np.zeros(len(visible))
    for term, share in shares.items():
        scores += share / len(best) * material.lexical.scores([term], visible)
    return scores

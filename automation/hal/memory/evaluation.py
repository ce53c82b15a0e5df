"""How well search finds what it should: evidence recall, per method and per kind of query."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from automation.hal.memory.conversations import ASKED_AT, LabelledQuery
from automation.hal.memory.embedding import Vectors
from automation.hal.memory.lexical import Mask, Scores
from automation.hal.memory.ranking import Material, Question, hybrid
from automation.hal.memory.records import Caller
from automation.hal.memory.search import Searcher
from automation.hal.memory.vectors import cosines_of

Method = Callable[[Material, Question, Mask], Scores]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Mean evidence recall at k: the share of a query's evidence turns among its k best records, averaged."""

    overall: float
    by_kind: dict[str, float]
    queries: int


def baselines() -> dict[str, Method]:
    """What the ranker is compared with; each scores the visible rows in row order."""
    return {
        "bm25": lambda material, question, visible: material.lexical.scores(question.terms, visible)[visible],
        "spelling vectors": lambda material, question, visible: _cosines(material.spelling[visible], question.spelling),
        "topic vectors": lambda material, question, visible: _cosines(material.topic[visible], question.topic),
        "bm25 + spelling": hybrid,
    }


def accuracies(
    searcher: Searcher, labelled: Sequence[LabelledQuery], methods: Mapping[str, Method], k: int
) -> dict[str, Accuracy]:
    """Evaluates methods on the same labelled queries. Raises ``ValueError`` if there are none or ``k`` is below 1."""
    if not labelled or k < 1:
        raise ValueError(f"{len(labelled)} labelled queries at k = {k}: both must be at least 1")
    masks: dict[Caller, Mask] = {}
    recalls: dict[str, dict[str, list[float]]] = {name: {} for name in methods}
    for query in labelled:
        if query.caller not in masks:
            masks[query.caller] = searcher.visible(query.caller, ASKED_AT)
        visible = masks[query.caller]
        rows, question = np.flatnonzero(visible), searcher.question(query.text)
        for name, method in methods.items():
            order = np.argsort(-method(searcher.material, question, visible), kind="stable")[:k]
            best = {searcher.records[int(rows[place])].id for place in order}
            recall = len(best & set(query.evidence)) / len(query.evidence)
            recalls[name].setdefault(query.kind, []).append(recall)
    return {name: _summed_up(by_kind) for name, by_kind in recalls.items()}


def latency(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile. Raises ``ValueError`` for no measurements."""
    if not milliseconds:
        raise ValueError("nothing was measured")
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def _cosines(vectors: Vectors, query: Vectors) -> Scores:
    return np.asarray(cosines_of(vectors, query), dtype=np.float64)


def _summed_up(by_kind: Mapping[str, Sequence[float]]) -> Accuracy:
    everything = [recall for part in by_kind.values() for recall in part]
    return Accuracy(
        round(float(np.mean(everything)), 4),
        {kind: round(float(np.mean(part)), 4) for kind, part in sorted(by_kind.items())},
        len(everything),
    )

"""Trains the ranker on labelled queries: run by hand on the dev split, the weights are shipped."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.conversations import ASKED_AT, LabelledQuery, background_topics, queries, turns
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.lexical import Mask, Scores
from automation.hal.memory.ranking import FEATURES, Ranker, features
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore

_HARD, _RANDOM = 60, 40
_FOLDS = 4
_REGULARISATION = 5.0
_SEED = 7


def examples(searcher: Searcher, labelled: Sequence[LabelledQuery]) -> tuple[Scores, Mask]:
    """Feature rows and whether each is evidence: the evidence turns, 60 near misses and 40 random turns a query.

    Raises ``ValueError`` if there is nothing to learn from.
    """
    if not labelled:
        raise ValueError("there are no labelled queries to train on")
    generator = np.random.default_rng(_SEED)
    rows: list[Scores] = []
    labels: list[NDArray[np.bool_]] = []
    for query in labelled:
        visible = searcher.visible(query.caller, ASKED_AT)
        ids = [record.id for record, seen in zip(searcher.records, visible, strict=True) if seen]
        right = np.isin(ids, query.evidence)
        table = features(searcher.material, searcher.question(query.text), visible)
        wrong = np.flatnonzero(~right)
        # Rounded, so that the last digits of a sum, which differ between machines, do not choose among equals.
        likeness = np.round(table[wrong, 0] + table[wrong, 1], 4)
        hard = wrong[np.argsort(-likeness, kind="stable")[:_HARD]]
        chance = generator.choice(wrong, min(_RANDOM, len(wrong)), replace=False)
        chosen = np.concatenate([np.flatnonzero(right), hard, chance])
        rows.append(table[chosen])
        labels.append(right[chosen])
    return np.concatenate(rows), np.concatenate(labels)


def fit(rows: Scores, labels: Mask) -> Ranker:
    """Logistic regression; its coefficients are the ranker's weights."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_REGULARISATION, max_iter=3000).fit(rows, labels)
    return Ranker(tuple(round(float(weight), 4) for weight in model.coef_[0]))


def train_on_dev(work: Path) -> str:
    """The content of ``ranker-weights.json``, trained on the dev split; ``work`` is an empty directory.

    Cross-fitted: the topics that a conversation's examples are scored with never saw that conversation, because a
    topic model flatters the text that it was fitted on.
    """
    labelled = queries("dev")
    users = sorted({query.caller.user for query in labelled})
    parts = []
    for fold in range(_FOLDS):
        held_out = set(users[fold::_FOLDS])
        embedder = OfflineEmbedder(background_topics(leaving_out=frozenset(held_out)))
        with MemoryStore(work / f"fold{fold}.db") as store:
            store.put(turns("dev"))
            refresh(store, embedder)
            searcher = Searcher(store, embedder, Ranker((0.0,) * len(FEATURES)))
            parts.append(examples(searcher, [query for query in labelled if query.caller.user in held_out]))
    ranker = fit(np.concatenate([rows for rows, _ in parts]), np.concatenate([labels for _, labels in parts]))
    saved = {"trained on": "queries-dev.jsonl", "features": FEATURES, "weights": ranker.weights}
    return json.dumps(saved, indent=1) + "\n"

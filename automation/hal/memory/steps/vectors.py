"""Tasks 6 and 7: the embedding service, and the index over the shipped turns."""

import random
from pathlib import Path
from typing import TypedDict

import numpy as np

from automation.hal.memory.conversations import EVERYBODY, background_topics, queries, turns
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.indexing import digest_of
from automation.hal.memory.products import write_product
from automation.hal.memory.topics import TopicModel
from automation.hal.memory.vectors import ExactIndex


class EmbeddingMeasured(TypedDict):
    dimension: int
    wrong_length: int
    changed: int
    pairs: int
    near_above_far: float


def build_embedding(
    *, model: Path, pairs: Path, report: Path, triples: int = 400, people: int = EVERYBODY
) -> EmbeddingMeasured:
    """Fits and saves the offline embedder, loads it again, and measures it on labelled pairs of the test split.

    A pair is a question and the turn that answers it (near); it is compared with the question and another turn of
    the same user (far). ``changed`` counts vectors that differ between two runs, batch sizes and the reloaded model.
    """
    topics = background_topics(people=people)
    topics.save(model)
    embedder = OfflineEmbedder(topics)
    asked, near, far = _triples(triples, people)
    first = embedder.embed([*asked, *near, *far])
    reloaded = OfflineEmbedder(TopicModel.load(model))
    again = np.vstack([reloaded.embed([text]) for text in (*asked, *near, *far)])
    count = len(asked)
    above = (first[:count] * first[count : 2 * count]).sum(axis=1) > (first[:count] * first[2 * count :]).sum(axis=1)
    write_product(pairs, [*asked[:20], *near[:20], *far[:20]])
    measured: EmbeddingMeasured = {
        "dimension": int(first.shape[1]),
        "wrong_length": int((np.abs(np.linalg.norm(first, axis=1) - 1) > 1e-5).sum()),  # noqa: PLR2004 - float32
        "changed": int((np.abs(first - again).max(axis=1) > 1e-6).sum()),  # noqa: PLR2004 - float32
        "pairs": count,
        "near_above_far": round(float(above.mean()), 4),
    }
    write_product(report, {"model": embedder.name, **measured})
    return measured


def _triples(count: int, people: int) -> tuple[list[str], list[str], list[str]]:
    generator = random.Random(17)
    by_id = {record.id: record for record in turns("test", people)}
    by_user: dict[str | None, list[str]] = {}
    for record in by_id.values():
        by_user.setdefault(record.user, []).append(record.text)
    chosen = [query for query in queries("test", people) if query.kind == "single"][:count]
    near = [by_id[query.evidence[0]] for query in chosen]
    far = [generator.choice([text for text in by_user[record.user] if text != record.text]) for record in near]
    return [query.text for query in chosen], [record.text for record in near], far


class IndexBuilt(TypedDict):
    texts: int
    vectors: int
    missing: int
    found_themselves: float
    reloaded_equal: int


def build_index(*, model: Path, index: Path, people: int = EVERYBODY) -> IndexBuilt:
    """Embeds each distinct text of the test conversations, saves the index, and asks it for every text it holds.

    ``found_themselves`` is the share of texts whose nearest vector is their own, or one of the same cosine.
    """
    embedder = OfflineEmbedder(TopicModel.load(model))
    texts = {digest_of(record.text): record.text for record in turns("test", people)}
    built = ExactIndex(list(texts), embedder.embed(list(texts.values())))
    built.save(index)
    loaded = ExactIndex.load(index)
    own = 0
    for name, vector in zip(built.ids, built.vectors, strict=True):
        best = built.search(vector, 1)[0]
        own += best.id == name or best.cosine <= float(vector @ vector) + 1e-6
    near = np.abs(loaded.vectors - built.vectors).max() < 1e-3  # noqa: PLR2004 - half precision
    return {
        "texts": len(texts), "vectors": len(loaded), "missing": len(texts.keys() ^ set(loaded.ids)),
        "found_themselves": own / len(texts), "reloaded_equal": int(loaded.ids == built.ids and bool(near)),
    }  # fmt: skip

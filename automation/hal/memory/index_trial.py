"""The candidate vector indexes, measured on the same vectors, and the rule that chooses one."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from automation.hal.memory.conversations import queries, turns
from automation.hal.memory.embedding import Embedder, Vectors
from automation.hal.memory.evaluation import latency
from automation.hal.memory.vectors import ClusteredIndex, ExactIndex, HashedIndex, VectorIndex

RULE = "the first candidate, in order of simplicity, that meets the bounds on recall and latency"


@dataclass(frozen=True, slots=True)
class Measured:
    """One candidate: recall against the exact answer, query latency, and the time to build it."""

    recall: float
    p50_ms: float
    p95_ms: float
    build_ms: float

    def to_json(self) -> dict[str, float]:
        """As it stands in the decision record."""
        return asdict(self)


def trial_vectors(embedder: Embedder, count: int, seed: int) -> Vectors:
    """``count`` unit vectors: the shipped turns, then blends of two of them, so that they lie as texts lie."""
    texts = list(dict.fromkeys(record.text for split in ("dev", "test") for record in turns(split)))
    real = embedder.embed(texts[:count])
    generator = np.random.default_rng(seed)
    pairs = generator.integers(0, len(real), size=(max(0, count - len(real)), 2))
    blend = real[pairs[:, 0]] + np.float32(0.7) * real[pairs[:, 1]]
    vectors = np.vstack([real, blend])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def trial_queries(embedder: Embedder, count: int) -> Vectors:
    """Embedded dev queries."""
    return embedder.embed([query.text for query in queries("dev")[:count]])


def candidates(exact: ExactIndex) -> dict[str, Callable[[], VectorIndex]]:
    """In order of simplicity."""
    return {"exact": lambda: exact, "clustered": lambda: ClusteredIndex(exact), "hashed": lambda: HashedIndex(exact)}


def measure(build: Callable[[], VectorIndex], truth: Sequence[set[str]], asked: Vectors, k: int) -> Measured:
    """Builds the index, asks every query once, compares with the true neighbours."""
    started = time.perf_counter()
    index = build()
    build_ms = (time.perf_counter() - started) * 1000
    recalls, times = [], []
    for vector, expected in zip(asked, truth, strict=True):
        started = time.perf_counter()
        found = index.search(vector, k)
        times.append((time.perf_counter() - started) * 1000)
        recalls.append(len({match.id for match in found} & expected) / len(expected))
    spent = latency(times)
    return Measured(round(float(np.mean(recalls)), 4), spent["p50_ms"], spent["p95_ms"], round(build_ms, 2))


def true_neighbours(exact: ExactIndex, asked: Vectors, k: int) -> list[set[str]]:
    """Ids of the k nearest by one sorted matrix product, not by the index's own search."""
    cosines = asked @ exact.vectors.T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return [{exact.ids[int(row)] for row in rows} for rows in order]


def choose(measured: Mapping[str, Measured], recall: float, p95_ms: float) -> str:
    """The first that meets both bounds. Raises ``ValueError`` naming the figures if none does."""
    for name, figures in measured.items():
        if figures.recall >= recall and figures.p95_ms <= p95_ms:
            return name
    told = "; ".join(f"{name}: recall {f.recall}, p95 {f.p95_ms} ms" for name, f in measured.items())
    raise ValueError(f"no index reaches recall {recall} within {p95_ms} ms ({told})")


def decision_page(measured: Mapping[str, Measured], chosen: str, vectors: int, recall: float, p95_ms: float) -> str:
    """The decision record in Markdown."""
    rows = [
        f"| {name}{' (chosen)' if name == chosen else ''} | {f.recall} | {f.p50_ms} | {f.p95_ms} | {f.build_ms} |"
        for name, f in measured.items()
    ]
    return "\n".join([
        "# Decision: vector index", "", f"Measured on the same {vectors:,} vectors. Bounds: recall at least {recall}, "
        f"95th percentile at most {p95_ms:g} ms.", "", "| index | recall | p50 ms | p95 ms | build ms |",
        "|---|---|---|---|---|", *rows, "", f"Decision: **{chosen}**, by this rule: {RULE}.", "",
    ])  # fmt: skip

"""Exact and approximate nearest vectors."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.memory import index_trial
from automation.hal.memory.evaluation import latency
from automation.hal.memory.vectors import ClusteredIndex, ExactIndex, HashedIndex, VectorIndex, Vectors


def units(count: int, dimension: int = 8, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def same(index: VectorIndex) -> VectorIndex:
    return index


def index_of(vectors: Vectors) -> ExactIndex:
    return ExactIndex([f"v{number}" for number in range(len(vectors))], vectors)


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 5))
def test_the_exact_index_agrees_with_a_full_sort(count: int, k: int, seed: int) -> None:
    vectors, query = units(count, seed=seed), units(1, seed=seed + 100)[0]
    found = index_of(vectors).search(query, k)
    cosines = vectors @ query
    order = sorted(range(count), key=lambda row: (-cosines[row], row))[:k]
    assert [match.id for match in found] == [f"v{row}" for row in order]


def test_ties_come_in_the_order_of_insertion() -> None:
    vectors = np.repeat(units(1), 4, axis=0)
    assert [match.id for match in index_of(vectors).search(vectors[0], 2)] == ["v0", "v1"]


def test_an_empty_index_finds_nothing() -> None:
    assert ExactIndex([], np.zeros((0, 8), dtype=np.float32)).search(units(1)[0], 3) == []


@pytest.mark.parametrize(
    ("ids", "vectors", "complaint"),
    [
        (["a", "a"], units(2), "'a' is there twice"),
        (["a"], units(2), "do not fit"),
        (["a"], units(1)[0], "do not fit"),
        (["a"], np.full((1, 8), np.nan, dtype=np.float32), "vector 0 has length nan"),
        (["a"], np.zeros((1, 8), dtype=np.float32), "length 0"),
        (["a", "b"], np.vstack([units(1), np.full((1, 8), np.inf, dtype=np.float32)]), "vector 1"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(ids: list[str], vectors: Vectors, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        ExactIndex(ids, vectors)


@pytest.mark.parametrize("make", [lambda e: e, lambda e: ClusteredIndex(e, clusters=4), HashedIndex])
@pytest.mark.parametrize(
    ("query", "k", "complaint"),
    [
        (units(1, 9)[0], 3, "has shape"),
        (np.full(8, np.nan, dtype=np.float32), 3, "not finite"),
        (units(1)[0], 0, "at least 1"),
    ],
)
def test_unusable_queries_are_refused_by_every_index(make, query: Vectors, k: int, complaint: str) -> None:  # type: ignore[no-untyped-def]  # three classes of one port
    index = make(index_of(np.repeat(units(1), 40, axis=0) if k == 0 else units(40)))
    with pytest.raises(ValueError, match=complaint):
        index.search(units(1)[0] if k == 0 else query, k)


def test_approximate_indexes_find_stored_vectors_and_are_worse_than_exact_at_most() -> None:
    exact = index_of(units(300))
    asked = exact.vectors[:20]
    truth = index_trial.true_neighbours(exact, asked, 5)
    for index in (ClusteredIndex(exact, clusters=8, probes=8), HashedIndex(exact, tables=10, bits=2)):
        assert all(index.search(query, 1)[0].id == f"v{row}" for row, query in enumerate(asked))
        assert index_trial.measure(partial(same, index), truth, asked, 5).recall > 0.9


def test_hashing_may_find_nothing_at_all() -> None:
    exact = index_of(units(1))
    assert HashedIndex(exact, tables=1, bits=8).search(-exact.vectors[0], 1) == []


def test_few_vectors_cannot_be_clustered() -> None:
    with pytest.raises(ValueError, match="use the exact index"):
        ClusteredIndex(index_of(units(3)))


def measured(recall: float, p95: float) -> index_trial.Measured:
    return index_trial.Measured(recall, p95 / 2, p95, 1.0)


def test_the_simplest_index_within_the_bounds_is_chosen() -> None:
    figures = {"exact": measured(1.0, 80), "clustered": measured(0.97, 5), "hashed": measured(0.99, 1)}
    assert index_trial.choose(figures, 0.95, 50) == "clustered"
    page = index_trial.decision_page(figures, "clustered", 10_000, 0.95, 50)
    assert "| clustered (chosen) | 0.97 | 2.5 | 5 | 1.0 |" in page
    assert "Measured on the same 10,000 vectors" in page


def test_no_index_within_the_bounds_is_an_error_with_the_figures() -> None:
    with pytest.raises(ValueError, match=r"exact: recall 1.0, p95 80 ms"):
        index_trial.choose({"exact": measured(1.0, 80)}, 0.95, 50)


def test_latency_needs_measurements() -> None:
    assert latency([1.0, 3.0]) == {"p50_ms": 2.0, "p95_ms": 2.9}
    with pytest.raises(ValueError, match="nothing was measured"):
        latency([])

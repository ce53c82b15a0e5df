"""Nearest vectors: the exact index, and an approximate candidate that it is measured against."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_MATRIX_DIMENSIONS = 2
_UNIT_TOLERANCE = 1e-2
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A stored vector's id and its cosine with the query."""

    id: str
    cosine: float


class VectorIndex(Protocol):
    """Finds the stored unit vectors with the largest cosine."""

    def search(self, query: Vectors, k: int) -> list[Match]:
        """At most ``k`` matches, best first; ties by the order of insertion."""
        ...


class ExactIndex:
    """Compares the query with every vector: always right, linear in their number.

    Raises ``ValueError`` for ids that repeat, vectors that are not finite or not of unit length, and counts or
    dimensions that do not fit.
    """

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        if vectors.ndim != _MATRIX_DIMENSIONS or len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids do not fit vectors of shape {vectors.shape}")
        if len(set(ids)) != len(ids):
            twice = next(name for number, name in enumerate(ids) if name in ids[:number])
            raise ValueError(f"vector id {twice!r} is there twice")
        self.ids, self.vectors = tuple(ids), checked_units(vectors)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, query: Vectors, k: int) -> list[Match]:
        """Exact answer. An empty index answers with nothing; a query of another dimension is a ``ValueError``."""
        if not self.ids:
            return []
        cosines = cosines_of(self.vectors, checked_query(query, self.vectors.shape[1]))
        return best_of(cosines, np.arange(len(self.ids)), self.ids, k)

    def save(self, path: Path) -> None:
        """Writes ids and half-precision vectors with a checksum."""
        path.parent.mkdir(parents=True, exist_ok=True)
        half, names = self.vectors.astype(np.float16), np.array(self.ids)
        with path.open("wb") as file:
            np.savez(file, ids=names, vectors=half, digest=np.array(_digest(names, half)))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The saved index. Raises ``OSError`` if the file is missing or damaged in any byte."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                names, half, digest = saved["ids"], saved["vectors"], str(saved["digest"])
            intact = _digest(names, half) == digest
        except FileNotFoundError:
            raise FileNotFoundError(f"there is no vector index at {path}: build it first") from None
        except Exception as error:  # noqa: BLE001 - numpy and zipfile raise many types for a damaged file
            raise OSError(f"{path} is damaged ({error}): build the index again") from None
        if not intact:
            raise OSError(f"{path} is damaged (its checksum does not fit): build the index again")
        return cls([str(name) for name in names], half.astype(np.float32))


class ClusteredIndex:
    """Inverted file: vectors grouped around k-means centres, of which only the nearest few are looked into.

    Approximate (Jégou et al., "Product Quantization for Nearest Neighbor Search", 2011, section IV): it may miss a
    neighbour that lies across a border.
    """

    def __init__(self, exact: ExactIndex, clusters: int = 64, probes: int = 8, seed: int = 7) -> None:
        if len(exact) < clusters:
            raise ValueError(f"{len(exact)} vectors cannot form {clusters} clusters: use the exact index")
        self._exact, self._probes = exact, probes
        self._centres, labels = _clusters(exact.vectors, clusters, seed)
        self._members = [np.flatnonzero(labels == number) for number in range(clusters)]
        self._grouped = [exact.vectors[members] for members in self._members]

    def search(self, query: Vectors, k: int) -> list[Match]:
        """The best among the vectors of the nearest clusters."""
        query = checked_query(query, self._centres.shape[1])
        nearest = np.argsort(-cosines_of(self._centres, query), kind="stable")[: self._probes]
        rows = np.concatenate([self._members[number] for number in nearest])
        cosines = np.concatenate([cosines_of(self._grouped[number], query) for number in nearest])
        return best_of(cosines, rows, self._exact.ids, k)


class HashedIndex:
    """Random-projection hashing: each vector lies in one bucket a table, and only the query's buckets are read.

    Charikar, "Similarity Estimation Techniques from Rounding Algorithms" (2002).
    """

    def __init__(self, exact: ExactIndex, tables: int = 12, bits: int = 8, seed: int = 7) -> None:
        self._exact = exact
        planes = np.random.default_rng(seed).standard_normal((tables, bits, exact.vectors.shape[1]))
        self._planes = planes.astype(np.float32)
        self._powers = 1 << np.arange(bits)
        codes = np.stack([(exact.vectors @ plane.T > 0) @ self._powers for plane in self._planes])
        self._buckets = [{int(code): np.flatnonzero(row == code) for code in np.unique(row)} for row in codes]

    def search(self, query: Vectors, k: int) -> list[Match]:
        """The best among the vectors that share a bucket with the query in any table."""
        query = checked_query(query, self._exact.vectors.shape[1])
        codes = (self._planes @ query > 0) @ self._powers
        found = [bucket[int(code)] for bucket, code in zip(self._buckets, codes, strict=True) if int(code) in bucket]
        if not found:
            return []
        rows = np.unique(np.concatenate(found))
        return best_of(cosines_of(self._exact.vectors[rows], query), rows, self._exact.ids, k)


def _clusters(vectors: Vectors, count: int, seed: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Spherical k-means: the centres, and the number of each vector's nearest centre."""
    start = np.random.default_rng(seed).choice(len(vectors), count, replace=False)
    centres = vectors[start]
    labels = np.argmax(vectors @ centres.T, axis=1)
    for _ in range(_ROUNDS):
        for number in range(count):
            members = vectors[labels == number]
            if len(members):
                mean = members.mean(axis=0)
                centres[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        labels = np.argmax(vectors @ centres.T, axis=1)
    return centres, labels


def cosines_of(vectors: Vectors, query: Vectors) -> Vectors:
    """The product of each row with the query.

    Row by row on one thread: a matrix product wakes BLAS's threads for every query, and on a busy machine waiting
    for them made the 95th percentile a hundred times the median.
    """
    return np.asarray(np.vecdot(vectors, query), dtype=np.float32)


def best_of(cosines: NDArray[np.float32], rows: NDArray[np.int64], ids: Sequence[str], k: int) -> list[Match]:
    """The ``k`` largest cosines, best first, ties by row. Raises ``ValueError`` if ``k`` is below 1."""
    if k < 1:
        raise ValueError(f"asked for {k} matches: ask for at least 1")
    least = np.partition(cosines, -k)[-k] if k < len(cosines) else -np.inf
    near = np.flatnonzero(cosines >= least)
    order = near[np.lexsort((rows[near], -cosines[near]))[:k]]
    return [Match(ids[int(rows[place])], float(cosines[place])) for place in order]


def checked_query(query: Vectors, dimension: int) -> Vectors:
    """``query``, if it can be compared. Raises ``ValueError`` for another dimension or a value that is not finite."""
    if query.shape != (dimension,):
        raise ValueError(f"the query vector has shape {query.shape}, the index holds vectors of {dimension} dimensions")
    if not np.isfinite(query).all():
        raise ValueError("the query vector holds a value that is not finite")
    return query


def checked_units(vectors: Vectors) -> Vectors:
    """``vectors`` as float32. Raises ``ValueError`` naming the first row that is not finite or not of unit length."""
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
    bad = np.flatnonzero(~np.isfinite(lengths) | (np.abs(lengths - 1) > _UNIT_TOLERANCE))
    if len(bad):
        raise ValueError(f"vector {int(bad[0])} has length {lengths[bad[0]]:.3g}, expected finite values and length 1")
    return vectors.astype(np.float32)


def _digest(names: NDArray[np.str_], vectors: NDArray[np.float16]) -> str:
    return hashlib.sha256("\0".join(str(name) for name in names).encode() + vectors.tobytes()).hexdigest()

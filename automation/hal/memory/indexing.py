"""Keeps the vectors beside the records: embeds what is new or changed, and nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from automation.hal.memory.embedding import Embedder, Vectors
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.text import terms
from automation.hal.memory.vectors import checked_units

_BATCH = 512


@dataclass(frozen=True, slots=True)
class IndexingCounts:
    """What a refresh did: records embedded, taken over from known vectors, and left as they were."""

    embedded: int
    reused: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Stale:
    tenant: str
    id: str
    text: str


def digest_of(text: str) -> str:
    """Names a text by its content."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def refresh(store: MemoryStore, embedder: Embedder, known: Mapping[str, Vectors] | None = None) -> IndexingCounts:
    """Gives every record a vector of this embedder for its present text.

    A vector that is there stays if its model and its text's digest fit; one that ``known`` holds under the text's
    digest is taken over. Vectors of deleted records went with them. Raises ``ValueError`` for a vector that is not
    finite, not of unit length or not of the embedder's dimension.
    """
    rows = store.rows(
        "SELECT r.tenant, r.id, r.text, v.model, v.digest FROM records r LEFT JOIN vectors v USING (tenant, id)"
    )
    stale = [
        _Stale(str(tenant), str(name), str(text))
        for tenant, name, text, model, digest in rows
        if model != embedder.name or digest != digest_of(str(text))
    ]
    embedded = 0
    for start in range(0, len(stale), _BATCH):
        embedded += _index(store, embedder, stale[start : start + _BATCH], known or {})
    return IndexingCounts(embedded, len(stale) - embedded, len(rows) - len(stale))


def _index(store: MemoryStore, embedder: Embedder, records: list[_Stale], known: Mapping[str, Vectors]) -> int:
    """Writes the vectors of a batch in one transaction; returns how many had to be embedded."""
    digests = [digest_of(record.text) for record in records]
    fresh = [number for number, digest in enumerate(digests) if digest not in known]
    vectors = np.zeros((len(records), embedder.dimension), dtype=np.float32)
    if fresh:
        vectors[fresh] = _of_dimension(embedder.embed([records[number].text for number in fresh]), embedder)
    for number, digest in enumerate(digests):
        if digest in known:
            vectors[number] = _of_dimension(known[digest][None, :], embedder)[0]
    halves = checked_units(vectors).astype(np.float16)
    rows = [
        (record.tenant, record.id, embedder.name, digest, " ".join(terms(record.text)), half.tobytes())
        for record, digest, half in zip(records, digests, halves, strict=True)
    ]
    with store.writing() as db:
        db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(fresh)


def _of_dimension(vectors: Vectors, embedder: Embedder) -> Vectors:
    if vectors.ndim != 2 or vectors.shape[1] != embedder.dimension:  # noqa: PLR2004 - a matrix
        raise ValueError(f"{embedder.name} promises {embedder.dimension} dimensions, its vectors have {vectors.shape}")
    return vectors

"""Search over a store: what the caller may see, ranked for the question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Embedder, Vectors
from automation.hal.memory.lexical import LexicalIndex, Mask, Scores
from automation.hal.memory.ranking import Material, Question, Ranker, shipped_ranker
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.text import checked, terms
from automation.hal.memory.traits import KINDS, held


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, with the ranker's score: larger is better, comparable within one search only."""

    record: MemoryRecord
    score: float


class Searcher:
    """Hybrid search over one store.

    Holds the index in memory and reads it again when the store's generation has moved on, so that an answer never
    comes from an old state. Raises ``ValueError`` if a record has no vector of this embedder (refresh the index),
    ``OSError`` if a stored vector is damaged.
    """

    def __init__(self, store: MemoryStore, embedder: Embedder, ranker: Ranker | None = None) -> None:
        self._store, self._embedder, self._ranker = store, embedder, ranker or shipped_ranker()
        self._generation = -1
        self._records: list[MemoryRecord] = []
        self._row_of: dict[tuple[str, str], int] = {}
        self._material = material_of([], [], np.zeros((0, embedder.dimension), np.float32), embedder.spelling_part)

    def search(self, caller: Caller, query: str, k: int, now: str) -> list[Hit]:
        """At most ``k`` records in the caller's scopes, best first; an empty store answers with nothing.

        Raises ``ValueError`` for a blank or unusable query, or ``k`` below 1.
        """
        if k < 1:
            raise ValueError(f"asked for {k} records: ask for at least 1")
        question = self.question(query)
        visible = self.visible(caller, now)
        rows = np.flatnonzero(visible)
        if not len(rows):
            return []
        scores = self._ranker.scores(self._material, question, visible)
        order = np.argsort(-scores, kind="stable")[:k]
        return [Hit(self._records[int(rows[place])], float(scores[place])) for place in order]

    def question(self, query: str) -> Question:
        """The query, checked, cut and embedded."""
        vector = self._embedder.embed([checked(query, "the query")])
        spelling, topic = split_parts(vector, self._embedder.spelling_part)
        return Question(query, terms(query), spelling[0], topic[0])

    def visible(self, caller: Caller, now: str) -> Mask:
        """Which rows of the present index the caller may see; asks the store's scope query."""
        self.reload()
        visible = np.zeros(len(self._records), dtype=np.bool_)
        keys = self._store.visible_keys(caller, now)
        visible[[self._row_of[key] for key in keys if key in self._row_of]] = True
        return visible

    def reload(self) -> None:
        """Reads the index again if the store has changed."""
        generation = self._store.generation
        if generation == self._generation:
            return
        records = self._store.everything()
        rows = self._store.rows("SELECT tenant, id, model, terms, vector FROM vectors")
        held_by_key = {(str(row[0]), str(row[1])): row[2:] for row in rows}
        documents, vectors = [], np.zeros((len(records), self._embedder.dimension), dtype=np.float32)
        for number, record in enumerate(records):
            model, words, blob = held_by_key.get((record.tenant, record.id), (None, "", b""))
            if model != self._embedder.name:
                raise ValueError(f"record {record.id} has no vector of {self._embedder.name}: refresh the index")
            vectors[number] = _vector(blob, self._embedder.dimension, record.id)
            documents.append(str(words).split())
        self._material = material_of(records, documents, vectors, self._embedder.spelling_part)
        self._records, self._generation = records, generation
        self._row_of = {(record.tenant, record.id): number for number, record in enumerate(records)}

    @property
    def material(self) -> Material:
        """What scores are made of, for evaluation and training."""
        return self._material

    @property
    def records(self) -> Sequence[MemoryRecord]:
        """The indexed records in row order."""
        return self._records


def material_of(
    records: Sequence[MemoryRecord], documents: Sequence[Sequence[str]], vectors: Vectors, spelling_part: int
) -> Material:
    """Builds the in-memory index from records in time order, their terms and their vectors."""
    previous, following = _neighbours(records)
    with_previous = [
        [*(documents[previous[row]] if previous[row] >= 0 else ()), *document] for row, document in enumerate(documents)
    ]
    spelling, topic = split_parts(vectors, spelling_part)
    return Material(
        documents=documents,
        lexical=LexicalIndex(documents),
        with_previous=LexicalIndex(with_previous),
        spelling=spelling,
        topic=topic,
        previous=previous,
        following=following,
        by_user=_flags([record.speaker == "user" for record in records]),
        is_question=_flags([record.text.rstrip().endswith("?") for record in records]),
        traits=np.array([held(record.text) for record in records]).reshape(len(records), len(KINDS)),
    )


def split_parts(vectors: Vectors, spelling_part: int) -> tuple[Vectors, Vectors]:
    """The spelling and the topic part, each of unit length again; an embedder without topics gives one part twice."""
    spelling, topic = vectors[:, :spelling_part], vectors[:, spelling_part:]
    return _units(spelling), _units(topic if topic.shape[1] else spelling)


def _units(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = vectors / np.maximum(norms, np.float32(1e-9))
    return units


def _flags(values: Sequence[bool]) -> Scores:
    return np.array(values, dtype=np.float64)


def _neighbours(records: Sequence[MemoryRecord]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the turn before and after in the same session and the same scope.

    Only turns that are visible to exactly the same callers are neighbours: the words of a private turn must not
    lift or lower a shared one.
    """
    previous = np.full(len(records), -1, dtype=np.int64)
    following = np.full(len(records), -1, dtype=np.int64)
    last: dict[tuple[str, str, str, str, str], int] = {}
    for row, record in enumerate(records):
        if record.session is not None:
            place = (record.tenant, record.user or "", record.session, record.scope, record.project or "")
            if place in last:
                previous[row] = last[place]
                following[last[place]] = row
            last[place] = row
    return previous, following


def _vector(blob: object, dimension: int, record_id: str) -> Vectors:
    if not isinstance(blob, bytes) or len(blob) != 2 * dimension:
        raise OSError(f"the stored vector of record {record_id} is damaged: delete the vectors and refresh the index")
    vector = np.frombuffer(blob, dtype=np.float16).astype(np.float32)
    if not np.isfinite(vector).all():
        raise OSError(
            f"the stored vector of record {record_id} is not finite: delete the vectors and refresh the index"
        )
    return vector

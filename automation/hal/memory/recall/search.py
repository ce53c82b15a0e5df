"""Search in conversations: the caller's own turns, and nothing else, ranked by the evidence for each."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from automation.hal.memory.embedding import Embedder, Vectors
from automation.hal.memory.recall.evidence import Evidence, evidence
from automation.hal.memory.recall.passages import NO_MARKS, Marks, Passages
from automation.hal.memory.recall.questions import Asked, read
from automation.hal.memory.recall.ranker import LearnedRanker
from automation.hal.memory.records import Caller, MemoryRecord, utc
from automation.hal.memory.search import Hit
from automation.hal.memory.store import MemoryStore, Stored
from automation.hal.memory.text import checked

_SCOPES_HELD = 8


@dataclass(frozen=True, slots=True)
class _Held:
    """An index in memory, and until when it shows what the store would."""

    generation: int
    since: str
    until: str | None
    passages: Passages

    def fits(self, generation: int, now: str) -> bool:
        return generation == self.generation and self.since <= now and (self.until is None or now < self.until)


class RecallSearch:
    """Answers from an index of one caller's scope, built from what the store's scope query returns for this caller.

    So no count, length or neighbour of a record in another scope has any part in a score. A few indexes are held; one
    is built anew when the store has changed or a record in it has expired. Raises ``ValueError`` if a record has no
    vector of this embedder (refresh the index), ``OSError`` if a stored vector is damaged.
    """

    def __init__(self, store: MemoryStore, embedder: Embedder, ranker: LearnedRanker) -> None:
        self._store, self._embedder, self._ranker = store, embedder, ranker
        self._held: OrderedDict[Caller, _Held] = OrderedDict()

    def search(self, caller: Caller, query: str, k: int, now: str) -> list[Hit]:
        """At most ``k`` records in the caller's scopes, best first; an empty scope answers with nothing.

        Raises ``ValueError`` for a blank or unusable query, or ``k`` below 1.
        """
        if k < 1:
            raise ValueError(f"asked for {k} records: ask for at least 1")
        checked(query, "the query")
        passages = self.passages(caller, now)
        if not len(passages):
            return []
        asked = read(query, passages.speakers)
        found = self.evidence(passages, asked)
        scores = self._ranker.scores(found.table)
        order = np.argsort(-scores, kind="stable")[:k]
        return [Hit(passages.records[int(found.rows[place])], float(scores[place])) for place in order]

    def evidence(self, passages: Passages, asked: Asked, vector: Vectors | None = None) -> Evidence:
        """The evidence for each passage; the question is embedded, if its vector is not at hand."""
        return evidence(passages, asked, self._embedder.embed([asked.bare])[0] if vector is None else vector)

    def passages(self, caller: Caller, now: str) -> Passages:
        """The index of what the caller may see now."""
        generation, moment = self._store.generation, utc(now)
        held = self._held.get(caller)
        if held is None or not held.fits(generation, moment):
            found = self._store.visible_with_vectors(caller, now)
            ends = [one.record.expires_at for one in found if one.record.expires_at is not None]
            known = held.passages.marks if held else NO_MARKS
            held = _Held(generation, moment, min(ends, default=None), indexed(found, self._embedder, known))
        self._held[caller] = held
        self._held.move_to_end(caller)
        while len(self._held) > _SCOPES_HELD:
            self._held.popitem(last=False)
        return held.passages


def indexed(found: Sequence[Stored], embedder: Embedder, known: Mapping[str, Marks] = NO_MARKS) -> Passages:
    """The index over stored records. Raises as ``RecallSearch`` does."""
    vectors = np.zeros((len(found), embedder.dimension), dtype=np.float32)
    for row, one in enumerate(found):
        if one.model != embedder.name:
            raise ValueError(f"record {one.record.id} has no vector of {embedder.name}: refresh the index")
        vectors[row] = vector_of(one.vector, embedder.dimension, one.record.id)
    records: list[MemoryRecord] = [one.record for one in found]
    return Passages(records, [one.terms.split() for one in found], vectors, known)


def vector_of(blob: bytes, dimension: int, record_id: str) -> Vectors:
    """A stored vector. Raises ``OSError`` if it is damaged."""
    if len(blob) != 2 * dimension:
        raise OSError(f"the stored vector of record {record_id} is damaged: delete the vectors and refresh the index")
    vector = np.frombuffer(blob, dtype=np.float16).astype(np.float32)
    if not np.isfinite(vector).all():
        raise OSError(
            f"the stored vector of record {record_id} is not finite: delete the vectors and refresh the index"
        )
    return vector

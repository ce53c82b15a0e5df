"""How long a search takes in small and large scopes: `python -m tests.bench.hal.retrieval FOLDER`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from automation.hal.memory.embedding import Embedder, Vectors
from automation.hal.memory.indexing import digest_of, refresh
from automation.hal.memory.recall.evidence import FEATURES
from automation.hal.memory.recall.nearest import Nearest
from automation.hal.memory.recall.ranker import LearnedRanker
from automation.hal.memory.recall.search import RecallSearch
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.sentences import best_embedder
from automation.hal.memory.store import MemoryStore
from tests.bench.hal.command import main
from tests.bench.hal.figures import Figure, Report, latency, share
from tests.bench.hal.folder import digest
from tests.bench.hal.memory import ASKED_AT, QUESTIONS, TURNS, conversations
from tests.bench.hal.meter import peak_memory, seconds, timed, times

SCOPE, LARGE, EMBEDDED, ASKED, NEAREST = 6_000, 100_000, 500, 200, 10
_SESSION = 25
_TIME = "2025-01-01T00:00:00+00:00"
_RANKER = LearnedRanker(tuple(1.0 if name in {"bm25", "meaning"} else 0.0 for name in FEATURES))


def grown(texts: Sequence[str], vectors: Vectors, count: int) -> tuple[list[str], Vectors]:
    """So many texts and vectors: given ones blended two by two, so that they lie as those of real texts lie."""
    generator = np.random.default_rng(7)
    pairs = generator.integers(0, len(texts), (count, 2))
    blend: Vectors = vectors[pairs[:, 0]] + np.float32(0.8) * vectors[pairs[:, 1]]
    blend += np.float32(0.02) * generator.standard_normal(blend.shape, dtype=np.float32)
    words = [f"{texts[one]} {texts[other][:40]} {number}" for number, (one, other) in enumerate(pairs)]
    return words, np.asarray(blend / np.linalg.norm(blend, axis=1, keepdims=True), dtype=np.float32)


def records_of(texts: Sequence[str], user: str) -> list[MemoryRecord]:
    """One user's memories, in sessions of a usual length."""
    return [
        MemoryRecord(
            tenant="bench", id=f"{user}-{number:06}", scope="user", user=user, session=f"s{number // _SESSION}",
            text=text, speaker="Ada" if number % 2 else "Bo", created_at=_TIME, updated_at=_TIME,
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


class Bench:
    """A store with two users: one with a scope of usual size, one with all the rest."""

    def __init__(self, path: Path, embedder: Embedder, texts: Sequence[str]) -> None:
        self._texts, self._vectors = texts, embedder.embed(texts)
        self.embedder, self.store = embedder, MemoryStore(path)
        self.add("usual", SCOPE)

    def add(self, user: str, count: int) -> tuple[Vectors, float]:
        """Adds a scope; its vectors, and the seconds that indexing took without embedding."""
        words, vectors = grown(self._texts, self._vectors, count)
        known = {digest_of(text): vector for text, vector in zip(words, vectors, strict=True)}
        self.store.put(records_of(words, user))
        return vectors, timed(lambda: refresh(self.store, self.embedder, known))[1]

    def asked(self, user: str, questions: Sequence[str]) -> tuple[list[float], float]:
        """Milliseconds of each question, and the seconds of building the scope's index."""
        search, caller = RecallSearch(self.store, self.embedder, _RANKER), Caller(tenant="bench", user=user)
        _, built = timed(lambda: search.passages(caller, ASKED_AT))
        return times(lambda question: search.search(caller, question, NEAREST, ASKED_AT), questions), built


def recalls(vectors: Vectors, asked: Vectors) -> list[float]:
    """For each question the share of its 10 nearest vectors that the approximate index finds among its 10."""
    approximate = Nearest(vectors, exact_up_to=0)
    found = []
    for query in asked:
        right = set(np.argsort(-(vectors @ query), kind="stable")[:NEAREST].tolist())
        got = np.argsort(-approximate.likeness(query).cosines, kind="stable")[:NEAREST].tolist()
        found.append(len(right & set(got)) / NEAREST)
    return found


def measure(folder: Path, large: int = LARGE) -> Report:
    """The report on a folder's words and questions."""
    given = conversations(folder)
    texts = list(dict.fromkeys(turn.text for one in given for turn in one.turns))[:EMBEDDED]
    questions = [question.text for one in given for question in one.questions][:ASKED]
    embedder = best_embedder()
    with TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch) / "memory.db", embedder, texts)
        alone, built = bench.asked("usual", questions)
        small_memory = peak_memory(f"peak memory with {SCOPE:,} records", 300)
        vectors, indexed_in = bench.add("large", large - SCOPE)
        within, _ = bench.asked("usual", questions)
        everything, built_large = bench.asked("large", questions)
        bench.store.close()
    embedding = times(lambda question: embedder.embed([question]), questions)
    return Report(
        component="Memory: retrieval",
        data=f"{TURNS}, {QUESTIONS} (words and questions; vectors of {len(texts)} turns, blended)",
        data_hash=digest(folder, [TURNS, QUESTIONS]),
        figures=(
            latency(f"one scope of {SCOPE:,}, p95", alone, 50, 10),
            latency(f"the same in a store of {large:,}, p95", within, 100, 15),
            latency(f"one scope of {large - SCOPE:,}, p95", everything, 100, 15),
            _median(f"one scope of {SCOPE:,}, p50", alone),
            _median(f"one scope of {large - SCOPE:,}, p50", everything),
            latency("of these, embedding the question, p95", embedding),
            share("approximate index: of the 10 nearest, found", recalls(vectors, embedder.embed(questions))),
            seconds(f"index of a scope of {SCOPE:,}, built", built),
            seconds(f"index of the scope of {large - SCOPE:,}, built", built_large),
            seconds(f"{large - SCOPE:,} records indexed in the store, without embedding", indexed_in),
            small_memory,
            peak_memory(f"peak memory with {large:,} records"),
        ),
        notes=(f"Embedder: {embedder.name}. Times include the embedding of the question.",),
    )  # fmt: skip


def _median(what: str, spent: Sequence[float]) -> Figure:
    return Figure(what, float(np.median(spent)), None, len(spent), "ms", lower_is_better=True)


if __name__ == "__main__":
    raise SystemExit(main("retrieval", measure))

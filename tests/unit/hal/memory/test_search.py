"""Indexing and search over a real store."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automation.hal.memory.context import assemble
from automation.hal.memory.conversations import LabelledQuery, background_topics
from automation.hal.memory.embedding import OfflineEmbedder, Vectors
from automation.hal.memory.evaluation import accuracies, baselines
from automation.hal.memory.indexing import IndexingCounts, digest_of, refresh
from automation.hal.memory.ranking import FEATURES, Ranker, ranker_from, shipped_ranker
from automation.hal.memory.records import Caller
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.topics import TopicModel
from automation.hal.memory.training import examples, fit
from automation.hal.memory.vectors import ExactIndex
from tests.unit.hal.memory.conftest import ADA, AT, LATER, make_record

SMALL = OfflineEmbedder(spelling=64)


class Fake:
    """An embedder that returns what it is told to."""

    name, dimension, spelling_part = "fake", 4, 4

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors[: len(texts)]


def found(searcher: Searcher, query: str, caller: Caller = ADA) -> list[str]:
    return [hit.record.id for hit in searcher.search(caller, query, 5, AT)]


def test_an_empty_store_answers_with_nothing(store: MemoryStore) -> None:
    refresh(store, SMALL)
    assert found(Searcher(store, SMALL), "anything?") == []


def test_a_single_document_is_found_by_any_question_of_its_user(store: MemoryStore) -> None:
    store.put([make_record("r1")])
    refresh(store, SMALL)
    assert found(Searcher(store, SMALL), "zebra") == ["r1"]
    assert found(Searcher(store, SMALL), "zebra", replace(ADA, user="bo")) == []


def test_the_record_that_answers_comes_first_in_any_script(store: MemoryStore) -> None:
    store.put([
        make_record("en", text="The cellar key hangs behind the door."),
        make_record("de", text="Der Schlüssel für den Keller hängt hinter der Tür."),
        make_record("ja", text="地下室の鍵はドアの後ろにあります。"),
        make_record("ar", text="مفتاح القبو معلق خلف الباب."),
        make_record("long", text="lorem ipsum dolor " * 15_000),
    ])  # fmt: skip
    refresh(store, SMALL)
    searcher = Searcher(store, SMALL)
    asked = {"en": "Where is the cellar key?", "de": "Wo hängt der Schlüssel?", "ja": "地下室の鍵", "ar": "مفتاح القبو"}
    assert {name: found(searcher, query)[0] for name, query in asked.items()} == {name: name for name in asked}


def test_a_change_by_somebody_else_is_seen_at_once(tmp_path: Path, store: MemoryStore) -> None:
    store.put([make_record("r1", text="The code is 1111.")])
    refresh(store, SMALL)
    searcher = Searcher(store, SMALL)
    assert found(searcher, "code") == ["r1"]
    with MemoryStore(store.path) as other:
        other.upsert([make_record("r1", text="The code is 1111.").revised("The code is 2222.", LATER)])
        refresh(other, SMALL)
    assert [hit.record.text for hit in searcher.search(ADA, "code", 1, AT)] == ["The code is 2222."]
    store.delete("north", ["r1"])
    assert found(searcher, "code") == []


def test_a_refresh_embeds_what_changed_and_nothing_else(store: MemoryStore) -> None:
    records = [make_record(f"r{number}") for number in range(100)]
    store.put(records)
    known = {digest_of(records[0].text): SMALL.embed([records[0].text])[0]}
    assert refresh(store, SMALL, known) == IndexingCounts(embedded=99, reused=1, unchanged=0)
    assert refresh(store, SMALL) == IndexingCounts(embedded=0, reused=0, unchanged=100)
    store.upsert([records[7].revised("other words", LATER)])
    assert refresh(store, SMALL) == IndexingCounts(embedded=1, reused=0, unchanged=99)


def test_another_dimension_embeds_everything_again_and_never_mixes(store: MemoryStore) -> None:
    store.put([make_record("r1"), make_record("r2")])
    refresh(store, SMALL)
    wider = OfflineEmbedder(spelling=128)
    with pytest.raises(ValueError, match="record r1 has no vector of offline-128: refresh the index"):
        found(Searcher(store, wider), "memory")
    assert refresh(store, wider).embedded == 2
    assert sorted(found(Searcher(store, wider), "memory")) == ["r1", "r2"]


@pytest.mark.parametrize(
    ("vectors", "complaint"),
    [
        (np.full((1, 4), np.nan, dtype=np.float32), "length nan"),
        (np.ones((1, 4), dtype=np.float32), "expected finite values and length 1"),
        (np.ones((1, 3), dtype=np.float32) / 3**0.5, "promises 4 dimensions"),
        (np.ones(4, dtype=np.float32), "promises 4 dimensions"),
    ],
)
def test_a_vector_that_cannot_be_compared_is_never_stored(store: MemoryStore, vectors: Vectors, complaint: str) -> None:
    store.put([make_record("r1")])
    with pytest.raises(ValueError, match=complaint):
        refresh(store, Fake(vectors))
    assert store.rows("SELECT * FROM vectors") == []


@pytest.mark.parametrize("blob", [b"short", np.full(64, np.nan, dtype=np.float16).tobytes()])
def test_a_damaged_vector_is_named(store: MemoryStore, blob: bytes) -> None:
    store.put([make_record("r1")])
    refresh(store, SMALL)
    with store.writing() as database:
        database.execute("UPDATE vectors SET vector = ?", (blob,))
    with pytest.raises(OSError, match="stored vector of record r1"):
        found(Searcher(store, SMALL), "memory")


@pytest.mark.parametrize(
    ("query", "k", "complaint"), [("", 3, "empty"), ("\ud800", 3, "surrogate"), ("a", 0, "at least 1")]
)
def test_unusable_questions_are_refused(store: MemoryStore, query: str, k: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Searcher(store, SMALL).search(ADA, query, k, AT)


def test_the_words_of_a_private_turn_do_not_move_a_shared_one(store: MemoryStore) -> None:
    shared = [
        make_record("p1", scope="project", text="It starts at nine."),
        make_record("p2", scope="project", text="We meet."),
    ]
    store.put(shared)
    refresh(store, SMALL)
    colleague = Caller(tenant="north", user="bo", projects=frozenset({"atlas"}))
    before = [(hit.record.id, hit.score) for hit in Searcher(store, SMALL).search(colleague, "divorce lawyer", 5, AT)]
    store.put([make_record("p0", text="My divorce lawyer called.", created_at="2025-09-08T08:59:59+00:00")])
    refresh(store, SMALL)
    after = [(hit.record.id, hit.score) for hit in Searcher(store, SMALL).search(colleague, "divorce lawyer", 5, AT)]
    assert after == before


def test_a_context_keeps_to_its_budget_and_to_time_order(store: MemoryStore) -> None:
    store.put([
        make_record("late", text="The boiler was repaired.", created_at=LATER),
        make_record("early", text="The boiler broke."),
        make_record("huge", text="boiler " * 100),
    ])  # fmt: skip
    refresh(store, SMALL)
    searcher = Searcher(store, SMALL)
    assert [record.id for record in assemble(searcher, ADA, "boiler", 60, LATER)] == ["early", "late"]
    with pytest.raises(ValueError, match="at least 1"):
        assemble(searcher, ADA, "boiler", 0, LATER)


def test_accuracy_counts_the_share_of_evidence_found(store: MemoryStore) -> None:
    store.put(
        [make_record("a", text="red apples"), make_record("b", text="green pears"), make_record("c", text="blue plums")]
    )
    refresh(store, SMALL)
    asked = [
        LabelledQuery("q1", "single", "apples?", ADA, ("a",)),
        LabelledQuery("q2", "multi", "pears?", ADA, ("b", "c")),
    ]
    got = accuracies(Searcher(store, SMALL), asked, baselines(), 1)["bm25"]
    assert (got.overall, got.by_kind, got.queries) == (0.75, {"multi": 0.5, "single": 1.0}, 2)
    with pytest.raises(ValueError, match="must be at least 1"):
        accuracies(Searcher(store, SMALL), [], baselines(), 1)


def test_training_learns_to_prefer_evidence(store: MemoryStore) -> None:
    texts = ["The keys are in the drawer.", "How are you?", "Lovely weather.", "The keys are lost?", "Fine, thanks."]
    store.put([make_record(f"r{number}", text=text) for number, text in enumerate(texts)])
    refresh(store, SMALL)
    searcher = Searcher(store, SMALL, Ranker((0.0,) * len(FEATURES)))
    rows, labels = examples(searcher, [LabelledQuery("q", "single", "Where are the keys?", ADA, ("r0",))])
    assert labels.sum() == 1
    assert found(Searcher(store, SMALL, fit(rows, labels)), "Where are the keys?")[0] == "r0"
    with pytest.raises(ValueError, match="no labelled queries"):
        examples(searcher, [])


def test_the_shipped_ranker_belongs_to_the_features() -> None:
    assert len(shipped_ranker().weights) == len(FEATURES)


def test_weights_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="train the ranker again"):
        ranker_from('{"features": ["luck"], "weights": [1]}')


def test_models_and_indexes_survive_a_file_and_damage_is_named(tmp_path: Path) -> None:
    topics = background_topics(leaving_out=frozenset({"dev01-user"}), people=2)
    topics.save(tmp_path / "topics.npz")
    assert TopicModel.load(tmp_path / "topics.npz").fingerprint == topics.fingerprint
    index = ExactIndex(["a", "b"], SMALL.embed(["one", "two"]))
    index.save(tmp_path / "index.npz")
    assert ExactIndex.load(tmp_path / "index.npz").ids == ("a", "b")
    for load, name in ((TopicModel.load, "topics.npz"), (ExactIndex.load, "index.npz")):
        path = tmp_path / name
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(OSError, match=f"{name} is damaged"):
            load(path)
        path.unlink()
        with pytest.raises(FileNotFoundError, match="there is no"):
            load(path)


def test_an_index_whose_vectors_were_exchanged_is_noticed(tmp_path: Path) -> None:
    half = SMALL.embed(["one"]).astype(np.float16)
    np.savez(tmp_path / "index.npz", ids=np.array(["a"]), vectors=half, digest=np.array("0" * 64))
    with pytest.raises(OSError, match="checksum does not fit"):
        ExactIndex.load(tmp_path / "index.npz")
    np.savez(tmp_path / "topics.npz", vocabulary=np.array(["a", "b"]), weights=np.ones((1, 3)))
    with pytest.raises(OSError, match="words and weights do not fit"):
        TopicModel.load(tmp_path / "topics.npz")

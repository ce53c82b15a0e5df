"""Evidence, ranker and search for conversations."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.hal.memory.embedding import OfflineEmbedder, Vectors
from automation.hal.memory.indexing import refresh
from automation.hal.memory.recall import training
from automation.hal.memory.recall.evidence import FEATURES, Table, evidence
from automation.hal.memory.recall.nearest import Nearest
from automation.hal.memory.recall.passages import Passages
from automation.hal.memory.recall.postings import Postings
from automation.hal.memory.recall.questions import KINDS, Named, dates_in, read
from automation.hal.memory.recall.ranker import Example, LearnedRanker, fit, ranker_from, strongest
from automation.hal.memory.recall.search import RecallSearch
from automation.hal.memory.recall.training import shipped_ranker
from automation.hal.memory.records import Caller, MemoryRecord, Scope
from automation.hal.memory.scoping_trial import may_see
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.text import terms
from tests.unit.hal.memory.conftest import ADA, AT, LATER, make_record
from tests.unit.hal.memory.tiny_bert import write_model

EMBEDDER, SMALLEST = OfflineEmbedder(spelling=64), OfflineEmbedder(spelling=16)
SAID = (
    ("Bea", "s1", "2024-05-07T10:00:00+00:00", "How was your summer?"),
    ("Ada", "s1", "2024-05-07T10:00:01+00:00", "We sailed to Norway last week."),
    ("Bea", "s1", "2024-05-07T10:00:02+00:00", "Ada, that sounds wonderful!"),
    ("Ada", "s2", "2024-06-01T10:00:00+00:00", "I adopted a puppy."),
    ("Bea", "s2", "2024-06-01T10:00:01+00:00", "What is its name?"),
    ("Ada", "s2", "2024-06-01T10:00:02+00:00", "Juno."),
)


def turns() -> list[MemoryRecord]:
    return [
        make_record(f"t{number}", speaker=speaker, session=session, created_at=at, text=text)
        for number, (speaker, session, at, text) in enumerate(SAID)
    ]


def passages(records: list[MemoryRecord] | None = None) -> Passages:
    chosen = turns() if records is None else records
    texts = [record.text for record in chosen]
    return Passages(chosen, [terms(text) for text in texts], EMBEDDER.embed(texts))


def table(question: str, within: Passages | None = None) -> Table:
    index = within or passages()
    asked = read(question, index.speakers)
    return evidence(index, asked, EMBEDDER.embed([asked.bare])[0]).table


def column(question: str, name: str) -> list[float]:
    return [round(float(value), 3) for value in table(question)[:, FEATURES.index(name)]]


def only(**weights: float) -> LearnedRanker:
    return LearnedRanker(tuple(weights.get(name.replace(" ", "_"), 0.0) for name in FEATURES))


def test_bm25_follows_the_published_formula() -> None:
    assert Postings([["cat", "mat"], ["dog", "mat"]], b=0.75).scores(["cat"]) == pytest.approx([np.log(2), 0.0])


def test_terms_may_weigh_a_share_and_unknown_ones_nothing() -> None:
    index = Postings([["cat"], ["dog"]])
    assert index.scores(["cat", "cat", "dog"], {"cat": 0.5, "dog": 0.0})[0] == pytest.approx(
        index.scores(["cat"])[0] / 2
    )
    assert index.scores(["bird"]).tolist() == [0, 0]
    assert Postings([]).scores(["cat"]).tolist() == []
    assert index.rarity("bird") > index.rarity("cat")


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("When did Ada sail?", {"when"}),
        ("How many puppies?", {"how much", "why"}),
        ("Who sailed?", {"who"}),
        ("Where did she sail?", {"where"}),
        ("Which city is it?", {"where"}),
        ("Would she sail again?", {"yes or no"}),
        ("What animals does she like?", {"list", "what"}),
        ("Why did she sail?", {"why"}),
    ],
)
def test_questions_have_kinds(question: str, kinds: set[str]) -> None:
    asked = read(question, ())
    assert {name for name, value in zip(KINDS, asked.kinds, strict=True) if value} == kinds


def test_names_of_speakers_are_taken_out_of_a_question() -> None:
    asked = read("What is Ada's puppy called by Beatrix?", ("Ada", "Bea"))
    assert (asked.bare, asked.speakers) == ("What is puppy called by Beatrix?", frozenset({"Ada"}))
    assert read("Ada?", ("Ada",)).bare == "?"
    assert read("Ada", ("Ada",)).bare == "Ada"


def test_dates_are_read_in_words_and_figures() -> None:
    assert dates_in("On 7 May 2024 and in JUNE") == Named(frozenset({5, 6}), frozenset({2024}), frozenset({7}))
    assert dates_in("99 balloons, maybe") == Named(frozenset(), frozenset(), frozenset())


def test_evidence_has_a_column_for_each_feature_and_only_finite_values() -> None:
    found = table("When did Ada sail to Norway?")
    assert found.shape == (6, len(FEATURES))
    assert np.isfinite(found).all()


def test_evidence_sees_speakers_dates_neighbours_and_kinds() -> None:
    assert column("Where did Ada sail?", "asked speaker") == [0, 1, 0, 1, 0, 1]
    assert column("Where did Ada sail?", "other speaker") == [1, 0, 1, 0, 1, 0]
    assert column("Where did Ada sail?", "mentions asked speaker") == [0, 0, 1, 0, 0, 0]
    assert column("Did Ada and Bea sail?", "asked speaker") == [0] * 6
    assert column("What was in June?", "asked month") == [0, 0, 0, 1, 1, 1]
    assert column("What was in June?", "other month") == [1, 1, 1, 0, 0, 0]
    assert column("What was on 7 May?", "asked day") == [1, 1, 1, 0, 0, 0]
    assert column("What was in 2024?", "asked year") == [1] * 6
    assert column("When was it?", "asks when, tells a time") == [0, 1, 0, 0, 0, 0]
    assert column("Norway?", "asks") == [1, 0, 0, 0, 1, 0]
    assert column("Norway?", "before asks") == [0, 1, 0, 0, 0, 1]
    assert column("Norway?", "last in session") == [0, 0, 1, 0, 0, 1]
    assert column("Norway?", "early in session")[:4] == [1.0, 0.607, 0.368, 1.0]
    assert column("Norway?", "coverage") == [0, 1, 0, 0, 0, 0]


def test_turns_of_different_visibility_are_no_neighbours() -> None:
    shared = replace(turns()[1], scope="project")
    index = passages([turns()[0], shared, turns()[2]])
    assert index.near.before.tolist() == [-1, -1, 0]
    assert index.near.after.tolist() == [2, -1, -1]


def test_documents_without_a_session_stand_alone() -> None:
    index = passages([make_record(name, session=None) for name in ("a", "b")])
    assert index.near.before.tolist() == [-1, -1]
    assert index.near.session.tolist() == [0, 1]


def test_one_turn_is_enough_for_evidence() -> None:
    assert np.isfinite(table("Norway?", passages(turns()[1:2]))).all()


def test_a_ranker_learns_from_examples_and_survives_a_file() -> None:
    right = np.array([False, True, False, False, False, False])
    examples = [Example(table("Where did Ada sail?"), right), Example(table("Norway?"), right)]
    ranker = fit([*examples, Example(table("nothing"), np.zeros(6, dtype=np.bool_))])
    assert int(np.argmax(ranker.scores(table("Did they sail to Norway?")))) == 1
    assert ranker_from(ranker.to_json("two questions")) == ranker
    name, weight = next(strongest(ranker))
    assert abs(weight) == max(map(abs, ranker.weights))
    assert name in FEATURES
    with pytest.raises(ValueError, match="nothing can be learnt"):
        fit([])


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"features": ["luck"], "weights": [1]}', '{"features": [], "weights": [1]}']
)
def test_weights_of_another_ranker_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="train the ranker again"):
        ranker_from(text)


def search(store: MemoryStore, **weights: float) -> RecallSearch:
    refresh(store, EMBEDDER)
    return RecallSearch(store, EMBEDDER, only(**(weights or {"bm25": 1.0, "coverage": 1.0})))


def found(searcher: RecallSearch, query: str, caller: Caller = ADA, now: str = AT) -> list[str]:
    return [hit.record.id for hit in searcher.search(caller, query, 3, now)]


def test_search_finds_the_turn_and_nothing_of_anybody_else(store: MemoryStore) -> None:
    store.put([*turns(), make_record("other", user="bo", text="Norway Norway")])
    searcher = search(store)
    assert found(searcher, "Norway?")[0] == "t1"
    assert "other" not in found(searcher, "Norway?")
    assert found(searcher, "Norway?", replace(ADA, user="bo")) == ["other"]
    assert found(searcher, "Norway?", Caller(tenant="south", user="ada")) == []


def test_a_record_of_another_scope_moves_no_score(store: MemoryStore) -> None:
    store.put(turns())
    before = search(store).search(ADA, "Did they sail to Norway?", 6, AT)
    store.put([make_record(f"x{number}", user="bo", text="Norway sail puppy") for number in range(5)])
    assert search(store).search(ADA, "Did they sail to Norway?", 6, AT) == before


def test_a_change_and_an_expiry_are_seen_at_once(store: MemoryStore) -> None:
    store.put([*turns(), make_record("brief", text="Norway soon.", expires_at="2025-09-08T10:00:00+00:00")])
    searcher = search(store)
    assert set(found(searcher, "Norway?")[:2]) == {"t1", "brief"}
    assert "brief" not in found(searcher, "Norway?", now=LATER)
    assert set(found(searcher, "Norway?")[:2]) == {"t1", "brief"}
    store.delete("north", ["t1"])
    assert found(searcher, "Norway?")[0] == "brief"


def test_only_a_few_scopes_are_held_in_memory(store: MemoryStore) -> None:
    store.put(turns())
    searcher = search(store)
    first = searcher.passages(ADA, AT)
    assert searcher.passages(ADA, AT) is first
    for number in range(8):
        searcher.passages(replace(ADA, session=f"new{number}"), AT)
    assert searcher.passages(ADA, AT) is not first


def test_unusable_questions_and_vectors_are_refused(store: MemoryStore) -> None:
    store.put(turns())
    searcher = search(store)
    for query, k, told in (("", 1, "empty"), ("\ud800", 1, "surrogate"), ("a", 0, "at least 1")):
        with pytest.raises(ValueError, match=told):
            searcher.search(ADA, query, k, AT)
    with pytest.raises(ValueError, match="no vector of offline-32: refresh the index"):
        RecallSearch(store, OfflineEmbedder(spelling=32), only()).search(ADA, "a", 1, AT)
    for blob, told in ((b"short", "is damaged"), (np.full(64, np.nan, np.float16).tobytes(), "is not finite")):
        with store.writing() as database:
            database.execute("UPDATE vectors SET vector = ?", (blob,))
        with pytest.raises(OSError, match=told):
            searcher.search(ADA, "a", 1, AT)


def unit_vectors(count: int, seed: int = 1) -> Vectors:
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((20, 16)).astype(np.float32)
    drawn = centres[generator.integers(0, 20, count)] + np.float32(0.3) * generator.standard_normal((count, 16))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def test_clusters_find_nearly_what_all_comparisons_find() -> None:
    vectors = unit_vectors(3000)
    exact, clustered = Nearest(vectors), Nearest(vectors, exact_up_to=1000)
    assert (exact.approximate, clustered.approximate) == (False, True)
    found = 0
    for query in unit_vectors(20, seed=2):
        right = set(np.argsort(-exact.likeness(query).cosines)[:10].tolist())
        found += len(right & set(np.argsort(-clustered.likeness(query).cosines)[:10].tolist()))
    assert found >= 190
    rows = np.array([5, 2999, 0])
    assert (clustered.rows(rows) == vectors[rows]).all()


def test_what_the_clusters_do_not_look_into_counts_as_average() -> None:
    vectors = unit_vectors(3000)
    like = Nearest(vectors, exact_up_to=0).likeness(vectors[7])
    assert like.known is not None
    unseen = np.setdiff1d(np.arange(3000), like.known)
    assert (like.cosines[unseen] == like.mean).all()
    assert like.cosines[7] == pytest.approx(1, abs=1e-5)


def test_of_a_very_large_scope_only_the_promising_turns_get_evidence() -> None:
    texts = [f"word{number % 97} thing{number % 89}" for number in range(2100)]
    index = passages([
        make_record(f"t{number:04}", text=text, session=f"s{number // 10}") for number, text in enumerate(texts)
    ])  # fmt: skip
    asked = read("word5 thing6", index.speakers)
    found = evidence(index, asked, EMBEDDER.embed([asked.bare])[0])
    assert 400 <= len(found.rows) <= 1200
    best = found.rows[int(np.argmax(only(bm25=1.0).scores(found.table)))]
    assert set(terms("word5 thing6")) & set(index.documents[int(best)])


def test_the_shipped_rankers_belong_to_the_features() -> None:
    for name in ("offline-64", "minilm-l6-256", "openai-some-model-2"):
        assert len(shipped_ranker(OfName(name)).weights) == len(FEATURES)


class OfName:
    """An embedder of which only the name matters."""

    dimension = spelling_part = 3

    def __init__(self, name: str) -> None:
        self.name = name

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 3), dtype=np.float32)


def test_training_on_the_shipped_conversations_learns_to_find_evidence() -> None:
    ranker = training.train(EMBEDDER, people=1)
    assert len(ranker.weights) == len(FEATURES)
    assert any(ranker.weights)


def test_the_training_command_writes_a_file_for_each_embedder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "model_folder", lambda: write_model(tmp_path / "model"))
    assert set(training.embedders()) == {"offline", "minilm"}
    assert training.embedders()["minilm"]().name == "minilm-l6-32"
    monkeypatch.setattr(training, "train", lambda embedder: only(bm25=1.0))
    out = io.StringIO()
    assert training.main([str(tmp_path)], out) == 0
    assert ranker_from((tmp_path / "recall-offline.json").read_text(encoding="utf-8")) == only(bm25=1.0)
    assert out.getvalue().count("recall-") == 2
    assert training.main([], out) == 2
    monkeypatch.setattr(training, "model_folder", lambda: None)
    assert set(training.embedders()) == {"offline"}


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(words, st.sampled_from(["ada", "bo"]), st.sampled_from(["user", "session", "project"])), max_size=8
    ),
    words,
)
def test_no_answer_holds_a_record_outside_the_scope(said: list[tuple[str, str, Scope]], query: str) -> None:
    records = [
        make_record(f"r{number}", text=text, user=user, scope=scope, session=f"s{number % 2}")
        for number, (text, user, scope) in enumerate(said)
    ]
    with TemporaryDirectory() as folder, MemoryStore(Path(folder) / "memory.db") as store:
        store.put(records)
        refresh(store, SMALLEST)
        with MemoryStore(store.path, create=False) as again:
            hits = RecallSearch(again, SMALLEST, only(bm25=1.0)).search(ADA, query, 10, AT)
    assert {hit.record.id for hit in hits} == {record.id for record in records if may_see(ADA, record, AT)}

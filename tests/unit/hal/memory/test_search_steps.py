"""Tasks 6 to 11, 15 and 16 on one conversation: embedding, index, corpus, search, latency, retention."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.hal.memory.conversations import guide, turns
from automation.hal.memory.steps import corpus, replay, state, vectors

ONE = len(turns("test", 1)) + len(guide())


@dataclass(frozen=True)
class Remembered:
    """What tasks 6 to 8 and 12 left behind, and what they answered."""

    folder: Path
    embedding: vectors.EmbeddingMeasured
    index: vectors.IndexBuilt
    ingested: corpus.Ingested

    def at(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Remembered:
    folder = tmp_path_factory.mktemp("memory")
    model, index = folder / "topics.npz", folder / "index.npz"
    embedding = vectors.build_embedding(
        model=model, pairs=folder / "pairs.json", report=folder / "embedding.json", triples=30, people=1
    )
    built = vectors.build_index(model=model, index=index, people=1)
    ingested = corpus.ingest(
        model=model, index=index, database=folder / "corpus.db", report=folder / "ingest.json", people=1
    )
    state.store_sessions(database=folder / "sessions.db", records=folder / "sessions.json", people=1)
    return Remembered(folder, embedding, built, ingested)


def test_vectors_are_unit_long_repeatable_and_nearer_to_the_answer(remembered: Remembered) -> None:
    measured = remembered.embedding
    assert (measured["pairs"], measured["wrong_length"], measured["changed"]) == (30, 0, 0)
    assert measured["near_above_far"] > 0.8
    pairs = json.loads(remembered.at("pairs.json").read_text(encoding="utf-8"))
    assert len(pairs) == 60
    report = json.loads(remembered.at("embedding.json").read_text(encoding="utf-8"))
    assert report["dimension"] == measured["dimension"]
    assert report["model"].startswith("offline-")


def test_the_index_holds_every_text_and_each_finds_itself(remembered: Remembered) -> None:
    built = remembered.index
    assert built["texts"] == built["vectors"] > 100
    assert (built["missing"], built["found_themselves"], built["reloaded_equal"]) == (0, 1.0, 1)


def test_the_corpus_is_ingested_once_with_the_vectors_that_are_there(remembered: Remembered) -> None:
    ingested = remembered.ingested
    assert ingested["documents"] == ingested["records"] == ONE
    assert ingested["embedded"] == len(guide())
    assert ingested["reused"] == len(turns("test", 1))
    assert (ingested["second_added"], ingested["second_embedded"]) == (0, 0)


def test_a_store_that_is_there_is_brought_up_to_date(remembered: Remembered, tmp_path: Path) -> None:
    shutil.copyfile(remembered.at("corpus.db"), tmp_path / "corpus.db")
    again = corpus.ingest(
        model=remembered.at("topics.npz"), index=remembered.at("index.npz"), database=tmp_path / "corpus.db",
        report=tmp_path / "ingest.json", people=1,
    )  # fmt: skip
    assert (again["records"], again["embedded"] + again["reused"]) == (ONE, 0)


def test_a_stranger_gets_the_guide_for_every_smoke_query(remembered: Remembered, tmp_path: Path) -> None:
    answered = corpus.smoke(
        model=remembered.at("topics.npz"), database=remembered.at("corpus.db"), report=tmp_path / "smoke.json"
    )
    answers = json.loads((tmp_path / "smoke.json").read_text(encoding="utf-8"))
    assert answered["queries"] == len(answers) == answered["answered"] + answered["unanswered"]
    assert answered["unanswered"] == 0
    assert answered["first"] == sum(answer["hits"][0] == answer["expected"] for answer in answers)
    assert {hit.split("-")[0] for answer in answers for hit in answer["hits"]} == {"guide"}


def test_only_what_changed_is_indexed_again(remembered: Remembered, tmp_path: Path) -> None:
    before = remembered.at("corpus.db").read_bytes()
    counts = corpus.reindex(
        model=remembered.at("topics.npz"), database=remembered.at("corpus.db"), scratch=tmp_path / "scratch.db",
        report=tmp_path / "reindex.json", share=0.02,
    )  # fmt: skip
    assert counts["changed"] == counts["deleted"] == counts["embedded"] == round(ONE * 0.02)
    assert counts["records"] == ONE - counts["deleted"]
    assert counts["embedded_share"] == round(counts["embedded"] / counts["records"], 4)
    assert (counts["orphans"], counts["needless"]) == (0, 0)
    assert (counts["new_text_missed"], counts["old_text_found"]) == (0, 0)
    assert remembered.at("corpus.db").read_bytes() == before


def test_accuracy_is_told_by_kind_and_beside_simpler_methods(remembered: Remembered, tmp_path: Path) -> None:
    evaluated = corpus.evaluate(
        model=remembered.at("topics.npz"), database=remembered.at("corpus.db"), report=tmp_path / "accuracy.json",
        people=1,
    )  # fmt: skip
    assert evaluated["users"] == 1
    assert evaluated["queries"] > 50
    assert min(evaluated["single"], evaluated["multi"]) <= evaluated["accuracy"] <= 1
    assert evaluated["accuracy"] > evaluated["bm25"]
    report = json.loads((tmp_path / "accuracy.json").read_text(encoding="utf-8"))
    assert report["accuracy"] == evaluated["accuracy"]
    assert report["simpler_methods"]["bm25"] == evaluated["bm25"]


def test_latency_is_measured_on_a_grown_store_and_tuning_changes_no_answer(
    remembered: Remembered, tmp_path: Path
) -> None:
    measured = replay.measure(
        model=remembered.at("topics.npz"), database=remembered.at("corpus.db"), sessions=remembered.at("sessions.db"),
        scratch=tmp_path / "scratch.db", report=tmp_path / "latency.json", queries_asked=5, copies=2,
    )  # fmt: skip
    assert (measured["queries"], measured["different"]) == (5, 0)
    assert measured["records"] == 2 * ONE - len(guide())
    assert 0 < measured["p50_ms"] <= measured["p95_ms"]
    assert json.loads((tmp_path / "latency.json").read_text(encoding="utf-8")) == measured


def test_facts_survive_restarts_and_reach_nobody_who_may_not_know(remembered: Remembered, tmp_path: Path) -> None:
    def replayed(budget: int) -> replay.Replayed:
        return replay.replay(
            model=remembered.at("topics.npz"), database=tmp_path / "replay.db", report=tmp_path / "replay.json",
            budget=budget, people=1, most_queries=20,
        )  # fmt: skip

    wide = replayed(4000)
    assert wide["sessions"] == wide["restarts"] == len({record.session for record in turns("test", 1)})
    assert wide["retention"] == round(wide["kept"] / wide["facts"], 4) > 0.8
    assert wide["retention_at_half"] <= wide["retention"]
    assert (wide["leaks"], wide["shared"] > 0.8) == (0, True)
    assert wide["context_characters"] <= 4000
    assert json.loads((tmp_path / "replay.json").read_text(encoding="utf-8"))["kept"] == wide["kept"]
    assert replayed(60)["retention"] < wide["retention"]


def test_a_store_that_shows_everything_to_everybody_is_counted_as_leaks(
    remembered: Remembered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "_strangers", lambda caller: (caller, caller))
    counts = replay.replay(
        model=remembered.at("topics.npz"),
        database=tmp_path / "replay.db",
        report=tmp_path / "replay.json",
        people=1,
        most_queries=10,
    )
    assert counts["leaks"] == 2 * counts["kept"]

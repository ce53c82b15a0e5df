"""The memory's benchmarks on made-up conversations of the public data's shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.hal.memory.embedding import OfflineEmbedder
from tests.bench.hal import memory, retention, retrieval
from tests.bench.hal.folder import BadFolder

EMBEDDER = OfflineEmbedder(spelling=32)
FACTS = ("sailed to Norway", "adopted a puppy", "painted the fence", "lost the keys", "baked a cake", "met a senator")


def write_folder(folder: Path, conversations: int = 2) -> Path:
    turns, questions = [], []
    for name in (f"c{number}" for number in range(conversations)):
        for number, fact in enumerate(FACTS * 3):
            place, speaker = f"D{1 + number // 6}:{number % 6 + 1}", ("Ada", "Bea")[number % 2]
            date = f"1:5{number // 6} pm on 8 May, 2023"
            text = f"I {fact} in round {number}."
            turns.append(
                {"conv": name, "id": place, "session": 1 + number // 6, "date": date, "speaker": speaker, "text": text}
            )
        for number, fact in enumerate(FACTS):
            questions.append(
                {
                    "conv": name,
                    "q": number,
                    "question": f"Who {fact}?",
                    "category": 1 + number % 5,
                    "evidence": [f"D1:{number + 1}"],
                }
            )
        questions.append({"conv": name, "q": 99, "question": "Nothing?", "category": 5, "evidence": []})
    for file, rows in ((memory.TURNS, turns), (memory.QUESTIONS, questions)):
        (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (memory, retrieval):
        monkeypatch.setattr(module, "best_embedder", lambda: EMBEDDER)


def test_each_conversation_is_asked_with_a_ranker_of_the_others(tmp_path: Path) -> None:
    report = memory.measure(write_folder(tmp_path))
    recall = report.figures[0]
    assert (recall.what, recall.n, recall.least, recall.aim) == ("LoCoMo evidence recall at 10", 12, 78, 88)
    assert recall.value > 50
    assert [row[0] for row in report.tables[0].rows] == ["c0", "c1"]
    assert {row[0] for row in report.tables[1].rows} == set(memory.KINDS.values())
    assert "offline-32" in report.notes[0]


def test_one_conversation_has_no_others_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="at least two conversations"):
        memory.measure(write_folder(tmp_path, conversations=1))


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        (
            memory.QUESTIONS,
            {"conv": "c9", "question": "?", "category": 1, "evidence": []},
            "conversation c9 has no turns",
        ),
        (
            memory.QUESTIONS,
            {"conv": "c0", "question": "?", "category": 1, "evidence": ["D9:9"]},
            "D9:9 is no turn of c0",
        ),
        (
            memory.TURNS,
            {"conv": "c0", "id": "x", "session": 9, "date": "noon", "speaker": "Ada", "text": "x"},
            "conversation c0: time data 'noon'",
        ),
    ],
)
def test_rows_that_do_not_fit_together_are_named(tmp_path: Path, file: str, row: dict[str, object], told: str) -> None:
    path = write_folder(tmp_path) / file
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(BadFolder, match=told):
        memory.measure(tmp_path)


def test_retention_counts_cases_after_restarts(tmp_path: Path) -> None:
    report = retention.measure(write_folder(tmp_path), count=20)
    assert [(figure.value, figure.n, figure.verdict) for figure in report.figures[:2]] == [
        (100, 20, "met"),
        (0, 20, "met"),
    ]


def test_retrieval_is_measured_in_small_and_large_scopes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "SCOPE", 60)
    report = retrieval.measure(write_folder(tmp_path), large=200)
    assert [figure.what for figure in report.figures[:3]] == [
        "one scope of 60, p95",
        "the same in a store of 200, p95",
        "one scope of 140, p95",
    ]
    found = next(figure for figure in report.figures if figure.what.startswith("approximate index"))
    assert found.value > 50

"""HAL's memory on LoCoMo: `python -m tests.bench.hal.memory FOLDER [--json FILE]`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from automation.hal.memory.embedding import Embedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.recall.evidence import FEATURES
from automation.hal.memory.recall.questions import read
from automation.hal.memory.recall.ranker import Example, LearnedRanker, fit
from automation.hal.memory.recall.search import RecallSearch
from automation.hal.memory.recall.training import shipped_ranker
from automation.hal.memory.records import Caller, MemoryRecord, utc
from automation.hal.memory.sentences import best_embedder
from automation.hal.memory.store import MemoryStore
from tests.bench.hal.command import main
from tests.bench.hal.figures import Figure, Report, by_source, latency, share
from tests.bench.hal.folder import BadFolder, digest, read_rows
from tests.bench.hal.meter import peak_memory, seconds, timed

TURNS, QUESTIONS = "memory_turns.jsonl", "memory_qa.jsonl"
ASKED_AT = "2030-01-01T00:00:00+00:00"
_TURN = {"conv": str, "id": str, "session": int, "date": str, "speaker": str, "text": str}
_QUESTION = {"conv": str, "question": str, "category": int, "evidence": list}


class Turn(NamedTuple):
    """One line of a conversation."""

    id: str
    session: int
    date: str
    speaker: str
    text: str


class Asked(NamedTuple):
    """A question with the turns that hold its answer."""

    text: str
    category: int
    evidence: tuple[str, ...]


class Conversation(NamedTuple):
    """All turns in order, and the questions that have evidence among them."""

    name: str
    turns: tuple[Turn, ...]
    questions: tuple[Asked, ...]


def conversations(folder: Path) -> list[Conversation]:
    """The conversations of a folder. Raises `BadFolder` for rows that do not fit together."""
    turns: dict[str, list[Turn]] = {}
    for row in read_rows(folder, TURNS, _TURN):
        turn = Turn(str(row["id"]), int(str(row["session"])), *(str(row[key]) for key in ("date", "speaker", "text")))
        turns.setdefault(str(row["conv"]), []).append(turn)
    questions: dict[str, list[Asked]] = {name: [] for name in turns}
    for number, row in enumerate(read_rows(folder, QUESTIONS, _QUESTION), 1):
        name, evidence = str(row["conv"]), row["evidence"]
        if name not in turns:
            raise BadFolder(f"{folder / QUESTIONS}, row {number}: conversation {name} has no turns in {TURNS}")
        known = {turn.id for turn in turns[name]}
        wanted = tuple(dict.fromkeys(str(one) for one in evidence)) if isinstance(evidence, list) else ()
        if lost := [one for one in wanted if one not in known]:
            raise BadFolder(f"{folder / QUESTIONS}, row {number}: evidence {lost[0]} is no turn of {name}")
        if wanted:
            questions[name].append(Asked(str(row["question"]), int(str(row["category"])), wanted))
    return [Conversation(name, tuple(said), tuple(questions[name])) for name, said in turns.items()]


AT_MOST = (10, 20)
KINDS = {1: "multi-hop", 2: "temporal", 3: "open", 4: "single-hop", 5: "adversarial"}


class Answered(NamedTuple):
    """What a question got: the share of its evidence among the best 10, whether any is among the best 20."""

    conversation: str
    category: int
    recall: float
    any_hit: float
    milliseconds: float


def said_at(date: str, place: int) -> str:
    """`1:56 pm on 8 May, 2023` as the store writes times, a second later for each turn before."""
    moment = datetime.strptime(date, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    return utc(moment + timedelta(seconds=place))


def records_of(conversation: Conversation) -> list[MemoryRecord]:
    """The turns as one user's memories: another conversation is another tenant's."""
    try:
        moments = [said_at(turn.date, place) for place, turn in enumerate(conversation.turns)]
    except ValueError as error:
        raise BadFolder(f"{TURNS}, conversation {conversation.name}: {error}") from None
    return [
        MemoryRecord(
            tenant=conversation.name, id=turn.id, scope="user", user="reader", session=str(turn.session),
            text=turn.text, speaker=turn.speaker, created_at=moment, updated_at=moment,
        )
        for turn, moment in zip(conversation.turns, moments, strict=True)
    ]  # fmt: skip


def caller_of(conversation: Conversation) -> Caller:
    """Whoever asks about the conversation, in a session that comes after all of it."""
    return Caller(tenant=conversation.name, user="reader", session="afterwards")


def examples_of(search: RecallSearch, embedder: Embedder, conversation: Conversation) -> list[Example]:
    """What a ranker learns from: the evidence table of every question, and which turns were right."""
    passages = search.passages(caller_of(conversation), ASKED_AT)
    asked = [read(question.text, passages.speakers) for question in conversation.questions]
    ids = np.array([record.id for record in passages.records])
    vectors = embedder.embed([one.bare for one in asked])
    found = [search.evidence(passages, one, vector) for one, vector in zip(asked, vectors, strict=True)]
    return [
        Example(one.table, np.isin(ids[one.rows], question.evidence))
        for one, question in zip(found, conversation.questions, strict=True)
    ]


def answers_of(search: RecallSearch, conversation: Conversation) -> list[Answered]:
    """Asks every question through the product's own search."""
    caller = caller_of(conversation)
    search.passages(caller, ASKED_AT)
    answers = []
    for question in conversation.questions:
        hits, spent = timed(partial(search.search, caller, question.text, max(AT_MOST), ASKED_AT))
        ids = [hit.record.id for hit in hits]
        found = [one in ids[: AT_MOST[0]] for one in question.evidence]
        hit = float(any(one in ids[: AT_MOST[1]] for one in question.evidence))
        answers.append(Answered(conversation.name, question.category, float(np.mean(found)), hit, 1000 * spent))
    return answers


def left_out(store: MemoryStore, embedder: Embedder, given: Sequence[Conversation]) -> list[Answered]:
    """Each conversation's questions, answered by a ranker that learnt from the other conversations alone."""
    learning = RecallSearch(store, embedder, LearnedRanker((0.0,) * len(FEATURES)))
    examples = {one.name: examples_of(learning, embedder, one) for one in given}
    answers: list[Answered] = []
    for one in given:
        others = [example for name, part in examples.items() if name != one.name for example in part]
        answers += answers_of(RecallSearch(store, embedder, fit(others)), one)
    return answers


def figures_of(answers: Sequence[Answered]) -> tuple[Figure, ...]:
    """The figures with their targets."""
    return (
        share("LoCoMo evidence recall at 10", [one.recall for one in answers], 78, 88),
        share("LoCoMo any evidence in 20", [one.any_hit for one in answers], 90, 95),
        latency("a question, embedding included, p95", [one.milliseconds for one in answers], 50, 10),
    )


def shipped_figures(answers: Sequence[Answered]) -> tuple[Figure, ...]:
    """The same for the ranker that is shipped, which learnt from the project's own conversations alone."""
    return (
        share("shipped ranker: recall at 10", [one.recall for one in answers]),
        share("shipped ranker: any evidence in 20", [one.any_hit for one in answers]),
    )


def measure(folder: Path) -> Report:
    """The report on a folder of at least two conversations."""
    given = conversations(folder)
    if len(given) < 2:
        raise BadFolder(f"{folder / TURNS} holds {len(given)} conversation: give at least two conversations")
    embedder = best_embedder()
    with TemporaryDirectory() as scratch, MemoryStore(Path(scratch) / "memory.db") as store:
        store.put([record for one in given for record in records_of(one)])
        _, built = timed(lambda: refresh(store, embedder))
        shipped = [
            one for part in given for one in answers_of(RecallSearch(store, embedder, shipped_ranker(embedder)), part)
        ]
        memory = peak_memory("peak memory, indexed and asked", 300)
        answers = left_out(store, embedder, given)
    median = float(np.median([one.milliseconds for one in answers]))
    recalls = [one.recall for one in answers]
    return Report(
        component="Memory: LoCoMo, trained on the other conversations",
        data=f"{TURNS}, {QUESTIONS}",
        data_hash=digest(folder, [TURNS, QUESTIONS]),
        figures=(
            *figures_of(answers),
            *shipped_figures(shipped),
            Figure("a question, embedding included, p50", median, None, len(answers), "ms", lower_is_better=True),
            seconds(f"embedding {sum(len(one.turns) for one in given):,} turns", built),
            memory,
        ),
        tables=(
            by_source("By conversation", [one.conversation for one in answers], recalls, "recall at 10, %"),
            by_source("By kind", [KINDS.get(one.category, "other") for one in answers], recalls, "recall at 10, %"),
        ),
        notes=(f"Embedder: {embedder.name}.",),
    )


if __name__ == "__main__":
    raise SystemExit(main("memory", measure))

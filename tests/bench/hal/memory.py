"""HAL's memory on LoCoMo: `python -m tests.bench.hal.memory FOLDER [--json FILE]`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.bench.hal.folder import BadFolder, read_rows

TURNS, QUESTIONS = "memory_turns.jsonl", "memory_qa.jsonl"
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

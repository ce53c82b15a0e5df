"""The shipped conversations, queries and guide, as records and labelled questions."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from automation.hal.memory.generator import QueryRow, Split, TurnRow
from automation.hal.memory.records import Caller, MemoryRecord, Scope
from automation.hal.memory.text import terms
from automation.hal.memory.topics import TopicModel, fit_topics

GUIDE_TENANT = "hal"
_GUIDE_TIME = "2025-01-01T00:00:00+00:00"
ASKED_AT = "2025-09-08T09:00:00+00:00"
EVERYBODY = 10_000


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """A question, who asks it (in a new session), and the ids of the turns that answer it."""

    id: str
    kind: str
    text: str
    caller: Caller
    evidence: tuple[str, ...]


def turns(split: Split, people: int = EVERYBODY) -> list[MemoryRecord]:
    """All turns of the first ``people`` conversations of a split, in the order of its file."""
    return list(_turns(split, people))


def queries(split: Split, people: int = EVERYBODY) -> list[LabelledQuery]:
    """All labelled queries about the first ``people`` conversations of a split."""
    return list(_queries(split, people))


def caller_of(row: TurnRow) -> Caller:
    """The user of a conversation, in a session that has not taken place yet."""
    return Caller(
        tenant=row["tenant"],
        user=row["user"],
        session=f"{row['conversation']}-next",
        projects=frozenset({row["project"]}),
    )


def guide() -> list[MemoryRecord]:
    """The sections of the shipped memory guide, each a document in the global scope."""
    text = (files("automation.hal") / "data" / "memory-guide.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)\n([\s\S]*?)(?=^## |\Z)", text, re.MULTILINE)
    return [
        MemoryRecord(
            tenant=GUIDE_TENANT, id="guide-" + re.sub(r"\W+", "-", title.lower()).strip("-"), scope="global",
            text=f"{title}. {' '.join(body.split())}", created_at=_GUIDE_TIME, updated_at=_GUIDE_TIME,
            kind="document", speaker="guide",
        )
        for title, body in sections
    ]  # fmt: skip


def background_topics(leaving_out: frozenset[str] = frozenset(), people: int = EVERYBODY) -> TopicModel:
    """The topic model fitted on the first dev conversations, session by session, without those of some users."""
    sessions: dict[str, list[list[str]]] = {}
    for record in turns("dev", people):
        if record.user in leaving_out:
            continue
        sessions.setdefault(str(record.session), []).append(terms(record.text))
    return fit_topics(list(sessions.values()))


def data_rows(name: str) -> list[dict[str, object]]:
    """The rows of a shipped JSONL file of this part."""
    return cast("list[dict[str, object]]", list(_rows(name)))


# What is shipped does not change while a process lives: it is read and checked once.
@cache
def _turns(split: Split, people: int) -> tuple[MemoryRecord, ...]:
    return tuple(_record(row) for row in _said(split, people))


@cache
def _queries(split: Split, people: int) -> tuple[LabelledQuery, ...]:
    callers = {row["conversation"]: caller_of(row) for row in _said(split, people)}
    asked = [cast("QueryRow", row) for row in _rows(f"queries-{split}.jsonl")]
    return tuple(
        LabelledQuery(row["id"], row["kind"], row["query"], callers[row["conversation"]], tuple(row["evidence"]))
        for row in asked
        if row["conversation"] in callers
    )


def _said(split: Split, people: int) -> list[TurnRow]:
    rows = [cast("TurnRow", row) for row in _rows(f"conversations-{split}.jsonl")]
    first = set(list(dict.fromkeys(row["conversation"] for row in rows))[:people])
    return [row for row in rows if row["conversation"] in first]


def _rows(name: str) -> Sequence[dict[str, str]]:
    text = (files("automation.hal") / "data" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _record(row: TurnRow) -> MemoryRecord:
    scope: Scope = "project" if row["scope"] == "project" else "user"
    return MemoryRecord(
        tenant=row["tenant"], id=row["id"], scope=scope, text=row["text"], created_at=row["at"], updated_at=row["at"],
        user=row["user"], session=f"{row['conversation']}-s{row['session']}", project=row["project"],
        kind="turn", speaker=row["speaker"],
    )  # fmt: skip

"""The turns of one scope, prepared: everything that does not depend on the question is worked out once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.recall.postings import Postings, Rows, Scores
from automation.hal.memory.recall.questions import MONTHS
from automation.hal.memory.records import MemoryRecord
from automation.hal.memory.traits import Traits, held

_MOMENT = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|(?:last|next|this) \w+|ago|recently|just|weeks?|months?|years?"
    rf"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|20[0-9]{{2}}|{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Rows of the turns before and after in the same session, -1 for none, and where each session starts."""

    before: Rows
    after: Rows
    session: Rows
    starts: Rows


class Passages:
    """One scope's turns in order of time, with their terms and unit vectors; all in the same order, one row a turn."""

    def __init__(self, records: Sequence[MemoryRecord], documents: Sequence[Sequence[str]], vectors: Vectors) -> None:
        self.records, self.documents, self.vectors = records, documents, vectors
        self.near = _neighbours(records)
        self.speakers = tuple(sorted({record.speaker for record in records} - {"user", "assistant"}))
        before = [documents[row] if row >= 0 else () for row in self.near.before]
        after = [documents[row] if row >= 0 else () for row in self.near.after]
        self.alone = Postings(documents)
        self.with_before = Postings([[*one, *two] for one, two in zip(before, documents, strict=True)])
        self.with_after = Postings([[*one, *two] for one, two in zip(documents, after, strict=True)])
        self.with_both = Postings([[*a, *b, *c] for a, b, c in zip(before, documents, after, strict=True)])
        self.sessions = Postings(self._by_session())
        self.dated = Postings([
            [*document, *_date_words(record), record.speaker.lower()]
            for record, document in zip(records, documents, strict=True)
        ])  # fmt: skip

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def context(self) -> Vectors:
        """Vectors of the turn leaning towards the one before: a second embedding of both texts was no better."""
        return _units(self.vectors + np.float32(0.6) * self._moved(self.near.before))

    @cached_property
    def surroundings(self) -> Vectors:
        """The same with the turn after as well."""
        both = np.float32(0.5) * self._moved(self.near.before) + np.float32(0.4) * self._moved(self.near.after)
        return _units(self.vectors + both)

    @cached_property
    def speaker_row(self) -> Rows:
        """The number of each turn's speaker among ``speakers``, -1 for none of them."""
        numbers = {name: number for number, name in enumerate(self.speakers)}
        return np.array([numbers.get(record.speaker, -1) for record in self.records], dtype=np.int64)

    @cached_property
    def plain(self) -> NDArray[np.float64]:
        """Columns that no question changes: ``PLAIN`` in ``evidence`` names them."""
        texts = [record.text for record in self.records]
        asks = np.array([text.rstrip().endswith("?") for text in texts], dtype=np.float64)
        length = np.log1p([len(document) for document in self.documents])
        place = np.arange(len(texts)) - self.near.starts
        return np.column_stack([
            asks, beside(asks, self.near.before), np.array(["?" in text for text in texts], dtype=np.float64),
            length, length**2 / 3, beside(length, self.near.before), self.moment, np.exp(-place / 2),
            self.near.after < 0, self.traits,
        ])  # fmt: skip

    @cached_property
    def moment(self) -> Scores:
        """Whether the turn tells a time."""
        return np.array([float(bool(_MOMENT.search(record.text))) for record in self.records])

    @cached_property
    def traits(self) -> Traits:
        """What kinds of answer each turn could hold."""
        return np.array([held(record.text) for record in self.records], dtype=np.float64)

    @cached_property
    def days(self) -> Rows:
        """Year, month and day on which each turn was said, one row a turn."""
        said = [datetime.fromisoformat(record.created_at) for record in self.records]
        return np.array([(moment.year, moment.month, moment.day) for moment in said], dtype=np.int64)

    def mentions(self, name: str) -> Scores:
        """Whether the turn's text names this speaker."""
        if name not in self._mentioned:
            low = name.lower()
            self._mentioned[name] = np.array([float(low in record.text.lower()) for record in self.records])
        return self._mentioned[name]

    @cached_property
    def _mentioned(self) -> dict[str, Scores]:
        return {}

    def _moved(self, rows: Rows) -> Vectors:
        return np.where((rows >= 0)[:, None], self.vectors[rows], np.float32(0))

    def _by_session(self) -> list[list[str]]:
        gathered: list[list[str]] = [[] for _ in range(int(self.near.session.max(initial=-1)) + 1)]
        for number, document in zip(self.near.session, self.documents, strict=True):
            gathered[int(number)].extend(document)
        return gathered


def beside(values: Scores, rows: Rows) -> Scores:
    """The value at each neighbour's row; 0 where there is none."""
    return np.where(rows >= 0, values[rows], 0.0)


def _units(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, np.float32(1e-9)), dtype=np.float32)


def _date_words(record: MemoryRecord) -> tuple[str, ...]:
    said = datetime.fromisoformat(record.created_at)
    return (str(said.day), MONTHS[said.month - 1], str(said.year))


def _neighbours(records: Sequence[MemoryRecord]) -> Neighbours:
    """Only turns of one session that the same callers may see are neighbours: a private one lifts no other."""
    count = len(records)
    before, after = (np.full(count, -1, dtype=np.int64) for _ in range(2))
    session, starts = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    numbers: dict[tuple[str, ...], int] = {}
    last: dict[tuple[str, ...], tuple[int, int]] = {}
    for row, record in enumerate(records):
        own = record.session if record.session is not None else f"\0{record.id}"
        place = (record.tenant, record.user or "", own, record.scope, record.project or "")
        session[row] = numbers.setdefault(place, len(numbers))
        previous, spoken = last.get(place, (-1, 0))
        if previous >= 0:
            before[row], after[previous] = previous, row
        starts[row] = row - spoken
        last[place] = (row, spoken + 1)
    return Neighbours(before, after, session, starts)

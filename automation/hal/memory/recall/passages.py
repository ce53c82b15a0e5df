"""The turns of one scope, prepared: everything that does not depend on the question is worked out once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.recall.nearest import Nearest
from automation.hal.memory.recall.postings import Postings, Rows, Scores
from automation.hal.memory.recall.questions import MONTHS
from automation.hal.memory.records import MemoryRecord
from automation.hal.memory.traits import Traits, held

# How much of its neighbours' meaning a turn takes on. Embedding the texts together was no better, and twice the work.
CONTEXT, BEFORE, AFTER = np.float32(0.6), np.float32(0.5), np.float32(0.4)
_AT_ONCE = 4096
# Whether a text tells a time, and which kinds of answer it could hold.
Marks = tuple[float, ...]
NO_MARKS: Mapping[str, Marks] = {}
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
    """One scope's turns in order of time, with their terms and unit vectors; all in the same order, one row a turn.

    ``known`` are the ``marks`` of an index that this one takes the place of: what it holds need not be found again.
    """

    def __init__(
        self,
        records: Sequence[MemoryRecord],
        documents: Sequence[Sequence[str]],
        vectors: Vectors,
        known: Mapping[str, Marks] = NO_MARKS,
    ) -> None:
        # Not in a cache of the module: the words of a deleted record must not outlive the index.
        self.marks = {one.text: known[one.text] if one.text in known else _marks(one.text) for one in records}
        self.records, self.documents = records, documents
        self.near = _neighbours(records)
        self.nearest = Nearest(vectors)
        self.speakers = tuple(sorted({record.speaker for record in records} - {"user", "assistant"}))
        before, after = self.near.before, self.near.after
        self.alone = Postings(documents)
        # What is said in a turn counts for the one after it, where a turn is read with the one before.
        self.with_before = self.alone.window(after)
        self.with_after = self.alone.window(before)
        self.with_both = self.alone.window(after, before)
        self.circumstances = Postings([[*_date_words(record), record.speaker.lower()] for record in records])
        self.sessions = Postings(self._by_session())
        # Lengths of the context's vectors: a turn's leaning towards the one before, and towards both beside it.
        self.context_length, self.surroundings_length = _lengths(vectors, before, after)

    def __len__(self) -> int:
        return len(self.records)

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
        return np.array([self.marks[record.text][0] for record in self.records], dtype=np.float64)

    @cached_property
    def traits(self) -> Traits:
        """What kinds of answer each turn could hold."""
        return np.array([self.marks[record.text][1:] for record in self.records], dtype=np.float64)

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

    def _by_session(self) -> list[list[str]]:
        gathered: list[list[str]] = [[] for _ in range(int(self.near.session.max(initial=-1)) + 1)]
        for number, document in zip(self.near.session, self.documents, strict=True):
            gathered[int(number)].extend(document)
        return gathered


def beside(values: Scores, rows: Rows) -> Scores:
    """The value at each neighbour's row; 0 where there is none."""
    return np.where(rows >= 0, values[rows], 0.0)


def _marks(text: str) -> Marks:
    return (float(bool(_MOMENT.search(text))), *(float(one) for one in held(text)))


def _lengths(vectors: Vectors, before: Rows, after: Rows) -> tuple[Scores, Scores]:
    """Length of each turn's vector with a share of the one before, and with shares of both."""
    context, surroundings = np.ones(len(vectors)), np.ones(len(vectors))
    for start in range(0, len(vectors), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        own, previous, following = vectors[rows], _of(vectors, before[rows]), _of(vectors, after[rows])
        context[rows] = np.linalg.norm(own + CONTEXT * previous, axis=1)
        surroundings[rows] = np.linalg.norm(own + BEFORE * previous + AFTER * following, axis=1)
    return np.maximum(context, 1e-9), np.maximum(surroundings, 1e-9)


def _of(vectors: Vectors, rows: Rows) -> Vectors:
    return np.where((rows >= 0)[:, None], vectors[rows], np.float32(0))


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

"""How much speaks for each turn as an answer: one row a turn, one column a kind of evidence."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.recall.passages import AFTER, BEFORE, CONTEXT, Passages, beside
from automation.hal.memory.recall.postings import Rows, Scores
from automation.hal.memory.recall.questions import KINDS, Asked
from automation.hal.memory.traits import KINDS as ANSWERS

Table = NDArray[np.float64]

PLAIN: Final = (
    "asks", "before asks", "holds a question", "length", "length squared", "length before", "tells a time",
    "early in session", "last in session", *(f"holds {kind}" for kind in ANSWERS),
)  # fmt: skip
_MATCHES: Final = (
    "bm25", "bm25 with before", "bm25 with after", "bm25 with both", "bm25 with date", "bm25 of session", "meaning",
    "meaning in context", "meaning in surroundings", "best meaning in session",
)  # fmt: skip
_COMBINED: Final = (
    "larger", "smaller", "before", "after", "two before", "two after", "meaning before", "meaning after",
    "words before", "words after", "feedback words", "like the best two", "feedback meaning", "behind the best",
    "best of session", "behind session's best", "good ones in session",
)  # fmt: skip
_RANKS: Final = ("rank by words", "rank by meaning", "rank by words with before", "rank by meaning in context")
_COVERAGE: Final = ("coverage", "rare coverage", "rarest term")
_SPEAKERS: Final = ("asked speaker", "other speaker", "mentions asked speaker")
_DATES: Final = ("asked month", "asked year", "asked day", "other month", "asks when, tells a time")
_KIND_OF: Final = ("bm25", "meaning", "bm25 with before", "meaning in context")
FEATURES: Final = (
    *_MATCHES, *_COMBINED, *_RANKS, *_COVERAGE, *_SPEAKERS, *_DATES, *(f"asks {kind}, holds it" for kind in ANSWERS),
    *PLAIN, *(f"{match}, asked {kind}" for kind in KINDS for match in _KIND_OF),
)  # fmt: skip

# The columns whose sum is the best that needs no training.
MAIN: Final = tuple(FEATURES.index(name) for name in _KIND_OF)

_FEEDBACK = 4
_GOOD = 20
_FEEDBACK_SHARE = np.float32(0.5)


# Up to so many turns each gets its evidence; of more only the most promising, and those beside them.
_LARGE, _PROMISING = 2000, 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows that were looked at (all, but in a very large scope) and the table of ``FEATURES``, one row for each."""

    rows: Rows
    table: Table


def evidence(passages: Passages, asked: Asked, vector: Vectors) -> Evidence:
    """The evidence for the question whose ``bare`` text has this unit vector. At least one passage."""
    found = _Matches(passages, asked, vector)
    columns = [
        *(found[name] for name in _MATCHES),
        *_combined(passages, asked, vector, found),
        *(-np.log1p(_ranks(found.whole[name], found.rows)) for name in _KIND_OF),
        *_of_turns(passages, asked, found.rows),
        *(kind * found[name] for kind in asked.kinds for name in _KIND_OF),
    ]
    return Evidence(found.rows, np.column_stack(columns))


def _of_turns(passages: Passages, asked: Asked, rows: Rows) -> list[Scores]:
    """What does not depend on any match."""
    coverage, speakers, dates = (part(passages, asked, rows) for part in (_coverage, _speakers, _dates))
    return [*coverage, *speakers, *dates, *(passages.traits[rows] * asked.wants).T, *passages.plain[rows].T]


class _Matches:
    """Each match as a z-score over the whole scope, and which rows are looked at further."""

    def __init__(self, passages: Passages, asked: Asked, vector: Vectors) -> None:
        near, like = passages.near, passages.nearest.likeness(vector)
        spread = like.spread + 1e-9
        meaning = like.cosines
        before, after = beside(meaning, near.before), beside(meaning, near.after)
        context = (meaning + CONTEXT * before) / passages.context_length
        surroundings = (meaning + BEFORE * before + AFTER * after) / passages.surroundings_length
        words = passages.alone.scores(asked.terms)
        dated = passages.alone.scores(asked.all_terms) + passages.circumstances.scores(asked.all_terms)
        raw = (
            words, passages.with_before.scores(asked.terms), passages.with_after.scores(asked.terms),
            passages.with_both.scores(asked.terms), dated, passages.sessions.scores(asked.terms)[near.session],
        )  # fmt: skip
        scaled = [_z(values) for values in raw]
        meant = [
            (meaning - like.mean) / spread,
            _z(context),
            _z(surroundings),
            _z(_best_of_session(meaning, near.session)),
        ]
        self.whole = dict(zip(_MATCHES, [*scaled, *meant], strict=True))
        self.base = self.whole["bm25"] + self.whole["meaning"]
        self.total = self.base + self.whole["bm25 with before"] + self.whole["meaning in context"]
        self.rows = _promising(passages, self.total)

    def __getitem__(self, name: str) -> Scores:
        return np.asarray(self.whole[name][self.rows], dtype=np.float64)


def _promising(passages: Passages, total: Scores) -> Rows:
    if len(total) <= _LARGE:
        return np.arange(len(total))
    best = np.argpartition(-total, _PROMISING)[:_PROMISING]
    around = np.concatenate([best, passages.near.before[best], passages.near.after[best]])
    return np.unique(around[around >= 0])


def _combined(passages: Passages, asked: Asked, vector: Vectors, found: _Matches) -> list[Scores]:
    rows, total, session = found.rows, found.total, passages.near.session
    words, meaning = found["bm25"], found["meaning"]
    before, after = passages.near.before[rows], passages.near.after[rows]
    good = np.maximum(found.base, 0)
    best = _best_of_session(total, session)
    top = _best(total, _GOOD)
    many = np.bincount(session[top], minlength=int(session.max()) + 1)
    return [
        np.maximum(words, meaning), np.minimum(words, meaning), beside(good, before), beside(good, after),
        beside(good, _twice(passages.near.before, rows)), beside(good, _twice(passages.near.after, rows)),
        beside(found.whole["meaning"], before), beside(found.whole["meaning"], after),
        beside(found.whole["bm25"], before), beside(found.whole["bm25"], after),
        *_feedback(passages, asked, vector, top[:_FEEDBACK], found), (total - total[top[0]])[rows], _z(best)[rows],
        (total - best)[rows], np.log1p(many)[session[rows]],
    ]  # fmt: skip


def _twice(step: Rows, rows: Rows) -> Rows:
    """The neighbour's neighbour, -1 for none."""
    return np.where(step[rows] >= 0, step[step[rows]], -1)


def _feedback(passages: Passages, asked: Asked, vector: Vectors, top: Rows, found: _Matches) -> list[Scores]:
    """Pseudo-relevance feedback: what is like the best few turns, by other words and by meaning (Rocchio 1971)."""
    known, shares = set(asked.terms), dict[str, float]()
    for row in top:
        for term in dict.fromkeys(passages.documents[int(row)]):
            if term not in known:
                shares[term] = shares.get(term, 0.0) + 1 / _FEEDBACK
    best, own = passages.nearest.rows(top), passages.nearest.rows(found.rows)
    # The best is like itself: the second likeness tells of another.
    second = np.sort(own @ best.T, axis=1)[:, -2 if len(top) > 1 else -1]
    moved = vector + _FEEDBACK_SHARE * best.mean(axis=0)
    words = _z(passages.alone.scores(list(shares), shares))[found.rows]
    return [words, _z(second.astype(np.float64)), _z((own @ moved).astype(np.float64))]


def _coverage(passages: Passages, asked: Asked, rows: Rows) -> list[Scores]:
    """Share of the question's terms in each turn, the same weighed by rarity, and the rarity of the rarest."""
    plain, weighed, rarest = (np.zeros(len(passages)) for _ in range(3))
    distinct, whole = dict.fromkeys(asked.terms), 1e-9
    for term in distinct:
        held, rarity = passages.alone.rows_with(term), passages.alone.rarity(term)
        whole += rarity
        plain[held] += 1 / len(distinct)
        weighed[held] += rarity
        rarest[held] = np.maximum(rarest[held], rarity)
    return [plain[rows], weighed[rows] / whole, rarest[rows] / 5]


def _speakers(passages: Passages, asked: Asked, rows: Rows) -> list[Scores]:
    nobody = np.zeros(len(rows))
    named = sorted(asked.speakers)
    said = np.max([passages.mentions(name)[rows] for name in named], axis=0) if named else nobody
    if len(named) != 1:
        return [nobody, nobody, said]
    own = (passages.speaker_row[rows] == passages.speakers.index(named[0])).astype(np.float64)
    return [own, 1 - own, said]


def _dates(passages: Passages, asked: Asked, rows: Rows) -> list[Scores]:
    wanted = (asked.dates.years, asked.dates.months, asked.dates.days)
    year, month, day = (np.isin(column, list(some)) for column, some in zip(passages.days[rows].T, wanted, strict=True))
    other = ~month if asked.dates.months else np.zeros_like(month)
    columns = (month, year, month & day, other)
    moment = asked.kinds[KINDS.index("when")] * passages.moment[rows]
    return [*(column.astype(np.float64) for column in columns), moment]


def _best_of_session(values: Scores, session: Rows) -> Scores:
    best = np.full(int(session.max()) + 1, -np.inf)
    np.maximum.at(best, session, values)
    return best[session]


def _best(values: Scores, count: int) -> Rows:
    """The rows of the largest values, the largest first."""
    if len(values) > _LARGE:
        near = np.argpartition(-values, count)[:count]
        return np.asarray(near[np.argsort(-values[near], kind="stable")], dtype=np.int64)
    return np.argsort(-values, kind="stable")[:count]


def _ranks(values: Scores, rows: Rows) -> Scores:
    """How many turns are better than each of these."""
    ascending = np.sort(values)
    return (len(values) - np.searchsorted(ascending, values[rows], side="right")).astype(np.float64)


def _z(values: Scores) -> Scores:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), dtype=np.float64)

"""How much speaks for each turn as an answer: one row a turn, one column a kind of evidence."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.embedding import Vectors
from automation.hal.memory.recall.passages import Passages, beside
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


@dataclass(frozen=True, slots=True)
class _Matches:
    """Each match as a z-score over the scope."""

    columns: dict[str, Scores]

    def __getitem__(self, name: str) -> Scores:
        return self.columns[name]


def evidence(passages: Passages, asked: Asked, vector: Vectors) -> Table:
    """The table of ``FEATURES`` for the question whose ``bare`` text has this unit vector. At least one passage."""
    found = _matches(passages, asked, vector)
    columns = [
        *(found[name] for name in _MATCHES),
        *_combined(passages, asked, vector, found),
        *(-np.log1p(_ranks(found[name])) for name in _KIND_OF),
        *_coverage(passages, asked),
        *_speakers(passages, asked),
        *_dates(passages, asked),
        *(passages.traits * asked.wants).T,
        *passages.plain.T,
        *(kind * found[name] for kind in asked.kinds for name in _KIND_OF),
    ]
    return np.column_stack(columns)


def _matches(passages: Passages, asked: Asked, vector: Vectors) -> _Matches:
    meaning = _cosines(passages.vectors, vector)
    raw = (
        passages.alone.scores(asked.terms), passages.with_before.scores(asked.terms),
        passages.with_after.scores(asked.terms), passages.with_both.scores(asked.terms),
        passages.dated.scores(asked.all_terms), passages.sessions.scores(asked.terms)[passages.near.session], meaning,
        _cosines(passages.context, vector), _cosines(passages.surroundings, vector),
        _best_of_session(meaning, passages.near.session),
    )  # fmt: skip
    return _Matches({name: _z(values) for name, values in zip(_MATCHES, raw, strict=True)})


def _combined(passages: Passages, asked: Asked, vector: Vectors, found: _Matches) -> list[Scores]:
    words, meaning = found["bm25"], found["meaning"]
    base = words + meaning
    total = base + found["bm25 with before"] + found["meaning in context"]
    before, after, session = passages.near.before, passages.near.after, passages.near.session
    good = np.maximum(base, 0)
    one, other = beside(good, before), beside(good, after)
    best = _best_of_session(total, session)
    top = np.argsort(-total, kind="stable")[:_FEEDBACK]
    many = np.bincount(session[np.argsort(-total, kind="stable")[:_GOOD]], minlength=int(session.max()) + 1)
    return [
        np.maximum(words, meaning), np.minimum(words, meaning), one, other, beside(one, before), beside(other, after),
        beside(meaning, before), beside(meaning, after), beside(words, before), beside(words, after),
        *_feedback(passages, asked, vector, top), total - total.max(), _z(best), total - best,
        np.log1p(many)[session],
    ]  # fmt: skip


def _feedback(passages: Passages, asked: Asked, vector: Vectors, top: Rows) -> list[Scores]:
    """Pseudo-relevance feedback: what is like the best few turns, by other words and by meaning (Rocchio 1971)."""
    known, shares = set(asked.terms), dict[str, float]()
    for row in top:
        for term in dict.fromkeys(passages.documents[int(row)]):
            if term not in known:
                shares[term] = shares.get(term, 0.0) + 1 / _FEEDBACK
    best = passages.vectors[top]
    likeness = passages.vectors @ best.T
    # The best is like itself: the second likeness tells of another.
    second = np.sort(likeness, axis=1)[:, -2 if len(top) > 1 else -1]
    moved = vector + _FEEDBACK_SHARE * best.mean(axis=0)
    return [_z(passages.alone.scores(list(shares), shares)), _z(second), _z(_cosines(passages.vectors, moved))]


def _coverage(passages: Passages, asked: Asked) -> list[Scores]:
    """Share of the question's terms in each turn, the same weighed by rarity, and the rarity of the rarest."""
    plain, weighed, rarest = (np.zeros(len(passages)) for _ in range(3))
    distinct, whole = dict.fromkeys(asked.terms), 1e-9
    for term in distinct:
        rows, rarity = passages.alone.rows_with(term), passages.alone.rarity(term)
        whole += rarity
        plain[rows] += 1 / len(distinct)
        weighed[rows] += rarity
        rarest[rows] = np.maximum(rarest[rows], rarity)
    return [plain, weighed / whole, rarest / 5]


def _speakers(passages: Passages, asked: Asked) -> list[Scores]:
    nobody = np.zeros(len(passages))
    named = sorted(asked.speakers)
    said = np.max([passages.mentions(name) for name in named], axis=0) if named else nobody
    if len(named) != 1:
        return [nobody, nobody, said]
    own = (passages.speaker_row == passages.speakers.index(named[0])).astype(np.float64)
    return [own, 1 - own, said]


def _dates(passages: Passages, asked: Asked) -> list[Scores]:
    year, month, day = (np.isin(column, list(wanted)) for column, wanted in zip(
        passages.days.T, (asked.dates.years, asked.dates.months, asked.dates.days), strict=True
    ))  # fmt: skip
    other = ~month if asked.dates.months else np.zeros_like(month)
    columns = (month, year, month & day, other)
    return [*(column.astype(np.float64) for column in columns), asked.kinds[KINDS.index("when")] * passages.moment]


def _cosines(vectors: Vectors, query: Vectors) -> Scores:
    return np.asarray(vectors @ query, dtype=np.float64)


def _best_of_session(values: Scores, session: Rows) -> Scores:
    best = np.full(int(session.max()) + 1, -np.inf)
    np.maximum.at(best, session, values)
    return best[session]


def _ranks(values: Scores) -> Scores:
    order = np.argsort(-values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    return ranks


def _z(values: Scores) -> Scores:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), dtype=np.float64)

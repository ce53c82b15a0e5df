"""BM25 over visible rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.hal.memory.lexical import LexicalIndex

DOCUMENTS = [["cat", "mat"], ["dog", "mat", "mat"], ["cat", "cat", "cat"], []]


def everything(count: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    return np.ones(count, dtype=np.bool_)


def test_a_score_follows_the_published_formula() -> None:
    index = LexicalIndex([["cat", "mat"], ["dog", "mat"]], k1=1.2, b=0.75)
    scores = index.scores(["cat"], everything(2))
    assert scores == pytest.approx([np.log(1 + 1.5 / 1.5), 0.0])


def test_a_row_without_any_term_of_the_query_scores_nothing() -> None:
    assert LexicalIndex(DOCUMENTS).scores(["dog"], everything(4)).tolist()[2:] == [0.0, 0.0]


def test_an_empty_index_and_an_empty_query_score_nothing() -> None:
    assert LexicalIndex([]).scores(["cat"], everything(0)).tolist() == []
    assert LexicalIndex(DOCUMENTS).scores([], everything(4)).tolist() == [0, 0, 0, 0]
    assert LexicalIndex(DOCUMENTS).scores(["cat"], ~everything(4)).tolist() == [0, 0, 0, 0]
    assert LexicalIndex([[]]).scores(["cat"], everything(1)).tolist() == [0]


def test_rows_with_a_term_are_the_visible_ones() -> None:
    index = LexicalIndex(DOCUMENTS)
    assert index.rows_with("cat", np.array([True, True, False, True])).tolist() == [0]
    assert index.rows_with("unknown", everything(4)).tolist() == []
    assert len(index) == 4


words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=5)


@settings(max_examples=25)
@given(st.lists(words, min_size=1, max_size=6), st.lists(words, max_size=6), words)
def test_hidden_rows_change_no_score_of_a_visible_one(
    shown: list[list[str]], hidden: list[list[str]], query: list[str]
) -> None:
    alone = LexicalIndex(shown).scores(query, everything(len(shown)))
    mask = np.array([True] * len(shown) + [False] * len(hidden))
    together = LexicalIndex([*shown, *hidden]).scores(query, mask)
    assert together[: len(shown)] == pytest.approx(alone)
    assert not together[len(shown) :].any()

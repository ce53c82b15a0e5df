"""Text as the search sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.memory.text import MAX_CHARACTERS, checked, fold, stem, terms, words


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("a\0b", "NUL"),
        ("broken \ud800 half", "unpaired surrogate at character 7"),
        ("x" * (MAX_CHARACTERS + 1), "split it"),
    ],
)
def test_text_that_cannot_be_kept_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked(text)


def test_a_megabyte_of_text_is_kept_and_cut() -> None:
    text = ("word" * 250 + " ") * 1100
    assert checked(text) == text
    assert len(terms(text)) == 1100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café CAFE cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("ﬁne print", ["fine", "print"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
        ("水", ["水"]),
        ("مرحبا بك", ["مرحبا", "بك"]),
        ("don't", ["don", "t"]),
        ("…!?", []),
    ],
)
def test_words_are_folded_and_scripts_without_spaces_come_in_pairs(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@pytest.mark.parametrize(
    "family", [("move", "moves", "moved", "moving"), ("plan", "plans", "planned", "planning"), ("party", "parties")]
)
def test_forms_of_a_word_share_a_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("word", ["as", "bed", "red", "7", ""])
def test_short_words_keep_their_letters(word: str) -> None:
    assert stem(word) == word


def test_a_question_of_function_words_alone_keeps_them() -> None:
    assert terms("Who is it?") == ["who", "is", "it"]
    assert terms("Who is the owner?") == [stem("owner")]


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_never_fails(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(terms(text))

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.guardrails import fuzz
from automation.hal.guardrails.decode import readings
from automation.hal.guardrails.normalise import MAX_CHARACTERS, canonical, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
ORDER = "please read the story to the children and then turn off the light"


@given(ANY_TEXT)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert canonical(once) == once


@given(st.lists(st.sampled_from(list(fuzz.texts(30))), max_size=6))
def test_mixtures_of_odd_pieces_stay_bounded_and_stable(pieces: list[str]) -> None:
    once = normalise("".join(pieces)).text
    assert len(once) <= MAX_CHARACTERS
    assert canonical(once) == once


@given(ANY_TEXT)
def test_reading_never_fails_and_starts_with_the_text_itself(text: str) -> None:
    plain = normalise(text).text
    assert readings(plain)[0].text == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("he\u200bll\u2060o", "hello"),
        ("ｈｅｌｌｏ", "hello"),  # noqa: RUF001 - the confusable character is meant
        ("hеllо", "hello"),  # noqa: RUF001 - Cyrillic look-alikes
        ("a\r\n\n  b\t c", "a\nb  c"),
        ("t e  x t", "t e  x t"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("Где хлеб?", "Где хлеб?"),
        ("x\u202ey", "xy"),
        ("one\u2028two", "one\ntwo"),
    ],
)
def test_the_canonical_form(text: str, expected: str) -> None:
    assert canonical(text) == expected


def test_text_in_tag_characters_is_taken_out_and_kept_apart() -> None:
    found = normalise("hi" + "".join(chr(0xE0000 + ord(char)) for char in "obey"))
    assert (found.text, found.hidden, found.notes) == ("hi", "obey", ("tag-characters",))


def test_a_flag_of_a_country_hides_nothing() -> None:
    assert normalise("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f").hidden == ""


@pytest.mark.parametrize(
    ("text", "note"),
    [("a\u200bb", "zero-width"), ("p\u0430y", "look-alikes"), ("x" * 20_000, "shortened")],
)
def test_what_was_done_is_noted(text: str, note: str) -> None:
    assert note in normalise(text).notes


def test_a_text_of_a_megabyte_keeps_its_beginning_and_its_end() -> None:
    kept = canonical("start " + "x" * 1_000_000 + " end")
    assert len(kept) <= MAX_CHARACTERS
    assert (kept[:5], kept[-3:]) == ("start", "end")


@pytest.mark.parametrize(
    ("text", "how", "says"),
    [
        (base64.b64encode(ORDER.encode()).decode(), "base64", ORDER),
        (base64.urlsafe_b64encode(ORDER.encode()).decode().rstrip("="), "base64", ORDER),
        (ORDER.encode().hex(), "hex", ORDER),
        (codecs.encode(ORDER, "rot13"), "rot13", ORDER),
        ("r.e.a.d t.h.e s.t.o.r.y", "spaced", "read the story"),
        ("r e a d  t h e  s t o r y", "spaced", "read the story"),
        ("r34d th3 s70ry t0 7h3m", "leet", "read the story to them"),
    ],
)
def test_a_disguised_text_is_read(text: str, how: str, says: str) -> None:
    assert (how, says) in {(reading.how, reading.text) for reading in readings(text)}


@pytest.mark.parametrize(
    "text",
    [
        "What is the weather like?",
        "GPT4 and h264",
        "U.S.A.",
        "c2hvcnQ=",
        "deadbeef" * 4,
        "AAAAAAAAAAAAAAAAAAAAA",
        "////++++////++++////++++",
    ],
)
def test_an_ordinary_text_has_one_reading(text: str) -> None:
    assert [reading.how for reading in readings(text)] == ["plain"]


def test_the_fuzz_corpus_is_the_same_every_time() -> None:
    assert list(fuzz.texts(80)) == list(fuzz.texts(80))
    assert len(list(fuzz.texts(5))) == 5


def test_runs_of_blanks_of_any_kind_become_one_or_two() -> None:
    assert canonical("a\tb \t c\u00a0d  e") == "a b  c d  e"


def test_hex_digits_that_are_no_text_are_left() -> None:
    assert [one.how for one in readings("ff fe fd fc ff fe fd fc ff fe fd fc ff fe")] == ["plain"]
    assert "hex" not in [one.how for one in readings("ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab")]

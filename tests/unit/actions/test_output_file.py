"""What a command wrote to $ZTR_OUTPUT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.output_file import parse_outputs


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", {}),
        (b"a=1\n", {"a": "1"}),
        (b"a=1\r\nb=2", {"a": "1", "b": "2"}),
        (b"a=x=y<<z\n", {"a": "x=y<<z"}),
        (b"a=\n", {"a": ""}),
        (b"a=1\na=2\n", {"a": "2"}),
        (b"a<<END\none\ntwo=2\nEND\nb=3\n", {"a": "one\ntwo=2", "b": "3"}),
        (b"a<<END\nEND\n", {"a": ""}),
        (b"a<<E=F\nx\nE=F\n", {"a": "x"}),
        (b"\n \na-b=1\n", {"a-b": "1"}),
        (b"a=\xff\n", {"a": "\ufffd"}),
    ],
)
def test_both_forms_are_read(content: bytes, expected: dict[str, str]) -> None:
    assert parse_outputs(content) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"good=1\nno sign\n", "line 2: 'no sign' has no '='"),
        (b"a b=1\n", "is not a name"),
        (b"=1\n", "is not a name"),
        (b"1a=1\n", "is not a name"),
        (b"a<<END\nnever\n", "'END' is missing"),
    ],
)
def test_what_is_neither_form_is_named_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_outputs(content)


@given(st.text(alphabet=st.characters(blacklist_characters="\r", blacklist_categories=["Cs"])))
def test_any_text_can_be_handed_over_between_delimiters(text: str) -> None:
    end = "END_" + "x" * len(text)
    assert parse_outputs(f"name<<{end}\n{text}\n{end}\n".encode()) == {"name": text}


@given(st.binary(max_size=200))
def test_junk_is_refused_or_read_but_never_breaks(content: bytes) -> None:
    try:
        assert isinstance(parse_outputs(content), dict)
    except ValueError as error:
        assert str(error).startswith("line ")

"""The YAML subset: what it reads, what it refuses and where."""

from __future__ import annotations

import json
import time
from typing import cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from automation.plan import yaml_subset
from automation.plan.model import Json
from automation.plan.yaml_subset import BadYaml, Spot, parse, positions

SCALARS = {
    "no": "no",
    "yes": "yes",
    "on": "on",
    "off": "off",
    "y": "y",
    "017": "017",
    "0o17": "0o17",
    "0x1F": "0x1F",
    "12:30": "12:30",
    "12:30:45": "12:30:45",
    "1_000": "1_000",
    "2025-09-08": "2025-09-08",
    "2025-02-30": "2025-02-30",
    "00": "00",
    "-01": "-01",
    "0": 0,
    "-0": 0,
    "7": 7,
    "+7": 7,
    "-12": -12,
    "0.5": 0.5,
    ".5": 0.5,
    "5.": 5.0,
    "1e3": 1000.0,
    "-1.5E-2": -0.015,
    "999999999999999": 999_999_999_999_999,
    "true": True,
    "True": True,
    "FALSE": False,
    "tRue": "tRue",
    "null": None,
    "~": None,
    "": None,
    "nil": "nil",
    "=": "=",
    ".": ".",
    "-": None,
    "1.2.3": "1.2.3",
    "e5": "e5",
    "'7'": "7",
    '"true"': "true",
    "''": "",
    '"\\u00e9"': "é",
}


def items(data: bytes) -> list[Json]:
    return cast(list[Json], parse(data).value)


@pytest.mark.parametrize("text", [text for text in SCALARS if text != "-"])
def test_plain_scalars_follow_the_core_schema_and_nothing_else(text: str) -> None:
    assert parse(f"key: {text}".encode()).value == {"key": SCALARS[text]}
    assert type(items(f"- {text}".encode())[0]) is type(SCALARS[text])


def test_keys_are_always_texts() -> None:
    assert parse(b"on: 1\nno: 2\n12: 3\ntrue: 4\nnull: 5\n'6': 6").value == {
        "on": 1,
        "no": 2,
        "12": 3,
        "true": 4,
        "null": 5,
        "6": 6,
    }


def test_block_and_flow_styles_give_nested_values() -> None:
    text = b"a:\n  - {b: [1, 2, [3]], c: {}}\n  - |\n    two\n    lines\nd: []\n"
    assert parse(text).value == {"a": [{"b": [1, 2, [3]], "c": {}}, "two\nlines\n"], "d": []}


@pytest.mark.parametrize("text", [b"", b"# only a comment\n", b"---\n", b"  \n"])
def test_an_empty_file_is_null(text: bytes) -> None:
    assert parse(text).value is None


def test_windows_line_ends_are_read() -> None:
    assert parse(b"a: 1\r\nb:\r\n  - x\r\n").value == {"a": 1, "b": ["x"]}


def test_each_mapping_has_its_line() -> None:
    document = parse(b"# c\nsteps:\n  - id: one\n  - id: two\n    with: {a: 1}\n")
    steps = cast("dict[str, list[dict[str, object]]]", document.value)["steps"]
    assert [document.lines[id(step)] for step in steps] == [3, 4]
    assert document.lines[id(steps[1]["with"])] == 5


REFUSED = {
    b"a: &x 1": (1, 4, "an anchor (&x)"),
    b"a: &x {b: 1}": (1, 4, "an anchor (&x)"),
    b"a: 1\nb: *x": (2, 4, "an alias (*x)"),
    b"a: !!str 1": (1, 4, "a tag (!!str)"),
    b"a: ! 1": (1, 4, "a tag (!)"),
    b"a: !!python/object/apply:os.system [x]": (1, 4, "a tag (!!python/object/apply:os.system)"),
    b"<<: {a: 1}": (1, 1, "a merge key (<<)"),
    b"a: 1\nb: 2\na: 3": (3, 1, "the key 'a' for the second time"),
    b'a: 1\n"a": 3': (2, 1, "the key 'a' for the second time"),
    b"{a: 1, a: 2}": (1, 8, "the key 'a' for the second time"),
    b"? [a]\n: b": (1, 3, "a key that is no text"),
    b"{? {a: b} : c}": (1, 4, "a key that is no text"),
    b"? \n: 1": (1, 2, "an empty key"),
    b"a\n---\nb": (2, 1, "a second document (---)"),
    b"%YAML 1.1\n---\na: 1": (1, 1, "a directive (%)"),
    b"%TAG ! tag:x,2000:\n---\na: 1": (1, 1, "a directive (%)"),
    b"a: 1234567890123456": (1, 4, "a number of more than 15 digits"),
    b"a: 1e999": (1, 4, "a number that is too large (1e999)"),
    b"a: .inf": (1, 4, "a number that is not finite (.inf)"),
    b"a: -.INF": (1, 4, "a number that is not finite (-.INF)"),
    b"a: .nan": (1, 4, "a number that is not finite (.nan)"),
    b"a: 1\x00": (1, 5, "a NUL character"),
    b'a: "x\\0y"': (1, 4, "a NUL character"),
    b'"a\\x00": 1': (1, 1, "a NUL character"),
    b"a: 1\nb: \x01": (2, 4, "a control character"),
    b"\xef\xbb\xbfa: 1": (1, 1, "the file begins with a byte order mark"),
    "a: 1".encode("utf-16"): (1, 1, "the file is UTF-16"),
    b"a: 1\nb: \xff": (2, 4, "byte 0xff is not UTF-8"),
    b"a: \xed\xa0\x80": (1, 4, "byte 0xed is not UTF-8"),
    b"a: 'x": (1, 6, "found unexpected end of stream (while scanning a quoted scalar)"),
    b"a: b: c": (1, 5, "mapping values are not allowed in this context"),
    b"a:\n\tb: 1": (2, 1, "found character that cannot start any token (while scanning for the next token)"),
    b"a: [1, 2": (1, 4, "did not find expected ',' or ']' (while parsing a flow sequence)"),
    b"a: 1\n b: 2": (2, 3, "mapping values are not allowed in this context"),
    b'a: "\\ud800"': (1, 7, "found invalid Unicode character escape code (while parsing a quoted scalar)"),
    b"[" * 2000: (1, 33, "more than 32 levels"),
    b"{a: " * 2000: (1, 129, "more than 32 levels"),
    b"- " * 400: (1, 65, "more than 32 levels"),
    b"- 1\n" * 100_001: (100_000, 3, "more than 100,000 values"),
    b"a" * 1_000_001: (1, 1, "the file has more than 1,000,000 bytes"),
}


@pytest.mark.parametrize("text", list(REFUSED), ids=lambda text: repr(text[:30]))
def test_what_is_left_out_is_refused_with_its_place_and_a_remedy(text: bytes) -> None:
    with pytest.raises(BadYaml) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column, error.message) == REFUSED[text]
    assert error.remedy.endswith(".")


def bombs() -> dict[str, bytes]:
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    merges = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 30))
    return {
        "aliases": aliases.encode(),
        "merge keys": merges.encode(),
        "2,000 levels": b"[" * 2_000 + b"]" * 2_000,
        "500,000 levels": b"[" * 500_000,
        "huge integer": b"a: " + b"9" * 900_000,
        "many keys": b"".join(b"k%d: 1\n" % n for n in range(70_000)),
        "one long text": b"a: " + b"x" * 900_000,
        "quotes": b"'" * 900_000,
        "dashes": b"- " * 300_000,
        "colons": b"a:" * 300_000,
        "braces": b"{" * 900_000,
        "question marks": b"? " * 300_000,
        "self reference": b"&a [*a]",
    }


@pytest.mark.parametrize("name", list(bombs()))
def test_bombs_end_quickly(name: str) -> None:
    started = time.process_time()
    try:
        parse(bombs()[name])
        outcome = "a value"
    except BadYaml as error:
        outcome = error.message
    assert outcome
    assert time.process_time() - started < 2


def test_the_largest_file_that_is_allowed_is_read() -> None:
    assert len(items(b"- 1\n" * 99_999)) == 99_999


@given(st.binary(max_size=300))
def test_any_bytes_give_a_value_or_a_clear_error(data: bytes) -> None:
    try:
        json.dumps(parse(data).value, allow_nan=False)
    except BadYaml as error:
        assert error.line >= 1 and error.column >= 1 and error.message
    assert all(spot.line >= 1 for spot in positions(data).values())


PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "'",
        '"',
        "&x ",
        "*x",
        "!!str ",
        "|\n",
        ">\n",
        "#",
        "? ",
        "12",
        ".nan",
        "<<: ",
        "\\",
        "%YAML 1.2\n",
        "---\n",
        "...\n",
        "é",
        "\t",
        "~",
        "\r",
        "\x85",
        "\u2028",
        "\x00",
        "@",
        "`",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_of_yaml_pieces_gives_a_value_or_a_clear_error(text: str) -> None:
    try:
        value = parse(text.encode()).value
    except BadYaml as error:
        assert error.message and error.remedy
    else:
        json.dumps(value, allow_nan=False)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_json_writes_is_read_back_as_it_was(value: object) -> None:
    text = json.dumps(value)
    if "\\u0000" in text or "\\ud" in text:
        return
    try:
        assert parse(text.encode()).value == value
    except BadYaml as error:
        # JSON escapes pairs of surrogates, YAML's keys have at most 1,024 characters.
        assert "Unicode" in error.message or "expected" in error.message or "more than 32" in error.message


@given(PLAIN)
def test_positions_name_every_value(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=False)
    try:
        parsed = parse(text.encode()).value
    except BadYaml:
        return
    assert set(positions(text.encode())) == (set() if not text.strip() else set(paths_of(parsed)))


def paths_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [inner for key, item in value.items() for inner in paths_of(item, (*path, key))]
    if isinstance(value, list):
        found += [inner for index, item in enumerate(value) for inner in paths_of(item, (*path, index))]
    return found


def test_positions_tell_key_and_value() -> None:
    found = positions(b"id: one\nsteps:\n  - uses: run\n    with: {a: 1}\n")
    assert found["id",] == Spot(1, 5, 1, 1)
    assert found["steps", 0] == Spot(3, 5, 3, 5)
    assert found["steps", 0, "with", "a"] == Spot(4, 15, 4, 12)


def test_positions_of_a_damaged_file_reach_to_the_damage() -> None:
    assert list(positions(b"a: 1\nb: [\n")) == [(), ("a",), ("b",)]
    assert positions(b"\xff") == {}
    assert list(positions(b"? [x]\n: 1")) == [()]
    assert len(positions(b"[" * 40)) == 33


def test_without_libyaml_the_same_is_read_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text in REFUSED if len(text) < 100]
    with_libyaml = [(REFUSED[text][0], REFUSED[text][1]) for text in texts]
    monkeypatch.setattr(yaml_subset, "CParser", None)
    assert parse(b"a: [1, {b: no}]\nc: |\n  x\n").value == {"a": [1, {"b": "no"}], "c": "x\n"}
    without: list[tuple[int, int]] = []
    for text in texts:
        with pytest.raises(BadYaml) as caught:
            parse(text)
        without.append((caught.value.line, caught.value.column))
    # Places of syntax errors differ by a column here and there; the line is the same.
    assert [line for line, _ in without] == [line for line, _ in with_libyaml]


@given(st.binary(max_size=80))
def test_without_libyaml_no_other_error_escapes(data: bytes) -> None:
    try:
        text = yaml_subset._text(data)
        yaml_subset._guarded(lambda: yaml_subset._build(yaml_subset._python_events(text)), text)
    except BadYaml as error:
        assert error.message

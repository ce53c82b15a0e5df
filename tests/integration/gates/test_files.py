"""The gates on files and on JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from automation.gates import file, json_file
from automation.gates.base import Measured, Unmeasurable
from automation.plan.model import Bound, Json
from tests.fakes import a_look

HELLO = hashlib.sha256(b"hello").hexdigest()
SIZE = "size of a in bytes"


@pytest.mark.parametrize(
    ("content", "inputs", "expected"),
    [
        (b"hello", {}, Measured(5, Bound("at-least", 0), SIZE)),
        (b"", {}, Measured(0, Bound("at-least", 0), SIZE)),
        (b"", {"not-empty": False}, Measured(0, Bound("at-least", 0), SIZE)),
        (b"hello", {"not-empty": True}, Measured(5, Bound("above", 0), SIZE)),
        (b"", {"not-empty": True}, Measured(0, Bound("above", 0), SIZE)),
        (b"", {"not-empty": True, "sha256": HELLO}, Measured(0, Bound("above", 0), SIZE)),
        (b"hello", {"sha256": HELLO.upper()}, Measured(HELLO, Bound("equals", HELLO), "SHA-256 of a")),
        (b"hello", {"sha256": "0" * 64}, Measured(HELLO, Bound("equals", "0" * 64), "SHA-256 of a")),
    ],
)
def test_a_file_is_measured_by_size_or_checksum(
    tmp_path: Path, content: bytes, inputs: dict[str, Json], expected: Measured
) -> None:
    (tmp_path / "a").write_bytes(content)
    assert file.measure(a_look({"file": "a", **inputs}, tmp_path)) == expected


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("none", "none is not there; does a step write it?"),
        ("folder", "it is not a plain file"),
        ("../a", "leads upwards"),
        ("/etc/passwd", "absolute"),
        ("link", "leads out"),
        ("a/b", "a/b: Not a directory"),
    ],
)
def test_what_is_no_file_below_the_work_directory_cannot_be_measured(tmp_path: Path, path: str, why: str) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    for got in (
        file.measure(a_look({"file": path}, tmp_path)),
        json_file.measure(a_look({"json": path}, tmp_path)),
    ):
        assert isinstance(got, Unmeasurable)
        assert why.partition(";")[0] in got.reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A work directory `w` beside the plan's folder `p` with schemas."""
    (tmp_path / "w").mkdir()
    (tmp_path / "p").mkdir()
    schema: Json = {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 0}, "s": {"$ref": "#/$defs/s"}},
        "required": ["n"],
        "$defs": {"s": {"type": "string"}},
    }
    schemas: dict[str, Json] = {
        "s.json": schema,
        "wrong.json": {"type": "nonsense"},
        "list.json": [1],
        "remote.json": {"$ref": "https://example.com/schema.json"},
        "round.json": {"$ref": "#"},
        "items.json": {"items": {"type": "string"}},
    }
    for name, content in schemas.items():
        (tmp_path / "p" / name).write_text(json.dumps(content))
    (tmp_path / "p" / "broken.json").write_text("{")
    return tmp_path


def look(folder: Path, content: str, schema: str | None = None) -> object:
    (folder / "w" / "a").write_text(content)
    inputs: dict[str, Json] = {"json": "a"} if schema is None else {"json": "a", "schema": schema}
    return json_file.measure(a_look(inputs, folder / "w", plan_folder=folder / "p"))


ERRORS = "JSON errors in a"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"n": 1}', Measured(0, Bound("equals", 0), ERRORS)),
        ("", Measured(1, Bound("equals", 0), ERRORS, "it is not JSON: Expecting value: line 1 column 1 (char 0)")),
        ("NaN", Measured(1, Bound("equals", 0), ERRORS, "it is not JSON: NaN is not JSON")),
        ("[" * 100_000, Measured(1, Bound("equals", 0), ERRORS, "it is nested too deeply")),
    ],
)
def test_json_without_a_schema_has_to_be_json(folder: Path, content: str, expected: Measured) -> None:
    assert look(folder, content) == expected


@pytest.mark.parametrize(
    ("content", "count", "note"),
    [
        ('{"n": 1, "s": "x"}', 0, ""),
        ('{"n": -1}', 1, "$.n: -1 is less than the minimum of 0"),
        ('{"n": "x", "s": 5}', 2, "$.n: 'x' is not of type 'integer'; $.s: 5 is not of type 'string'"),
        ("{}", 1, "$: 'n' is a required property"),
    ],
)
def test_errors_by_the_schema_are_counted_and_the_first_are_noted(
    folder: Path, content: str, count: int, note: str
) -> None:
    assert look(folder, content, "s.json") == Measured(count, Bound("equals", 0), "errors in a by s.json", note)


def test_counting_stops_at_a_thousand_and_the_note_stays_short(folder: Path) -> None:
    got = look(folder, json.dumps(list(range(5000))), "items.json")
    assert isinstance(got, Measured)
    assert got.value == 1000
    assert got.note.count(";") == 2
    long = look(folder, json.dumps([["x" * 5000]]), "items.json")
    assert isinstance(long, Measured)
    assert len(long.note) == 200


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ("none.json", "schema none.json is not there; is it beside plan.yaml?"),
        ("../w/a", "leads upwards"),
        ("wrong.json", "wrong.json is not a JSON Schema"),
        ("list.json", "list.json: it is not an object"),
        ("broken.json", "broken.json: it is not JSON"),
        ("remote.json", "remote.json refers to 'https://example.com/schema.json', which is not in it"),
        ("round.json", "nested too deeply"),
    ],
)
def test_a_schema_that_cannot_be_used_fails_the_gate_with_the_reason(folder: Path, schema: str, why: str) -> None:
    got = look(folder, '{"n": 1}', schema)
    assert isinstance(got, Unmeasurable)
    assert why in got.reason

"""The harness of HAL's benchmarks, on made-up data."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.bench.hal.command import run
from tests.bench.hal.figures import Figure, Interval, Report, Table, bootstrap, by_source, latency, most, p95, share
from tests.bench.hal.folder import BadFolder, digest, read_rows
from tests.bench.hal.meter import peak_memory, seconds, times
from tests.bench.hal.rendering import markdown, to_json

REPORT = Report(
    component="Thing",
    data="things.jsonl",
    data_hash="00ff",
    figures=(
        Figure("found", 81.25, Interval(79.0, 83.5), 1200, "%", 78, 88),
        Figure("asked, p95", 4.2, None, 3, "ms", 3, None, lower_is_better=True),
    ),
    tables=(Table("By source", ("source", "found", "n"), (("a|b", 50.0, 2), ("c", None, 1))),),
    notes=("One core.",),
)


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "things.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_markdown_shows_value_interval_count_and_both_verdicts() -> None:
    assert (
        markdown(REPORT)
        == """\
## Thing

Data: things.jsonl, hash `00ff` (*public data*; intervals: 95 %, bootstrap)

| figure | value | 95 % interval | n | at least | | aim | |
|---|---|---|---|---|---|---|---|
| found | 81.2 % | 79.0 to 83.5 | 1,200 | ≥ 78 | met | ≥ 88 | *not met* |
| asked, p95 | 4.20 ms |  | 3 | ≤ 3 | *not met* |  |  |

### By source

| source | found | n |
|---|---|---|
| a\\|b | 50.0 | 2 |
| c |  | 1 |

- One core.
"""
    )


def test_json_holds_the_values_as_measured_and_the_verdicts() -> None:
    told = json.loads(to_json(REPORT))
    assert told["figures"][0]["value"] == 81.25
    assert told["figures"][0]["interval"] == [79.0, 83.5]
    assert [(one["met"], one["aim_met"]) for one in told["figures"]] == [("met", "not met"), ("not met", "no target")]
    assert told["tables"][0]["rows"] == [["a|b", 50.0, 2], ["c", None, 1]]


def test_an_interval_is_the_same_for_the_same_values_and_holds_their_mean() -> None:
    values = [0.0, 1.0, 1.0, 1.0] * 50
    assert bootstrap(values) == bootstrap(values)
    low, high = bootstrap(values)
    assert 0.65 < low < 0.75 < high < 0.85


def test_an_interval_of_equal_values_has_no_width() -> None:
    assert bootstrap([3.0] * 20, p95) == Interval(3.0, 3.0)


def test_nothing_measured_is_an_error_and_no_zero() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        bootstrap([])


def test_shares_are_per_cent_and_latencies_are_95th_percentiles() -> None:
    assert share("found", [1, 1, 0, 1], 70).value == 75.0
    assert share("found", [1, 1, 0, 1], 70).verdict == "met"
    assert most("spurious", [0, 0, 0, 1], 2).verdict == "not met"
    assert latency("asked", list(range(1, 102)), 100).value == 96.0


def test_sources_are_told_apart() -> None:
    table = by_source("By source", ["b", "a", "b"], [1, 0, 0], "found")
    assert table.rows == (("a", 0.0, "0.0 to 0.0", 1), ("b", 50.0, "0.0 to 100.0", 2))


def test_times_are_taken_for_each_thing_and_memory_is_positive() -> None:
    asked: list[int] = []
    assert len(times(asked.append, [1, 2, 3], warm_up=1)) == 3
    assert asked == [1, 1, 2, 3]
    assert peak_memory(bound=100_000).verdict == "met"
    assert seconds("build", 2.0).verdict == "no target"


def test_rows_are_read_and_checked(tmp_path: Path) -> None:
    rows = read_rows(
        folder_with(tmp_path, '{"id": 1, "text": "a\\u2028b"}\n\n'), "things.jsonl", {"id": int, "text": str}
    )
    assert rows == [{"id": 1, "text": "a\u2028b"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "things.jsonl holds no rows"),
        ("{", "things.jsonl:1: no JSON"),
        ("[]", "things.jsonl:1: expected an object, got list"),
        ('{"id": 1}\n{"no": 1}', r"things.jsonl:2: the field id is missing \(there are no\)"),
        ('{"id": "x"}', 'things.jsonl:1: id is "x", expected int or float'),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadFolder, match=told):
        read_rows(folder_with(tmp_path, text), "things.jsonl", {"id": (int, float)})


def test_a_wrong_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="is no folder: give the folder that holds things"):
        read_rows(tmp_path / "none", "things.jsonl", {})
    (tmp_path / "other.jsonl").touch()
    with pytest.raises(BadFolder, match=r"has no things.jsonl \(it holds other.jsonl\)"):
        read_rows(tmp_path, "things.jsonl", {})
    (tmp_path / "things.jsonl").write_bytes(b"\xff")
    with pytest.raises(BadFolder, match="cannot be read as UTF-8"):
        read_rows(tmp_path, "things.jsonl", {})


def test_the_hash_names_the_content(tmp_path: Path) -> None:
    first = digest(folder_with(tmp_path, "a"), ["things.jsonl"])
    assert digest(tmp_path, ["things.jsonl"]) == first
    assert digest(folder_with(tmp_path, "b"), ["things.jsonl"]) != first


def test_the_command_prints_writes_and_tells_a_missed_target_only_when_asked(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    arguments = [str(tmp_path), "--json", str(tmp_path / "report.json")]
    assert run("thing", lambda _: REPORT, arguments, out, err) == 0
    assert out.getvalue() == markdown(REPORT) + "\n"
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == to_json(REPORT)
    assert run("thing", lambda _: REPORT, [str(tmp_path), "--check"], out, err) == 1
    assert err.getvalue() == ""


def test_the_command_ends_with_2_for_a_wrong_folder(tmp_path: Path) -> None:
    def measure(folder: Path) -> Report:
        read_rows(folder, "things.jsonl", {})
        return REPORT

    err = io.StringIO()
    assert run("thing", measure, [str(tmp_path)], io.StringIO(), err) == 2
    assert err.getvalue() == f"thing: {tmp_path} has no things.jsonl (it holds no JSONL file)\n"

"""NAB's score, by hand, and the benchmark of tracking on a small folder."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench.hal.command import run
from tests.bench.hal.nab import FEW_MISSES, STANDARD, Profile, Stream, raw_score, scaled
from tests.bench.hal.tracking import SERIES, measure, streams

FLAT = np.zeros(1_000)
ONE = Stream("one", FLAT, ((500, 599),))


@pytest.mark.parametrize(
    ("alarms", "profile", "expected"),
    [
        ([], STANDARD, -1.0),
        ([], FEW_MISSES, -2.0),
        ([500], STANDARD, 1.0),
        ([500, 550, 599], STANDARD, 1.0),
        ([549], STANDARD, 0.867),
        ([599], STANDARD, 0.025),
        ([10, 149], STANDARD, -1.0),  # still learning
        ([200], STANDARD, -1.11),
        ([500, 900], STANDARD, 0.89),
        ([500, 609], STANDARD, 0.973),
    ],
)
def test_alarms_count_as_the_paper_says(alarms: list[int], profile: Profile, expected: float) -> None:
    assert raw_score(ONE, alarms, profile) == pytest.approx(expected, abs=0.002)


def test_windows_in_the_learning_part_are_not_asked_for() -> None:
    assert raw_score(ONE._replace(windows=((10, 20), (500, 599))), [500]) == 1.0


def test_silence_is_nothing_and_perfection_a_hundred() -> None:
    assert (scaled(-7.0, 7), scaled(7.0, 7)) == (0.0, 100.0)


def write(folder: Path, rows: list[dict[str, object]]) -> Path:
    (folder / SERIES).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_windows_are_read_as_rows(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"file": "a", "t": [0, 300, 600, 900], "v": [1, 2, 3, 4], "windows": [[300, 700]]}]
    (stream,) = streams(write(tmp_path, rows))
    assert stream.windows == ((1, 2),)


def test_a_small_folder_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.hal.tracking.RUNS", 3)
    monkeypatch.setattr("tests.bench.hal.tracking.delays.__defaults__", (3,))
    monkeypatch.setattr("tests.bench.hal.tracking.false_alarms.__defaults__", (3,))
    values = np.random.default_rng(5).standard_normal(900)
    values[600:605] += 12
    times = (300 * np.arange(900)).tolist()
    row: dict[str, object] = {"file": "a", "t": times, "v": values.tolist(), "windows": [[179_000, 190_000]]}
    out = io.StringIO()
    assert run("tracking", measure, [str(write(tmp_path, [row]))], out, io.StringIO()) == 0
    assert "| NAB, standard profile | " in out.getvalue()
    (row_of_a,) = [line for line in out.getvalue().splitlines() if line.startswith("| a ")]
    assert row_of_a.split("|")[3].strip() == "1"


def test_times_and_values_of_different_length_are_named(tmp_path: Path) -> None:
    err = io.StringIO()
    folder = write(tmp_path, [{"file": "a", "t": [0, 1], "v": [1], "windows": []}])
    assert run("tracking", measure, [str(folder)], io.StringIO(), err) == 2
    assert "row 1: 2 times for 1 values" in err.getvalue()

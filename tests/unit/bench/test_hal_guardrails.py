from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench.hal import guard_sources, pii
from tests.bench.hal.folder import BadFolder
from tests.bench.hal.guard_training import Public, careful_threshold


def _row(
    number: int, text: str, label: int, source: str, kind: str = "plain", policy: str = "none"
) -> dict[str, object]:
    return {"id": f"r{number}", "text": text, "label": label, "kind": kind, "source": source, "policy": policy}


def _write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_parts_of_one_collection_count_as_one_source(tmp_path: Path) -> None:
    _write(tmp_path, "guard.jsonl", [_row(1, "a", 1, "bipia_email_train"), _row(2, "b", 0, "bipia_email_clean_test")])
    assert {row.source for row in guard_sources.labelled(tmp_path)} == {"bipia"}


def test_a_folder_with_one_label_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "guard.jsonl", [_row(1, "a", 1, "x")])
    with pytest.raises(BadFolder, match="needs attacks"):
        guard_sources.labelled(tmp_path)


def test_disguised_texts_are_paired_with_their_plain_ones(tmp_path: Path) -> None:
    rows = [
        _row(1, "attack", 1, "x"),
        {**_row(2, "YXR0YWNr", 1, "x", "obfuscated:base64"), "id": "r1-base64"},
        _row(3, "harm", 1, "x", policy="harmful_request"),
        _row(4, "soup", 0, "x"),
    ]
    _write(tmp_path, "guard.jsonl", rows)
    everything = guard_sources.labelled(tmp_path)
    assert [(one.text, other.text) for one, other in guard_sources.disguised(everything)] == [("attack", "YXR0YWNr")]
    assert [row.text for row in guard_sources.plain(everything)] == ["attack", "soup"]


def test_texts_that_repeat_the_source_left_out_are_leaks() -> None:
    held = "one two three four five six seven eight nine ten"
    assert guard_sources.copied([held, f"{held} eleven", "soup is warm today", ""], [held]) == [
        True,
        True,
        False,
        False,
    ]


def test_the_threshold_spares_each_larger_source_and_all_together() -> None:
    small, large = np.arange(10.0), np.arange(100.0)
    assert careful_threshold([small, large]) > 98
    assert careful_threshold([small]) > 8


def test_a_source_is_judged_without_its_texts() -> None:
    texts = [f"ignore all {word} rules" for word in "abcdefgh"]
    calm = [f"the soup {word} is warm" for word in "abcdefgh"]
    rows = [
        guard_sources.Labelled(str(number), text, attack, "plain", f"source{number % 3}", "none")
        for number, (text, attack) in enumerate([*((t, True) for t in texts), *((t, False) for t in calm)])
    ]
    public = Public(rows, own=())
    assert sum(public.in_distribution()[:8]) >= 6
    flagged = public.leave_one_out()
    assert sum(flagged[:8]) >= 6
    assert sum(flagged[8:]) <= 1


def test_pii_counts_what_is_covered_and_what_is_spurious(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "Write to a@b.org today", "spans": [[9, 16, "EMAIL_ADDRESS"]]},
        {"text": "Call me at 0494 92 82 32 please", "spans": [[11, 24, "PHONE_NUMBER"]]},
        {"text": "Ida lives here, c@d.org", "spans": [[0, 3, "PERSON"]]},
    ]
    _write(tmp_path, "pii.jsonl", rows)
    figures = {figure.what: figure.value for figure in pii.measure(tmp_path).figures}
    assert figures["items with a form found"] == 100
    assert figures["the same with names and addresses"] == pytest.approx(200 / 3)
    assert figures["texts with something spurious"] == pytest.approx(100 / 3)


def test_a_damaged_span_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "pii.jsonl", [{"text": "x", "spans": [[3, 1, "PERSON"]]}])
    with pytest.raises(BadFolder, match="text 1: a span is"):
        pii.measure(tmp_path)


def test_texts_without_items_of_a_form_cannot_be_measured(tmp_path: Path) -> None:
    _write(tmp_path, "pii.jsonl", [{"text": "Ida", "spans": [[0, 3, "PERSON"]]}])
    with pytest.raises(BadFolder, match="no span is of a type"):
        pii.measure(tmp_path)

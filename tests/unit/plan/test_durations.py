"""Durations as plans write them."""

from __future__ import annotations

import pytest

from automation.plan.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"), [("500ms", 0.5), ("2s", 2.0), ("1.5m", 90.0), ("1h", 3600.0), ("2d", 172_800.0), ("0s", 0.0)]
)
def test_durations_are_seconds(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5x", "s", "5 s", "ms"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)

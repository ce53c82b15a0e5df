"""The header Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.retry_after import LONGEST_WAIT, seconds_to_wait

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("9" * 400, LONGEST_WAIT),
        ("99999999", LONGEST_WAIT),
        ("Wed, 04 Mar 2026 09:01:30 GMT", 90.0),
        ("Wed, 04 Mar 2026 10:01:30 +0100", 90.0),
        ("Wednesday, 04-Mar-26 09:01:30 GMT", 90.0),
        ("Wed, 04 Mar 2026 09:01:30 -0000", 90.0),
        ("Wed, 04 Mar 2026 08:00:00 GMT", 0.0),
        ("Wed, 04 Mar 9999 08:00:00 GMT", LONGEST_WAIT),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("٣", None),
        ("soon", None),
        ("Wed, 99 Mar 2026 09:00:00 GMT", None),
    ],
)
def test_seconds_and_dates_are_understood_and_junk_is_none(header: str, expected: float | None) -> None:
    assert seconds_to_wait(header, NOW) == expected


@given(st.text(max_size=40))
def test_no_header_breaks_it_or_asks_for_less_than_nothing(header: str) -> None:
    wait = seconds_to_wait(header, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT

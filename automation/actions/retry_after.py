"""The header Retry-After: seconds, or an HTTP date (RFC 9110, 10.2.3) (pure)."""

from __future__ import annotations

from datetime import UTC, datetime

LONGEST_WAIT = 30 * 86_400.0


def seconds_to_wait(header: str, now: datetime) -> float | None:
    """How long the service asks to be left alone, from 0 to 30 days; None for what is neither seconds nor a date.

    `now` is aware; a date without a zone is read as UTC.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT) if len(text) <= 9 else LONGEST_WAIT  # noqa: PLR2004 - 30 years
    moment = _date(text)
    return None if moment is None else min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # what the parser lets through for junk
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Durations as plans write them: `500ms`, `2s`, `3m`, `1h`, `2d`."""

from __future__ import annotations

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float:
    """The duration in seconds. Raises ValueError for text of another form."""
    digits = text.rstrip("msdh")
    unit = text[len(digits) :]
    if unit not in _SECONDS or not digits.replace(".", "", 1).isdecimal():
        raise ValueError(f"{text!r} is no duration: write a number with its unit, as in 500ms, 2s, 3m, 1h or 2d")
    return float(digits) * _SECONDS[unit]

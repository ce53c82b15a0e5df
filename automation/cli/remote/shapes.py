"""Whether an event that a stranger wrote has the types that it says, and times and names that can be used. Pure.

Our own journals are written by us and are read quickly, without a look at the types of their fields. One wrong value
that got onto the state branch would stop every later run that uses it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from automation.engine.events import Event, RunStarted, TaskFinished
from automation.plan.model import Json

_SLOT = re.compile(r"[\w.:+-]{1,100}", re.ASCII)
_LARGEST = 2**53
"""Whole numbers are exact in any reader of JSON up to here."""


def misshapen(event: Event, latest: datetime) -> str:
    """What is wrong with the event's fields, in words that quote nothing of them; empty when nothing is.

    `latest`: nothing can have happened after this.
    """
    kind = type(event)
    for name, hint in kind.__annotations__.items():
        if not _fits(getattr(event, name), hint):
            return f"{kind.__name__} has no such {name}"
    return next(_unusable(event, latest), "")


def _unusable(event: Event, latest: datetime) -> Iterator[str]:
    moment = moment_of(event.at)
    if moment is None:
        yield "a time is none"
    elif moment > latest:
        yield "a time is yet to come"
    if not _SLOT.fullmatch(getattr(event, "slot", "once")):
        yield "a slot has a name that none can have"
    if isinstance(event, TaskFinished) and event.not_before and moment_of(event.not_before) is None:
        yield "a time is none"
    if isinstance(event, RunStarted) and (event.day < 0 or (event.start and not _is_date(event.start))):
        yield "its day or the plan's start is none"


def moment_of(text: str) -> datetime | None:
    """A time with its offset; none for any other text."""
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone()  # the first and the last days of all are in no other zone
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fits(value: object, hint: Any) -> bool:
    """Whether a value read from JSON is of an annotated type; `Json` is anything."""
    if hint is Json:
        return True
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Literal:
        return isinstance(value, str) and value in inside
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inside)
    if origin is tuple:
        return _fits_tuple(value, inside)
    if origin is not None:  # Mapping
        return isinstance(value, Mapping)
    if hasattr(hint, "_fields"):
        return isinstance(value, hint) and all(
            _fits(getattr(value, name), each) for name, each in hint.__annotations__.items()
        )
    return _fits_plain(value, hint)


def _fits_tuple(value: object, inside: tuple[Any, ...]) -> bool:
    if not isinstance(value, tuple):
        return False
    items = cast(tuple[object, ...], value)
    if inside[1:] == (...,):
        return all(_fits(one, inside[0]) for one in items)
    return len(items) == len(inside) and all(map(_fits, items, inside))


def _fits_plain(value: object, hint: Any) -> bool:
    if hint is bool or isinstance(value, bool):
        return hint is bool and isinstance(value, bool)
    if isinstance(value, float) and not math.isfinite(value):
        return False
    if isinstance(value, int) and abs(value) > _LARGEST:
        return False
    return isinstance(value, (int, float) if hint is float else hint)

"""What a service's answer means: done, worth another try, or a failure that somebody has to mend (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from automation.actions.base import Failed
from automation.actions.retry_after import LONGEST_WAIT, seconds_to_wait
from automation.engine.ports import HttpResponse
from automation.plan.model import Json

_LONGEST_MESSAGE = 300
_TRANSIENT = frozenset({425, 429})  # the service says itself that it did not take the request
_TIMED_OUT = 408
_UNAVAILABLE = 503
_MESSAGE_KEYS = ("message", "error_description", "detail", "error", "title", "type")


def failure(response: HttpResponse, now: datetime, *, service: str, secrets: Sequence[str] = ()) -> Failed | None:
    """None for 2xx. 429, 408, 425 and 5xx are transient; 401 and 403 name the secrets; all else is permanent.

    A 503 counts as not taken only where it says when to come back. Without that it may be a gateway's, as 408 and all
    other 5xx may, whose service has the request already; and 3xx is how many answer a form that they took.
    """
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004 - the class of successes
        return None
    said = _message(response.body)
    told = f"{service} answered {status}{': ' + said if said else ''}"
    wait = seconds_to_wait(response.headers.get("retry-after", ""), now)
    wait = _until_reset(response.headers, now) if wait is None else wait
    if status in _TRANSIENT or (status == 403 and wait is not None):  # noqa: PLR2004 - a rate limit that calls itself forbidden
        return Failed("transient", told, retry_after=wait)
    if status >= 500 or status == _TIMED_OUT:  # noqa: PLR2004 - the class of server errors
        turned_away = status == _UNAVAILABLE and wait is not None
        return Failed("transient", told, retry_after=wait, happened=False if turned_away else None)
    happened = None if status < 400 else False  # noqa: PLR2004 - the class of refusals
    return Failed("permanent", f"{told}{_remedy(status, secrets)}", happened=happened)


def parsed(response: HttpResponse) -> Json:
    """The body as JSON, or None."""
    try:
        value: Json = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    return value


def _until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """How GitHub tells of a used-up rate limit: nothing remains until a time in seconds since 1970."""
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining", "").strip() != "0" or not (reset.isascii() and reset.isdigit()):
        return None
    return min(max(0.0, float(reset[:12]) - now.timestamp()), LONGEST_WAIT)


def _remedy(status: int, secrets: Sequence[str]) -> str:
    if status not in {401, 403} or not secrets:
        return ""
    return f". Check the secret {' and '.join(secrets)}: is it valid, not expired, and allowed to do this?"


def _message(body: bytes) -> str:
    """What the service says, from the places where services put it; else the start of the body."""
    try:
        value: Json = json.loads(body[:65_536])
    except (ValueError, RecursionError):
        value = None
    text = _find(value) if isinstance(value, Mapping) else body[:1000].decode("utf-8", "replace")
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "…"


def _find(value: Mapping[str, Json]) -> str:
    for key in _MESSAGE_KEYS:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            return _find(inner)
        if isinstance(inner, str) and inner:
            return inner
    return ""

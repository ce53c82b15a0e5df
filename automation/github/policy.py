"""How requests to GitHub are paced, and which are made again: pure.

GitHub asks for a second between changes, and for patience as its answers name it: `Retry-After`, then
`x-ratelimit-reset`, then a minute (docs: best practices for using the REST API).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

Sent = Literal["no", "maybe"]

REFUSED, TOO_MANY, SERVER = 403, 429, 500
_LIMITS = ("secondary rate limit", "api rate limit exceeded", "abuse detection", "submitted too quickly")


class Policy(NamedTuple):
    """Seconds, all of them. `deadline`: one request from its first byte to its last. `longest`: what is waited at most
    for a time that GitHub names; beyond, the request fails and says when to come back.
    """

    deadline: float = 30.0
    between_writes: float = 1.0
    attempts: int = 5
    delay: float = 1.0
    longest: float = 120.0
    limit_wait: float = 60.0


class Reply(NamedTuple):
    """An answer; header names in lower case. `message` is GitHub's own."""

    status: int
    headers: Mapping[str, str]
    message: str = ""


class Lost(NamedTuple):
    """No whole answer came; `sent` tells whether the request may have arrived."""

    sent: Sent
    why: str


class Again(NamedTuple):
    """Make the request once more after `wait` seconds."""

    wait: float


class Stop(NamedTuple):
    """Not again. `unsure`: nobody knows whether it was carried out; `later`: seconds until GitHub listens."""

    unsure: bool = False
    later: float | None = None


def after(
    policy: Policy, outcome: Reply | Lost, attempt: int, *, repeatable: bool, now: datetime, jitter: float
) -> Again | Stop:
    """What follows attempt number `attempt` (from 1) that did not go well.

    `repeatable`: carried out twice it does what it does once; others are repeated only where GitHub refused to look at
    them. `jitter` in [0, 1).
    """
    if isinstance(outcome, Reply) and is_limit(outcome):
        wait = limit_wait(policy, outcome, now)
        return Stop(later=wait) if wait > policy.longest or attempt >= policy.attempts else Again(wait + jitter)
    if isinstance(outcome, Reply) and outcome.status < SERVER:
        return Stop()
    happened = isinstance(outcome, Reply) or outcome.sent == "maybe"
    if happened and not repeatable:
        return Stop(unsure=True)
    if attempt >= policy.attempts:
        return Stop()
    return Again(policy.delay * 2 ** (attempt - 1) * (0.5 + jitter / 2))


def is_limit(reply: Reply) -> bool:
    """Whether it is a limit, which passes, and no missing permission, which does not."""
    if reply.status == TOO_MANY:
        return True
    if reply.status != REFUSED:
        return False
    told = reply.message.casefold()
    return (
        "retry-after" in reply.headers
        or reply.headers.get("x-ratelimit-remaining") == "0"
        or any(words in told for words in _LIMITS)
    )


def limit_wait(policy: Policy, reply: Reply, now: datetime) -> float:
    """Seconds that GitHub asks for; junk in its headers counts as nothing said."""
    asked = _seconds(reply.headers.get("retry-after", ""), now)
    if asked is not None:
        return asked
    reset = reply.headers.get("x-ratelimit-reset", "")
    if reply.headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit() and len(reset) <= 12:  # noqa: PLR2004 - epoch seconds of the next 30,000 years
        return max(1.0, int(reset) - now.timestamp() + 1.0)
    return policy.limit_wait


def pause(policy: Policy, since_last_write: float | None) -> float:
    """Seconds to wait before the next change, `since_last_write` seconds after the last one (none: there was none)."""
    return 0.0 if since_last_write is None else max(0.0, policy.between_writes - since_last_write)


def _seconds(header: str, now: datetime) -> float | None:
    from email.utils import parsedate_to_datetime

    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # what the parser lets through for junk
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())

"""What can go wrong between a client and GitHub, as data: which requests, how often, what happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["before", "after", "drop-before", "drop-after", "late", "empty", "stale", "cut", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    ``before``: answers *status* and does nothing. ``after``: does it, then answers *status*. ``drop-before`` and
    ``drop-after`` close the connection without an answer. ``late``: no answer now, and what was asked for happens
    only after *behind* more requests (or on ``FakeGitHub.land()``). ``empty``: a list without anything in it.
    ``stale``: a list without what came after the fault was set. ``cut``: half of the answer. ``slow``: the answer in
    pieces, *seconds* in all.
    """

    kind: Kind
    method: str = ""  # every method
    path: str = ""  # a regular expression that is searched in path and query
    skip: int = 0  # so many matching requests go through first
    times: int = 1
    status: int = 500
    message: str = "Server Error"
    headers: Mapping[str, str] = field(default_factory=dict)
    behind: int = 1
    seconds: float = 0.5

    def matches(self, method: str, target: str) -> bool:
        return self.method in ("", method) and re.search(self.path, target) is not None


def secondary_limit(method: str = "", path: str = "", retry_after: str = "1", times: int = 1, skip: int = 0) -> Fault:
    """403 with ``Retry-After``: too many at once. *retry_after* may be anything, a date or junk too."""
    said = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
        "If you reach out to GitHub Support for help, please include the request ID."
    )
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Fault("before", method, path, skip, times, 403, said, headers)


def primary_limit(reset: int, method: str = "", path: str = "", times: int = 1, skip: int = 0) -> Fault:
    """403 with nothing left until *reset*, in seconds since 1970."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    return Fault("before", method, path, skip, times, 403, "API rate limit exceeded for installation ID 1.", headers)

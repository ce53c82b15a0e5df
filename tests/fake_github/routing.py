"""How a request finds its handler, and what a handler is given and gives back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Answers
from .state import Level, Repository, Token

PAGING = ("per_page", "page")
NEWEST = "2026-03-10"


class Refused(Exception):
    """GitHub says no, in its own words."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None, **headers: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, taken apart."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    token: Token
    repository: Repository
    answers: Answers
    now: str
    known_up_to: int | None = None  # set while a list is stale: the highest number that it may show

    @property
    def newest(self) -> bool:
        """Whether the newest version of the API is asked for; without a word it is the older one."""
        return self.headers.get("x-github-api-version", "") >= NEWEST

    @property
    def raw(self) -> bool:
        return "raw" in self.headers.get("accept", "")

    def page(self) -> tuple[int, int]:
        """Which page, of how many."""
        size = min(max(int(self.query.get("per_page", "30")), 1), 100)
        return max(int(self.query.get("page", "1")), 1), size


@dataclass(frozen=True, slots=True)
class Answer:
    """*body* as JSON, or *content* as it is. *listed*: the whole list, of which the server cuts the page asked for."""

    status: int = 200
    body: Any = None
    content: bytes | None = None
    listed: list[Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer]
Needs = tuple[str, Level]  # which permission, and how much of it


@dataclass(frozen=True, slots=True)
class Route:
    """*takes* and *gives* are names of GitHub's description; an empty one means no body."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    needs: Needs
    takes: str = ""
    gives: str = ""
    query: tuple[str, ...] = ()
    key: str = ""  # the answer is an object with total_count and, under this key, the list
    older: tuple[str, ...] = ()  # keys of the body that only the API's older version has


class Routes(list[Route]):
    """A table that handlers enter themselves into."""

    def on(
        self,
        method: str,
        path: str,
        needs: Needs,
        takes: str = "",
        gives: str = "",
        query: tuple[str, ...] = (),
        key: str = "",
        older: tuple[str, ...] = (),
    ) -> Callable[[Handler], Handler]:
        """*path* is what comes after /repos/OWNER/REPO; ``{name}`` is one part, ``{name*}`` the rest."""
        shape = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.+)", path)
        shape = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", shape)

        def enter(handler: Handler) -> Handler:
            self.append(Route(method, re.compile(shape), handler, needs, takes, gives, query, key, older))
            return handler

        return enter

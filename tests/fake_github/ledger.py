"""What was asked of the fake GitHub, in order, and what came of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One request. *status* is what the client was told: 0 if it was told nothing."""

    method: str
    path: str
    login: str
    status: int
    body: Mapping[str, Any]
    fault: str = ""
    authorised: bool = False  # whether it carried a token at all


class Ledger(list[Line]):
    def matching(self, method: str = "", path: str = "") -> list[Line]:
        """Requests with this *method* ("" is any) whose path contains the regular expression *path*."""
        return [one for one in self if method in ("", one.method) and re.search(path, one.path)]

    def asked(self, method: str = "", path: str = "") -> int:
        return len(self.matching(method, path))

    def by_kind(self) -> dict[str, int]:
        """How often each method and kind of path was asked, with numbers and object names taken out."""
        kinds: Counter[str] = Counter()
        for one in self:
            plain = re.sub(r"/[0-9a-f]{40}\b", "/SHA", one.path.partition("?")[0])
            kinds[f"{one.method} {re.sub(r'/[0-9]+', '/N', plain)}"] += 1
        return dict(kinds)

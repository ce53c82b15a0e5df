"""What was told of which run: a small file beside the state, written before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from automation.engine.store import write_atomic
from automation.plan.model import Json

KEPT = 50
"""So many runs are kept."""


class Book:
    """The book of one run. A run is open until its last message was handed over; one that was killed stays open, and
    the next run takes its news and its message over.

    `key` is that of the run's message, `covers` are the runs whose news it tells, itself included. `lost` are runs that
    never ended, as the state says: on a fresh machine the book knows nothing of them.
    """

    def __init__(self, path: Path, run: str, key: str, lost: tuple[str, ...] = ()) -> None:
        self._path, self._run = path, run
        self._runs = _read(path)
        killed = [one for one in self._runs.values() if one.get("open")]
        self.key = next((str(one["key"]) for one in killed if "key" in one), key)
        taken = [str(name) for one in killed for name in cast("list[Json]", one.get("covers", []))]
        unknown = [one for one in lost if one not in self._runs]
        self.covers = tuple(dict.fromkeys((run, *taken, *unknown)))
        for one in killed:
            one["open"] = False
        self._runs[run] = {"open": True, "key": self.key, "covers": [*self.covers], "messages": {}}

    def has_message(self, channel: str) -> bool:
        """Whether there is a message that can be kept up to date."""
        return any(channel in self._messages(run) for run in self.covers)

    def untold(self, channel: str) -> tuple[str, ...]:
        """The runs whose last word was not sent through a channel that takes one message a run."""
        return tuple(run for run in self.covers if channel not in self._messages(run))

    def record(self, channel: str, request: Json, *, real: bool) -> None:
        """What is about to be sent or, where it is not real, would be."""
        self._messages(self._run)[channel] = {"real": real, "request": request}

    def close(self) -> None:
        """The last word is spoken."""
        self._runs[self._run]["open"] = False

    def write(self) -> None:
        """Make it durable. Raises `StateError`."""
        kept = dict(list(self._runs.items())[-KEPT:])
        write_atomic(self._path, json.dumps(kept, ensure_ascii=False, indent=1).encode("utf-8", "replace"))

    def _messages(self, run: str) -> dict[str, Json]:
        found = self._runs.get(run, {}).get("messages")
        return cast("dict[str, Json]", found) if isinstance(found, dict) else {}


def _read(path: Path) -> dict[str, dict[str, Json]]:
    """What is written; nothing where it cannot be read: then only what this run does is told."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    runs: Mapping[str, object] = found if isinstance(found, dict) else {}
    return {run: one for run, one in runs.items() if isinstance(one, dict)}

"""Session state: a local table of sessions, and the rule by which two copies of it become one."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, cast

from automation.hal.memory.records import utc
from automation.hal.memory.store import reported
from automation.hal.memory.text import checked

_FIELDS = "session, tenant, user, project, updated_at, version, summary, deleted"
_CREATE = """\
CREATE TABLE IF NOT EXISTS sessions (
  session TEXT PRIMARY KEY, tenant TEXT NOT NULL, user TEXT NOT NULL, project TEXT NOT NULL,
  updated_at TEXT NOT NULL, version INTEGER NOT NULL CHECK (version >= 1), summary TEXT NOT NULL,
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """Where a session stands. ``version`` grows by one with every change; a deleted session stays as a tombstone.

    Raises ``ValueError`` for blank names, a time that is not whole seconds in UTC, or a version below 1.
    """

    session: str
    tenant: str
    user: str
    project: str
    updated_at: str
    version: int = 1
    summary: str = ""
    deleted: bool = False

    def __post_init__(self) -> None:
        for name in ("session", "tenant", "user", "project"):
            checked(getattr(self, name), f"{name} of a session")
        if self.summary:
            checked(self.summary, f"summary of session {self.session}")
        if utc(self.updated_at) != self.updated_at:
            raise ValueError(f"session {self.session}: updated_at {self.updated_at!r} is not whole seconds in UTC")
        if self.version < 1:
            raise ValueError(f"session {self.session}: version {self.version} is below 1")

    def to_json(self) -> dict[str, str | int | bool]:
        """A flat object, as Airtable keeps it."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """Names the content: equal for equal states."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()


Replica = Mapping[str, SessionState]


def newer(one: SessionState, other: SessionState) -> SessionState:
    """The state that wins: the higher version, then the later update, then the deletion, then the larger digest.

    A total order over contents: whoever asks, and in whichever order, gets the same answer.
    """
    return max(one, other, key=lambda state: (state.version, state.updated_at, state.deleted, state.digest))


def merge(local: Replica, remote: Replica) -> dict[str, SessionState]:
    """What both copies hold after a sync: commutative, associative and idempotent; nothing is lost but the loser."""
    merged = dict(local)
    for session, state in remote.items():
        merged[session] = newer(merged[session], state) if session in merged else state
    return dict(sorted(merged.items()))


def conflicts(local: Replica, remote: Replica) -> list[str]:
    """Sessions that both copies hold with different content."""
    return sorted(name for name in local.keys() & remote.keys() if local[name] != remote[name])


class SessionStore:
    """Sessions in one SQLite file, one row a session. A context manager.

    Raises ``OSError`` if the file cannot be used or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with reported(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5)
            try:
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute(_CREATE)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def upsert(self, states: Iterable[SessionState]) -> int:
        """Adds sessions, or replaces those that lose against the given state; returns how many rows changed."""
        held = self.all()
        after = dict(held)
        for state in states:
            after[state.session] = newer(after.get(state.session, state), state)
        winners = [state for name, state in after.items() if held.get(name) != state]
        with reported(self.path), self._db:
            self._db.executemany(
                f"INSERT OR REPLACE INTO sessions ({_FIELDS}) VALUES "  # noqa: S608 - own names
                "(:session, :tenant, :user, :project, :updated_at, :version, :summary, :deleted)",
                [state.to_json() for state in winners],
            )
        return len(winners)

    def all(self) -> dict[str, SessionState]:
        """Every session by name, tombstones included."""
        with reported(self.path):
            rows = self._db.execute(f"SELECT {_FIELDS} FROM sessions ORDER BY session").fetchall()  # noqa: S608 - own names
        names = _FIELDS.split(", ")
        return {str(row[0]): session_from(dict(zip(names, row, strict=True))) for row in rows}


def session_from(row: Mapping[str, object]) -> SessionState:
    """The session that a flat object describes. Raises ``ValueError`` for unknown, missing or wrong fields."""
    expected: dict[str, type] = dict.fromkeys(("session", "tenant", "user", "project", "updated_at", "summary"), str)
    expected |= {"version": int, "deleted": int}
    if set(row) != set(expected):
        raise ValueError(f"a session has the fields {', '.join(sorted(expected))}, got {', '.join(sorted(row))}")
    for name, kind in expected.items():
        if not isinstance(row[name], kind):
            raise ValueError(f"{name} of a session is {row[name]!r}, expected {kind.__name__}")  # noqa: TRY004 - bad input, not a bad call
    fields = dict(row) | {"deleted": bool(row["deleted"])}
    return SessionState(**cast("dict[str, str]", fields))  # type: ignore[arg-type]  # types checked above

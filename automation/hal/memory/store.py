"""The memory store: one SQLite file; every read names a caller, and the query itself keeps to the caller's scopes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from automation.hal.memory.records import Caller, MemoryRecord, record_from, utc
from automation.hal.memory.schema import MIGRATIONS, SCHEMA_VERSION, ddl, record_schema

_OWN_TABLES = 2
_FIELDS = tuple(MemoryRecord.__dataclass_fields__)
_COLUMNS = ", ".join(_FIELDS)
_PLACES = ", ".join(f":{name}" for name in _FIELDS)
_CHANGEABLE = tuple(name for name in _FIELDS if name not in ("tenant", "id"))
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _CHANGEABLE)
_HELD = ", ".join(f"records.{name}" for name in _CHANGEABLE)
_GIVEN = ", ".join(f"excluded.{name}" for name in _CHANGEABLE)

# The scope rule, once, in SQL: whatever reads records for a caller goes through it.
_VISIBLE = """\
(expires_at IS NULL OR expires_at > :now) AND (
  scope = 'global' OR tenant = :tenant AND (
    scope = 'tenant'
    OR scope = 'project' AND project IN (SELECT value FROM json_each(:projects))
    OR scope = 'user' AND user = :user
    OR scope = 'session' AND user = :user AND session = :session))"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with what the index keeps of it; no model and no bytes if it was never indexed."""

    record: MemoryRecord
    model: str
    terms: str
    vector: bytes


class MemoryStore:
    """Opens, or creates, the store at ``path``. A context manager that closes the file.

    Each write is one durable transaction. Raises ``OSError`` where the file cannot be read, is damaged, is locked
    for more than five seconds or was written by another version; ``ValueError`` for unusable records.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        if not create and not path.exists():
            raise FileNotFoundError(f"there is no memory store at {path}: ingest the corpus first")
        self.path = path
        with reported(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; the store can be opened again."""
        self._db.close()

    @property
    def generation(self) -> int:
        """Grows with every write, by whatever process: the same number means the same content."""
        rows = self.rows("SELECT value FROM meta WHERE name = 'generation'")
        return int(str(rows[0][0])) if rows else 0

    def put(self, records: Iterable[MemoryRecord]) -> int:
        """Adds records, all or none; returns how many. Raises ``ValueError`` if one of the ids is taken."""
        rows = [record.to_json() for record in records]
        with self.writing():
            try:
                self._db.executemany(f"INSERT INTO records ({_COLUMNS}) VALUES ({_PLACES})", rows)  # noqa: S608 - own names
            except sqlite3.IntegrityError as error:
                raise ValueError(
                    f"{self.path}: a record id is taken already ({error}): use upsert to replace it"
                ) from None
        return len(rows)

    def upsert(self, records: Iterable[MemoryRecord]) -> int:
        """Adds records or replaces those with the same tenant and id; returns how many really changed something."""
        rows = [record.to_json() for record in records]
        sql = (
            f"INSERT INTO records ({_COLUMNS}) VALUES ({_PLACES}) ON CONFLICT (tenant, id) "  # noqa: S608 - own names
            f"DO UPDATE SET {_UPDATES} WHERE ({_HELD}) IS NOT ({_GIVEN})"
        )
        with self.writing():
            before = self._db.total_changes
            self._db.executemany(sql, rows)
            return self._db.total_changes - before

    def delete(self, tenant: str, ids: Sequence[str]) -> int:
        """Removes records and their vectors, and overwrites where they stood; returns how many there were."""
        with self.writing():
            before = self.count()
            self._db.executemany("DELETE FROM records WHERE tenant = ? AND id = ?", [(tenant, name) for name in ids])
            return before - self.count()

    def tune(self) -> None:
        """Gathers the statistics by which SQLite plans its queries; worth it after a large ingest."""
        with reported(self.path):
            self._db.execute("ANALYZE")

    def get(self, caller: Caller, record_id: str, now: str) -> MemoryRecord | None:
        """The record with this id, if the caller may see it; what may not be seen does not exist."""
        found = self.visible(caller, now, "AND id = :id", {"id": record_id})
        return found[0] if found else None

    def visible(
        self, caller: Caller, now: str, extra: str = "", values: dict[str, str] | None = None
    ) -> list[MemoryRecord]:
        """Every unexpired record in the caller's scopes, oldest first, narrowed by trusted SQL in ``extra``."""
        sql = f"SELECT {_COLUMNS} FROM records WHERE {_VISIBLE} {extra} ORDER BY created_at, tenant, id"  # noqa: S608 - own names
        rows = self.rows(sql, {**_asked_by(caller, now), **(values or {})})
        return [record_from(dict(zip(_FIELDS, row, strict=True))) for row in rows]

    def visible_keys(self, caller: Caller, now: str) -> list[tuple[str, str]]:
        """Tenant and id of every record that the caller may see."""
        rows = self.rows(f"SELECT tenant, id FROM records WHERE {_VISIBLE}", _asked_by(caller, now))  # noqa: S608 - own names
        return [(str(tenant), str(name)) for tenant, name in rows]

    def visible_with_vectors(self, caller: Caller, now: str) -> list[Stored]:
        """The same records with their stored vectors; the scopes are kept to by the same query."""
        sql = (
            f"SELECT {_COLUMNS}, model, terms, vector FROM records LEFT JOIN vectors USING (tenant, id) "  # noqa: S608 - own names
            f"WHERE {_VISIBLE} ORDER BY created_at, tenant, id"
        )
        return [_stored(row) for row in self.rows(sql, _asked_by(caller, now))]

    def everything(self) -> list[MemoryRecord]:
        """All records whatever their scope, oldest first: for the index, retention and backup, never for an answer."""
        rows = self.rows(f"SELECT {_COLUMNS} FROM records ORDER BY created_at, tenant, id")  # noqa: S608 - own names
        return [record_from(dict(zip(_FIELDS, row, strict=True))) for row in rows]

    def count(self) -> int:
        """How many records there are."""
        return int(str(self.rows("SELECT count(*) FROM records")[0][0]))

    def rows(self, sql: str, values: dict[str, str] | Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a query; a damaged file is an ``OSError`` that says so."""
        with reported(self.path):
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction: everything in it, or nothing. Moves the generation on if anything changed."""
        with reported(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            before = self._db.total_changes
            try:
                yield self._db
                if self._db.total_changes > before:
                    self._db.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0 and self._db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            self._db.executescript("BEGIN IMMEDIATE;\n" + ddl(record_schema()) + "COMMIT;")
        else:
            self._migrate(version)
        (health,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError(health)

    def _migrate(self, version: int) -> None:
        """Brings an older store up to date, version by version."""
        (ours,) = self._db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('records', 'vectors')").fetchone()
        while version != SCHEMA_VERSION or ours != _OWN_TABLES:
            if version not in MIGRATIONS or ours != _OWN_TABLES:
                raise OSError(f"{self.path} is not a memory store of version {SCHEMA_VERSION} (it says {version})")
            for statement in MIGRATIONS[version]:
                self._db.execute(statement)
            version += 1
            self._db.execute(f"PRAGMA user_version = {version:d}")


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ``OSError`` with the file's name and what to do next."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"cannot use {path}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise OSError(f"{path} is damaged ({error}): restore it, or delete it and ingest again") from None


def _stored(row: tuple[object, ...]) -> Stored:
    model, terms, vector = row[len(_FIELDS) :]
    record = record_from(dict(zip(_FIELDS, row, strict=False)))
    return Stored(record, str(model or ""), str(terms or ""), vector if isinstance(vector, bytes) else b"")


def _asked_by(caller: Caller, now: str) -> dict[str, str]:
    return {
        "tenant": caller.tenant,
        "user": caller.user,
        "session": caller.session,
        "now": utc(now),
        "projects": json.dumps(sorted(caller.projects)),
    }

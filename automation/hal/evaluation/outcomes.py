"""Task outcomes in SQLite: one row a finished slot, one row a gate; recording the same run twice changes nothing."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from automation.hal.evaluation.history import RunHistory, TaskOutcome

DDL = """
CREATE TABLE IF NOT EXISTS outcomes (
    plan TEXT NOT NULL, task TEXT NOT NULL, slot TEXT NOT NULL, run TEXT NOT NULL,
    status TEXT NOT NULL, component TEXT NOT NULL, day INTEGER NOT NULL,
    seconds REAL NOT NULL CHECK (seconds >= 0), attempts INTEGER NOT NULL CHECK (attempts >= 0), reason TEXT NOT NULL,
    PRIMARY KEY (plan, task, slot)
) STRICT;
CREATE TABLE IF NOT EXISTS gates (
    plan TEXT NOT NULL, task TEXT NOT NULL, slot TEXT NOT NULL, place INTEGER NOT NULL,
    name TEXT NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL, measured TEXT NOT NULL, bound TEXT NOT NULL,
    PRIMARY KEY (plan, task, slot, place),
    FOREIGN KEY (plan, task, slot) REFERENCES outcomes (plan, task, slot) ON DELETE CASCADE
) STRICT;
"""

OUTCOME = "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
GATE = "INSERT INTO gates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@contextmanager
def outcome_store(path: Path) -> Iterator[sqlite3.Connection]:
    """Open (or make) a store; committed at the end of the block, rolled back if it raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(DDL)
        with connection:
            yield connection


def record(store: sqlite3.Connection, history: RunHistory) -> None:
    """Write all finished slots of a run; a slot that is there already is replaced with its gates."""
    for task in history.tasks:
        key = (history.plan, task.id, task.slot)
        store.execute(OUTCOME, (*key, history.run, *_facts(task)))
        gates = [
            (*key, place, gate.name, gate.kind, gate.verdict, json.dumps(gate.measured), gate.bound)
            for place, gate in enumerate(task.gates)
        ]
        store.executemany(GATE, gates)


def totals(store: sqlite3.Connection) -> dict[str, int]:
    """Outcomes by status."""
    return dict(store.execute("SELECT status, count(*) FROM outcomes GROUP BY status ORDER BY status"))


def gate_totals(store: sqlite3.Connection) -> dict[str, int]:
    """Gates by verdict."""
    return dict(store.execute("SELECT verdict, count(*) FROM gates GROUP BY verdict ORDER BY verdict"))


def seconds_by_component(store: sqlite3.Connection) -> dict[str, float]:
    """Time that the tasks of each component took."""
    rows = store.execute("SELECT component, sum(seconds) FROM outcomes GROUP BY component ORDER BY min(day), component")
    return {component: float(seconds) for component, seconds in rows}


def slot_rows(store: sqlite3.Connection) -> list[tuple[str, str, str, int, float, int, str, int, int]]:
    """All slots in the plan's order: task, status, component, day, seconds, attempts, reason, gates passed, gates."""
    return store.execute(
        """
        SELECT o.task, o.status, o.component, o.day, o.seconds, o.attempts, o.reason,
               coalesce(sum(g.verdict = 'passed'), 0), count(g.place)
        FROM outcomes o LEFT JOIN gates g USING (plan, task, slot)
        GROUP BY o.plan, o.task, o.slot ORDER BY o.day, o.rowid
        """
    ).fetchall()


def difference(left: Mapping[str, int], right: Mapping[str, int]) -> int:
    """By how many two counts by status differ, added up; a status that is missing counts 0."""
    return sum(abs(left.get(key, 0) - right.get(key, 0)) for key in {*left, *right})


def _facts(task: TaskOutcome) -> tuple[str, str, int, float, int, str]:
    return task.status, task.component, task.day, task.seconds, task.attempts, task.reason

"""Tasks 1 to 5: schema and store, retention, index choice, scopes, design page."""

from pathlib import Path
from typing import TypedDict

from automation.hal.memory import design, index_trial, retention_trial, scoping_trial
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.products import read_product, write_product, write_text
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.retention import DEFAULT_POLICY, sweep
from automation.hal.memory.schema import ddl, record_schema
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.vectors import ExactIndex

_NOW = "2025-09-08T09:00:00+00:00"


class StoreCreated(TypedDict):
    columns: int
    round_trips: int
    reopened: int


def create_store(*, schema: Path, sql: Path, database: Path) -> StoreCreated:
    """Writes schema and DDL, creates the store, and counts records that come back equal, then and after reopening."""
    declared = record_schema()
    write_product(schema, dict(declared))
    write_text(sql, ddl(declared))
    database.unlink(missing_ok=True)
    written = [
        MemoryRecord(
            tenant="north", id=scope, scope=scope, user="ada", session="s1", project="atlas",
            text=f"Grüße, 你好, مرحبا, 👋: a memory in scope {scope}.", created_at=_NOW, updated_at=_NOW,
        )
        for scope in ("session", "user", "project", "tenant", "global")
    ]  # fmt: skip
    with MemoryStore(database) as store:
        store.put(written)
        first = _equal(store, written)
        columns = len(store.rows("SELECT name FROM pragma_table_info('records')"))
    with MemoryStore(database, create=False) as store:
        return {"columns": columns, "round_trips": first, "reopened": _equal(store, written)}


def _equal(store: MemoryStore, written: list[MemoryRecord]) -> int:
    caller = Caller(tenant="north", user="ada", session="s1", projects=frozenset({"atlas"}))
    return sum(store.get(caller, record.id, _NOW) == record for record in written)


class Retained(TypedDict):
    records: int
    expired_left: int
    kept_lost: int
    kept_changed: int
    removed: int
    removed_again: int


def apply_retention(*, policy: Path, database: Path, seed: int = 11) -> Retained:
    """Writes the policy, sweeps a store of records of all ages, and compares what is left with plain arithmetic."""
    write_product(policy, {"by_scope": dict(DEFAULT_POLICY.by_scope), "by_kind": dict(DEFAULT_POLICY.by_kind)})
    database.unlink(missing_ok=True)
    before = retention_trial.aged_records(seed)
    with MemoryStore(database) as store:
        store.put(before)
        first = sweep(store, DEFAULT_POLICY, retention_trial.NOW)
        again = sweep(store, DEFAULT_POLICY, retention_trial.NOW)
        left = {record.id: record for record in store.everything()}
    keep = {record.id: record for record in before if _kept(record)}
    return {
        "records": len(before),
        "expired_left": len(left.keys() - keep.keys()),
        "kept_lost": len(keep.keys() - left.keys()),
        "kept_changed": sum(left[name] != keep[name] for name in left.keys() & keep.keys()),
        "removed": first.removed,
        "removed_again": again.removed,
    }


def _kept(record: MemoryRecord) -> bool:
    """Told from the record's name, which carries its age: shares nothing with the sweep."""
    if record.expires_at is not None:
        return record.expires_at > retention_trial.NOW
    scope, kind, days = record.id.split("-")
    if kind == "document" or (scope == "global" and kind != "note"):
        return True
    limit = 30 if kind == "note" else {"session": 1, "user": 365, "project": 730, "tenant": 730}[scope]
    return int(days) < limit


class IndexChosen(TypedDict):
    chosen: str
    vectors: int
    recall: float
    p95_ms: float
    runner_up_recall: float


def choose_index(
    *, report: Path, page: Path, vectors: int = 10_000, queries: int = 120, recall: float = 0.95, p95_ms: float = 50.0
) -> IndexChosen:
    """Measures the exact and two approximate indexes on the same vectors (recall at 10) and writes the decision."""
    embedder = OfflineEmbedder(spelling=256)
    stored = index_trial.trial_vectors(embedder, vectors, seed=5)
    exact = ExactIndex([f"v{number}" for number in range(len(stored))], stored)
    asked = index_trial.trial_queries(embedder, queries)
    truth = index_trial.true_neighbours(exact, asked, 10)
    measured = {
        name: index_trial.measure(build, truth, asked, 10) for name, build in index_trial.candidates(exact).items()
    }
    chosen = index_trial.choose(measured, recall, p95_ms)
    write_product(report, {
        "chosen": chosen, "rule": index_trial.RULE, "vectors": len(exact), "queries": len(asked), "k": 10,
        "bounds": {"recall": recall, "p95_ms": p95_ms},
        "candidates": {name: figures.to_json() for name, figures in measured.items()},
    })  # fmt: skip
    write_text(page, index_trial.decision_page(measured, chosen, len(exact), recall, p95_ms))
    others = [figures.recall for name, figures in measured.items() if name != chosen]
    return {
        "chosen": chosen, "vectors": len(exact), "recall": measured[chosen].recall, "p95_ms": measured[chosen].p95_ms,
        "runner_up_recall": max(others),
    }  # fmt: skip


class ScopesTried(TypedDict):
    cases: int
    violations: int
    missed: int
    seen: int


def try_scopes(*, report: Path, database: Path, cases: int = 2500, records: int = 120, seed: int = 3) -> ScopesTried:
    """Asks the store as generated callers and counts records seen outside their scope, and records wrongly hidden."""
    database.unlink(missing_ok=True)
    held = scoping_trial.generated_records(seed, records)
    with MemoryStore(database) as store:
        store.put(held)
        result = scoping_trial.try_scopes(store, held, cases, seed + 1)
    counts: ScopesTried = {
        "cases": result.cases, "violations": result.violations, "missed": result.missed, "seen": result.seen,
    }  # fmt: skip
    write_product(report, dict(counts))
    return counts


class PageWritten(TypedDict):
    sha256: str
    characters: int
    sections: int


def write_design(*, schema: Path, retention: Path, index: Path, scoping: Path, page: Path, report: Path) -> PageWritten:
    """Gathers the products of tasks 1 to 4 into the design page and notes the hash of its content."""
    text = design.page(*(read_product(path) for path in (schema, retention, index, scoping)))
    write_text(page, text)
    written: PageWritten = {
        "sha256": design.content_hash(text), "characters": len(text), "sections": text.count("\n## "),
    }  # fmt: skip
    write_product(report, dict(written))
    return written


class PageChecked(TypedDict):
    matches: int


def check_design(*, schema: Path, retention: Path, index: Path, scoping: Path, page: Path, report: Path) -> PageChecked:
    """1 if the page on disk, the noted hash and a page gathered anew from the products all agree, else 0."""
    noted = read_product(report)["sha256"]
    anew = design.page(*(read_product(path) for path in (schema, retention, index, scoping)))
    on_disk = page.read_bytes().decode()
    return {"matches": int(noted == design.content_hash(on_disk) == design.content_hash(anew))}

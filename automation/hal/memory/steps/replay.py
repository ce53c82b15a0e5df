"""Tasks 15 and 16: how fast retrieval is, and whether conversations are still known after a restart."""

import time
from pathlib import Path
from typing import TypedDict

from automation.hal.memory.context import MOST, assemble, within
from automation.hal.memory.conversations import ASKED_AT, EVERYBODY, LabelledQuery, queries, turns
from automation.hal.memory.embedding import Embedder, OfflineEmbedder
from automation.hal.memory.evaluation import latency
from automation.hal.memory.indexing import refresh
from automation.hal.memory.products import write_product
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.search import Searcher
from automation.hal.memory.sessions import SessionStore
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.topics import TopicModel


class LatencyMeasured(TypedDict):
    p50_ms: float
    p95_ms: float
    cold_ms: float
    untuned_p95_ms: float
    different: int
    queries: int
    records: int


def measure(
    *,
    model: Path,
    database: Path,
    sessions: Path,
    scratch: Path,
    report: Path,
    queries_asked: int = 200,
    copies: int = 3,
) -> LatencyMeasured:
    """Retrieval latency: restoring the caller's session, the scope query, embedding, ranking and fetching ten records.

    Measured on a store grown to ``copies`` times the corpus by other tenants' records, one query after another,
    before and after tuning the store; ``different`` counts answers that tuning changed. The very first query, which
    also reads the index, is ``cold_ms`` and not part of the percentiles.
    """
    scratch.unlink(missing_ok=True)
    embedder = OfflineEmbedder(TopicModel.load(model))
    with MemoryStore(database, create=False) as source:
        corpus = source.everything()
    with MemoryStore(scratch) as store, SessionStore(sessions) as states:
        store.put([record for copy in range(copies) for record in _copied(corpus, copy)])
        refresh(store, embedder)
        searcher = Searcher(store, embedder)
        asked = queries("test")[:queries_asked]
        cold, _ = _timed(searcher, states, asked[:1])
        untuned, before = _timed(searcher, states, asked)
        store.tune()
        searcher.reload()
        tuned, after = _timed(searcher, states, asked)
        records = store.count()
    spent = latency(tuned)
    measured: LatencyMeasured = {
        "p50_ms": spent["p50_ms"], "p95_ms": spent["p95_ms"], "cold_ms": round(cold[0], 3),
        "untuned_p95_ms": latency(untuned)["p95_ms"], "different": sum(map(list.__ne__, before, after)),
        "queries": len(asked), "records": records,
    }  # fmt: skip
    write_product(report, dict(measured))
    return measured


def _timed(searcher: Searcher, states: SessionStore, asked: list[LabelledQuery]) -> tuple[list[float], list[list[str]]]:
    """Milliseconds and found ids of each query, asked from the user's stored session."""
    times, found = [], []
    for query in asked:
        started = time.perf_counter()
        session = next(state for state in states.all().values() if state.user == query.caller.user)
        caller = Caller(
            tenant=session.tenant, user=session.user, session=session.session, projects=frozenset({session.project})
        )
        hits = searcher.search(caller, query.text, 10, ASKED_AT)
        times.append((time.perf_counter() - started) * 1000)
        found.append([hit.record.id for hit in hits])
    return times, found


def _copied(corpus: list[MemoryRecord], copy: int) -> list[MemoryRecord]:
    if copy == 0:
        return corpus
    return [
        MemoryRecord(
            tenant=f"{record.tenant}-{copy}", id=record.id, scope=record.scope, text=record.text,
            created_at=record.created_at, updated_at=record.updated_at, user=record.user, session=record.session,
            project=record.project, kind=record.kind, speaker=record.speaker,
        )
        for record in corpus
        if record.scope != "global"
    ]  # fmt: skip


class Replayed(TypedDict):
    retention: float
    retention_at_half: float
    facts: int
    kept: int
    leaks: int
    shared: float
    restarts: int
    sessions: int
    context_characters: int


def replay(
    *,
    model: Path,
    database: Path,
    report: Path,
    budget: int = 4000,
    people: int = EVERYBODY,
    most_queries: int = 10_000,
) -> Replayed:
    """Replays the test conversations session by session into an empty store that is closed after each, then asks.

    Context retention is the share of stated facts whose turn is in the context that the memory hands to a new
    session for the question about it: the best turns for the question, up to ``budget`` characters (4,000 are about
    a third of what the user may see); ``retention_at_half`` is the same with half the budget. ``leaks`` counts
    facts that a stranger of the same tenant, or the same user name in another tenant, is handed; ``shared`` is the
    retention of project facts when a colleague asks.
    """
    database.unlink(missing_ok=True)
    embedder = OfflineEmbedder(TopicModel.load(model))
    sessions: dict[str, list[MemoryRecord]] = {}
    for record in turns("test", people):
        sessions.setdefault(str(record.session), []).append(record)
    for said in sessions.values():
        with MemoryStore(database) as store:
            store.put(said)
            refresh(store, embedder)
    result = _ask_after_restart(database, embedder, budget, queries("test", people)[:most_queries])
    counts: Replayed = {**result, "restarts": len(sessions), "sessions": len(sessions)}
    write_product(report, {"measure": f"share of facts in a context of {budget} characters", **counts})
    return counts


class _Asked(TypedDict):
    retention: float
    retention_at_half: float
    facts: int
    kept: int
    leaks: int
    shared: float
    context_characters: int


def _ask_after_restart(database: Path, embedder: Embedder, budget: int, asked: list[LabelledQuery]) -> _Asked:
    facts = [query for query in asked if query.kind == "single"]
    kept = at_half = leaks = longest = shared = shareable = 0
    with MemoryStore(database, create=False) as store:
        searcher = Searcher(store, embedder)
        scope_of = {record.id: record.scope for record in store.everything()}
        for query in facts:
            hits = searcher.search(query.caller, query.text, MOST, ASKED_AT)
            context = within(hits, budget)
            longest = max(longest, sum(len(record.text) for record in context))
            kept += _holds(context, query)
            at_half += _holds(within(hits, budget // 2), query)
            for stranger in _strangers(query.caller):
                leaks += _holds(assemble(searcher, stranger, query.text, budget, ASKED_AT), query)
            if scope_of[query.evidence[0]] == "project":
                shareable += 1
                shared += _holds(assemble(searcher, _colleague(query.caller), query.text, budget, ASKED_AT), query)
    return {
        "retention": round(kept / len(facts), 4),
        "retention_at_half": round(at_half / len(facts), 4), "facts": len(facts), "kept": kept, "leaks": leaks,
        "shared": round(shared / shareable, 4), "context_characters": longest,
    }  # fmt: skip


def _holds(context: list[MemoryRecord], query: LabelledQuery) -> bool:
    return query.evidence[0] in {record.id for record in context}


def _strangers(caller: Caller) -> tuple[Caller, Caller]:
    return (
        Caller(tenant=caller.tenant, user="stranger", session=caller.session, projects=frozenset({"another"})),
        Caller(tenant="elsewhere", user=caller.user, session=caller.session, projects=caller.projects),
    )


def _colleague(caller: Caller) -> Caller:
    return Caller(tenant=caller.tenant, user="colleague", session="a new one", projects=caller.projects)

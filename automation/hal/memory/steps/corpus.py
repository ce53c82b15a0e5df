"""Tasks 8 to 11: the corpus in the store, searched, kept up to date, evaluated."""

import json
import shutil
import time
from importlib.resources import files
from pathlib import Path
from typing import TypedDict

from automation.hal.memory.conversations import ASKED_AT, EVERYBODY, guide, queries, turns
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.evaluation import accuracies, baselines
from automation.hal.memory.indexing import refresh
from automation.hal.memory.products import write_product
from automation.hal.memory.ranking import shipped_ranker
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.topics import TopicModel
from automation.hal.memory.vectors import ExactIndex


class Ingested(TypedDict):
    documents: int
    records: int
    embedded: int
    reused: int
    second_added: int
    second_embedded: int


def ingest(*, model: Path, index: Path, database: Path, report: Path, people: int = EVERYBODY) -> Ingested:
    """Ingests the test conversations and the memory guide, then ingests the same once more.

    Vectors that the index of task 7 already holds are taken over. A store that is there is brought up to date.
    """
    corpus = [*turns("test", people), *guide()]
    embedder, loaded = OfflineEmbedder(TopicModel.load(model)), ExactIndex.load(index)
    known = dict(zip(loaded.ids, loaded.vectors, strict=True))
    with MemoryStore(database) as store:
        store.upsert(corpus)
        first = refresh(store, embedder, known)
        second_added = store.upsert(corpus)
        second = refresh(store, embedder, known)
        counts: Ingested = {
            "documents": len(corpus), "records": store.count(), "embedded": first.embedded, "reused": first.reused,
            "second_added": second_added, "second_embedded": second.embedded + second.reused,
        }  # fmt: skip
    write_product(report, dict(counts))
    return counts


class SmokeAnswered(TypedDict):
    queries: int
    answered: int
    unanswered: int
    first: int
    slowest_ms: float


def smoke(*, model: Path, database: Path, report: Path, top_k: int = 3) -> SmokeAnswered:
    """Asks the hand-written smoke queries as a stranger, who sees the guide alone; answered means among the best k."""
    asked = json.loads((files("automation.hal") / "data" / "smoke-queries.json").read_text(encoding="utf-8"))
    stranger = Caller(tenant="visitors", user="visitor")
    answers: list[dict[str, object]] = []
    slowest = 0.0
    with MemoryStore(database, create=False) as store:
        searcher = Searcher(store, OfflineEmbedder(TopicModel.load(model)))
        for row in asked:
            started = time.perf_counter()
            hits = searcher.search(stranger, row["query"], top_k, ASKED_AT)
            slowest = max(slowest, (time.perf_counter() - started) * 1000)
            names = [hit.record.id for hit in hits]
            rank = names.index(row["expected"]) + 1 if row["expected"] in names else 0
            answers.append({**row, "rank": rank, "hits": names})
    write_product(report, answers)
    answered = sum(answer["rank"] != 0 for answer in answers)
    return {
        "queries": len(asked), "answered": answered, "unanswered": len(asked) - answered,
        "first": sum(answer["rank"] == 1 for answer in answers), "slowest_ms": round(slowest, 3),
    }  # fmt: skip


class Reindexed(TypedDict):
    records: int
    changed: int
    deleted: int
    embedded: int
    embedded_share: float
    orphans: int
    needless: int
    new_text_missed: int
    old_text_found: int


def reindex(*, model: Path, database: Path, scratch: Path, report: Path, share: float = 0.01) -> Reindexed:
    """On a copy of the store: changes ``share`` of the records, deletes as many, refreshes, and looks for both texts.

    ``embedded_share`` is what was embedded again, as a share of the records that are left.
    """
    shutil.copyfile(database, scratch)
    embedder = OfflineEmbedder(TopicModel.load(model))
    with MemoryStore(scratch, create=False) as store:
        everything = store.everything()
        count = max(1, round(len(everything) * share))
        changed = everything[:: len(everything) // count][:count]
        chosen = {record.id for record in changed}
        doomed = [record for record in everything if record.id not in chosen][-count:]
        revised = [
            record.revised(f"We keep lantern {number} in Zanzibar.", ASKED_AT) for number, record in enumerate(changed)
        ]
        store.upsert(revised)
        for record in doomed:
            store.delete(record.tenant, [record.id])
        embedded = refresh(store, embedder).embedded
        orphans = store.rows("SELECT count(*) FROM vectors WHERE (tenant, id) NOT IN (SELECT tenant, id FROM records)")
        left = store.count()
        searcher = Searcher(store, embedder)
        new = sum(_text_of(searcher, record) == record.text for record in revised)
        old = sum(_text_of(searcher, record) == record.text for record in [*changed, *doomed])
    counts: Reindexed = {
        "records": left, "changed": len(changed), "deleted": len(doomed), "embedded": embedded,
        "embedded_share": round(embedded / left, 4), "needless": embedded - len(changed),
        "orphans": int(str(orphans[0][0])), "new_text_missed": len(revised) - new, "old_text_found": old,
    }  # fmt: skip
    write_product(report, dict(counts))
    return counts


def _asker(record: MemoryRecord) -> Caller:
    return Caller(
        tenant=record.tenant, user=record.user or "nobody", session=record.session or "",
        projects=frozenset({record.project or ""}),
    )  # fmt: skip


def _text_of(searcher: Searcher, record: MemoryRecord) -> str | None:
    """The text under which a search for the record shows it among the best 20, if it does."""
    hits = searcher.search(_asker(record), record.text, 20, ASKED_AT)
    return next((hit.record.text for hit in hits if hit.record.id == record.id), None)


class Evaluated(TypedDict):
    accuracy: float
    single: float
    multi: float
    bm25: float
    queries: int
    users: int


def evaluate(*, model: Path, database: Path, report: Path, top_k: int = 10, people: int = EVERYBODY) -> Evaluated:
    """Search accuracy on the labelled test queries, beside simpler methods on the same queries.

    Accuracy is the mean evidence recall at ``top_k``: for each query the share of its evidence turns among the
    ``top_k`` records that its user gets, out of all that this user may see (about 290); averaged over all queries.
    Their wordings, and the people, places and things they ask about, do not occur in the dev queries; the sentences
    of both splits were written by the same hand, from the same patterns.
    """
    labelled = queries("test", people)
    with MemoryStore(database, create=False) as store:
        searcher = Searcher(store, OfflineEmbedder(TopicModel.load(model)))
        compared = accuracies(searcher, labelled, {"ranker": shipped_ranker().scores, **baselines()}, top_k)
    found = compared.pop("ranker")
    write_product(report, {
        "measure": f"mean evidence recall at {top_k}", "k": top_k, "queries": found.queries,
        "accuracy": found.overall, "by_kind": found.by_kind,
        "simpler_methods": {name: result.overall for name, result in compared.items()},
    })  # fmt: skip
    return {
        "accuracy": found.overall, "single": found.by_kind["single"], "multi": found.by_kind["multi"],
        "bm25": compared["bm25"].overall, "queries": found.queries,
        "users": len({query.caller.user for query in labelled}),
    }  # fmt: skip

"""Whether memory keeps what it was told, for whom it was told: `python -m tests.bench.hal.retention FOLDER`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.recall.evidence import FEATURES
from automation.hal.memory.recall.ranker import LearnedRanker
from automation.hal.memory.recall.search import RecallSearch
from automation.hal.memory.records import MemoryRecord
from automation.hal.memory.scoping_trial import NOW, generated_caller, generated_records, may_see
from automation.hal.memory.store import MemoryStore
from tests.bench.hal.command import main
from tests.bench.hal.figures import Report, most, share
from tests.bench.hal.folder import digest
from tests.bench.hal.memory import TURNS, conversations
from tests.bench.hal.meter import peak_memory

CASES, RECORDS, PER_STORE, SEARCHED = 10_000, 200, 200, 10
_LATER = "2025-09-08T10:00:00+00:00"
_EVEN = LearnedRanker((1.0,) + (0.0,) * (len(FEATURES) - 1))


class Case(NamedTuple):
    """One caller after a restart: whether all was there as written, and whether anything of somebody else's was."""

    kept: bool
    leaked: bool


def cases(folder: Path, texts: Sequence[str], count: int, seed: int = 7) -> list[Case]:
    """Writes, changes and deletes in one store after the other, opens each again, and asks as generated callers."""
    found: list[Case] = []
    for number in range(-(-count // PER_STORE)):
        generator = random.Random(f"{seed}-{number}")
        path = folder / f"{number}.db"
        expected = _written(path, texts, generator)
        with MemoryStore(path, create=False) as store:
            refresh(store, OfflineEmbedder(spelling=16))
            search = RecallSearch(store, OfflineEmbedder(spelling=16), _EVEN)
            found += [_asked(store, search, expected, generator, turn) for turn in range(min(PER_STORE, count))]
        path.unlink()
    return found[:count]


def _written(path: Path, texts: Sequence[str], generator: random.Random) -> list[MemoryRecord]:
    """A store that was written, changed and closed several times; what it must hold in the end."""
    records = generated_records(generator.randrange(10**9), RECORDS)
    held = {one.id: replace(one, text=generator.choice(texts)) for one in records}
    with MemoryStore(path) as store:
        store.put(held.values())
    revised = [held[name].revised(generator.choice(texts), _LATER) for name in generator.sample(sorted(held), 20)]
    with MemoryStore(path, create=False) as store:
        store.upsert(revised)
    held |= {one.id: one for one in revised}
    doomed = generator.sample(sorted(held), 20)
    with MemoryStore(path, create=False) as store:
        for name in doomed:
            store.delete(held.pop(name).tenant, [name])
    return list(held.values())


def _asked(
    store: MemoryStore, search: RecallSearch, expected: list[MemoryRecord], generator: random.Random, turn: int
) -> Case:
    caller = generated_caller(generator)
    right = {(one.tenant, one.id): one for one in expected if may_see(caller, one, NOW)}
    got = {(one.tenant, one.id): one for one in store.visible(caller, NOW)}
    leaked = bool(got.keys() - right.keys())
    if turn % SEARCHED == 0:
        query = generator.choice(expected).text
        hits = search.search(caller, query, RECORDS, NOW)
        leaked = leaked or any((hit.record.tenant, hit.record.id) not in right for hit in hits)
        return Case(got == right and len(hits) == len(right), leaked)
    return Case(got == right, leaked)


def measure(folder: Path, count: int = CASES) -> Report:
    """The report; the words of the records are the folder's."""
    texts = [turn.text for one in conversations(folder) for turn in one.turns]
    with TemporaryDirectory() as scratch:
        found = cases(Path(scratch), texts, count)
    return Report(
        component="Memory: context retention over generated cases",
        data=f"{TURNS} (words only)",
        data_hash=digest(folder, [TURNS]),
        figures=(
            share("all there as written, after restarts", [float(one.kept) for one in found], 100, 100),
            most("anything from outside the scope", [float(one.leaked) for one in found], 0, 0),
            peak_memory(),
        ),
        notes=(
            f"{count:,} cases: {PER_STORE} callers to a store of {RECORDS} records that was written, revised, deleted "
            f"from and opened again; every tenth case also searches for everything that it may see.",
        ),
    )


if __name__ == "__main__":
    raise SystemExit(main("retention", measure))

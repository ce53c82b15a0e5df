"""Trains the shipped recall rankers: ``python -m automation.hal.memory.recall.training FOLDER`` writes their files.

They learn from the project's own dev conversations, so that anybody can train them again, and no text with a licence of
its own has any part in them. A ranker that learnt from conversations like those it is asked about finds more: give
``fit`` examples of your own.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import numpy as np

from automation.hal.memory.conversations import ASKED_AT, LabelledQuery, queries, turns
from automation.hal.memory.embedding import Embedder, OfflineEmbedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.recall.evidence import FEATURES
from automation.hal.memory.recall.questions import read
from automation.hal.memory.recall.ranker import UNLIKE_THOSE_ASKED, Example, LearnedRanker, fit, ranker_from
from automation.hal.memory.recall.search import RecallSearch
from automation.hal.memory.sentences import MiniLmEmbedder, model_folder
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.transformer import load

_TRAINED_ON = "queries-dev.jsonl"


def shipped_ranker(embedder: Embedder) -> LearnedRanker:
    """The ranker that was trained with this kind of embedder, or with the offline one if there is none."""
    folder = files("automation.hal") / "data"
    kept = folder / file_of(embedder)
    return ranker_from((kept if kept.is_file() else folder / file_of(OfflineEmbedder())).read_text(encoding="utf-8"))


def file_of(embedder: Embedder) -> str:
    """The name of the file that keeps the ranker for embedders of this kind."""
    return f"recall-{embedder.name.split('-')[0]}.json"


def examples(search: RecallSearch, labelled: Sequence[LabelledQuery]) -> list[Example]:
    """The evidence for each labelled question, and which turns were right."""
    found = []
    for query in labelled:
        passages = search.passages(query.caller, ASKED_AT)
        ids = np.array([record.id for record in passages.records])
        evidence = search.evidence(passages, read(query.text, passages.speakers))
        found.append(Example(evidence.table, np.isin(ids[evidence.rows], query.evidence)))
    return found


def train(embedder: Embedder, people: int = 10_000) -> LearnedRanker:
    """The ranker for an embedder, from the first people of the shipped dev conversations."""
    with TemporaryDirectory() as scratch, MemoryStore(Path(scratch) / "memory.db") as store:
        store.put(turns("dev", people))
        refresh(store, embedder)
        search = RecallSearch(store, embedder, LearnedRanker((0.0,) * len(FEATURES)))
        return fit(examples(search, queries("dev", people)), UNLIKE_THOSE_ASKED)


def embedders() -> Mapping[str, Callable[[], Embedder]]:
    """What can be trained for here: MiniLM only where its package is installed."""
    folder = model_folder()
    offline: dict[str, Callable[[], Embedder]] = {"offline": OfflineEmbedder}
    return offline | ({"minilm": lambda: MiniLmEmbedder(load(folder))} if folder else {})


def main(argv: Sequence[str], out: TextIO) -> int:
    """Writes a file for each embedder that is here; 2 on bad usage."""
    if len(argv) != 1:
        print("usage: python -m automation.hal.memory.recall.training FOLDER", file=out)
        return 2
    for make in embedders().values():
        embedder = make()
        path = Path(argv[0]) / file_of(embedder)
        path.write_text(train(embedder).to_json(_TRAINED_ON), encoding="utf-8")
        print(f"{path}: {embedder.name}", file=out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))

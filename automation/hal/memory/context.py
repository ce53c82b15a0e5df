"""What a new session is told: the best memories for the question, within a budget of characters."""

from collections.abc import Sequence

from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.search import Hit, Searcher

MOST = 200


def assemble(searcher: Searcher, caller: Caller, question: str, budget: int, now: str) -> list[MemoryRecord]:
    """The best records for the question that fit into ``budget`` characters of text together, oldest first.

    Raises ``ValueError`` for a budget below 1, and what ``Searcher.search`` raises.
    """
    return within(searcher.search(caller, question, MOST, now), budget)


def within(hits: Sequence[Hit], budget: int) -> list[MemoryRecord]:
    """The hits that fit, best first, put in time order.

    A record that does not fit any more is left out whole, and a shorter one behind it may still fit. Raises
    ``ValueError`` for a budget below 1.
    """
    if budget < 1:
        raise ValueError(f"the context budget is {budget} characters: give it at least 1")
    chosen: list[MemoryRecord] = []
    left = budget
    for hit in hits:
        if len(hit.record.text) <= left:
            chosen.append(hit.record)
            left -= len(hit.record.text)
    return sorted(chosen, key=lambda record: (record.created_at, record.tenant, record.id))

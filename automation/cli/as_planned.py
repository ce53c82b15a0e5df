"""Whether a simulated day went as the plan says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from automation.cli.almanac import Key
from automation.engine.state import FINISHED

_NAMES = 6


class Ended(NamedTuple):
    """A slot that came to rest on a day; `ran` is false for one that was blocked."""

    task: str
    slot: str
    status: str
    reason: str
    ran: bool


def differences(
    expected: tuple[Key, ...],
    ended: Mapping[Key, Ended],
    planted: frozenset[str],
    followers: Mapping[str, tuple[str, ...]],
    late: frozenset[Key],
) -> Iterator[str]:
    """What was not as planned, in words; of what was `late` before, only that it still is."""
    known = set(expected)
    blocked = _behind(planted, followers)
    for key in expected:
        if key not in late or key[0] in planted:
            yield from _difference(key, ended.get(key), planted, blocked)
    still = [name_of(key) for key in expected if key in late and not is_finished(ended, key)]
    if still:
        more = f" and {len(still) - _NAMES:,} more" if len(still) > _NAMES else ""
        yield f"not finished yet: {', '.join(still[:_NAMES])}{more}"
    for key, one in ended.items():
        if key not in known:
            word = "ran" if one.ran else f"is {one.status}"
            yield f"{name_of(key)} {word}, and it was not its day"
    for task in sorted(planted - {task for task, _ in expected}):
        yield f"{task} was to fail, and it was not its day"


def _difference(key: Key, one: Ended | None, planted: frozenset[str], blocked: frozenset[str]) -> Iterator[str]:
    name = name_of(key)
    if one is None:
        yield f"{name} was to run and did not"
    elif key[0] in planted:
        if one.status != "failed":
            yield f"{name} was to fail and is {one.status}: none of its steps could be made to fail"
    elif key[0] in blocked:
        if one.status != "blocked":
            yield f"{name} was to be blocked and is {one.status}"
    elif not one.ran and one.status in FINISHED:
        yield f"{name} was to run and did not: it is {one.status} already"
    elif one.status not in FINISHED:
        yield f"{name} was to run and {_HOW.get(one.status, f'is {one.status}')}: {one.reason}"


_HOW = {"failed": "failed", "awaiting-approval": "waits for approval", "pending": "waits"}


def _behind(planted: frozenset[str], followers: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """All tasks that need a planted one, directly or not."""
    found: set[str] = set()
    todo = list(planted)
    while todo:
        for task in followers[todo.pop()]:
            if task not in found:
                found.add(task)
                todo.append(task)
    return frozenset(found - planted)


def is_finished(ended: Mapping[Key, Ended], key: Key) -> bool:
    """Whether the slot ended well."""
    one = ended.get(key)
    return one is not None and one.status in FINISHED


def name_of(key: Key) -> str:
    """`task`, with its slot where a task has many."""
    task, slot = key
    return task if slot == "once" or slot.startswith("day-") else f"{task}@{slot}"

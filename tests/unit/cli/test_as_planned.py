"""What was not as planned on a simulated day, in words."""

from __future__ import annotations

import pytest

from automation.cli.as_planned import Ended, differences, name_of

FOLLOWERS = {"a": ("b",), "b": ("c",), "c": (), "d": ()}
A, B, C = ("a", "day-1"), ("b", "day-1"), ("c", "day-1")


def ended(task: str, status: str, reason: str = "", *, ran: bool = True) -> Ended:
    return Ended(task, "day-1", status, reason, ran)


@pytest.mark.parametrize(
    ("expected", "found", "planted", "told"),
    [
        ([], [], "", []),
        ([A, B], [ended("a", "done"), ended("b", "mocked")], "", []),
        ([A], [ended("a", "skipped")], "", []),
        ([A], [], "", ["a was to run and did not"]),
        ([A], [ended("a", "done", ran=False)], "", ["a was to run and did not: it is done already"]),
        ([A], [ended("a", "failed", "why")], "", ["a was to run and failed: why"]),
        ([A], [ended("a", "awaiting-approval", "why")], "", ["a was to run and waits for approval: why"]),
        ([A], [ended("a", "unknown", "why")], "", ["a was to run and is unknown: why"]),
        ([A], [ended("a", "done"), ended("d", "done")], "", ["d ran, and it was not its day"]),
        ([], [ended("d", "blocked", ran=False)], "", ["d is blocked, and it was not its day"]),
        ([A, B, C], [ended("a", "failed"), ended("b", "blocked"), ended("c", "blocked")], "a", []),
        ([A, B], [ended("a", "failed"), ended("b", "done")], "a", ["b was to be blocked and is done"]),
        ([A], [ended("a", "done")], "a", ["a was to fail and is done: none of its steps could be made to fail"]),
        ([A], [ended("a", "done")], "d", ["d was to fail, and it was not its day"]),
    ],
)
def test_each_kind_of_difference_is_told(
    expected: list[tuple[str, str]], found: list[Ended], planted: str, told: list[str]
) -> None:
    by_key = {one[:2]: one for one in found}
    assert list(differences(tuple(expected), by_key, frozenset(planted), FOLLOWERS, frozenset())) == told


def test_what_was_late_before_is_told_once_for_all() -> None:
    found = {A: ended("a", "failed", "why"), B: ended("b", "blocked", "needs a"), C: ended("c", "done")}
    told = list(differences((A, B, C), found, frozenset(), FOLLOWERS, frozenset({A, B, C})))
    assert told == ["not finished yet: a, b"]


def test_of_many_late_ones_only_the_first_are_named() -> None:
    keys = tuple((f"t{number}", "day-1") for number in range(9))
    told = list(differences(keys, {}, frozenset(), {}, frozenset(keys)))
    assert told == ["not finished yet: t0, t1, t2, t3, t4, t5 and 3 more"]


@pytest.mark.parametrize(
    ("slot", "name"), [("day-1", "a"), ("once", "a"), ("2025-10-26T02:30+02:00", "a@2025-10-26T02:30+02:00")]
)
def test_a_slot_is_named_where_a_task_has_many(slot: str, name: str) -> None:
    assert name_of(("a", slot)) == name

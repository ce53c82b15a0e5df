"""Where a run can be killed, what a kill can hit, and what else goes wrong on the way."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

from tests.e2e.ledger import Fault

JOURNAL = "journal/{serial:06d}-r{run}-1.jsonl"
CALLS_KILLED = {
    "write": ("write", JOURNAL),
    "sync": ("fdatasync", ""),
    "rename": ("rename", ""),
    "measure": ("openat", JOURNAL),  # the second time: the run is over, and there is no snapshot yet
    "snapshot": ("fsync", "."),
    "report": ("fsync", "report"),
}
"""The system call before which a run is killed, and the file of the state folder that it is about."""
MOMENTS = ("received", "applied", "answered")
PHASES = ("start", "between tasks", "in a task", "intent", "sent", "landed", "answered", "told", "snapshot or report")


class Kill(NamedTuple):
    """Where a run is to be killed: after so many seconds, at the nth of a system call, or at a moment of the server."""

    how: str
    number: float


def schedule(number: int, dice: random.Random) -> Iterator[Kill]:
    """So many kills: every other one at a random time, the others at each named point in turn."""
    named = _named(dice)
    for index in range(number):
        yield next(named) if index % 2 else Kill("time", dice.uniform(0.1, 0.5))


def _named(dice: random.Random) -> Iterator[Kill]:
    while True:
        yield Kill("write", dice.choice((1, 2, 3)))
        yield Kill("received", dice.choice((1, 2)))
        yield Kill("write", 6)  # after an effect's end, where the last run stopped before a task with an effect
        yield Kill("write", 6)
        yield Kill("applied", dice.choice((1, 2)))
        yield Kill("sync", dice.choice((1, 2)))
        yield Kill("answered", dice.choice((1, 2)))
        yield Kill("rename", dice.choice((1, 2)))
        yield Kill("write", dice.choice((6, 11)))
        yield Kill("write", dice.randint(3, 30))
        yield Kill("measure", 2)
        yield Kill("snapshot", 1)
        yield Kill("report", dice.choice((1, 2)))


def has_strace() -> bool:
    """Whether system calls can be counted here: strace is there and may trace."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return tried.returncode == 0


def faults(dice: random.Random) -> Fault:
    """What goes wrong with the next request."""
    thrown = dice.random()
    if thrown < 0.05:
        return Fault(lost=True)
    if thrown < 0.10:
        return Fault(refused=True)
    return Fault(late=dice.choice((0.0, 0.005, 0.02, 0.08)))

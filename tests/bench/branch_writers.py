"""Writers that change the state branch at the same time, with every fault of the network in between.

Run by hand: `python tests/bench/branch_writers.py [--writers 8] [--updates 50] [--check]`. Every update has to be kept
exactly once.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automation.github.branch import BRANCH, Change, Moved, Tip, swap
from automation.github.client import Client
from tests.fake_github import FakeGitHub, Fault, secondary_limit
from tests.fakes import FakeClock
from tests.integration.github.direct import Direct


class Hurried(FakeClock):
    """Waits a hundredth of what it is told to, so that writers do get out of each other's way."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        time.sleep(seconds / 100)


def write(github: FakeGitHub, writer: int, updates: int, tries: list[int]) -> None:
    transport, chance = Direct(github, "writer"), random.Random(writer)
    client = Client("octo/work", "writer", Hurried(), api=github.url, jitter=chance.random, transport=transport)
    for update in range(updates):
        path, text = f"plans/p/events/{writer}-{update}.jsonl", f"{writer} {update}\n".encode()

        def decide(tip: Tip, path: str = path, text: bytes = text) -> Change | None:
            return None if tip.files.get(path) == text else Change({path: text}, f"put {path}")

        while True:
            try:
                tries.append(swap(client, decide).tries)
                break
            except Moved:
                tries.append(16)


def faults(github: FakeGitHub, number: int) -> None:
    for place in range(number):
        github.fail(
            *(
                Fault(kind, "PATCH", "/git/refs", skip=place * 11, status=(500, 502, 503)[place % 3])
                for kind in ("drop-after", "drop-before", "after", "before")
            ),
            Fault("before", "PATCH", "/git/refs", skip=place * 13, status=409, message="Conflict"),
            secondary_limit("POST", "/git/", skip=place * 31),
            Fault("drop-after", "POST", "/git/commits", skip=place * 17),
            Fault("drop-before", "GET", "/tarball", skip=place * 19),
        )


def option(name: str, default: int) -> int:
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def main() -> int:
    writers, updates = option("--writers", 8), option("--updates", 50)
    tries: list[int] = []
    with FakeGitHub() as github:
        github.repository.git.put("main", {"README.md": "work"})
        github.grant("writer", contents="write")
        github.hourly_limit = 10_000_000
        faults(github, updates)
        before = len(github.faults)
        threads = [threading.Thread(target=write, args=(github, one, updates, tries)) for one in range(writers)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
        git = github.repository.git
        tip = git.refs[f"refs/heads/{BRANCH}"]
        kept = {path for path in git.files(tip) if path.startswith("plans/")}
        commits = list(git.ancestors(tip))
        used, requests = before - len(github.faults), len(github.ledger)
    wanted = {f"plans/p/events/{writer}-{update}.jsonl" for writer in range(writers) for update in range(updates)}
    met = kept == wanted and len(commits) == len(wanted)
    print(f"{writers} writers x {updates} updates: {len(kept & wanted)} kept, {len(commits)} commits, {used} faults")
    print(f"{requests} requests, {sum(tries) / len(tries):.1f} tries an update, at most {max(tries)}, {seconds:.0f} s")
    print(f"{'met   ' if met else 'MISSED'} every update exactly once")
    return 0 if met or "--check" not in sys.argv else 1


if __name__ == "__main__":
    raise SystemExit(main())

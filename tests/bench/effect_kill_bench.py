"""Kill runs around their effects: upsert, keyed, findable and blind, with lost replies and requests that land late.

    python tests/bench/effect_kill_bench.py [KILLS, 1000] [SEED]

Ends with 1 when anything was lost or doubled, or when a point of a class was hit too seldom for the figures to mean
anything. A request lands, if it does, within the time that the engine settles; nobody can promise more.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.e2e.effect_kill_plan import CLASSES
from tests.e2e.effect_kills import POINTS, Aim, kill_around_effects

SHARE = 0.5
"""The share of an even spread that each point of each class has to have."""


def main(kills: int, seed: int) -> int:
    """Kill so often; print the figures."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_around_effects(Path(folder), kills, random.Random(seed))
    killed = sum(tally.hits.values())
    print(f"{killed} kills in {tally.cycles} plans of eight effects, in {time.monotonic() - begun:.0f} s; seed {seed}")
    floor = int(kills / len(CLASSES) / len(POINTS) * SHARE)
    print(f"{'':10}" + "".join(f"{point:>15}" for point in POINTS))
    for kind in CLASSES.values():
        print(f"{kind:10}" + "".join(f"{tally.hits[Aim(kind, point)]:15}" for point in POINTS))
    thin = [(kind, point) for kind in CLASSES.values() for point in POINTS if tally.hits[Aim(kind, point)] < floor]
    for name, found in (("lost", tally.lost), ("doubled", tally.doubled), ("problems", tally.problems)):
        print(f"{name}: {len(found)} {found[:5] or ''}")
    print(f"a person was asked {sum(tally.person.values())} times about a blind effect: {dict(tally.person)}")
    print(f"each point of each class at least {floor} times: {'no: ' + str(thin) if thin else 'yes'}")
    wrong = bool(tally.lost or tally.doubled or tally.problems or thin)
    print("MISSED" if wrong else "met")
    return 1 if wrong else 0


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 1000, numbers[1] if len(numbers) > 1 else 1))

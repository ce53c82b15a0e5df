"""Kill a run of fourteen tasks again and again, at random and at named points, and count what the world saw.

    python tests/bench/kill_bench.py [KILLED RUNS, 200] [SEED]

Ends with 1 when anything was lost or done twice, or when a phase was hit too seldom for the figures to mean anything.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.kill_points import schedule
from tests.e2e.kills import Tally, kill_and_resume

ROUND = 40
FLOOR = 0.02
"""The share of all kills that each phase has to have."""


def main(wanted: int, seed: int) -> int:
    """Kill until so many runs were hit; print the figures."""
    dice = random.Random(seed)
    begun = time.monotonic()
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory() as folder:
        while sum(len(tally.hits) for tally in tallies) < wanted:
            tallies.append(kill_and_resume(Path(folder) / f"{len(tallies)}", schedule(ROUND, dice), dice))
    killed = sum(len(tally.hits) for tally in tallies)
    print(f"{killed} killed runs of {sum(tally.cycles for tally in tallies)} plans in {time.monotonic() - begun:.0f} s")
    thin = []
    for phase in tallies[0].phases:
        number = sum(tally.phases[phase] for tally in tallies)
        print(f"  {number:5}  {phase}")
        thin += [phase] if number < killed * FLOOR else []
    wrong = 0
    for name in ("lost", "doubled", "begun_again", "problems"):
        found = [one for tally in tallies for one in getattr(tally, name)]
        print(f"{name.replace('_', ' ')}: {len(found)} {found[:5] or ''}")
        wrong += len(found)
    asked = {verb: sum(tally.person.get(verb, 0) for tally in tallies) for verb in ("retry", "skip")}
    print(f"a person was asked {sum(asked.values())} times: done again {asked['retry']}, left {asked['skip']}")
    if thin:
        print(f"hit too seldom: {', '.join(thin)}")
    return 1 if wrong or thin else 0


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 200, numbers[1] if len(numbers) > 1 else 1))

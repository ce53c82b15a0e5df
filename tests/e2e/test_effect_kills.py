"""Runs killed around real effects: of every class nothing is lost, and nothing doubled that can be helped."""

from __future__ import annotations

import random
from pathlib import Path

from tests.e2e.effect_kill_plan import CLASSES
from tests.e2e.effect_kills import POINTS, Aim, kill_around_effects

KILLS = 48


def test_runs_killed_around_effects_of_all_classes_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Blind effects are never sent again but by a person who has looked; replies are lost and requests land late."""
    tally = kill_around_effects(tmp_path, KILLS, random.Random(20_260_304))
    assert (tally.problems, tally.lost, tally.doubled) == ((), (), ())
    assert sum(tally.hits.values()) >= KILLS
    assert {aim for aim, number in tally.hits.items() if number} == {
        Aim(kind, point) for kind in CLASSES.values() for point in POINTS
    }

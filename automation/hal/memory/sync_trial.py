"""Generated conflicts between two copies of the sessions, replayed in every direction and order."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from automation.hal.memory.records import utc
from automation.hal.memory.sessions import Replica, SessionState, conflicts, merge, session_from


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What the rounds showed; ``merged`` is the last round's result."""

    conflicts: int
    disagreements: int
    lost: int
    invented: int
    merged: dict[str, SessionState]


def try_conflicts(held: Replica, rounds: int, seed: int) -> SyncResult:
    """Edits three copies of ``held`` apart, round after round, and syncs them. ``ValueError`` if nothing is held."""
    if not held:
        raise ValueError("there are no sessions to sync: store them first")
    generator = random.Random(seed)
    met = disagreements = lost = invented = 0
    merged: dict[str, SessionState] = {}
    for _ in range(rounds):
        sample = {name: held[name] for name in generator.sample(sorted(held), min(6, len(held)))}
        one, two, three = (_edited(sample, generator) for _ in range(3))
        met += len(conflicts(one, two))
        merged = merge(one, two)
        orders = (
            merge(two, one), merge(merged, one), merge(merged, merged),
        )  # fmt: skip
        grouped = merge(merged, three) == merge(one, merge(two, three)) == merge(merge(three, one), two)
        disagreements += any(order != merged for order in orders) or not grouped
        lost += len((one.keys() | two.keys()) - merged.keys())
        invented += sum(state not in (one.get(name), two.get(name)) for name, state in merged.items())
    return SyncResult(met, disagreements, lost, invented, merged)


def _edited(sample: Replica, generator: random.Random) -> dict[str, SessionState]:
    """A copy in which some sessions were changed, deleted, or never arrived; versions and times often tie."""
    edited = {}
    for name, state in sample.items():
        match generator.choice(("kept", "changed", "changed", "deleted", "absent")):
            case "kept":
                edited[name] = state
            case "changed":
                edited[name] = _changed(state, generator, deleted=False)
            case "deleted":
                edited[name] = _changed(state, generator, deleted=True)
    return edited


def _changed(state: SessionState, generator: random.Random, *, deleted: bool) -> SessionState:
    at = datetime.fromisoformat(state.updated_at) + timedelta(seconds=generator.randrange(2))
    return session_from({
        **state.to_json(), "version": state.version + generator.randrange(2), "updated_at": utc(at),
        "summary": f"Edited {generator.randrange(4)}", "deleted": deleted,
    })  # fmt: skip

"""Who is told about an incident, and when: three tiers, by minutes since it was opened. Pure: time comes in."""

from dataclasses import dataclass

# Tier 2 after 5 minutes without an acknowledgement, tier 3 after 10 more, then again every 10 until acknowledged.
SECOND_TIER_AFTER = 5
THIRD_TIER_AFTER = 15
REPEAT_EVERY = 10
LAST_TIER = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one tier, in minutes since the incident was opened."""

    minute: int
    tier: int


def notices(until: int, ended: int | None) -> tuple[Notice, ...]:
    """All notices up to minute `until` of an incident acknowledged or healed at minute `ended` (None: never)."""
    end = until if ended is None else min(until, ended - 1)
    planned = [Notice(0, 1), Notice(SECOND_TIER_AFTER, 2)]
    planned += [Notice(minute, LAST_TIER) for minute in range(THIRD_TIER_AFTER, max(end, 0) + 1, REPEAT_EVERY)]
    return tuple(notice for notice in planned if notice.minute <= end)


def describe(given: tuple[Notice, ...]) -> str:
    """Notices in one line, as `0:1 5:2 15:3` (minute:tier)."""
    return " ".join(f"{notice.minute}:{notice.tier}" for notice in given)

"""Who is told about an incident, and when: three tiers, by minutes since it was opened. Pure: time comes in."""

from dataclasses import dataclass

# The owner after 5 minutes, the lead after 10, everybody after 30 and then every 30, until it is acknowledged.
TIERS = ((5, 1), (10, 2))
LAST_TIER = 3
LAST_TIER_AFTER = 30
REPEAT_EVERY = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one tier, in minutes since the incident was opened."""

    minute: int
    tier: int


def notices(until: int, ended: int | None) -> tuple[Notice, ...]:
    """All notices up to minute `until` of an incident acknowledged or healed at minute `ended` (None: never)."""
    end = until if ended is None else min(until, ended - 1)
    planned = [Notice(minute, tier) for minute, tier in TIERS]
    planned += [Notice(minute, LAST_TIER) for minute in range(LAST_TIER_AFTER, end + 1, REPEAT_EVERY)]
    return tuple(notice for notice in planned if notice.minute <= end)


def describe(given: tuple[Notice, ...]) -> str:
    """Notices in one line, as `5:1 10:2 30:3` (minute:tier)."""
    return " ".join(f"{notice.minute}:{notice.tier}" for notice in given)

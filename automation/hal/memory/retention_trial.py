"""A store full of records of every scope, kind and age, to sweep."""

import random
from datetime import datetime, timedelta

from automation.hal.memory.records import KINDS, SCOPES, MemoryRecord, utc

NOW = "2025-09-08T09:00:00+00:00"
_AGES = (0, 1, 2, 29, 30, 31, 364, 365, 366, 729, 730, 731, 4000)


def aged_records(seed: int) -> list[MemoryRecord]:
    """One record for each scope, kind and age around every period's end, some with an expiry of their own."""
    generator = random.Random(seed)
    records = []
    for scope in SCOPES:
        for kind in KINDS:
            for days in _AGES:
                at = utc(datetime.fromisoformat(NOW) - timedelta(days=days))
                own = utc(datetime.fromisoformat(NOW) + timedelta(hours=generator.choice((-1, 0, 1))))
                records.append(
                    MemoryRecord(
                        tenant="north", id=f"{scope}-{kind}-{days}", scope=scope, kind=kind, user="ada", session="s1",
                        project="atlas", text=f"A {kind} in scope {scope}, {days} days old.", created_at=at,
                        updated_at=at, expires_at=own if generator.random() < 0.2 else None,  # noqa: PLR2004 - a fifth
                    )
                )  # fmt: skip
    return records

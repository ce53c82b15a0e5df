"""Generated callers and records, and the scope rule told a second time, in other words, to check the store by."""

import random
from dataclasses import dataclass

from automation.hal.memory.records import SCOPES, Caller, MemoryRecord
from automation.hal.memory.store import MemoryStore

NOW = "2025-09-08T09:00:00+00:00"
_TENANTS = ("north", "south", "north%", "")
_USERS = ("ada", "bo", "ADA", "a'; DROP TABLE records; --", "%", "ada ")
_SESSIONS = ("s1", "s2", "S1", "*")
_PROJECTS = ("atlas", "borealis", "atlas,borealis", '["atlas"]', "null")


@dataclass(frozen=True, slots=True)
class ScopingResult:
    """How many cases were asked, and how many records were seen that should not be, or missed that should be seen."""

    cases: int
    violations: int
    missed: int
    seen: int


def generated_records(seed: int, count: int) -> list[MemoryRecord]:
    """Records over awkward tenants, users, sessions and projects; the same for the same seed."""
    generator = random.Random(seed)
    return [
        MemoryRecord(
            tenant=generator.choice(_TENANTS[:-1]), id=f"r{number}", scope=generator.choice(SCOPES),
            user=generator.choice(_USERS), session=generator.choice(_SESSIONS), project=generator.choice(_PROJECTS),
            text=f"Memory number {number}.", created_at=NOW, updated_at=NOW,
            expires_at=generator.choice((None, None, None, "2025-09-08T09:00:00+00:00", "2025-09-08T09:00:01+00:00")),
        )
        for number in range(count)
    ]  # fmt: skip


def generated_caller(generator: random.Random) -> Caller:
    """Somebody who asks: known or unknown, with any set of projects."""
    return Caller(
        tenant=generator.choice(_TENANTS), user=generator.choice(_USERS), session=generator.choice(_SESSIONS),
        projects=frozenset(generator.sample(_PROJECTS, generator.randrange(len(_PROJECTS) + 1))),
    )  # fmt: skip


def may_see(caller: Caller, record: MemoryRecord, now: str) -> bool:
    """The rule as a person would tell it; shares no code with the store's query."""
    if record.expires_at is not None and now >= record.expires_at:
        return False
    if record.scope == "global":
        return True
    same_tenant = record.tenant == caller.tenant
    same_user = record.user == caller.user
    return (
        same_tenant
        and {
            "tenant": True,
            "project": record.project in caller.projects,
            "user": same_user,
            "session": same_user and record.session == caller.session,
        }[record.scope]
    )


def try_scopes(store: MemoryStore, records: list[MemoryRecord], cases: int, seed: int) -> ScopingResult:
    """Asks as ``cases`` generated callers: for everything, and for one record by its id."""
    generator = random.Random(seed)
    violations = missed = seen = 0
    for _ in range(cases):
        caller, target = generated_caller(generator), generator.choice(records)
        expected = {(record.tenant, record.id) for record in records if may_see(caller, record, NOW)}
        got = set(store.visible_keys(caller, NOW))
        found = store.get(caller, target.id, NOW) is not None
        allowed = (target.tenant, target.id) in expected
        violations += len(got - expected) + (found and not allowed)
        missed += len(expected - got) + (allowed and not found)
        seen += len(got)
    return ScopingResult(cases, violations, missed, seen)

"""How long memories are kept, and the sweep that removes what has expired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from automation.hal.memory.records import KINDS, SCOPES, MemoryRecord, utc
from automation.hal.memory.store import MemoryStore


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Days that a record is kept after its last update: by scope, shortened or lengthened by kind; None is for ever.

    Raises ``ValueError`` for an unknown scope or kind, a missing scope, or a period below one day.
    """

    by_scope: Mapping[str, int | None]
    by_kind: Mapping[str, int | None]

    def __post_init__(self) -> None:
        if set(self.by_scope) != set(SCOPES):
            raise ValueError(f"the retention policy names scopes {sorted(self.by_scope)}, expected {sorted(SCOPES)}")
        if unknown := sorted(set(self.by_kind) - set(KINDS)):
            raise ValueError(f"the retention policy names unknown kinds: {', '.join(unknown)}")
        for name, days in [*self.by_scope.items(), *self.by_kind.items()]:
            if days is not None and days < 1:
                raise ValueError(f"the retention policy keeps {name} for {days} days, expected at least 1")

    def expires_at(self, record: MemoryRecord) -> str | None:
        """When the record ends. An expiry of its own wins; then the kind's period, then the scope's."""
        if record.expires_at is not None:
            return record.expires_at
        days = self.by_kind[record.kind] if record.kind in self.by_kind else self.by_scope[record.scope]
        if days is None:
            return None
        return utc(datetime.fromisoformat(record.updated_at) + timedelta(days=days))


DEFAULT_POLICY = RetentionPolicy(
    by_scope={"session": 1, "user": 365, "project": 730, "tenant": 730, "global": None},
    by_kind={"note": 30, "document": None},
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep removed and what it kept."""

    removed: int
    kept: int


def sweep(store: MemoryStore, policy: RetentionPolicy, now: str) -> Sweep:
    """Deletes every record whose time has come, at the moment of its expiry and not before."""
    moment = utc(now)
    ended: dict[str, list[str]] = {}
    records = store.everything()
    for record in records:
        end = policy.expires_at(record)
        if end is not None and end <= moment:
            ended.setdefault(record.tenant, []).append(record.id)
    removed = sum(store.delete(tenant, ids) for tenant, ids in ended.items())
    return Sweep(removed, len(records) - removed)

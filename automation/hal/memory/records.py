"""What is remembered, by whom, and who asks: values only."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal, cast, get_args

from automation.hal.memory.text import checked

Scope = Literal["session", "user", "project", "tenant", "global"]
Kind = Literal["turn", "note", "document", "summary"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
KINDS: tuple[Kind, ...] = get_args(Kind)

_NEEDED: dict[Scope, tuple[str, ...]] = {
    "session": ("user", "session"),
    "user": ("user",),
    "project": ("project",),
    "tenant": (),
    "global": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRecord:
    """One memory. Times are ISO 8601 in UTC with whole seconds, so that text order is time order.

    Raises ``ValueError``, naming the record, for an unknown scope or kind, a field that the scope needs and that is
    missing, an unusable time, or text that cannot be stored.
    """

    tenant: str
    id: str
    scope: Scope
    text: str
    created_at: str
    updated_at: str
    user: str | None = None
    session: str | None = None
    project: str | None = None
    kind: Kind = "turn"
    speaker: str = "user"
    expires_at: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        for name in ("tenant", "id", "speaker"):
            checked(getattr(self, name), f"{name} of a memory record")
        for name in ("user", "session", "project"):
            if getattr(self, name) is not None:
                checked(getattr(self, name), f"{name} of memory record {self.id}")
        if self.scope not in SCOPES:
            raise ValueError(f"memory record {self.id}: scope {self.scope!r} is none of {', '.join(SCOPES)}")
        if self.kind not in KINDS:
            raise ValueError(f"memory record {self.id}: kind {self.kind!r} is none of {', '.join(KINDS)}")
        for name in _NEEDED[self.scope]:
            if not getattr(self, name):
                raise ValueError(f"memory record {self.id}: scope {self.scope} needs a {name}")
        checked(self.text, f"text of memory record {self.id}")
        for name in ("created_at", "updated_at", "expires_at"):
            value = getattr(self, name)
            if value is not None and utc(value) != value:
                raise ValueError(f"memory record {self.id}: {name} {value!r} is not whole seconds in UTC")
        if self.version < 1:
            raise ValueError(f"memory record {self.id}: version {self.version} is below 1")

    def to_json(self) -> dict[str, str | int | None]:
        """A flat object that conforms to ``memory-record.schema.json``."""
        return asdict(self)

    def revised(self, text: str, at: str) -> "MemoryRecord":
        """The same memory with other words, one version later."""
        return replace(self, text=text, updated_at=at, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: one user of one tenant, in one session, a member of some projects."""

    tenant: str
    user: str
    session: str = ""
    projects: frozenset[str] = frozenset()


def utc(moment: str | datetime) -> str:
    """A time as the store writes it. Raises ``ValueError`` if it is no time or names no zone."""
    try:
        parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        raise ValueError(f"{moment!r} is not a time like 2025-09-08T09:00:00+00:00") from None
    if parsed.tzinfo is None:
        raise ValueError(f"{parsed.isoformat()} names no time zone: add one, for instance +00:00")
    return parsed.astimezone(UTC).isoformat(timespec="seconds")


def record_from(row: dict[str, object]) -> MemoryRecord:
    """The record that a flat object describes. Raises ``ValueError`` for unknown or missing fields."""
    fields = set(MemoryRecord.__dataclass_fields__)
    if unknown := sorted(set(row) - fields):
        raise ValueError(f"a memory record has no field {', '.join(unknown)}")
    if missing := sorted({"tenant", "id", "scope", "text", "created_at", "updated_at"} - set(row)):
        raise ValueError(f"a memory record needs {', '.join(missing)}")
    return MemoryRecord(**cast("dict[str, str]", row))  # type: ignore[arg-type]  # checked in __post_init__

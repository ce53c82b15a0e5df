"""Roles over scopes: who may read, write and delete which memories; each denial leaves an audit line."""

from dataclasses import dataclass
from typing import Literal, get_args

from automation.hal.memory.records import Caller, MemoryRecord, Scope, utc
from automation.hal.memory.store import MemoryStore

Role = Literal["owner", "member", "auditor", "service", "guest"]
Action = Literal["read", "write", "delete"]
ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)

# What a role may do in a scope, given that the record lies within the caller's reach. Nothing else is allowed.
_GRANTS: dict[Role, dict[Scope, tuple[Action, ...]]] = {
    "owner": {
        "session": ("read", "write", "delete"), "user": ("read", "write", "delete"),
        "project": ("read", "write", "delete"), "tenant": ("read", "write", "delete"), "global": ("read",),
    },
    "member": {
        "session": ("read", "write", "delete"), "user": ("read", "write", "delete"), "project": ("read", "write"),
        "tenant": ("read",), "global": ("read",),
    },
    "auditor": {"project": ("read",), "tenant": ("read",), "global": ("read",)},
    "service": {"session": ("read", "write"), "project": ("read", "write"), "tenant": ("read",), "global": ("read",)},
    "guest": {"session": ("read", "write"), "global": ("read",)},
}  # fmt: skip


class AccessDeniedError(PermissionError):
    """The role or the reach does not allow the action; the message names both and never the record's text."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One denied access."""

    at: str
    tenant: str
    user: str
    role: str
    action: str
    record: str
    reason: str


def decide(role: str, caller: Caller, action: str, record: MemoryRecord) -> str | None:
    """Why the action is denied, or None if it is allowed. Whatever no rule grants is denied."""
    if role not in ROLES:
        return f"role {role} is unknown"
    if action not in ACTIONS:
        return f"action {action} is unknown"
    if not _within_reach(caller, record):
        return f"{record.scope} record is out of reach"
    known: Role = next(name for name in ROLES if name == role)
    if action not in _GRANTS[known].get(record.scope, ()):
        return f"{role} may not {action} {record.scope} records"
    return None


def require(store: MemoryStore, role: str, caller: Caller, action: str, record: MemoryRecord, now: str) -> None:
    """Returns if the action is allowed; else writes an audit line, durably, and raises ``AccessDeniedError``."""
    reason = decide(role, caller, action, record)
    if reason is None:
        return
    line = (utc(now), caller.tenant, caller.user, role, action, f"{record.tenant}/{record.id}", reason)
    with store.writing() as db:
        db.execute(
            "INSERT INTO audit (at, tenant, user, role, action, record, reason) VALUES (?, ?, ?, ?, ?, ?, ?)", line
        )
    raise AccessDeniedError(f"{caller.user} of {caller.tenant}: {reason}: ask an owner of the record")


def audit_lines(store: MemoryStore) -> list[AuditLine]:
    """All denials, oldest first."""
    rows = store.rows("SELECT at, tenant, user, role, action, record, reason FROM audit ORDER BY number")
    return [AuditLine(*(str(value) for value in row)) for row in rows]


def _within_reach(caller: Caller, record: MemoryRecord) -> bool:
    if record.scope == "global":
        return True
    if record.tenant != caller.tenant:
        return False
    match record.scope:
        case "tenant":
            return True
        case "project":
            return record.project in caller.projects
        case "user":
            return record.user == caller.user
        case "session":
            return (record.user, record.session) == (caller.user, caller.session)

"""Tasks 12 to 14: session state, its synchronisation, and access control."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TypedDict

from automation.hal.memory import access
from automation.hal.memory.conversations import EVERYBODY, turns
from automation.hal.memory.products import write_product
from automation.hal.memory.records import SCOPES, Caller, MemoryRecord
from automation.hal.memory.sessions import SessionState, SessionStore, session_from
from automation.hal.memory.store import MemoryStore
from automation.hal.memory.sync_trial import try_conflicts

_NOW = "2025-09-08T09:00:00+00:00"


class SessionsStored(TypedDict):
    sessions: int
    rows: int
    rows_too_many: int
    second_changed: int
    stale_changed: int


def store_sessions(*, database: Path, records: Path, people: int = EVERYBODY) -> SessionsStored:
    """Stores the state of each shipped session twice, then an outdated copy: one row each, the newest state kept."""
    states = _shipped_sessions(people)
    database.unlink(missing_ok=True)
    with SessionStore(database) as store:
        store.upsert([_advanced(state) for state in states])
        second = store.upsert([_advanced(state) for state in states])
        stale = store.upsert(states)
        held = store.all()
    write_product(records, [state.to_json() for state in held.values()])
    return {
        "sessions": len(states), "rows": len(held), "rows_too_many": len(held) - len(states),
        "second_changed": second, "stale_changed": stale,
    }  # fmt: skip


def _shipped_sessions(people: int) -> list[SessionState]:
    last = {record.session: record for record in turns("test", people)}
    return [
        SessionState(
            session=str(name), tenant=record.tenant, user=str(record.user), project=str(record.project),
            updated_at=record.updated_at, summary=f"Last said: {record.text}",
        )
        for name, record in last.items()
    ]  # fmt: skip


def _advanced(state: SessionState) -> SessionState:
    return session_from({**state.to_json(), "version": state.version + 1})


class Synced(TypedDict):
    rounds: int
    conflicts: int
    disagreements: int
    lost: int
    invented: int
    records: int


def sync_sessions(
    *, database: Path, merged: Path, records: Path, report: Path, rounds: int = 300, seed: int = 23
) -> Synced:
    """Replays generated conflicts between two copies of the stored sessions, in both directions and orders.

    Counts rounds in which any direction, order or repetition gives another result (disagreements), sessions that
    vanished (lost), and states that neither copy held (invented). Writes the sessions as they stand after the last
    round, in a store of their own and as records for the remote side.
    """
    with SessionStore(database) as store:
        held = store.all()
    result = try_conflicts(held, rounds, seed)
    merged.unlink(missing_ok=True)
    with SessionStore(merged) as store:
        store.upsert([*held.values(), *result.merged.values()])
        rows = [state.to_json() for state in store.all().values()]
    write_product(records, rows)
    counts: Synced = {
        "rounds": rounds, "conflicts": result.conflicts, "disagreements": result.disagreements,
        "lost": result.lost, "invented": result.invented, "records": len(rows),
    }  # fmt: skip
    write_product(report, dict(counts))
    return counts


class AccessTried(TypedDict):
    pairs: int
    denied_pairs: int
    wrongly_allowed: int
    wrongly_denied: int
    audit_lines: int
    missing_audit_lines: int
    texts_in_audit: int


def try_access(*, database: Path, sessions: Path, report: Path, roles: Sequence[str] = access.ROLES) -> AccessTried:
    """Tries the roles with every action and scope, within reach and out of it, for a user of the stored sessions.

    What should be allowed is read from a matrix written by hand, not from the code. Each denied pair must raise and
    leave exactly one audit line, which never carries the record's text.
    """
    with SessionStore(sessions) as stored:
        session = next(iter(stored.all().values()))
    caller = Caller(
        tenant=session.tenant, user=session.user, session=session.session, projects=frozenset({session.project})
    )
    strangers = _strangers(caller)
    matrix = json.loads((files("automation.hal") / "data" / "access-matrix.json").read_text(encoding="utf-8"))
    database.unlink(missing_ok=True)
    pairs = denied = allowed_wrongly = denied_wrongly = missing = 0
    with MemoryStore(database) as store:
        for role in roles:
            for scope in SCOPES:
                for action in access.ACTIONS:
                    for asker in (caller, *strangers):
                        reach = asker is caller or scope == "global" or (asker is strangers[1] and scope == "tenant")
                        expected = reach and action[0] in matrix[role][scope]
                        before = len(access.audit_lines(store))
                        got = _allowed(store, role, asker, action, _secret(caller, scope))
                        written = len(access.audit_lines(store)) - before
                        pairs, denied = pairs + 1, denied + (not expected)
                        allowed_wrongly += got and not expected
                        denied_wrongly += expected and not got
                        missing += written != int(not got)
        lines = access.audit_lines(store)
    told = sum("hush" in json.dumps([line.reason, line.record]) for line in lines)
    counts: AccessTried = {
        "pairs": pairs, "denied_pairs": denied, "wrongly_allowed": allowed_wrongly, "wrongly_denied": denied_wrongly,
        "audit_lines": len(lines), "missing_audit_lines": missing, "texts_in_audit": told,
    }  # fmt: skip
    write_product(report, dict(counts))
    return counts


def _strangers(caller: Caller) -> tuple[Caller, Caller]:
    """The same names in another tenant, and somebody else of the tenant who shares nothing but the tenant's own."""
    return (
        Caller(tenant="elsewhere", user=caller.user, session=caller.session, projects=caller.projects),
        Caller(tenant=caller.tenant, user="somebody else", session=caller.session),
    )


def _secret(caller: Caller, scope: str) -> MemoryRecord:
    known = next(name for name in SCOPES if name == scope)
    return MemoryRecord(
        tenant=caller.tenant, id=f"secret-{scope}", scope=known, user=caller.user, session=caller.session,
        project=min(caller.projects), text="hush", created_at=_NOW, updated_at=_NOW,
    )  # fmt: skip


def _allowed(store: MemoryStore, role: str, caller: Caller, action: str, record: MemoryRecord) -> bool:
    try:
        access.require(store, role, caller, action, record, _NOW)
    except access.AccessDeniedError:
        return False
    return True

"""Abuse cases: hostile names and texts against memory, disguised attacks against the guardrails."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from automation.hal.evaluation.security import Check, Finding
from automation.hal.guardrails.chain import Guardrails
from automation.hal.memory.embedding import Embedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore

DATA = Path(__file__).parent.parent / "data" / "abuse-cases.json"
NOW = "2025-09-30T09:00:00+00:00"
SECRET = "The vault of the victim opens with seven turns to the left."  # noqa: S105 - a sentence to look for
VICTIM = Caller(tenant="palm", user="victim", session="one", projects=frozenset({"harbour"}))


@dataclass(frozen=True, slots=True)
class AbuseCase:
    """One hostile text."""

    id: str
    text: str


def load_cases(kind: str, path: Path = DATA) -> tuple[AbuseCase, ...]:
    """The shipped cases against `memory` or `guardrails`."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(AbuseCase(entry["id"], entry["text"] * entry.get("repeat", 1)) for entry in document[kind])


def abuse_memory(cases: tuple[AbuseCase, ...], embedder: Embedder, folder: Path) -> Check:
    """Use each text as user, session, project, record id, content and query beside a victim's private record.

    A leak, and any error but a ValueError, is critical; a victim's record that is gone afterwards is high.
    """
    findings: list[Finding] = []
    with MemoryStore(folder / "abuse.db") as store:
        store.put([_record("private", SECRET, VICTIM)])
        refresh(store, embedder)
        for case in cases:
            findings += [Finding("critical", case.id, leak) for leak in _leaks(store, embedder, case)]
            if store.get(VICTIM, "private", NOW) is None:
                findings.append(Finding("high", case.id, "the victim's record is gone"))
    return Check("abuse of memory", f"{len(cases)} cases", tuple(findings))


def abuse_guardrails(cases: tuple[AbuseCase, ...], guardrails: Guardrails) -> Check:
    """Each disguised attack must be blocked, and nothing of it may pass; one that passes is high."""
    verdicts = [(case, guardrails.check_input(case.text)) for case in cases]
    passed = [case for case, verdict in verdicts if not verdict.blocked or verdict.safe_text]
    findings = tuple(Finding("high", case.id, "the attack was not blocked") for case in passed)
    return Check("abuse of guardrails", f"{len(cases)} cases", findings)


def _leaks(store: MemoryStore, embedder: Embedder, case: AbuseCase) -> list[str]:
    uses: Mapping[str, Callable[[], str]] = {
        "user": lambda: _seen_by(store, embedder, Caller(tenant="palm", user=case.text), "vault of the victim"),
        "session": lambda: _seen_by(store, embedder, Caller(tenant="palm", user="m", session=case.text), "vault"),
        "project": lambda: _seen_by(
            store, embedder, Caller(tenant="palm", user="m", projects=frozenset({case.text})), "vault"
        ),
        "query": lambda: _seen_by(store, embedder, Caller(tenant="palm", user="mallory"), case.text),
        "record": lambda: _stored(store, embedder, case.text),
    }
    return [f"as {name}: {leak}" for name, use in uses.items() if (leak := _refused_or(use))]


def _refused_or(use: Callable[[], str]) -> str:
    """What a use leaked; a ValueError is a refusal, which is fine."""
    try:
        return use()
    except ValueError:
        return ""
    except Exception as error:  # noqa: BLE001 - whatever else is raised is the finding
        return f"raised {type(error).__name__}"


def _seen_by(store: MemoryStore, embedder: Embedder, caller: Caller, query: str) -> str:
    hits = Searcher(store, embedder).search(caller, query, 10, NOW)
    return "the victim's record was found" if any(hit.record.text == SECRET for hit in hits) else ""


def _stored(store: MemoryStore, embedder: Embedder, text: str) -> str:
    """Put the text in as name and content of a record; it must come back as it was, for its owner."""
    mallory = Caller(tenant="palm", user="mallory", session="one")
    store.upsert([_record(text, text, mallory)])
    refresh(store, embedder)
    kept = store.get(mallory, text, NOW)
    return "" if kept is not None and kept.text == text else "the stored text came back otherwise"


def _record(name: str, text: str, owner: Caller) -> MemoryRecord:
    return MemoryRecord(
        tenant=owner.tenant,
        id=name,
        scope="user",
        text=text,
        created_at=NOW,
        updated_at=NOW,
        user=owner.user,
        session=owner.session,
    )

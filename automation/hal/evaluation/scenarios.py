"""Scenarios over memory, guardrails and tracking: a small assistant that uses all three, and what it must do."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automation.hal.detection.rules import AlertRule, Beyond, Sample, evaluate
from automation.hal.evaluation.history import GateOutcome, RunHistory, TaskOutcome
from automation.hal.evaluation.outcomes import outcome_store, record, totals
from automation.hal.guardrails.chain import Guardrails
from automation.hal.guardrails.verdict import Verdict
from automation.hal.memory.embedding import Embedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.records import Caller, MemoryRecord, Scope
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore

DATA = Path(__file__).parent.parent / "data" / "scenarios.json"
NOW = "2025-09-30T09:00:00+00:00"
BEST = 3
PERSON = re.compile(r"(?P<user>\w+)@(?P<tenant>\w+)/(?P<session>\w+)(?:\[(?P<project>\w+)\])?")
# More than one blocked text within a minute: somebody is trying.
BURST = AlertRule("blocked-burst", "blocked-texts", "high", "Somebody keeps trying", 60, Beyond(2, True, 0))


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens: `kind` is says, asks or answers; `then` is pass, redact or block."""

    who: str
    kind: str
    text: str
    then: str
    scope: Scope
    finds: str
    finds_not: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Turns in order, and the alerts that they must raise: no others."""

    id: str
    turns: tuple[Turn, ...]
    alerts: tuple[str, ...]


@dataclass(slots=True)
class Assistant:
    """Remembers what passes the guardrails, answers from memory, and keeps the outcome of every turn."""

    store: MemoryStore
    embedder: Embedder
    guardrails: Guardrails
    outcomes: list[TaskOutcome] = field(default_factory=list)

    def hear(self, turn: Turn) -> tuple[Verdict, str]:
        """Take one turn; its verdict, and the text that a question brought back from memory."""
        start = time.perf_counter()
        check = self.guardrails.check_output if turn.kind == "answers" else self.guardrails.check_input
        verdict = check(turn.text)
        found = ""
        if not verdict.blocked and turn.kind == "says":
            self._remember(turn, verdict.safe_text)
        elif not verdict.blocked and turn.kind == "asks":
            found = self._recall(caller(turn.who), verdict.safe_text)
        self.outcomes.append(_outcome(turn, verdict, len(self.outcomes), time.perf_counter() - start))
        return verdict, found

    def _remember(self, turn: Turn, text: str) -> None:
        who = caller(turn.who)
        record_id = f"turn-{len(self.outcomes)}"
        memory = MemoryRecord(
            tenant=who.tenant,
            id=record_id,
            scope=turn.scope,
            text=text,
            created_at=NOW,
            updated_at=NOW,
            user=who.user,
            session=who.session,
            project=next(iter(who.projects), None),
        )
        self.store.put([memory])
        refresh(self.store, self.embedder)

    def _recall(self, who: Caller, question: str) -> str:
        hits = Searcher(self.store, self.embedder).search(who, question, BEST, NOW)
        shown = [self.guardrails.check_output(hit.record.text) for hit in hits]
        return "\n".join(verdict.safe_text for verdict in shown)


def load_scenarios(path: Path = DATA) -> tuple[Scenario, ...]:
    """Read the shipped scenarios."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_scenario(entry) for entry in document["scenarios"])


def play(scenario: Scenario, guardrails: Guardrails, embedder: Embedder, folder: Path) -> list[str]:
    """Play one scenario on a fresh memory below `folder`; what went otherwise than it must, in words."""
    with MemoryStore(folder / f"{scenario.id}.db") as store:
        assistant = Assistant(store, embedder, guardrails)
        wrong = [fault for turn in scenario.turns for fault in _faults(turn, *assistant.hear(turn))]
    history = RunHistory("scenarios", scenario.id, "mock", tuple(assistant.outcomes), {}, len(scenario.turns), ())
    wrong += _untracked(history, scenario, folder / f"{scenario.id}.sqlite")
    raised = tuple(alert.rule for alert in evaluate(BURST, _blocked_so_far(history), len(scenario.turns)))
    if raised != scenario.alerts:
        wrong.append(f"raised the alerts {list(raised)}, not {list(scenario.alerts)}")
    return wrong


def caller(who: str) -> Caller:
    """Read `name@tenant/session[project]`; ValueError for anything else."""
    person = PERSON.fullmatch(who)
    if person is None:
        raise ValueError(f"{who!r} does not read name@tenant/session or name@tenant/session[project]")
    projects = frozenset({person["project"]} if person["project"] else ())
    return Caller(tenant=person["tenant"], user=person["user"], session=person["session"], projects=projects)


def _faults(turn: Turn, verdict: Verdict, found: str) -> list[str]:
    action = "pass" if verdict.action in ("allow", "flag") else verdict.action
    wrong = []
    if action != turn.then:
        wrong.append(f"{turn.kind} {turn.text[:60]!r}: {action} ({verdict.category}), not {turn.then}")
    if turn.finds and turn.finds not in found:
        wrong.append(f"asks {turn.text[:60]!r}: {turn.finds!r} was not found")
    if turn.finds_not and turn.finds_not in found:
        wrong.append(f"asks {turn.text[:60]!r}: {turn.finds_not!r} was found, and must not be")
    return wrong


def _untracked(history: RunHistory, scenario: Scenario, store: Path) -> list[str]:
    """The outcome store's totals against what the scenario says must have happened."""
    planned = {"blocked": sum(turn.then == "block" for turn in scenario.turns)}
    planned["done"] = len(scenario.turns) - planned["blocked"]
    with outcome_store(store) as connection:
        record(connection, history)
        kept = totals(connection)
    expected = {status: count for status, count in planned.items() if count}
    return [] if kept == expected else [f"tracking kept {kept}, not {expected}"]


def _blocked_so_far(history: RunHistory) -> Sequence[Sample]:
    blocked = [task.status == "blocked" for task in history.tasks]
    return [Sample(minute, sum(blocked[: minute + 1])) for minute in range(len(blocked))]


def _outcome(turn: Turn, verdict: Verdict, number: int, seconds: float) -> TaskOutcome:
    gate = GateOutcome("guardrails", "metric", "passed", verdict.action, "")
    status = "blocked" if verdict.blocked else "done"
    return TaskOutcome(turn.who, f"turn-{number}", status, turn.kind, 1, seconds, 1, verdict.category, (gate,), {})


def _scenario(entry: Mapping[str, object]) -> Scenario:
    turns, alerts = entry["turns"], entry.get("alerts", [])
    if not isinstance(turns, list) or not isinstance(alerts, list):
        raise ValueError(f"scenario {entry.get('id')!r}: turns and alerts must be lists")  # noqa: TRY004 - a file's fault
    return Scenario(str(entry["id"]), tuple(_turn(turn) for turn in turns), tuple(str(alert) for alert in alerts))


def _turn(entry: Mapping[str, str]) -> Turn:
    kind = next(word for word in ("says", "asks", "answers") if word in entry)
    scope: Scope = "project" if entry.get("scope") == "project" else "tenant" if entry.get("scope") else "user"
    return Turn(
        who=entry["who"],
        kind=kind,
        text=entry[kind].encode("utf-16", "surrogatepass").decode("utf-16"),
        then=entry["then"],
        scope=scope,
        finds=entry.get("finds", ""),
        finds_not=entry.get("finds-not", ""),
    )

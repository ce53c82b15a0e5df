"""The composition root: the only place that binds plan, state, ports, actions and gates together."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from automation.actions import generated as action_checks
from automation.actions.catalogue import ACTIONS
from automation.cli.locate import find_plan, twin_of
from automation.cli.settings import read_settings
from automation.cli.tools import make_tools
from automation.engine.due import Situation
from automation.engine.events import Event, Requested, RunStarted
from automation.engine.history import history
from automation.engine.journal import read_journal
from automation.engine.leftovers import Running
from automation.engine.modes import without_ruled_out
from automation.engine.objects import Objects
from automation.engine.ports import ActionLike, GateLike, Tools, Unlimited
from automation.engine.purse import Budget, spent_before
from automation.engine.redact import Redactor
from automation.engine.runner import Setting
from automation.engine.state import State
from automation.engine.stop import Stop
from automation.engine.store import Store
from automation.errors import UsageError
from automation.gates import generated as gate_checks
from automation.gates.catalogue import GATES
from automation.plan.calendar import zone_named
from automation.plan.catalogue import Quick
from automation.plan.loader import load
from automation.plan.model import Effect, Json, Plan, all_steps

STATE = ".ztr"
OBJECTS = "objects"
QUICK = Quick(action_checks.CHECKS, gate_checks.CHECKS)
"""The fast checks of all actions' and gates' inputs."""


class Where(NamedTuple):
    """What the options `--plan`, `--state`, `--now` and `--var` say; `here` is where ztr was started.

    `options` are those of them that were given by hand: the next command has to repeat them.
    """

    plan: str | None = None
    state: str | None = None
    now: str | None = None
    vars: tuple[str, ...] = ()
    here: Path = Path()
    options: str = ""


class Session:
    """A plan with its state folder, the environment and a clock. Making one reads the plan and nothing else."""

    def __init__(
        self,
        where: Where,
        environment: Mapping[str, str],
        *,
        actions: Mapping[str, ActionLike] = ACTIONS,
        gates: Mapping[str, GateLike] = GATES,
        quick: Quick = QUICK,
    ) -> None:
        folder = find_plan(where.plan, where.here)
        loaded = load(_from_here(where.here / folder), actions, gates, quick)
        self.plan = without_ruled_out(_with_vars(loaded, where.vars))
        if self.plan.id == OBJECTS:
            raise UsageError(f"the plan's id is {OBJECTS}, the name of the folder of kept files", "give it another id")
        if twin := twin_of(self.plan.id, folder, where.here):
            raise UsageError(
                f"{folder} and {twin} have the same id, {self.plan.id}, and so the same state",
                "give one of them another id",
            )
        self.folder = folder
        self.options = where.options
        self.settings = read_settings(environment, tuple(secret.name for secret in self.plan.secrets))
        self.actions, self.gates = actions, gates
        root = where.here / (where.state or STATE)
        lineage = f"{self.settings.repository or 'local'}:{self.plan.id}"
        self.store = Store(root / self.plan.id, lineage)
        self.objects = Objects(root / OBJECTS)
        self.present = frozenset(self.settings.secrets)
        """The secrets that there are, or that the run has whose state this is."""
        self.redactor = Redactor(self.settings.secrets)
        self.claimed: frozenset[str] = frozenset()
        """The tasks that this run claimed; empty where it claimed nothing."""
        self.running = Running(self.store.folder / "running")
        self.stop = Stop()
        self.now = _clock(where.now, self.plan)

    @property
    def effects(self) -> Mapping[str, Effect]:
        """The effect of every action that the plan uses."""
        used = {step.uses for task in self.plan.tasks.values() for step in all_steps(task)}
        return {name: self.actions[name].effect for name in used}

    def run_id(self) -> str:
        """On GitHub the run's number and attempt; elsewhere the time and four hex digits."""
        if self.settings.run_id:
            return f"{self.settings.run_id}-{self.settings.attempt}"
        return f"{self.now():%Y%m%dT%H%M%S}-{os.urandom(2).hex()}"

    def gone(self, state: State) -> frozenset[str]:
        """The tasks a product of which is neither kept nor in the work directory any more."""
        return frozenset(
            task
            for task, slots in state.slots.items()
            if any(not self.objects.has(product.sha256) for slot in slots.values() for product in slot.products)
        )

    def tools(self) -> Tools:
        """The ports of one job slot."""
        return make_tools(self.stop, self.redactor, self.running, search_path())

    def setting(
        self, situation: Situation, begun: RunStarted, *, jobs: int, requests: tuple[Requested, ...] = ()
    ) -> Setting:
        """What the runner is given. All its job slots share one purse."""
        budget = self.plan.limits.budget_usd
        before = 0.0 if budget is None else spent_before(self.all_events(), self.settings.run_id)
        purse = Unlimited() if budget is None else Budget(budget, before)
        return Setting(
            plan=self.plan,
            situation=situation,
            begun=begun,
            lineage=self.store.lineage,
            actions=self.actions,
            gates=self.gates,
            tools=lambda: self.tools()._replace(purse=purse),
            products=self.objects,
            workdir=self.store.workdir,
            logs=self.store.folder / "logs" / begun.run,
            now=self.now,
            secrets=self.settings.secrets,
            base_env={**self.settings.base_env, "ZTR_RUN": begun.run, "ZTR_MODE": begun.mode, "ZTR_PLAN": self.plan.id},
            jobs=jobs,
            jitter=_jitter,
            event=self.settings.event,
            requests=requests,
            history=lambda state: history(self.plan, state, self.all_events()),
            stopping=self.stop.is_set,
            halt=self.stop.set,
        )

    def all_events(self) -> list[Event]:
        """Every event of every journal of the plan, in commit order."""
        journals = sorted((self.store.folder / "journal").glob("*.jsonl"))
        return [event for path in journals for event in read_journal(path).events]


def _from_here(folder: Path) -> Path:
    """As a user would name it: messages, annotations and reports show it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def search_path() -> tuple[str, ...]:
    """Where the worker finds callables: the folder that ztr was started in, then the toolkit and what is installed
    with it.
    """
    toolkit = str(Path(__file__).parents[2])
    return tuple(dict.fromkeys((str(Path.cwd()), toolkit, *(path for path in sys.path if path))))


def _jitter() -> float:
    from random import random  # only a step that is tried again pays for it

    return random()  # noqa: S311 - spreads retries, keeps nothing secret


def _with_vars(plan: Plan, given: tuple[str, ...]) -> Plan:
    """The plan with `--var NAME=VALUE` in place of its own values; only names that the plan has."""
    found: dict[str, Json] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in plan.vars:
            known = ", ".join(plan.vars) or "none"
            raise UsageError(
                f"--var {text}: not NAME=VALUE with a variable of the plan", f"the plan's variables: {known}"
            )
        found[name] = value
    return plan._replace(vars={**plan.vars, **found}) if found else plan


def _clock(text: str | None, plan: Plan) -> Callable[[], datetime]:
    """The clock of events: the system's, or one that starts at `--now` and goes on from there.

    Always in the plan's zone.
    """
    import time

    zone = zone_named(plan.calendar.zone)
    if text is None:
        return lambda: datetime.now(zone)
    try:
        begun = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--now {text}: not a time", "write it as 2025-09-08 or 2025-09-08T09:00") from error
    start = (begun if begun.tzinfo else begun.replace(tzinfo=zone)).astimezone(UTC)
    zero = time.monotonic()
    # Added in UTC: in any other zone datetime adds wall-clock time, which is an hour off across a clock change.
    return lambda: (start + timedelta(seconds=time.monotonic() - zero)).astimezone(zone)

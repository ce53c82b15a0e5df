"""Plan and state to `Report`: everything there is to tell, as values. Pure, and linear in tasks, needs and slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from automation.engine.state import EffectState, RunState, SlotState, State
from automation.plan.model import Plan, Task
from monitoring.measures import measure
from monitoring.model import (
    ORDER,
    EffectReport,
    Environment,
    Forecast,
    Overdue,
    PastRun,
    PlanFacts,
    Report,
    Request,
    RunFacts,
    SecretFacts,
    SlotReport,
    Status,
    StepReport,
    TaskReport,
    Unlockable,
    UnlockFacts,
)
from monitoring.progress import FINISHED, Moment, moment, outlook, progress
from monitoring.risks import risks
from monitoring.spending import spent
from monitoring.standing import View, latest_slot, next_step_of, question_of, reason_of, status_of

LOCAL = Environment()


def report(
    plan: Plan,
    state: State,
    *,
    now: datetime,
    present: Iterable[str] = (),
    unlock: Sequence[Unlockable] = (),
    environment: Environment = LOCAL,
    day: int | None = None,
    going: bool = False,
    idle: bool = False,
) -> Report:
    """The plan's report at `now` (aware, in the plan's zone): the latest run, and all that is known so far.

    `present` names the secrets that are there, `unlock` is the map of the missing ones; `day` overrides the calendar's
    working day. `going` tells that a run is going on, without which a task that is still `running` was interrupted;
    `idle` that somebody looked for work and found none, so that there is no new run to tell of.
    """
    today = moment(plan, state.start, now, day)
    latest = {task: _latest(state, task) for task in plan.tasks}
    statuses = {task: status_of(slot, going) for task, slot in latest.items()}
    found = outlook(plan, today, statuses, _seconds(latest), _finished_at(plan, latest))
    view = View(plan, today, statuses, frozenset(present), state.paused, _dates(plan, today))
    late = {task.task: task for task in found.overdue}
    run = state.runs[-1].run if state.runs else None
    tasks = {
        task.id: _task(
            task, state.slots.get(task.id) or {}, view, late.get(task.id), found.slack.get(task.id), run, going
        )
        for task in plan.tasks.values()
    }
    metrics = measure(plan, tasks)
    counts = _counts(statuses.values())
    latest_run = _run(state, tasks.values(), going)
    return Report(
        generated=now.isoformat(timespec="seconds"),
        headline=headline(counts, found.forecast, idle or _idle(latest_run)),
        plan=_plan(plan, state, today),
        run=latest_run,
        counts=counts,
        tasks=tuple(tasks.values()),
        secrets=_secrets(plan, view.present, unlock),
        unlock=tuple(UnlockFacts(tuple(one.secrets), tuple(one.tasks)) for one in unlock),
        progress=progress(plan, statuses, today.day),
        metrics=metrics,
        overdue=found.overdue,
        critical_path=found.path,
        forecast=found.forecast,
        risks=risks(tasks.values(), metrics, found.overdue, found.forecast, today.day, now),
        requests=tuple(Request(r.id, r.kind, r.task, r.slot, r.by, r.at) for r in state.requests.values()),
        history=tuple(_past(one, going and one is state.runs[-1]) for one in reversed(state.runs)),
        environment=environment,
        spent=spent(tasks.values(), run, plan.limits.budget_usd),
    )


def headline(counts: Mapping[str, int], forecast: Forecast, idle: bool) -> str:
    """One line: how many tasks stand where, what is wrong first, then what this run brought and the forecast."""
    grave = [f"{icon} {counts[status]:,} {words}" for status, icon, words in _GRAVE if counts.get(status)]
    calm = [f"✅ {counts.get('done', 0):,} done", f"🎭 {counts.get('mocked', 0):,} mocked"]
    rest = [f"{counts[status]:,} {words}" for status, words in _REST if counts.get(status)]
    none = [] if counts.get("failed") else ["0 failed"]
    news = "nothing new was due; " if idle else ""
    return f"{' · '.join([*grave, *calm, *none, *rest])} — {news}{forecast.text}"


_GRAVE = (
    ("failed", "❌", "failed"),
    ("unknown", "❓", "unknown"),
    ("awaiting-approval", "⏸", "waiting for approval"),
    ("interrupted", "⚡", "interrupted"),
    ("blocked", "⛔", "blocked"),
)
_REST = (("running", "running"), ("deferred", "deferred"), ("skipped", "skipped"), ("pending", "to come"))


def _idle(run: RunFacts | None) -> bool:
    return run is not None and not run.tasks and run.outcome == "completed"


def _latest(state: State, task: str) -> SlotState | None:
    slots = state.slots.get(task)
    return slots[latest_slot(slots)] if slots else None


def _seconds(latest: Mapping[str, SlotState | None]) -> dict[str, float]:
    """What each task took when it last ran to an end."""
    return {task: slot.seconds for task, slot in latest.items() if slot is not None and slot.seconds > 0}


def _finished_at(plan: Plan, latest: Mapping[str, SlotState | None]) -> str:
    """When the last of the tasks that have an end was finished."""
    ending = (latest[task.id] for task in plan.tasks.values() if task.schedule is None and not task.events)
    return max((slot.since for slot in ending if slot is not None), default="")


def _dates(plan: Plan, today: Moment) -> dict[int, str]:
    days = {task.day for task in plan.tasks.values() if task.day is not None}
    return {day: today.date_of(day).isoformat() for day in days}


def _counts(statuses: Iterable[Status]) -> dict[str, int]:
    return _ordered(Counter(statuses))


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """In the order of urgency, so that equal reports are equal texts."""
    return {status: counts[status] for status in ORDER if counts.get(status)}


def _plan(plan: Plan, state: State, today: Moment) -> PlanFacts:
    return PlanFacts(
        id=plan.id,
        title=plan.title,
        digest=plan.digest,
        lineage=state.lineage,
        serial=state.serial,
        start=today.calendar.start.isoformat(),
        target=today.target.isoformat() if today.target else None,
        zone=today.calendar.zone,
        day=today.day,
        days=plan.days,
        paused=state.paused,
    )


def _run(state: State, tasks: Iterable[TaskReport], going: bool) -> RunFacts | None:
    if not state.runs:
        return None
    past = _past(state.runs[-1], going)
    return RunFacts(*past[:-1], tasks=tuple(task.id for task in tasks if task.ran))


def _past(run: RunState, going: bool) -> PastRun:
    outcome = run.outcome or ("running" if going else "killed")
    return PastRun(
        run.run,
        run.at,
        run.seconds,
        run.day,
        run.requested,
        run.mode,
        run.trigger,
        run.by,
        run.attempt,
        outcome,
        _ordered(run.counts),
    )


def _secrets(plan: Plan, present: frozenset[str], unlock: Sequence[Unlockable]) -> tuple[SecretFacts, ...]:
    wanted: dict[str, dict[str, None]] = {}
    for task in plan.tasks.values():
        for secret in _wants(task):
            wanted.setdefault(secret, {})[task.id] = None
    alone = {one.secrets[0]: tuple(one.tasks) for one in unlock if len(one.secrets) == 1}
    return tuple(
        SecretFacts(
            secret.name,
            secret.name in present,
            secret.description,
            secret.obtain,
            tuple(wanted.get(secret.name, ())),
            alone.get(secret.name, ()),
        )
        for secret in plan.secrets
    )


def _wants(task: Task) -> tuple[str, ...]:
    steps = (*task.steps, *task.on_failure.steps) if task.on_failure else task.steps
    if not any(step.secrets for step in steps):
        return ()
    return tuple(dict.fromkeys(secret for step in steps for secret in step.secrets))


def _task(
    task: Task,
    slots: Mapping[str, SlotState],
    view: View,
    late: Overdue | None,
    slack: int | None,
    run: str | None,
    going: bool,
) -> TaskReport:
    told = _slots(task, slots, going)
    latest = told[-1] if told else None
    return TaskReport(
        id=task.id,
        title=task.title,
        status=view.statuses[task.id],
        reason=reason_of(task, latest, view),
        next_step=next_step_of(task, latest, view),
        day=task.day,
        date=view.dates[task.day] if task.day is not None else None,
        late=late.late if late else 0,
        slack=slack,
        component=task.component,
        owner=task.owner,
        criticality=task.criticality,
        needs=task.needs,
        secrets=_wants(task),
        unlock=latest.unlock if latest else (),
        ran=latest is not None and latest.run == run and latest.status not in ("blocked", "pending"),
        changed=latest is not None and latest.changed and latest.status in FINISHED,
        file=task.place.file,
        line=task.place.line,
        approval=question_of(task, slots[latest.slot] if latest else None),
        slots=told,
    )


def _slots(task: Task, slots: Mapping[str, SlotState], going: bool) -> tuple[SlotReport, ...]:
    """The slots in their order in time, the one in which something happened last at the end."""
    if not slots:
        return ()
    last = latest_slot(slots)
    if len(slots) == 1:
        return (_slot(task, last, slots[last], going),)
    return tuple(_slot(task, name, slots[name], going) for name in (*(name for name in slots if name != last), last))


def _slot(task: Task, name: str, slot: SlotState, going: bool) -> SlotReport:
    return SlotReport(
        slot=name,
        status=status_of(slot, going),
        reason=slot.reason,
        since=slot.since,
        started=slot.started,
        seconds=slot.seconds,
        runs=slot.runs,
        run=slot.run,
        not_before=slot.not_before,
        waited=slot.waited,
        changed=bool(slot.definition) and slot.definition != task.definition,
        unlock=slot.unlock,
        steps=_steps(task, slot),
        gates=slot.verdicts,
        products=slot.products,
        effects=tuple(_effect(step, effect) for step, effect in slot.effects.items()),
        approvals=slot.approvals,
    )


def _steps(task: Task, slot: SlotState) -> tuple[StepReport, ...]:
    """The steps in the order in which they ended; one that the plan no longer has keeps its id only."""
    found: list[StepReport] = []
    for name, state in slot.steps.items():
        step = task.step(name)
        title, uses = (step.name, step.uses) if step else ("", "")
        found.append(StepReport(name, title, uses, *state))
    return tuple(found)


_OUTCOME = {True: "happened", False: "not-happened", None: "unknown"}


def _effect(step: str, effect: EffectState) -> EffectReport:
    outcome = "undone" if effect.undone else _OUTCOME[effect.ended]
    at, found = effect.at, effect.found
    return EffectReport(step, effect.key, effect.target, at, outcome, effect.remote, found, effect.undone)

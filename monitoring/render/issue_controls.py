"""The check boxes of the summary issue: what needs somebody first, what else can be asked for behind it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from automation.engine.events import Verdict
from automation.github.marks import ALL, Control, Verb, box, digest, judged, shown
from monitoring.model import ORDER, Report, Status, TaskReport
from monitoring.render import cells
from monitoring.render.escape import code, line, markdown
from monitoring.render.words import instant, note, value, why

_GRAVE = {"critical": 0, "high": 1, "medium": 2, "low": 3}

NEEDS: Mapping[Status, Verb] = {
    "awaiting-approval": "approve",
    "failed": "retry",
    "unknown": "retry",
    "interrupted": "retry",
}
"""What helps a task on that waits for somebody. Blocked and deferred ones go on by themselves."""

FULL = 150
"""So many rows say all there is to say; for more there is never room."""

BULK: tuple[Verb, ...] = ("approve", "retry")

_SKIPPABLE: frozenset[Status] = frozenset({"failed", "unknown", "awaiting-approval", "blocked", "deferred"})


class Row(NamedTuple):
    """A check box with all there is to say beside it, and with the least. `many`: a box for many may stand for it."""

    control: Control
    full: str
    short: str
    many: bool = False


def needs(report: Report, definitions: Mapping[str, str], where: str = "the report") -> list[Row]:
    """A box for each task that waits for somebody: failures first, then approvals; the graver task first.

    `where` says, in Markdown, where files and logs are.
    """
    order = [status for status in ORDER if status in NEEDS]
    waiting = [task for task in report.tasks if task.status in NEEDS and task.latest]
    waiting.sort(key=lambda task: (order.index(task.status), _GRAVE.get(task.criticality, 4)))
    return [
        _need(task, _control(_helps(task, report.generated), task, definitions), where if number < FULL else "")
        for number, task in enumerate(waiting)
    ]


def _helps(task: TaskReport, now: str) -> Verb:
    """What helps the task on. A question whose time is over cannot be answered any more: the task has to run again."""
    until = task.approval.expires if task.approval else None
    over = until is not None and datetime.fromisoformat(until) <= datetime.fromisoformat(now)
    return "reset" if over else NEEDS[task.status]


def bulk(rows: Sequence[Row]) -> list[str]:
    """One box for all that ask for the same, where more than one does."""
    controls = [control for verb in BULK if (control := bulk_control(verb, rows))]
    numbers = [len(together(control.verb, rows)) for control in controls]
    return [
        f"{box(control)} **{control.verb.capitalize()} all {number:,}** that wait for it"
        for control, number in zip(controls, numbers, strict=True)
    ]


def bulk_control(verb: Verb, rows: Iterable[Row]) -> Control | None:
    """The control of the box for all that ask for the same; none where not more than one does."""
    same = together(verb, rows)
    return Control(verb, ALL, "", digest(same)) if len(same) > 1 else None


def together(verb: Verb, rows: Iterable[Row]) -> list[Control]:
    """What a box for many stands for: nothing that has to be looked at one by one, as an effect in doubt."""
    return [row.control for row in rows if row.many and row.control.verb == verb]


def more(report: Report, definitions: Mapping[str, str]) -> list[Row]:
    """The rest: run now, pause or go on, reject, run again what was changed since it was done, skip."""
    pause = Control("resume") if report.plan.paused else Control("pause")
    words = "Go on with the plan" if report.plan.paused else "Pause the plan: nothing starts until it goes on"
    found = [_plain(Control("run"), "Run what is due now"), _plain(pause, words)]
    waiting = [task for task in report.tasks if task.status == "deferred" and task.latest]
    found += [_of(task, "run", "Run now", definitions, "it does not wait any longer") for task in waiting]
    asking = [task for task in report.tasks if task.status == "awaiting-approval" and task.latest]
    found += [_of(task, "reject", "Reject", definitions, "it fails, and what needs it waits") for task in asking]
    changed = [task for task in report.tasks if task.changed]
    found += [_of(task, "reset", "Run again", definitions, "it was defined otherwise when it ran") for task in changed]
    skippable = [task for task in report.tasks if task.status in _SKIPPABLE and task.latest]
    skippable.sort(key=lambda task: (ORDER.index(task.status), _GRAVE.get(task.criticality, 4)))
    found += [_of(task, "skip", "Skip", definitions, "what needs it goes on without it") for task in skippable]
    return found


def _control(verb: Verb, task: TaskReport, definitions: Mapping[str, str]) -> Control:
    slot = task.latest.slot if task.latest else ""
    definition = definitions.get(task.id, "")
    if verb in ("approve", "reject") and task.approval:
        return Control(verb, task.id, slot, judged(definition, task.approval.evidence))
    return Control(verb, task.id, slot, shown(definition))


def _plain(control: Control, words: str) -> Row:
    text = f"{box(control)} {words}"
    return Row(control, text, text)


def _of(task: TaskReport, verb: Verb, word: str, definitions: Mapping[str, str], consequence: str) -> Row:
    control = _control(verb, task, definitions)
    short = f"{box(control)} {word} {_name(task)}"
    return Row(control, f"{short}: {consequence}", short)


def _need(task: TaskReport, control: Control, where: str) -> Row:
    word = _WORDS[control.verb]
    short = f"{box(control)} **{word}** {_name(task)}"
    full = "\n".join([f"{short} — {_reason(task)}", *_details(task, where)]) if where else short
    return Row(control, full, short, _is_plain(task))


_WORDS: Mapping[Verb, str] = {"approve": "Approve", "retry": "Retry", "reset": "Run again"}


def _is_plain(task: TaskReport) -> bool:
    return task.status in ("failed", "awaiting-approval")


def _name(task: TaskReport) -> str:
    """The id, and the slot where a task has several."""
    slot = task.latest.slot if task.latest else ""
    recurring = slot not in ("", "once") and not slot.startswith("day-")
    return code(task.id) + (f" of {code(slot, 80)}" if recurring else "")


def _reason(task: TaskReport) -> str:
    missed = [gate for gate in (task.latest.gates if task.latest else ()) if gate.status == "failed"]
    if task.status == "failed" and missed and task.reason.startswith("gate missed"):
        over = [f"{len(missed) - _GATES} more"] if len(missed) > _GATES else []
        return f"gate missed: {'; '.join([*map(_missed, missed[:_GATES]), *over])}"
    if task.status == "awaiting-approval":
        return _question(task)
    return cells.worded(line(why(task), 400)) or markdown(task.title)


_GATES = 3


def _missed(gate: Verdict) -> str:
    """What was measured and what was needed."""
    if gate.measured is None:
        return f"{markdown(gate.gate)}: {markdown(gate.reason, 200)}"
    more = f" ({markdown(note(gate), 200)})" if note(gate) else ""
    return f"{markdown(gate.gate)} **{markdown(value(gate.measured), 80)}**, needs {markdown(gate.bound, 80)}{more}"


def _question(task: TaskReport) -> str:
    asked = task.approval
    facts = [markdown(task.title, 200)]
    if asked is not None:
        given = ", ".join(markdown(name, 40) for name in asked.given)
        facts += [f"{len(asked.given)} of {asked.needed} approvals given" + (f" ({given})" if given else "")] * (
            asked.needed > 1
        )
        facts += ["not by whoever started the run"] if asked.exclude_initiator else []
        facts += [f"the question stands until {instant(asked.expires)}"] if asked.expires else []
    return " · ".join(facts)


def _details(task: TaskReport, where: str) -> list[str]:
    """What to do before the box is ticked, and whose it is."""
    latest = task.latest
    if task.status == "failed":
        logs = [step.log for step in (latest.steps if latest else ()) if step.status == "failed" and step.log]
        log = f" Log: {code(logs[0], 200)} in {where}." if logs else ""
        return [f"  Next step: {_mend(task)}.{log}{_owner(task)}"]
    if task.status == "unknown":
        look = "look at the service whether it happened. If so, skip the task; if not, retry it."
        return [f"  Next step: {look}{_owner(task)}"]
    if task.status == "interrupted":
        return ["  It goes on by itself in the next run."]
    products = [product.path for product in (latest.products if latest else ())]
    if products:
        return [f"  To look at: {cells.names(products, most=3)} in {where}.{_owner(task)}"]
    return [f" {_owner(task)}"] if task.owner else []


def _mend(task: TaskReport) -> str:
    """A failed task's next step, for people who have no command line at hand."""
    place = f" in {code(task.file)}" if task.file else ""
    _, has_tries, tries = task.next_step.partition(" (it ran ")
    if has_tries:
        return f"mend it{place}; the next run tries it again by itself (it ran {markdown(tries)}"
    return f"mend it{place}, then tick the box: it has had all its tries"


def _owner(task: TaskReport) -> str:
    return f" Owner: {markdown(task.owner, 60)}." if task.owner else ""

"""What is said to people about what they asked for in the summary issue. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from automation.engine.events import Answered
from automation.github.controls import Ask, Heard
from automation.github.issues import Reaction
from monitoring.model import Report
from monitoring.render import cells
from monitoring.render.escape import code, markdown
from monitoring.render.issue_controls import needs
from monitoring.render.words import bar, day, instant

HELP = """\
| command | what it does |
|---|---|
| `/ztr approve TASK [reason]` | approves a task that waits for it; `all` for every one that the issue lists |
| `/ztr reject TASK [reason]` | rejects it: the task fails |
| `/ztr retry TASK [reason]` | makes a failed, blocked or interrupted task due again; `all` for every one listed |
| `/ztr skip TASK [reason]` | goes on without the task |
| `/ztr reset TASK [reason]` | forgets what happened to the task: it is due as if it had never run |
| `/ztr run [TASK]` | runs now what is due, or makes that task due first |
| `/ztr pause [reason]`, `/ztr resume` | stops starting tasks, and goes on |
| `/ztr status`, `/ztr help` | tell how the plan stands, and this |

One a line, several in a comment; `TASK@SLOT` names one time of a recurring task. Write permission is needed."""


class Refused(NamedTuple):
    """Something that was asked for and is not done."""

    what: str
    why: str


class Conclusion(NamedTuple):
    """What came of an event. `waiting`: the run that goes on answers it. `allowed`: the sender may ask for things."""

    granted: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    started: str = ""
    repeated: bool = False
    allowed: bool = True

    @property
    def reaction(self) -> Reaction:
        """In one sign: all went well, nothing did, or partly."""
        if not self.refused:
            return "+1"
        return "confused" if self.granted or self.waiting or self.started else "-1"


def named(ask: Ask | Answered) -> str:
    """What is asked for, as code of our own making or escaped."""
    kind = ask.kind if isinstance(ask, Answered) else ask.verb
    plain = ask.slot in ("", "once") or ask.slot.startswith("day-")
    about = ask.task if plain else f"{ask.task}@{ask.slot}"
    return f"{kind} {code(about, 120)}" if about else kind


def answer_mark(heard: Heard) -> str:
    """By which an answer is known, so that an event that is delivered again is not answered again."""
    return f"<!-- ztr:answer {heard.id} -->"


def compose(heard: Heard, conclusion: Conclusion, report: Report | None) -> str:
    """The one comment that answers an event; empty where a reaction or the issue's body says it all."""
    parts = []
    if conclusion.refused:
        parts.append("\n".join(f"- ❌ {one.what}: {cells.worded(one.why)}" for one in conclusion.refused))
        done = [*(f"- ✅ {what}" for what in conclusion.granted), *(f"- ⏳ {what}" for what in conclusion.waiting)]
        parts += ["\n".join(done)] if done else []
    parts += [standing(report)] if "status" in heard.other and report is not None else []
    parts += [HELP] if "help" in heard.other and conclusion.allowed else []
    return "\n\n".join([answer_mark(heard), *parts]) if parts else ""


def standing(report: Report) -> str:
    """The short of it: where the plan is, what waits for somebody, and the latest run."""
    done = report.progress
    lines = [
        f"> {markdown(report.headline, 800)}",
        f"`{bar(done.finished, done.total)}` {done.finished:,} / {done.total:,} · {day(report.plan) or 'no days'}",
    ]
    waiting = [row.control for row in needs(report, {})]
    words = [f"{one.verb} {code(one.task)}" for one in waiting[:10]]
    over = [f"{len(waiting) - 10:,} more"] if len(waiting) > 10 else []  # noqa: PLR2004 - a line's worth
    lines += [f"Needs somebody: {', '.join([*words, *over])}."] if words else []
    lines += (
        [f"Latest run: {instant(report.run.started)}, {report.run.mode}, {report.run.outcome}."] if report.run else []
    )
    lines += ["**The plan is paused.**"] if report.plan.paused else []
    return "\n\n".join(lines)


def refusal_for(sender: str, permission: str, asks: Sequence[Ask]) -> tuple[Refused, ...]:
    """The refusals of somebody who may not write here: one, whatever was asked for."""
    what = ", ".join(named(ask) for ask in asks[:5]) + (" …" if len(asks) > 5 else "")  # noqa: PLR2004 - a line's worth
    why = f"{sender} has {permission or 'no'} permission here, and it needs write: nothing was done"
    return (Refused(what or "it", why),)

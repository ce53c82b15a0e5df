"""Progress while a run goes on: a live display on a terminal, a line a task in a log, a group a task in GitHub Actions.

An observer: whatever goes wrong in it is swallowed, and ends the display instead of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import TYPE_CHECKING, Literal, TextIO

from automation.engine.events import (
    Event,
    GatesJudged,
    RunStarted,
    StepFinished,
    StepRetried,
    TaskFinished,
    TaskStarted,
)
from automation.engine.state import State
from monitoring.render.escape import line
from monitoring.render.words import VERDICT, count, duration, value

if TYPE_CHECKING:
    from monitoring.screen import Screen

Kind = Literal["live", "plain", "actions", "quiet"]

SIGN: Mapping[str, str] = {"done": "✓", "mocked": "~", "failed": "✗", "blocked": "⊘", "skipped": "»"}
_STYLE: Mapping[str, str] = {"done": "32", "mocked": "33", "failed": "31", "blocked": "31"}


class Progress:
    """Told of every event, with the state after it. `total` is how many tasks this run has before it, as far as known.

    `clock` gives seconds that only grow. Use as a context manager, or call `close` at the end: a live display holds the
    terminal until then.
    """

    def __init__(
        self, stream: TextIO, kind: Kind, total: int, clock: Callable[[], float], *, colour: bool = False
    ) -> None:
        self.total = total
        self.finished = 0
        self.counts: dict[str, int] = {}
        self._stream = stream
        self._kind = kind
        self._clock = clock
        self._colour = colour
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._started: dict[tuple[str, str], float] = {}
        self._screen: Screen | None = None
        self._broken = kind == "quiet"

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def expect(self, agenda: Sized) -> None:
        """How much this run has before it."""
        self.total = len(agenda)

    def on_event(self, event: Event, state: State) -> None:
        """Show the event. Never raises."""
        if self._broken:
            return
        try:
            self._show(event, state)
        except Exception:  # noqa: BLE001 - a closed pipe or a terminal without the signs must not cost anybody a run
            self._broken = True

    def close(self) -> None:
        """Give the terminal back. Never raises, and may be called twice."""
        screen, self._screen = self._screen, None
        if screen is not None:
            try:
                screen.stop()
            except Exception:  # noqa: BLE001 - as above
                self._broken = True

    def _show(self, event: Event, state: State) -> None:
        match event:
            case RunStarted():
                self._begin()
            case TaskStarted():
                self._started[event.task, event.slot] = self._clock()
                self._lines[event.task, event.slot] = []
                self._refresh()
            case StepRetried() | StepFinished() | GatesJudged():
                self._lines.setdefault((event.task, event.slot), []).extend(_told(event))
            case TaskFinished():
                self._finish(event, state)
            case _:
                pass

    def _begin(self) -> None:
        if self._kind == "live":
            from monitoring.screen import Screen

            self._screen = Screen(self._stream, self._clock, self.total, self._colour)

    def _refresh(self) -> None:
        if self._screen is not None:
            running = {f"{task}@{slot}": at for (task, slot), at in self._started.items()}
            self._screen.update(running, self.counts, self.finished)

    def _finish(self, event: TaskFinished, state: State) -> None:
        self.finished += 1
        self.total = max(self.total, self.finished)
        self.counts[event.status] = self.counts.get(event.status, 0) + 1
        began = self._started.pop((event.task, event.slot), None)
        lines = self._lines.pop((event.task, event.slot), [])
        missing = _missing(event, state)
        told = self._told(event, missing, began)
        if self._kind == "actions":
            self._group(event.task, event.status, told, lines)
        elif self._screen is None:
            self._write(told)
        elif event.status not in ("done", "mocked"):
            self._screen.say(told)
        self._refresh()

    def _told(self, event: TaskFinished, missing: tuple[str, ...], began: float | None) -> str:
        """`✓ 12/42 session-store  mocked  0.2 s  (AIRTABLE_API_KEY missing)`."""
        number = f"{self.finished:>{len(str(self.total))}}/{self.total}"
        seconds = event.seconds or (self._clock() - began if began is not None else 0.0)
        took = "" if began is None else f"  {duration(seconds)}"
        because = line(event.reason) if event.reason else f"{', '.join(missing)} missing" if missing else ""
        status = event.status.replace("-", " ")
        told = f"{SIGN.get(event.status, '·')} {number} {event.task}  {status}{took}" + f"  ({because})" * bool(because)
        style = _STYLE.get(event.status)
        return f"\x1b[{style}m{told}\x1b[0m" if style and self._colour and self._kind != "live" else told

    def _group(self, task: str, status: str, told: str, lines: list[str]) -> None:
        """A folded group with the steps' lines. A failure stands outside, where it is seen without a click."""
        if not lines:
            return self._write(told)
        steps = [*(f"  {text}" for text in lines), "::endgroup::"]
        if status in ("done", "mocked"):
            return self._write("\n".join([f"::group::{told}", *steps]))
        return self._write("\n".join([f"::group::{task}: its steps", *steps, told]))

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


def _told(event: StepRetried | StepFinished | GatesJudged) -> list[str]:
    match event:
        case StepRetried():
            wait = duration(event.wait)
            return [f"step {event.step}: attempt {event.attempt} failed, again in {wait}: {line(event.error)}"]
        case StepFinished():
            attempts = f" after {count(event.attempts, 'attempt')}" if event.attempts > 1 else ""
            error = f": {line(event.error)}" if event.error else ""
            return [f"step {event.step}: {event.status} in {duration(event.seconds)}{attempts}{error}"]
        case GatesJudged():
            return [
                f"{VERDICT[gate.status]} {line(gate.gate)}: {line(value(gate.measured), 80)} {line(gate.bound, 80)}"
                + f" ({line(gate.reason)})" * bool(gate.reason)
                for gate in event.verdicts
            ]


def _missing(event: TaskFinished, state: State) -> tuple[str, ...]:
    slot = state.slot(event.task, event.slot) if event.status == "mocked" else None
    return tuple(sorted({name for step in slot.steps.values() for name in step.missing})) if slot else ()

"""Notifications of a plan: one message for a run, kept up to date where that is possible. They never stop a run.

What was told is kept in a file beside the state, so that a run that goes on where another was killed tells what that
one could not tell, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import takewhile
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple, cast

from automation.cli.notice_book import Book
from automation.cli.session import Session
from automation.cli.told import make_report
from automation.cli.tools import make_tools
from automation.engine.events import Event, Mode, RunFinished, RunStarted, TaskFinished
from automation.engine.ports import ActionLike, BadInput, Call, Failed, Outcome, Tools
from automation.engine.state import State
from automation.engine.stop import Stop
from automation.plan.model import Json
from monitoring.notices import Notice, as_blocks, as_data, as_text, concerns, notice

FILE = "notices.json"
SECONDS, LAST_SECONDS = 15.0, 5.0
"""How long a message may take, and how long when the run was stopped: a runner waits ten seconds at most."""
TRIES, LONGEST_WAIT = 3, 10.0
_TOLD = frozenset({"failed", "unknown", "awaiting-approval"})


class Channel(NamedTuple):
    """One way to tell: `keeps` means that there is one message which is changed, else there is one at the end."""

    name: str
    action: str
    secret: str
    on: tuple[str, ...]
    keeps: bool
    inputs: Callable[[Notice], Mapping[str, Json]]


def channels(session: Session) -> tuple[Channel, ...]:
    """Those that the plan names."""
    found: list[Channel] = []
    for name, told in session.plan.notifications.items():
        if not isinstance(told, Mapping) or name not in ("slack", "zapier"):
            continue
        on = tuple(str(word) for word in cast("Sequence[Json]", told.get("on", ())))
        if name == "zapier":
            found.append(Channel("Zapier", "zapier", "ZAPIER_WEBHOOK_URL", on, False, _event))
        elif "channel" in told:
            found.append(Channel("Slack", "slack", "SLACK_BOT_TOKEN", on, True, _message(told)))
        else:
            found.append(Channel("Slack", "slack", "SLACK_WEBHOOK_URL", on, False, _post))
    return tuple(found)


class Notifier:
    """An observer that tells people. Messages go from a thread of their own; `close` waits for the last one.

    In mock mode, and for want of a secret, the last message is only kept in the book. `problems` says who could not be
    told, and why.
    """

    def __init__(self, session: Session, mode: Mode) -> None:
        self._session, self._mode = session, mode
        self._queue: SimpleQueue[State | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._telling: _Telling | None = None
        self._last: State | None = None
        self._real: tuple[Channel, ...] = ()
        self._mocked: tuple[Channel, ...] = ()
        self.problems: list[str] = []

    def on_event(self, event: Event, state: State) -> None:
        if isinstance(event, RunStarted):
            self._begin(event, state)
        elif isinstance(event, TaskFinished) and event.status in _TOLD:
            self._queue.put(state)
        elif isinstance(event, RunFinished):
            self._last = state
            self._queue.put(state)

    def close(self) -> None:
        """Wait until everything is told; without a run there is nothing to wait for."""
        try:
            if self._thread is not None:
                self._queue.put(None)
                self._thread.join(SECONDS * (TRIES + 1))
            if self._mocked and self._last is not None and self._telling is not None:
                self._telling.keep(self._mocked, self._last)
        except Exception as error:  # noqa: BLE001 - who tells must never break what is told
            self._failed(error)

    def _begin(self, event: RunStarted, state: State) -> None:
        session, run = self._session, self._session.settings.run_id or event.run
        found = channels(session)
        if not found:
            return
        present = session.settings.secrets
        self._real = tuple(one for one in found if self._mode != "mock" and one.secret in present)
        self._mocked = tuple(one for one in found if one not in self._real)
        key = sha256("\0".join((session.store.lineage, run)).encode()).hexdigest()[:32]
        self._telling = _Telling(session, Book(session.store.folder / FILE, event.run, key, _lost(state)))
        if self._real:
            self._telling.book.write()
            self._queue.put(state)
            self._thread = Thread(target=self._work, args=(self._telling,), name="ztr-notices", daemon=True)
            self._thread.start()

    def _work(self, telling: _Telling) -> None:
        try:
            ended = False
            while not ended and (state := self._queue.get()) is not None:
                while not self._queue.empty() and not ended:
                    newer = self._queue.get()
                    ended, state = newer is None, newer or state
                self.problems += telling.tell(self._real, state)
                ended = ended or bool(state.runs[-1].outcome)
        except Exception as error:  # noqa: BLE001 - who tells must never break what is told
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.problems.append(f"not all were told of this run: {type(error).__name__}")


def _lost(state: State) -> tuple[str, ...]:
    """The runs before this one that never ended, back to the last that did: nobody has told their news."""
    before = takewhile(lambda one: not one.outcome, reversed(state.runs[:-1]))
    return tuple(one.run for one in before)


class _Telling:
    """What is told of one run, and through what. The tools are not the run's own: that may be stopped already."""

    def __init__(self, session: Session, book: Book) -> None:
        self._session, self.book = session, book
        self._tools = make_tools(Stop(), session.redactor, session.running, ())

    def tell(self, found: Sequence[Channel], state: State) -> list[str]:
        """Through each channel that it concerns; gives the problems."""
        outcome = state.runs[-1].outcome
        problems = [self._tell(one, state) for one in found if one.keeps or outcome]
        if outcome:
            self.book.close()
            self.book.write()
        return [self._session.redactor.text(one) for one in problems if one]

    def keep(self, found: Sequence[Channel], state: State) -> None:
        """What would be told through these, in the book."""
        for channel in found:
            told = self._notice(channel, state)
            if concerns(told, channel.on):
                self.book.record(channel.name, _recorded(*self._prepared(channel, told, SECONDS)), real=False)
        self.book.close()
        self.book.write()

    def _tell(self, channel: Channel, state: State) -> str:
        told = self._notice(channel, state)
        if not concerns(told, channel.on) and not (channel.keeps and self.book.has_message(channel.name)):
            return ""
        seconds = LAST_SECONDS if state.runs[-1].outcome == "interrupted" else SECONDS
        action, call = self._prepared(channel, told, seconds)
        self.book.record(channel.name, _recorded(action, call), real=True)
        self.book.write()
        problem = _sent(action, call, self._tools)
        return f"{channel.name} was not told: {problem}" if problem else ""

    def _notice(self, channel: Channel, state: State) -> Notice:
        runs = self.book.covers if channel.keeps else self.book.untold(channel.name)
        return notice(make_report(self._session, state, going=not state.runs[-1].outcome), runs)

    def _prepared(self, channel: Channel, told: Notice, seconds: float) -> tuple[ActionLike, Call]:
        session = self._session
        inputs = {**channel.inputs(told), **({"key": self.book.key, "update": True} if channel.keeps else {})}
        call = Call(
            inputs=cast("Mapping[str, Json]", session.redactor.json(cast("Json", inputs))),
            workdir=session.store.workdir,
            plan_folder=session.folder,
            tools=self._tools,
            timeout=seconds,
            key=self.book.key,
            secrets=session.settings.secrets,
        )
        return session.actions[channel.action], call


def _recorded(action: ActionLike, call: Call) -> Json:
    try:
        return [draft.request for draft in action.prepare(call)]
    except BadInput as error:
        return str(error)


def _sent(action: ActionLike, call: Call, tools: Tools) -> str:
    """Why it could not be sent, after some tries; what may have arrived is not sent again."""
    for attempt in range(1, TRIES + 1):
        try:
            outcome = _put(action, call)
        except BadInput as error:
            return str(error)
        if not isinstance(outcome, Failed):
            return ""
        wait = outcome.retry_after or float(attempt)
        if outcome.kind != "transient" or outcome.happened is not False or wait > LONGEST_WAIT or attempt == TRIES:
            return outcome.message
        tools.clock.sleep(wait)
    return ""


def _put(action: ActionLike, call: Call) -> Outcome:
    """Send it, or change the message that is there."""
    there = action.find(call) if action.find is not None and call.inputs.get("update") else ()
    if isinstance(there, Failed):
        return there
    return action.perform(call._replace(existing=there[0].remote if there else ""))


def _message(told: Mapping[str, Json]) -> Callable[[Notice], Mapping[str, Json]]:
    where = {name: told[name] for name in ("channel", "base-url") if name in told}
    return lambda what: {**_post(what), **where}


def _post(told: Notice) -> Mapping[str, Json]:
    return {"text": as_text(told), "blocks": as_blocks(told)}


def _event(told: Notice) -> Mapping[str, Json]:
    return {"event": "ztr.run", "data": {**as_data(told)}}

"""The summary issue while a run goes on: `ztr run --tell-issue`, for a job that has `issues: write`.

An observer of the run. It tells from a thread of its own, so that a slow GitHub holds no task up, and always the newest
state: what was overtaken in the meantime is left out.

What it shows is not kept yet. So it bears the serial of the state that the run began with: were the run lost, an issue
that is ahead of the state branch would look like a branch that was put back, and stop every later run.
"""

from __future__ import annotations

import os
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from automation.cli.session import Session
from automation.engine.events import Event, RunFinished, RunStarted, TaskFinished
from automation.engine.state import State
from automation.engine.store import write_atomic
from automation.errors import StateError

if TYPE_CHECKING:
    from automation.github.issue import Known

LONGEST = 60.0
"""Seconds that the end of a run waits for the last change of the issue."""


class LiveIssue:
    """Made at the start, brought up to date after every task, and once more at the end. `problems` says what failed."""

    def __init__(self, session: Session) -> None:
        from automation.cli.host import make_client
        from automation.cli.remote.pulling import ISSUE, seen_commit, seen_issue

        self._session = session
        self._client = make_client(os.environ, session.stop)
        self._kept = session.store.folder / ISSUE
        self._known = seen_issue(session)
        self._alone = not seen_commit(session)  # else publish gives notice, and keeps what it told
        self.problems: list[str] = []
        self._queue: SimpleQueue[tuple[State, bool] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="ztr-issue", daemon=True)
        self._thread.start()

    def on_event(self, event: Event, state: State) -> None:
        if isinstance(event, RunStarted | TaskFinished):
            self._queue.put((state, True))
        elif isinstance(event, RunFinished):
            self._queue.put((state, False))

    def close(self) -> None:
        """Wait until the last state is told."""
        self._queue.put(None)
        self._thread.join(LONGEST)

    def _work(self) -> None:
        while (newest := self._queue.get()) is not None:
            ended = False
            while not ended and not self._queue.empty():
                following = self._queue.get()
                ended, newest = following is None, following or newest
            self._tell(*newest)
            if ended:
                return

    def _tell(self, state: State, going: bool) -> None:
        from automation.cli.tell_issue import tell_issue

        try:
            shown = state._replace(serial=max(0, state.serial - 1))
            told = tell_issue(self._session, shown, self._client, self._known, going=going, notify=self._alone)
        except Exception as error:  # noqa: BLE001 - who tells must never break what is told
            self.problems.append(f"the issue could not be brought up to date: {error}")
            return
        self._keep(told.known)
        self.problems += [note for note in told.notes if note not in self.problems]

    def _keep(self, known: Known) -> None:
        """Remember which issue it is and what was told of there, so that the next run tells nothing twice."""
        from automation.github.issue import encode_known

        if known == self._known:
            return
        self._known = known
        try:
            write_atomic(self._kept, encode_known(known).encode())
        except StateError as error:
            self.problems.append(f"what the issue was told of is not kept: {error.message}")

"""The summary issue while a run goes on: `ztr run --tell-issue`, for a job that has `issues: write`.

An observer of the run. It tells from a thread of its own, so that a slow GitHub holds no task up, and always the newest
state: what was overtaken in the meantime is left out.
"""

from __future__ import annotations

import os
from pathlib import Path
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

        self._session = session
        self._client = make_client(os.environ, session.stop)
        self._kept = session.store.folder / "issue.json"
        self._known = _read(self._kept)
        self._queue: SimpleQueue[tuple[State, bool] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="ztr-issue", daemon=True)
        self._thread.start()
        self.problems: list[str] = []

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
            told = tell_issue(self._session, state, self._client, self._known, going=going)
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


def _read(path: Path) -> Known:
    """What an earlier run kept, or the state branch."""
    from automation.github.issue import decode_known

    try:
        return decode_known(path.read_bytes())
    except OSError:
        return decode_known(None)

"""Runs that are killed, what each kill hit, and what the world saw: the harness behind the crash tests and their bench.

A kill test can be empty, when every kill falls into the start of the interpreter: hence each kill is put into a phase
by what it left behind, never by what was aimed at.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests.e2e.driver import PATIENCE, Place, is_alive, until
from tests.e2e.kill_plan import BLIND, CALLS, KEYED, TASKS, UPSERT, tasks
from tests.e2e.kill_points import CALLS_KILLED, JOURNAL, PHASES, Kill, faults
from tests.e2e.ledger import Ledger, Moment, Seen, serving


class Hit(NamedTuple):
    """One killed run: what was aimed at, and the phase that it hit."""

    aimed: Kill
    phase: str


class Cycle:
    """One plan in one folder, killed again and again until it is finished.

    `person` holds what somebody said about effects of unknown end, after a look at the ledger.
    """

    def __init__(self, folder: Path, ledger: Ledger, address: tuple[str, int], jobs: int = 1) -> None:
        self.ledger, self.address, self.jobs = ledger, address, jobs
        self.place = Place(folder, tasks(f"http://{address[0]}:{address[1]}"))
        (folder / "calls.py").write_text(CALLS)
        self.codes = {0, 1}
        self.hits: list[Hit] = []
        self.person: Counter[str] = Counter()
        self.problems: list[str] = []
        self._done: set[str] = set()
        self._seen: list[Seen] = []
        self._runs = 0
        self.err = ""

    def finished(self) -> bool:
        """Whether every task is done, or was left out by the person who saw that its effect had happened."""
        statuses = self.place.statuses() if self.place.state_folder.exists() else {}
        return len(statuses) == TASKS and set(statuses.values()) <= {"done", "skipped"}

    def run(self, kill: Kill | None = None, prefix: Iterable[str] = ()) -> int:
        """One run, killed or not, and everything looked at afterwards; its exit code."""
        self._runs += 1
        self._seen.clear()
        self.ledger.begin()
        code = self._run(kill, prefix)
        seen = self._seen[-1] if self._seen else self.ledger.seen()
        self.ledger.watch = lambda _moment, _path: None
        self.ledger.settle(self.address)
        if code == -signal.SIGKILL:
            self.hits.append(Hit(kill or Kill("", 0), self._phase(seen)))
        elif code not in self.codes:
            self.problems.append(f"a run ended with {code}: {self.err}")
        self._look()
        if code >= 0:
            self._be_asked()
        return code

    def _run(self, kill: Kill | None, prefix: Iterable[str]) -> int:
        arguments = ("run", "--mode", "auto", "--quiet", "--jobs", str(self.jobs))
        name = {"GITHUB_RUN_ID": f"r{self._runs}"}  # so that the journal's path is known before there is one
        with self.place.start(*arguments, env=name, prefix=prefix or self._prefix(kill)) as process:
            self._aim(process, kill)
            try:
                if kill is not None and kill.how == "time":
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(kill.number)
                    process.kill()
                _, err = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                self.problems.append(f"a run hung: {kill}")
                return 0
        self.err = err
        if "Traceback" in err or "internal error" in err:
            self.problems.append(f"a traceback: {err[-300:]}")
        return process.returncode

    def _aim(self, process: subprocess.Popen[str], kill: Kill | None) -> None:
        """Have the server kill the process at the nth such moment, and note what it has seen by then."""
        count: Counter[Moment] = Counter()
        lock = threading.Lock()

        def watch(moment: Moment, _path: str) -> None:
            with lock:
                count[moment] += 1
                if kill is not None and kill.how == moment and count[moment] == kill.number:
                    process.kill()
                    until(lambda: not is_alive(process.pid), "the process is dead")
                    self._seen.append(self.ledger.seen())

        self.ledger.watch = watch

    def _prefix(self, kill: Kill | None) -> list[str]:
        """strace, for a kill at a system call; of all writes those to the run's own journal count."""
        if kill is None or kill.how not in CALLS_KILLED:
            return []
        folder = self.place.state_folder
        call, path = CALLS_KILLED[kill.how]
        path = path.format(serial=self._serial(), run=self._runs)
        told = folder / path, (folder / path).relative_to(self.place.folder)  # a path argument counts as it is written
        only = [part for one in told for part in ("-P", str(one))] if path else []
        inject = f"inject={call}:signal=SIGKILL:when={int(kill.number)}"
        return ["strace", "-f", "-qq", "-o", "/dev/null", *only, "-e", f"trace={call}", "-e", inject]

    def next_journal(self) -> Path:
        """Where the next run will write its journal."""
        return self.place.state_folder / JOURNAL.format(serial=self._serial(), run=self._runs + 1)

    def _serial(self) -> int:
        return self.place.state().serial + 1 if self.place.state_folder.exists() else 1

    def _phase(self, seen: Seen) -> str:
        """What the kill hit, by the journal's last line, the snapshot and what the server saw."""
        events = self.place.events()
        if not events or events[-1]["type"] == "opened":
            return "start"
        last = str(events[-1]["type"])
        if last == "run-finished":
            return "snapshot or report"
        if last in ("task-finished", "run-started"):
            return "between tasks"
        if last == "effect-finished":
            return "told"
        if last != "effect-started":
            return "in a task"
        key = str(events[-1]["target"]).partition(" ")[2].rpartition(f":{self.address[1]}")[2]
        if key in seen.answered:
            return "answered"
        if key in seen.applied:
            return "landed"
        return "sent" if key in seen.received else "intent"

    def _look(self) -> None:
        """The state is readable, and nothing that was finished has become unfinished."""
        if not self.place.state_folder.exists():
            return
        statuses = self.place.statuses()
        lost = {task for task in self._done if statuses.get(task) not in ("done", "skipped")}
        if lost:
            self.problems.append(f"finished and lost again: {sorted(lost)}")
        self._done = {task for task, status in statuses.items() if status in ("done", "skipped")}

    def _be_asked(self) -> None:
        """The person whom `ask` asks looks at the ledger: what has happened is left, what has not is done again."""
        for task, status in self.place.statuses().items():
            if status == "unknown":
                if task not in BLIND:
                    self.problems.append(f"{task} is no blind effect and asks")
                verb = "skip" if self.ledger.applied[f"/blind/{task}"] else "retry"
                self.person[verb] += 1
                self._request(verb, task)
            elif status == "failed":
                self._request("retry", task)

    def _request(self, verb: str, task: str) -> None:
        ended = self.place.ztr(verb, task)
        if ended.code not in self.codes - {1}:
            self.problems.append(f"ztr {verb} {task} ended with {ended.code}: {ended.err[-300:]}")

    @cached_property
    def verdict(self) -> tuple[list[str], list[str], list[str]]:
        """Doubled, lost and begun again, once and for all."""
        return self.doubled(), self.lost(), self.begun_again()

    def doubled(self) -> list[str]:
        """Effects that happened more than once."""
        return [path for path, number in self._effects().items() if number > 1]

    def lost(self) -> list[str]:
        """Effects that never happened, files that are not there, and tasks that were finished twice."""
        paths = [f"/{kind}/{task}" for kind, names in _KINDS.items() for task in names]
        effects = self._effects()
        files = [f"{name}.txt" for name in ("write", "more", "shape", "join", "last")]
        return [
            *(path for path in paths if not effects[path]),
            *(name for name in files if self._text(name) != name[:-4]),
        ]

    def _text(self, name: str) -> str:
        path = self.place.work / name
        return path.read_text() if path.exists() else ""

    def begun_again(self) -> list[str]:
        """Tasks that were started though they had been done, effects that were started though their end was told."""
        done: set[object] = set()
        again = []
        for event in self.place.events():
            who = event.get("key") or event.get("task")
            match event["type"]:
                case "task-finished" if event["status"] == "done":
                    done.add(who)
                case "effect-finished" if event["happened"]:
                    done.add(who)
                case "task-started" | "effect-started" if who in done:
                    again.append(str(event))
        return again

    def _effects(self) -> Counter[str]:
        """How often each effect happened; the same body put again is no second effect."""
        found: Counter[str] = Counter()
        for path, number in self.ledger.applied.items():
            same = path.startswith("/upsert/") and self.ledger.bodies[path] == f'{{"task": "{path[8:]}"}}'
            found[path] = min(number, 1) if same else number
        return found


_KINDS = {"upsert": UPSERT, "keyed": KEYED, "blind": BLIND}


class Tally(NamedTuple):
    """What many killed runs came to."""

    cycles: int
    hits: tuple[Hit, ...]
    doubled: tuple[str, ...]
    lost: tuple[str, ...]
    begun_again: tuple[str, ...]
    problems: tuple[str, ...]
    person: Mapping[str, int]

    @property
    def phases(self) -> dict[str, int]:
        found = Counter(hit.phase for hit in self.hits)
        return {phase: found[phase] for phase in PHASES}


def kill_and_resume(folder: Path, kills: Iterable[Kill], dice: random.Random) -> Tally:
    """Spend all the kills, on as many fresh plans as they take; every plan is then run to its end."""
    left = deque(kills)
    ended: list[Cycle] = []
    while left:
        cycle_folder = folder / f"cycle-{len(ended)}"
        ledger = Ledger()
        if ended:  # the first plan meets no trouble but its kills, so that a test can say what each of them hits
            ledger.fault = lambda _path: faults(dice)
        with serving(ledger) as address:
            cycle = Cycle(cycle_folder, ledger, address, jobs=(1, 3)[len(ended) % 2])
            _to_the_end(cycle, left)
        ended.append(cycle)
        if not cycle.problems:
            shutil.rmtree(cycle_folder)
    return _tally(ended)


LONGEST = 60


def _to_the_end(cycle: Cycle, left: deque[Kill]) -> None:
    for _ in range(LONGEST):
        if cycle.finished():
            break
        if not left:
            cycle.run(None)
        else:
            cycle.run(left.popleft())
    else:
        cycle.problems.append(f"not finished after {LONGEST} runs: {cycle.place.statuses()}")
    _ = cycle.verdict  # before the folder is removed


def _tally(cycles: list[Cycle]) -> Tally:
    found = [cycle.verdict for cycle in cycles]
    return Tally(
        len(cycles),
        tuple(hit for cycle in cycles for hit in cycle.hits),
        tuple(path for doubled, _, _ in found for path in doubled),
        tuple(path for _, lost, _ in found for path in lost),
        tuple(event for _, _, again in found for event in again),
        tuple(problem for cycle in cycles for problem in cycle.problems),
        sum((cycle.person for cycle in cycles), Counter()),
    )

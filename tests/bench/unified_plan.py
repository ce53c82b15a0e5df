"""The unified plan in manual mode on GitHub's fake, and killed again and again.

    python tests/bench/unified_plan.py manual
    python tests/bench/unified_plan.py kills [KILLS, 100] [SEED]

`manual`: sixteen phases over a planted repository, each job on a fresh checkout with nothing but the state branch. Each
waits for a person and is approved by command, by tick or by comment in turn; one is rejected first, one expires.
`kills`: the plan is killed with SIGKILL at random moments and started again until it has ended, over and over. No phase
may start again once it was approved, and the reports have to be complete each time.

Ends with 1 when anything is not as promised.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automation.engine.events import TaskFinished, TaskStarted
from automation.engine.journal import read_journal
from automation.github.issue import BOT
from tests.fake_github import FakeGitHub
from tests.fake_github.happenings import Website
from tests.integration.consolidation.repositories import make_service
from tests.integration.github.flow import WRITER, Flow

ROOT = Path(__file__).resolve().parents[2]
PHASES = 16
REJECTED, EXPIRES = 3, 5
OPTIONS = ("--plan", "tasks/unified-plan", "--approvals", "manual")


def main(words: list[str]) -> int:
    """One of the two."""
    if words[:1] == ["manual"]:
        return manual()
    if words[:1] == ["kills"]:
        return kills(int(words[1]) if len(words) > 1 else 100, int(words[2]) if len(words) > 2 else 1)
    print(__doc__)
    return 2


# ---- manual


class Desk:
    """The plan's repository with its issue, and a person who answers there."""

    def __init__(self, folder: Path) -> None:
        self.fake = FakeGitHub()
        self.fake.__enter__()
        self.fake.repository.git.put("main", {"README.md": "work"})
        self.fake.repository.join("ada", "write")
        self.target = make_service(folder / "orders")
        source = folder / "source"
        shutil.copytree(ROOT / "tasks" / "unified-plan", source / "tasks" / "unified-plan")
        self._set_up(source)
        self.flow = Flow(self.fake, source, folder / "work", None)
        self.fake.grant(WRITER, BOT, contents="write", issues="write", actions="write")
        self.flow.trigger, self.flow.actor = "workflow_dispatch", "cron"
        self.runs, self.hour = 0, 0

    def _set_up(self, source: Path) -> None:
        plan = source / "tasks" / "unified-plan"
        text = (plan / "plan.yaml").read_text()
        text = text.replace('targets: "."', f'targets: "{self.target}"')
        (plan / "plan.yaml").write_text(text.replace("ztr=python -m pytest -q tests/unit/monitoring", "auto"))
        late = next(plan.glob(f"{EXPIRES:02d}-*.yaml"))
        late.write_text(late.read_text().replace("approval: auto", "approval: {manual: {expires: 1d}}"))

    def day(self, hours: int = 1) -> None:
        """A run, so many hours after the last."""
        self.hour += hours
        self.runs += 1
        stamp = f"2025-09-{8 + self.hour // 24:02d}T{self.hour % 24:02d}:00:00+00:00"
        self.flow.options = (*OPTIONS, "--now", stamp)
        told = self.flow.day("auto", run=self.runs)
        if told.code not in (0, 1):
            raise RuntimeError(f"run {self.runs} ended with {told}")

    def statuses(self) -> dict[str, str]:
        """Each phase's status on the branch."""
        state = json.loads(self.flow.branch()["plans/unified-plan/state.json"])["state"]
        return {task: slot["status"] for task, slots in state["slots"].items() for slot in slots.values()}

    def by_command(self, phase: str) -> None:
        """`ztr approve` on a machine that has pulled the state."""
        place = self.flow.checkout()
        clock = self.flow.options[-2:]
        for words in (("state", "pull"), ("approve", phase, "--by", "ada", *clock), ("state", "push")):
            told = self.flow(place, *words, "--plan", "tasks/unified-plan", run=1000 + self.runs)
            if told.code:
                raise RuntimeError(f"{words}: {told}")

    def by_tick(self, phase: str) -> None:
        """Its box in the issue."""
        self._arrives("issues", lambda site: site.tick(self._number(), f"ztr:approve={phase}@", "ada"))

    def by_comment(self, phase: str, verb: str = "approve") -> None:
        """A line below the issue."""
        self._arrives("issue_comment", lambda site: site.say(self._number(), f"/ztr {verb} {phase}", "ada"))

    def _number(self) -> int:
        return min(number for number, one in self.fake.repository.issues.items() if "ztr:v1" in one.body)

    def _arrives(self, event: str, happen: Callable[[Website], object]) -> None:
        place = self.flow.checkout()
        site = Website(self.fake.repository, self.fake.url, self._stamp())
        (place / "event.json").write_text(json.dumps(happen(site)))
        told = self.flow(
            place,
            "github",
            "control",
            *self.flow.options[-2:],
            run=2000 + self.runs,
            GITHUB_EVENT_NAME=event,
            GITHUB_EVENT_PATH=str(place / "event.json"),
        )
        if told.code:
            raise RuntimeError(f"control ended with {told}")

    def _stamp(self) -> str:
        return self.flow.options[-1].replace("+00:00", "Z")


def manual() -> int:
    """Sixteen phases, each approved by a person."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        names = [_id(path) for path in sorted((ROOT / "tasks/unified-plan").glob("[0-9]*.yaml"))]
        ways = (desk.by_command, desk.by_tick, desk.by_comment)
        for number, name in enumerate(names):
            desk.day()
            _expect(desk, names, number, "awaiting-approval")
            if number == REJECTED:
                desk.by_comment(name, "reject")
                _expect(desk, names, number, "failed")
                desk.by_comment(name, "reset")
                desk.day()
            if number == EXPIRES:
                desk.day(hours=30)
                _expect(desk, names, number, "failed")
                desk.by_comment(name, "reset")
                desk.day()
            _expect(desk, names, number, "awaiting-approval")
            ways[number % 3](name)
            _expect(desk, names, number, "done")
        desk.day()
        issue = desk.fake.repository.issues[desk._number()]
        print(f"{len(names)} phases approved in {desk.runs} runs on fresh machines, {time.monotonic() - begun:.0f} s")
        print(f"the issue is {issue.state}, with {len(issue.comments)} comments")
        desk.fake.__exit__(None, None, None)
        return 0 if issue.state == "closed" else 1


def _expect(desk: Desk, names: list[str], number: int, status: str) -> None:
    found = desk.statuses()
    wrong = {name: found.get(name) for name in names[:number] if found.get(name) != "done"}
    started = {name: found[name] for name in names[number + 1 :] if found.get(name, "pending") != "pending"}
    blocked = {name for name, its in started.items() if its == "blocked"}
    if wrong or found.get(names[number]) != status or started.keys() - blocked:
        raise RuntimeError(f"{names[number]} is not {status}: {found}")


def _id(path: Path) -> str:
    return next(line[4:].strip() for line in path.read_text().splitlines() if line.startswith("id: "))


# ---- kills


def kills(wanted: int, seed: int) -> int:
    """Kill until so many runs were hit; every plan is brought to its end."""
    dice, begun, hit, plans = random.Random(seed), time.monotonic(), 0, 0
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        target = make_service(Path(folder) / "orders")
        usual = _whole(Path(folder) / "first", target)
        while hit < wanted:
            plans += 1
            state = Path(folder) / f"state-{plans}"
            for _ in range(min(10, wanted - hit)):
                hit += _killed(state, target, dice.uniform(0.2, usual))
            _whole(state, target)
            problems += _problems(state)
            shutil.rmtree(state)
    print(f"{hit} kills over {plans} plans in {time.monotonic() - begun:.0f} s; a whole run takes {usual:.0f} s here")
    print(f"phases begun again after they were done, or reports that lack something: {len(problems)} {problems[:5]}")
    return 1 if problems else 0


def _command(state: Path, target: Path) -> list[str]:
    words = [f"targets={target}", "tests=auto", "benchmarks=auto"]
    given = [word for one in words for word in ("--var", one)]
    return [sys.executable, "-m", "automation", "run", "--plan", "tasks/unified-plan", "--state", str(state), *given]


def _whole(state: Path, target: Path) -> float:
    begun = time.monotonic()
    done = subprocess.run(_command(state, target), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the plan did not end: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - begun


def _killed(state: Path, target: Path, after: float) -> int:
    """Start it and kill it after so many seconds; 0 when it had ended by then."""
    process = subprocess.Popen(
        _command(state, target),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return 1
    return 0


def _problems(state: Path) -> list[str]:
    done: set[str] = set()
    found: list[str] = []
    for path in sorted((state / "unified-plan" / "journal").glob("*.jsonl")):
        for event in read_journal(path).events:
            if isinstance(event, TaskStarted) and event.task in done:
                found.append(f"{event.task} began again")
            if isinstance(event, TaskFinished) and event.status == "done":
                done.add(event.task)
    reports = sorted((state / "unified-plan/work/consolidation/reports").glob("status_report_*.json"))
    counted = [json.loads(path.read_text()) for path in reports]
    if len(done) != PHASES or [one["phases"]["approved"] for one in counted] != list(range(PHASES)):
        found.append(f"{len(done)} phases done, {len(counted)} reports")
    if not all(one["consistent"] for one in counted):
        found.append("a report contradicts the journals")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

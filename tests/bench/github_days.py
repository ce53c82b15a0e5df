"""The flagship's days on GitHub against the fake: every job from a fresh folder, with nothing but the state branch.

Run by hand: `python tests/bench/github_days.py [--secrets] [--days N] [--check]`. It tells the requests to GitHub's
API, the minutes that GitHub would bill (each job rounds up, with SETUP seconds for its start) and the products
restored, day by day. `--secrets`: all six secrets, against local services.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automation.cli.session import Session, Where
from automation.plan.calendar import date_of
from tests.bench.compare import PYTHON, ROOT, prepare
from tests.fake_github import FakeGitHub
from tests.services.outside import outside as services

PLAN = "tasks/hal-phase3"
MOST_REQUESTS = 15
SETUP = 25.0
"""Seconds that a job takes to begin: runner, checkout, cached dependencies. Assumed, not measured here."""


class Day(NamedTuple):
    requests: int
    minutes: int
    seconds: tuple[float, ...]
    restored: int
    code: int


class Repository:
    """The flagship's repository on the fake GitHub, and its workflow."""

    def __init__(self, fake: FakeGitHub, place: Path, secrets: dict[str, str], options: list[str]) -> None:
        self.fake, self.place, self.secrets, self.options = fake, place, secrets, options
        fake.repository.git.put("main", {"README.md": "work"})
        fake.grant("writer", contents="write", issues="write")
        fake.grant("reader", contents="read")
        self.jobs = 0

    def day(self, run: int, now: str) -> Day:
        before = len(self.fake.ledger)
        self.fake.now = lambda: datetime.fromisoformat(now).astimezone(UTC)  # GitHub's clock is that of the day, too
        seconds: list[float] = []
        begun = time.perf_counter()
        claimed = self.job(run, now, "writer", "github", "claim", present=True)
        seconds.append(time.perf_counter() - begun)
        restored, code = 0, 0
        if claimed["go"] == "true":
            begun = time.perf_counter()
            state = self.place / f"run-{run}"
            pull = ("state", "pull", "--at", claimed["commit"], "--claimed")
            told = self.job(run, now, "reader", *pull, state=state)
            restored = int((re.search(r"(\d+) new products", told["out"]) or ["", "0"])[1])
            code = int(self.job(run, now, "reader", "run", "--quiet", state=state, real=True)["code"])
            artifact = self.place / f"artifact-{run}"
            self.job(run, now, "reader", "github", "pack", "--to", str(artifact), state=state, real=True)
            seconds.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            self.job(run, now, "writer", "github", "publish", "--from", str(artifact))
            seconds.append(time.perf_counter() - begun)
        asked = sum("/_codeload/" not in line.path for line in list(self.fake.ledger)[before:])
        minutes = sum(math.ceil((one + SETUP) / 60) for one in seconds)
        return Day(asked, minutes, tuple(seconds), restored, code)

    def job(
        self,
        run: int,
        now: str,
        token: str,
        *arguments: str,
        state: Path | None = None,
        real: bool = False,
        present: bool = False,
    ) -> dict[str, str]:
        self.jobs += 1
        folder = state or self.place / f"job-{self.jobs}"
        outputs = self.place / f"outputs-{self.jobs}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "ZTR_"))},
            "GITHUB_REPOSITORY": self.fake.repository.full_name,
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_TOKEN": token,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_EVENT_NAME": "schedule",
            "GITHUB_ACTOR": "ada",
            "GITHUB_OUTPUT": str(outputs),
            "ZTR_GITHUB_PAUSE": "0",
            **(self.secrets if real else {}),
            **({"ZTR_PRESENT": " ".join(self.secrets)} if present else {}),
        }
        command = [*PYTHON, "-m", "automation", *arguments, "--plan", PLAN, "--state", str(folder), "--now", now]
        done = subprocess.run(
            [*command, *self.options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1) or (done.returncode and arguments[0] != "run"):
            raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        lines = outputs.read_text().splitlines() if outputs.exists() else []
        given = dict(line.split("=", 1) for line in lines if "=" in line and "<<" not in line)
        return {"code": str(done.returncode), "out": done.stdout, "go": "", "commit": "", **given}

    def branch(self) -> dict[str, bytes]:
        git = self.fake.repository.git
        return git.files(git.refs["refs/heads/ztr-state"])


def main() -> int:
    prepare()
    days = int(sys.argv[sys.argv.index("--days") + 1]) if "--days" in sys.argv else 18
    calendar = Session(Where(plan=PLAN, here=ROOT), {}).plan.calendar
    with ExitStack() as stack:
        fake = stack.enter_context(FakeGitHub())
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        secrets: dict[str, str] = {}
        options: list[str] = []
        if "--secrets" in sys.argv:
            outside = stack.enter_context(services())
            secrets = dict(outside.secrets)
            options = [word for name, value in outside.addresses.items() for word in ("--var", f"{name}={value}")]
        repository = Repository(fake, place, secrets, options)
        told = []
        for number in range(1, days + 1):
            now = f"{date_of(calendar, number).isoformat()}T09:00"
            told.append(day := repository.day(number, now))
            took = " + ".join(f"{one:.1f}" for one in day.seconds)
            print(
                f"day {number:2}: {day.requests:2} requests, {took} s, {day.minutes} minutes billed,"
                f" {day.restored} products restored, run ended with {day.code}",
                flush=True,
            )
        return conclude(repository, told)


def conclude(repository: Repository, told: list[Day]) -> int:
    files = repository.branch()
    state = json.loads(files["plans/hal-phase3/state.json"])["state"]
    counts = Counter(slot["status"] for slots in state["slots"].values() for slot in slots.values())
    events = sorted(path for path in files if "/events/" in path)
    issues = [(issue.number, issue.state) for issue in repository.fake.repository.issues.values()]
    objects = [content for path, content in files.items() if path.startswith("objects/")]
    print(f"{', '.join(f'{number} {status}' for status, number in sorted(counts.items()))}; issues: {issues}")
    print(f"{len(events)} events files for {len(told)} runs; {len(objects)} products, {sum(map(len, objects)):,} bytes")
    print(f"minutes billed in all: {sum(day.minutes for day in told)}, with {SETUP:g} s assumed for a job's start")
    later = max(day.requests for day in told[1:]) if len(told) > 1 else 0
    met = later <= MOST_REQUESTS and len(events) == len(told) and len(issues) == 1
    print(f"{'met   ' if met else 'MISSED'} requests: {told[0].requests} on the first day, then at most {later}")
    return 0 if met or "--check" not in sys.argv else 1


if __name__ == "__main__":
    raise SystemExit(main())

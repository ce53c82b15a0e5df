"""A plan that ran once, with its state and its issue on a fake GitHub, and people who tick and write there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from automation.cli.claims import Claim, encode_claim
from automation.cli.control import attend
from automation.cli.remote.issue_file import keep_known
from automation.cli.remote.ledger import Ledger, Paths, root_file
from automation.cli.session import Session, Where
from automation.cli.tell_issue import tell_issue
from automation.engine.state import State
from automation.github.branch import Change, Tip, read, swap
from automation.github.client import Client
from automation.github.controls import Heard, hear
from automation.github.issue import BOT, Known
from tests.fake_github import FakeGitHub
from tests.fake_github.happenings import Website
from tests.fakes import FakeClock
from tests.integration.cli.rig import BROKEN, NOTE, SIGN, Ztr

TASKS = {
    "01-note": NOTE,
    "02-broken": BROKEN,
    "03-bad": BROKEN.replace("broken", "bad").replace("Broken", "Bad"),
    "04-sign": SIGN,
}
DAY = datetime.fromisoformat("2025-09-08T09:00:00+00:00")
ENVIRONMENT = {
    "GITHUB_REPOSITORY": "octo/work",
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "cron",
    "PATH": os.environ["PATH"],
}


class Stage:
    """A plan that ran once: two tasks failed, one waits for approval. State and issue are on the fake GitHub."""

    def __init__(self, ztr: Ztr, fake: FakeGitHub, clock: FakeClock, tasks: Mapping[str, str] = TASKS) -> None:
        self.ztr, self.fake, self.clock = ztr, fake, clock
        self.where = Where(now="2025-09-08T09:00:00+00:00")
        ztr.plan(dict(tasks))
        ztr("run", "--now", DAY.isoformat(), "--quiet")
        swap(self.client(), self._first)
        self.publish()
        self.said: list[str] = []

    def client(self) -> Client:
        return Client("octo/work", "ours", self.clock, api=self.fake.url)

    @property
    def session(self) -> Session:
        return Session(self.where, ENVIRONMENT)

    @property
    def state(self) -> State:
        with Ledger(read(self.client()), self.session) as ledger:
            return ledger.state

    @property
    def standing(self) -> dict[str, str]:
        return {task: slots["day-1"].status for task, slots in sorted(self.state.slots.items())}

    @property
    def body(self) -> str:
        return self.fake.repository.issues[1].body

    @property
    def comments(self) -> list[str]:
        """What was answered; notices of what waits are apart."""
        return [text for text in self._by_us if not text.startswith("⏸")]

    @property
    def notices(self) -> list[str]:
        return [text for text in self._by_us if text.startswith("⏸")]

    @property
    def _by_us(self) -> list[str]:
        return [one.body for one in self.fake.repository.issues[1].comments if one.login == BOT]

    @property
    def reactions(self) -> list[str]:
        return [r.content for one in self.fake.repository.issues[1].comments for r in one.reactions]

    def publish(self) -> None:
        told = tell_issue(self.session, self.state, self.client(), Known())
        keep_known(self.session, self.client(), told.known)

    def website(self) -> Website:
        self.clock.advance(5)
        stamp = self.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        return Website(self.fake.repository, self.fake.url, stamp)

    def ticks(self, line: str, login: str = "ada") -> dict[str, Any]:
        payload = self.website().tick(1, line, login)
        self.arrives("issues", payload)
        return payload

    def says(self, text: str, login: str = "ada") -> dict[str, Any]:
        payload = self.website().say(1, text, login)
        self.arrives("issue_comment", payload)
        return payload

    def arrives(self, event: str, payload: dict[str, Any]) -> None:
        heard = hear(event, payload)
        assert isinstance(heard, Heard)
        self.said = attend(self.where, heard, self.client, "daily.yml", ENVIRONMENT)

    def claims(self) -> None:
        until = (self.client().now() + timedelta(hours=1)).isoformat()
        claim = Claim("9", 1, 1, DAY.isoformat(), until, "auto", self.state.serial)
        path = Paths("small").claim
        swap(self.client(), lambda tip: Change({path: encode_claim(claim)}, "c") if path not in tip.files else None)

    def _first(self, tip: Tip) -> Change | None:
        if tip.commit:
            return None
        folder = self.session.store.folder
        files = {f"plans/small/events/{path.name[7:]}": path.read_bytes() for path in folder.glob("journal/*.jsonl")}
        return Change({**files, "ztr.json": root_file()}, "first")

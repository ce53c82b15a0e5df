"""The nine tasks with external steps in one process, against services of our own."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from automation.actions.base import Action, Call, Done, Outcome
from automation.actions.catalogue import ACTIONS
from automation.cli.execute import Outcome as Ended
from automation.cli.execute import Wish, execute
from automation.cli.session import Session, Where
from automation.cli.told import make_report
from automation.engine.events import Mode
from automation.engine.ports import Clock, Tools
from automation.plan.paths import write_inside
from monitoring.render import report_json
from tests.services.outside import Outside

SECRETS = (
    "SLACK_WEBHOOK_URL",
    "OPENAI_API_KEY",
    "AIRTABLE_API_KEY",
    "AIRTABLE_BASE_ID",
    "NOTION_API_KEY",
    "ZAPIER_WEBHOOK_URL",
)


def give(call: Call) -> Outcome:
    """What `canned:give` does, without a process of its own."""
    files: Any = call.inputs["files"]
    for name, text in files.items():
        write_inside(call.workdir, name, text.encode())
    outputs: Any = call.inputs["outputs"]
    return Done(outputs)


PYTHON: Action = ACTIONS["python"]._replace(perform=give)
CANNED: Mapping[str, Action] = ChainMap({"python": PYTHON}, ACTIONS)  # type: ignore[arg-type]  # it only reads


class Hurried:
    """The real clock, but nobody waits: what paces requests is tested elsewhere."""

    def __init__(self, clock: Clock) -> None:
        self.now, self.monotonic = clock.now, clock.monotonic

    def sleep(self, seconds: float) -> None:
        """Not at all."""


class InAHurry(Session):
    """A session whose requests keep no pace."""

    def tools(self) -> Tools:
        tools = super().tools()
        return tools._replace(clock=Hurried(tools.clock))


class Trial:
    """The nine tasks, the five services, and a state folder."""

    def __init__(self, plan: Path, folder: Path, outside: Outside) -> None:
        self.plan, self.folder, self.outside = plan, folder, outside

    def session(self, names: Iterable[str]) -> Session:
        variables = tuple(f"{name}={value}" for name, value in self.outside.addresses.items())
        where = Where(str(self.plan), str(self.folder), None, variables, self.plan.parent)
        return InAHurry(where, {name: self.outside.secrets[name] for name in names}, actions=CANNED)

    def run(self, names: Iterable[str], mode: Mode = "auto") -> tuple[Ended, dict[str, Any]]:
        """One run with these secrets, and its report as a reader gets it."""
        session = self.session(names)
        ended = execute(session, Wish(mode=mode))
        return ended, json.loads(report_json.render(make_report(session, ended.state)))

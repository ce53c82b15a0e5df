"""Every service down, slow, limited, answering rubbish, revoking its key: the right error, and the next run goes on.

The real engine, journal and clients; one task for each service, one behind each, and one that needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from automation.cli.execute import Outcome, Wish, execute
from automation.cli.session import Session, Where
from automation.engine.state import SlotState
from tests.services.base import Fault, Kind, Service
from tests.services.outside import PARENT, Outside, outside
from tests.services.slack import CHANNEL, TOKEN


class Aim(NamedTuple):
    """A task's step, the service that it needs, and whether nobody can ask that service what it has taken."""

    service: str
    step: str
    secrets: str
    blind: bool = False


AIMS = {
    "hook": Aim("slack", "uses: slack, with: {text: hello}", "SLACK_WEBHOOK_URL", True),
    "bot": Aim(
        "slack",
        f"uses: slack, with: {{text: hello, channel: {CHANNEL}, base-url: '${{{{ vars.slack }}}}'}}",
        "SLACK_BOT_TOKEN",
    ),
    "chat": Aim(
        "openai",
        "uses: openai, with: {operation: chat, model: gpt-4o-mini, messages: [{role: user, content: hi}], "
        "base-url: '${{ vars.openai }}'}",
        "OPENAI_API_KEY",
    ),
    "rows": Aim(
        "airtable",
        "uses: airtable, with: {table: T, key-fields: [id], records: [{id: a}, {id: b}], "
        "base-url: '${{ vars.airtable }}'}",
        "AIRTABLE_API_KEY, AIRTABLE_BASE_ID",
    ),
    "page": Aim(
        "notion",
        f"uses: notion, with: {{parent: '{PARENT}', title: t, markdown: m, key: k, "
        "base-url: '${{ vars.notion }}'}",
        "NOTION_API_KEY",
    ),
    "zap": Aim("zapier", "uses: zapier, with: {event: e, data: {n: 1}}", "ZAPIER_WEBHOOK_URL", True),
}
UNCLEAR: frozenset[Kind] = frozenset({"down", "slow", "error-before", "error-after", "rubbish", "wrong-type", "lost"})
"""After these nobody knows whether the service has taken it: a bare 503 may be a gateway's."""
TOLD: dict[Kind, str] = {
    "down": "could not be reached",
    "slow": "no whole answer within",
    "limited": "answered 429",
    "error-before": "answered 503",
    "error-after": "answered 502",
    "rubbish": "cannot be read",
    "wrong-type": "cannot be read",
    "revoked": "Check the secret",
    "lost": "could not be reached",
}


class Trial:
    def __init__(self, folder: Path, services: Outside, slow: str) -> None:
        self._folder, self.services = folder, services
        self.secrets = {**services.secrets, "SLACK_BOT_TOKEN": TOKEN}
        declared = "".join(f"  {name}: {{description: one}}\n" for name in self.secrets)
        variables = "".join(f"  {one.name}: '{one.address}'\n" for one in services.services)
        plan = folder / "plan"
        plan.mkdir()
        head = "id: p\ntitle: P\nstart: 2025-09-08\ndefaults: {retry: {attempts: 1}}\n"
        (plan / "plan.yaml").write_text(f"{head}secrets:\n{declared}vars:\n{variables}")
        (plan / "local.yaml").write_text("id: local\ntitle: l\nsteps: [{run: 'true'}]\n")
        for name, aim in AIMS.items():
            limit = ", timeout-minutes: 0.05" if name == slow else ""
            steps = f"steps: [{{id: s, {aim.step}, secrets: [{aim.secrets}]{limit}}}]\n"
            (plan / f"{name}.yaml").write_text(f"id: {name}\ntitle: {name}\n{steps}")
            behind = f"id: after-{name}\ntitle: a\nneeds: [{name}]\nsteps: [{{run: 'true'}}]\n"
            (plan / f"after-{name}.yaml").write_text(behind)

    def run(self) -> Outcome:
        session = Session(Where("plan", "state", None, (), self._folder), self.secrets)
        return execute(session, Wish(mode="provision"))

    def kept(self) -> dict[str, int]:
        """How many things the services hold that came of the plan."""
        found = self.services
        return {
            "hook": len(found.slack.posted),
            "bot": len(found.slack.messages),
            "rows": len(found.airtable.rows("T")),
            "page": len(found.notion.live),
            "zap": len(found.zapier.events),
        }


def slots(ended: Outcome) -> dict[str, SlotState]:
    return {task: next(iter(found.values())) for task, found in ended.state.slots.items()}


@pytest.fixture
def services() -> Iterator[Outside]:
    with outside() as found:
        found.airtable.make("T", [{"name": "id", "type": "singleLineText"}])
        yield found


def service_of(services: Outside, name: str) -> Service:
    return next(one for one in services.services if one.name == AIMS[name].service)


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("name", AIMS)
def test_a_failing_service_fails_its_own_tasks_and_the_next_run_does_the_rest(
    services: Outside, tmp_path: Path, name: str, kind: Kind
) -> None:
    trial = Trial(tmp_path, services, name if kind == "slow" else "")
    only = {"hook": "POST /services", "bot": "POST /api"}.get(name, "")
    service_of(services, name).goes_wrong(Fault(kind, only=only))
    first = slots(trial.run())
    aim, blind = first[name], AIMS[name].blind and kind in UNCLEAR
    others = {task: slot.status for task, slot in first.items() if task not in (name, f"after-{name}")}
    assert set(others.values()) == {"done"}
    assert aim.status == ("unknown" if blind else "failed"), aim.reason
    assert first[f"after-{name}"].status == "blocked" if not blind else True
    assert TOLD[kind] in aim.reason
    assert not [value for value in trial.secrets.values() if value in aim.reason]
    assert aim.steps["s"].error_kind == ("permanent" if kind == "revoked" else "transient")
    before = trial.kept()
    service_of(services, name).recovers()
    second = slots(trial.run())
    if blind:
        assert second[name].status == "unknown"
        assert trial.kept() == before
        return
    assert {slot.status for slot in second.values()} == {"done"}, second[name].reason
    assert trial.kept() == {"hook": 1, "bot": 1, "rows": 2, "page": 1, "zap": 1}


def test_a_limit_with_a_long_wait_puts_the_task_off_and_the_rest_goes_on(services: Outside, tmp_path: Path) -> None:
    trial = Trial(tmp_path, services, "")
    services.notion.goes_wrong(Fault("limited", retry_after="7200"))
    plan = tmp_path / "plan" / "plan.yaml"
    plan.write_text(plan.read_text().replace("attempts: 1", "attempts: 3, delay: 1ms"))
    ended = slots(trial.run())
    assert (ended["page"].status, ended["page"].not_before != "") == ("deferred", True)
    assert {slot.status for task, slot in ended.items() if "page" not in task} == {"done"}


def test_a_key_that_is_revoked_in_the_middle_fails_what_comes_after(services: Outside, tmp_path: Path) -> None:
    trial = Trial(tmp_path, services, "")
    for service in services.services:
        service.goes_wrong(Fault("revoked", skip=1))
    ended = slots(trial.run())
    assert ended["local"].status == "done"
    assert {ended[name].status for name in ("chat", "zap")} == {"done"}
    assert {ended[name].status for name in ("rows", "page")} == {"failed"}
    for service in services.services:
        service.recovers()
    assert {slot.status for slot in slots(trial.run()).values()} == {"done"}
    assert trial.kept() == {"hook": 1, "bot": 1, "rows": 2, "page": 1, "zap": 1}

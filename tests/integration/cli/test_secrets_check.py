"""`ztr secrets check` against services that keep state: what works, what is refused, what cannot be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.cli.app import run_app
from tests.fake_github import FakeGitHub
from tests.services.base import Fault, Kind, Reply, closed_address
from tests.services.outside import Outside, outside
from tests.services.slack import TOKEN

GH = "ghp_fakeTokenForTests0123456789"
NAMES = (
    "SLACK_WEBHOOK_URL",
    "SLACK_BOT_TOKEN",
    "OPENAI_API_KEY",
    "AIRTABLE_API_KEY",
    "AIRTABLE_BASE_ID",
    "NOTION_API_KEY",
    "ZAPIER_WEBHOOK_URL",
    "GH_TOKEN",
    "OTHER_KEY",
)


class Check:
    """A plan whose steps name the local services, and the verb."""

    def __init__(self, services: Outside, github: FakeGitHub, folder: Path) -> None:
        self.services, self._folder = services, folder
        self.secrets = {
            **services.secrets,
            "SLACK_BOT_TOKEN": TOKEN,
            "GH_TOKEN": GH,
            "OTHER_KEY": "whatever-it-is",
        }
        self.addresses = {
            "openai": services.openai.address,
            "airtable": services.airtable.address,
            "notion": services.notion.address,
            "github": github.url,
            "slack": services.slack.address,
        }

    def write(self) -> None:
        declared = "".join(f"  {name}: {{description: one}}\n" for name in NAMES)
        variables = "".join(f'  {name}: "{address}"\n' for name, address in self.addresses.items())
        folder = self._folder / "tasks" / "p"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.yaml").write_text(
            f"id: p\ntitle: P\nstart: 2025-09-08\nsecrets:\n{declared}vars:\n{variables}"
            f'notifications: {{slack: {{"on": [failed], channel: C0C, base-url: "{self.addresses["slack"]}"}}}}\n'
        )
        steps = (
            "uses: openai, secrets: [OPENAI_API_KEY], with: {operation: embeddings, model: m, input: a, AT}",
            "uses: airtable, secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID], "
            "with: {table: T, key-fields: [a], records: [{a: b}], AT}",
            "uses: notion, secrets: [NOTION_API_KEY], with: {parent: p, title: t, markdown: m, AT}",
            "uses: github, secrets: [GH_TOKEN], with: {operation: issue, repository: a/b, title: t, AT}",
        )
        named = [step.replace("AT", f'base-url: "${{{{ vars.{step.split()[1][:-1]} }}}}"') for step in steps]
        text = "".join(f"  - {{id: s{number}, {step}}}\n" for number, step in enumerate(named))
        (folder / "one.yaml").write_text(f"id: one\ntitle: One\nsteps:\n{text}")


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    monkeypatch.chdir(tmp_path)
    with outside() as services, FakeGitHub() as github:
        github.grant(GH, issues="write")
        services.airtable.make("T", [{"name": "a", "type": "singleLineText"}])
        yield Check(services, github, tmp_path)


def run(check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, Any]:
    check.write()
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in check.secrets.items():
        monkeypatch.setenv(name, value)
    code = run_app(["secrets", "check", "--json"])
    told = capsys.readouterr()
    for value in check.secrets.values():
        assert value not in told.out + told.err
    return code, {one["name"]: one for one in json.loads(told.out)["secrets"]}


def test_each_secret_that_works_is_told_so_and_nothing_is_changed(
    check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = run(check, capsys, monkeypatch)
    assert {name: one["status"] for name, one in told.items()} == {
        **dict.fromkeys(NAMES, "works"),
        "SLACK_WEBHOOK_URL": "not-checked",
        "ZAPIER_WEBHOOK_URL": "not-checked",
        "OTHER_KEY": "not-checked",
    }
    assert code == 0
    assert "cannot be asked without posting" in told["SLACK_WEBHOOK_URL"]["about"]
    assert [one.path for one in check.services.ledger if one.method != "GET"] == ["/api/auth.test"]


def test_wrong_and_missing_ones_are_told_by_name(
    check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {name: f"wrong-value-{number}" for number, name in enumerate(NAMES)}
    check.secrets = {**wrong, "ZAPIER_WEBHOOK_URL": ""}
    del check.secrets["ZAPIER_WEBHOOK_URL"]
    code, told = run(check, capsys, monkeypatch)
    assert {name: one["status"] for name, one in told.items()} == {
        **dict.fromkeys(NAMES, "fails"),
        "ZAPIER_WEBHOOK_URL": "missing",
        "OTHER_KEY": "not-checked",
    }
    assert code == 1


def test_the_missing_permission_is_named(
    check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check.services.slack.scopes.discard("channels:history")
    check.services.airtable.scopes.discard("schema.bases:write")
    missing = {"error": {"message": "You have insufficient permissions. Missing scopes: api.model.read."}}
    monkeypatch.setattr(check.services.openai, "do", lambda _asked: Reply(403, missing))
    do = check.services.airtable.do
    no = Reply(403, {"error": {"type": "NOT_ALLOWED"}})
    monkeypatch.setattr(check.services.airtable, "do", lambda asked: do(asked) if "whoami" in asked.path else no)
    code, told = run(check, capsys, monkeypatch)
    assert told["SLACK_BOT_TOKEN"]["lacks"] == ["channels:history"]
    assert told["OPENAI_API_KEY"]["lacks"] == ["api.model.read"]
    assert told["AIRTABLE_API_KEY"]["lacks"] == ["schema.bases:write"]
    assert told["AIRTABLE_BASE_ID"]["lacks"] == ["schema.bases:read"]
    assert code == 1


@pytest.mark.parametrize("kind", ["down", "limited", "error-before", "rubbish", "wrong-type"])
def test_a_service_that_gives_no_answer_leaves_it_open(
    check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    for service in check.services.services:
        service.goes_wrong(Fault(kind))
    code, told = run(check, capsys, monkeypatch)
    asked = ("SLACK_BOT_TOKEN", "OPENAI_API_KEY", "AIRTABLE_API_KEY", "AIRTABLE_BASE_ID", "NOTION_API_KEY")
    assert {told[name]["status"] for name in asked} == {"unclear"}
    assert code == 1


def test_lines_for_people_and_names_for_scripts(
    check: Check, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check.secrets = {"OPENAI_API_KEY": check.secrets["OPENAI_API_KEY"], "SLACK_BOT_TOKEN": "xoxb-wrong-one"}
    check.addresses["openai"] = closed_address()
    run(check, capsys, monkeypatch)
    assert run_app(["secrets", "check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "P: 0 of 9 secrets work"
    assert "missing      NOTION_API_KEY: not set; what wants it is mocked" in lines
    assert run_app(["secrets", "check", "--quiet"]) == 1
    assert capsys.readouterr().out == "SLACK_BOT_TOKEN\nOPENAI_API_KEY\n"


def test_a_plan_without_secrets_has_nothing_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tasks" / "p"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text("id: p\ntitle: P\nstart: 2025-09-08\n")
    (folder / "one.yaml").write_text("id: one\ntitle: One\nsteps: [{run: 'true'}]\n")
    assert run_app(["secrets", "check"]) == 0
    assert capsys.readouterr().out == "P needs no secrets.\n"

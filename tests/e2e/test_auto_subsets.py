"""Each subset of the six secrets: what is real, what is mocked, what would unlock it, and what adding one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from automation.cli.execute import Wish, execute
from automation.errors import SecretsMissing
from tests.e2e.nine import EXTERNAL, flagship_tasks, write_nine
from tests.e2e.trial import SECRETS, Trial
from tests.services.outside import outside

ROOT = Path(__file__).parents[2]
SUBSETS = [frozenset(names) for count in range(7) for names in combinations(SECRETS, count)]
SERVICE = {
    "SLACK_WEBHOOK_URL": "slack",
    "OPENAI_API_KEY": "openai",
    "AIRTABLE_API_KEY": "airtable",
    "AIRTABLE_BASE_ID": "airtable",
    "NOTION_API_KEY": "notion",
    "ZAPIER_WEBHOOK_URL": "zapier",
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nine(tmp_path_factory.mktemp("nine"))


@pytest.fixture
def trial(plan: Path, tmp_path: Path) -> Iterator[Trial]:
    with outside() as services:
        yield Trial(plan, tmp_path / "state", services)


def real_steps(present: Iterable[str]) -> set[tuple[str, str]]:
    names = frozenset(present)
    return {(task, step) for task, steps in EXTERNAL.items() for step, needs in steps.items() if needs <= names}


def effects(steps: Iterable[tuple[str, str]]) -> Counter[str]:
    """How many requests that change something the services get for these steps: Airtable's table, and its records."""
    services = Counter(SERVICE[min(EXTERNAL[task][step])] for task, step in steps)
    return Counter({name: number * (2 if name == "airtable" else 1) for name, number in services.items()})


def statuses(report: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (task["id"], step["id"]): step["status"]
        for task in report["tasks"]
        for step in task["slots"][-1]["steps"]
        if step["id"] in EXTERNAL[task["id"]]
    }


def unlocks(present: frozenset[str]) -> dict[frozenset[str], set[str]]:
    found: dict[frozenset[str], set[str]] = {}
    for task, steps in EXTERNAL.items():
        missing = frozenset().union(*steps.values()) - present
        if missing:
            found.setdefault(missing, set()).add(task)
    return found


def sent(report: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The requests that the report tells of, by task and step, without what tells whether they were real."""
    return {
        (task["id"], step["id"]): [(one["target"], one["request"], one["input_hash"]) for one in step["sent"]]
        for task in report["tasks"]
        for step in task["slots"][-1]["steps"]
        if step["sent"]
    }


def canonical(body: Any) -> str:
    return json.dumps(body, sort_keys=True)


def test_the_table_names_all_external_steps_of_the_flagship_and_no_others() -> None:
    found = {
        task_id: {step["id"]: frozenset(step["secrets"]) for step in task["steps"] if "secrets" in step}
        for task_id, task in flagship_tasks().items()
    }
    assert {task: steps for task, steps in found.items() if steps} == EXTERNAL


@pytest.mark.parametrize("present", SUBSETS, ids=lambda names: "+".join(sorted(names)) or "none")
def test_exactly_the_steps_with_all_their_secrets_are_real(trial: Trial, present: frozenset[str]) -> None:
    ended, report = trial.run(present)
    real = real_steps(present)
    assert {key for key, status in statuses(report).items() if status == "done"} == real
    assert {key for key, status in statuses(report).items() if status == "mocked"} == real_steps(SECRETS) - real
    assert trial.outside.taken() == effects(real)
    done = {task for task, steps in EXTERNAL.items() if frozenset().union(*steps.values()) <= present}
    assert {task["id"] for task in report["tasks"] if task["status"] == "done"} == done
    assert {task["id"] for task in report["tasks"] if task["status"] == "mocked"} == set(EXTERNAL) - done
    assert {frozenset(one["secrets"]): set(one["tasks"]) for one in report["unlock"]} == unlocks(present)
    assert {one["name"] for one in report["secrets"] if one["present"]} == present
    assert not ended.interrupted


@pytest.mark.parametrize("present", SUBSETS[:-1:9], ids=lambda names: "+".join(sorted(names)) or "none")
def test_secrets_that_come_later_make_only_the_mocked_tasks_due_and_send_nothing_twice(
    trial: Trial, present: frozenset[str]
) -> None:
    trial.run(present)
    before = trial.outside.taken()
    ended, report = trial.run(SECRETS)
    again = {task for task, steps in EXTERNAL.items() if not frozenset().union(*steps.values()) <= present}
    assert {task for task, _ in ended.agenda.entries} == again
    assert trial.outside.taken() - before == effects(real_steps(SECRETS) - real_steps(present))
    assert {task["status"] for task in report["tasks"]} == {"done"}
    assert not trial.run(SECRETS)[0].ran


@pytest.mark.parametrize("absent", SECRETS)
def test_provision_without_one_secret_stops_before_anything_and_names_its_tasks(trial: Trial, absent: str) -> None:
    with pytest.raises(SecretsMissing) as caught:
        trial.run(set(SECRETS) - {absent}, "provision")
    wanting = {task for task, steps in EXTERNAL.items() if any(absent in needs for needs in steps.values())}
    told = next(line for line in str(caught.value).splitlines() if absent in line)
    assert {task for task in EXTERNAL if task in told} == wanting
    assert caught.value.exit_code == 3
    assert trial.outside.ledger == []
    assert not (trial.folder / "nine" / "journal").exists()


def test_what_mock_records_is_what_provision_sends(trial: Trial, tmp_path: Path) -> None:
    _, mocked = trial.run((), "mock")
    assert trial.outside.ledger == []
    trial.folder = tmp_path / "another"
    _, real = trial.run(SECRETS, "provision")
    assert {task["status"] for task in real["tasks"]} == {"done"}
    assert sent(mocked) == sent(real)
    assert len(sent(real)) == len(real_steps(SECRETS))
    bodies = [request["json"] for requests in sent(mocked).values() for _, request, _ in requests]
    written = [request.json for request in trial.outside.writes]
    assert sorted(map(canonical, bodies)) == sorted(map(canonical, written))


def test_a_token_that_is_refused_fails_its_tasks_and_the_rest_goes_on(trial: Trial) -> None:
    session = trial.session(SECRETS)
    session.settings.secrets["OPENAI_API_KEY"] = "sk-proj-wrongKeyForTests0123456789"
    ended = execute(session, Wish(mode="auto"))
    slots = {task: next(iter(found.values())) for task, found in ended.state.slots.items()}
    assert {task for task, slot in slots.items() if slot.status == "failed"} == {"embedding-service", "llm-judge"}
    assert "OPENAI_API_KEY" in slots["llm-judge"].reason
    assert "openai" not in trial.outside.taken()


class TestCommandLine:
    """The same through `python -m automation`, with the local steps in a worker of their own."""

    def ztr(self, trial: Trial, present: Iterable[str], *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "automation", "run", "--plan", "plan", "--state", str(trial.folder)]
        for name, value in trial.outside.addresses.items():
            command += ["--var", f"{name}={value}"]
        passed = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {**passed, "PYTHONPATH": str(ROOT), **{name: trial.outside.secrets[name] for name in present}}
        return subprocess.run(
            [*command, *arguments], cwd=trial.plan.parent, env=environment, capture_output=True, text=True, check=False
        )

    def test_provision_with_all_six_does_everything(self, trial: Trial) -> None:
        done = self.ztr(trial, SECRETS, "--mode", "provision")
        assert (done.returncode, done.stderr) == (0, "")
        assert trial.outside.taken() == effects(real_steps(SECRETS))
        written = (trial.folder / "nine" / "report" / "report.json").read_text(encoding="utf-8")
        assert {task["status"] for task in json.loads(written)["tasks"]} == {"done"}
        everything = b"".join(path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()).decode()
        leaked = [name for name, value in trial.outside.secrets.items() if value in everything + done.stdout]
        assert leaked == []

    def test_provision_with_one_missing_ends_with_3(self, trial: Trial) -> None:
        done = self.ztr(trial, set(SECRETS) - {"NOTION_API_KEY"}, "--mode", "provision")
        assert done.returncode == 3
        assert "NOTION_API_KEY: wanted by memory-design-review, phase3-sign-off" in done.stderr
        assert trial.outside.ledger == []

    def test_auto_goes_on_where_a_mock_run_left_off(self, trial: Trial) -> None:
        assert self.ztr(trial, (), "--mode", "mock").returncode == 0
        assert trial.outside.ledger == []
        assert self.ztr(trial, {"SLACK_WEBHOOK_URL"}).returncode == 0
        assert trial.outside.taken() == {"slack": 3}
        assert self.ztr(trial, SECRETS).returncode == 0
        assert trial.outside.taken() == effects(real_steps(SECRETS))

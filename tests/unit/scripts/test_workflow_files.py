"""The workflow files keep the promises that no linter knows: privileges, secrets, time, what act is told otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".github" / "workflows"
PATHS = sorted(FOLDER.glob("*.yml"))
SERVICES = ("SLACK_WEBHOOK_URL", "OPENAI_API_KEY", "AIRTABLE_API_KEY", "AIRTABLE_BASE_ID", "NOTION_API_KEY")
SECRETS = {*SERVICES, "ZAPIER_WEBHOOK_URL", "ZTR_SECRETS"}


def load(path: Path) -> dict[str, Any]:
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text
    assert isinstance(found, dict)
    return found


def named(job: dict[str, Any]) -> set[str]:
    """The secrets whose values a job reads; asking whether there is one does not count."""
    text = str(job)
    return set(re.findall(r"\{\{ secrets\.(\w+) \}\}", text))


def test_the_one_reusable_workflow_takes_all_secrets_and_wants_none() -> None:
    declared = load(FOLDER / "ztr.yml")["on"]["workflow_call"]["secrets"]
    assert set(declared) == SECRETS
    assert {one["required"] for one in declared.values()} == {"false"}


def test_only_the_run_job_reads_secrets_and_it_alone_may_write_nothing() -> None:
    jobs = load(FOLDER / "ztr.yml")["jobs"]
    assert {name: bool(named(job)) for name, job in jobs.items()} == {
        "control": False, "claim": False, "run": True, "publish": False,
    }  # fmt: skip
    assert named(jobs["run"]) == SECRETS
    assert jobs["run"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"contents": "write", "issues": "write"}


def test_the_claim_job_asks_of_each_secret_whether_it_is_there() -> None:
    (step,) = (step for step in load(FOLDER / "ztr.yml")["jobs"]["claim"]["steps"] if step.get("id") == "claim")
    asked = {name.removeprefix("HAS_"): value for name, value in step["env"].items() if name.startswith("HAS_")}
    assert asked == {name: f"${{{{ secrets.{name} != '' }}}}" for name in SECRETS}


@pytest.mark.parametrize("name", ["daily.yml", "provision-make.yml"])
def test_callers_hand_every_secret_on_and_grant_what_is_asked_for(name: str) -> None:
    (job,) = load(FOLDER / name)["jobs"].values()
    asked = [job["permissions"] for job in load(FOLDER / "ztr.yml")["jobs"].values()]
    levels = {"read": 1, "write": 2}
    for wanted in asked:
        assert all(levels[job["permissions"].get(what, "read")] >= levels[level] for what, level in wanted.items())
    assert set(job["secrets"]) == SECRETS


def test_daily_wakes_twice_off_the_full_hour_and_manages_without_inputs() -> None:
    daily = load(FOLDER / "daily.yml")
    lines = daily["on"]["schedule"]
    assert [int(line["cron"].split()[0]) not in (0, 30) for line in lines] == [True, True]
    assert ["timezone" in line for line in lines] == [True, False]  # the second one is right on older servers, too
    assert daily["jobs"]["ztr"]["with"]["mode"] == "${{ inputs.mode || 'auto' }}"


def test_runs_queue_up_and_are_never_cancelled_and_ticks_do_not_wait() -> None:
    concurrency = load(FOLDER / "ztr.yml")["concurrency"]
    assert (concurrency["cancel-in-progress"], concurrency["queue"]) == ("false", "max")
    assert "github.run_id" in concurrency["group"]
    callers = [load(FOLDER / name) for name in ("daily.yml", "provision-make.yml", "control.yml")]
    assert ["concurrency" in caller for caller in callers] == [False] * 3


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_no_shell_text_holds_an_expression(path: Path) -> None:
    for job in load(path)["jobs"].values():
        assert not [step["run"] for step in job.get("steps", []) if "${{" in step.get("run", "")]


def test_the_last_line_of_each_step_of_the_action_is_exec() -> None:
    steps = load(ROOT / "action.yml")["runs"]["steps"]
    scripts = [step["run"].strip().splitlines()[-1] for step in steps if "run" in step]
    assert len(scripts) == 4
    assert all(line.startswith("exec ") for line in scripts)
    for verb in (ROOT / ".github" / "action" / "run.sh").read_text(encoding="utf-8").rsplit("case", 1)[1].splitlines():
        assert '"$ZTR"' not in verb or "exec" in verb

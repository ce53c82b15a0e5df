"""The plan on GitHub: its issue from start to end, and its proposals as a pull request where one is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.integration.consolidation.plan_run import PHASES, ROOT, Run, hashes, run_plan

pytestmark = pytest.mark.timeout(300)  # whole runs of the plan, also on a machine that is busy


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository so small that the phases take no time."""
    root = tmp_path_factory.mktemp("target") / "tiny"
    root.mkdir()
    (root / "tiny.py").write_text("import os\n\nWHERE = os.environ['TINY_URL']\n")
    (root / ".env.example").write_text("TINY_URL=postgres://tiny:not-for-others@db.example/tiny\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub() as made:
        made.repository.git.put("main", {"README.md": "work"})
        made.grant("ours", "github-actions[bot]", issues="write")
        made.grant("bringer", "ada", contents="write", pull_requests="write")
        yield made


def run(state: Path, target: Path, fake: FakeGitHub, *more: str, mode: str = "auto", **variables: str) -> Run:
    environment = {
        "GITHUB_REPOSITORY": "octo/work",
        "GITHUB_API_URL": fake.url,
        "GITHUB_TOKEN": "ours",
        "GH_TOKEN": "bringer",
        "ZTR_GITHUB_PAUSE": "0",
    }
    asked = {"tests": "none", "services": "none", "benchmarks": "none", "proposals_api": fake.url}
    return run_plan(state, [target], *more, mode=mode, environment=environment, **asked, **variables)


def test_the_issue_is_there_from_the_start_and_the_proposals_become_one_pull_request(
    tmp_path: Path, target: Path, fake: FakeGitHub
) -> None:
    before = hashes(target)
    asked = {"proposals": "pull-request", "proposals_repository": "octo/work"}
    first = run(tmp_path, target, fake, "--tell-issue", "--approvals", "manual", "--tasks", "discovery", **asked)
    assert first.status == 0, first.output
    (issue,) = fake.repository.issues.values()
    assert "ztr:approve=discovery" in issue.body
    assert [one.body.split(".")[0] for one in issue.comments] == ["⏸ **Waits for approval"]
    assert issue.state == "open"
    approve(tmp_path)
    whole = run(tmp_path, target, fake, "--tell-issue", **asked)
    assert (whole.status, f"{PHASES} done" in whole.output) == (0, True), whole.output
    assert issue.state == "closed"
    assert fake.ledger.asked("PATCH", r"/issues/1$") > 3, "it was brought up to date while the run went on"
    ((number, (head, base)),) = fake.repository.pulls.items()
    assert (fake.repository.issues[number].title, base) == ("Proposals of the unified plan", "main")
    files = fake.repository.git.files(fake.repository.git.refs[f"refs/heads/{head}"])
    brought = {path for path in files if path.startswith("consolidation/")}
    assert {"consolidation/10-infrastructure/proposal.md", "consolidation/08-configuration/env.template"} < brought
    assert not any("report" in path or path.endswith(".json") for path in brought), (
        "findings are nobody else's business"
    )
    assert b"TINY_URL=postgres://tiny:@db.example/tiny" in files["consolidation/08-configuration/env.template"]
    again = run(tmp_path, target, fake, "--from", "validation", **asked)
    assert (again.status, len(fake.repository.pulls)) == (0, 1), again.output
    assert hashes(target) == before


def test_in_a_mock_run_the_pull_request_is_recorded_and_none_is_made(
    tmp_path: Path, target: Path, fake: FakeGitHub
) -> None:
    asked = {"proposals": "pull-request", "proposals_repository": "octo/work"}
    told = run(tmp_path, target, fake, mode="mock", **asked)
    assert (told.status, "15 done" in told.output, "1 mocked" in told.output) == (0, True, True), told.output
    assert fake.ledger.asked("POST", ".") == 0
    recorded = "".join(path.read_text() for path in (tmp_path / "unified-plan" / "journal").glob("*.jsonl"))
    assert "/repos/octo/work/pulls" in recorded
    assert "ztr/proposals-" in recorded


def approve(state: Path) -> None:
    words = ["approve", "discovery", "--by", "ada", "--plan", "tasks/unified-plan", "--state", str(state), "--quiet"]
    environment = {"GITHUB_REPOSITORY": "octo/work", "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-m", "automation", *words], cwd=ROOT, check=True, env=environment)

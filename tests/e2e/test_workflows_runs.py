"""Whole runs of the workflow files: dispatched, scheduled, run again, failing, without secrets, with hostile inputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.act import TOKEN, Repository, cut_off, make_repository
from tests.fake_github.remote import RemoteFake, World
from tests.fake_github.state import Repository as Hosted
from tests.fake_github.state import Token

PLAN = {
    "plan.yaml": """\
id: tiny
title: A tiny plan
start: 2026-01-05
zone: UTC
week: [mon, tue, wed, thu, fri]
secrets:
  SLACK_WEBHOOK_URL: {description: Where messages go, obtain: Make one}
""",
    "note.yaml": """\
id: note
title: Write a note
day: 1
produces: [out/note.txt]
steps:
  - id: write
    run: mkdir -p out && echo hello > out/note.txt
    effect: workspace
""",
    "tell.yaml": """\
id: tell
title: Tell somebody
day: 1
needs: [note]
steps:
  - id: post
    uses: slack
    with: {text: done}
    secrets: [SLACK_WEBHOOK_URL]
""",
}


@pytest.fixture(scope="session")
def remote() -> Iterator[RemoteFake]:
    with RemoteFake(cut_off()) as fake:
        yield fake


@pytest.fixture
def repository(remote: RemoteFake, tmp_path: Path) -> Repository:
    hosted = Hosted()
    hosted.git.put("main", {"README.md": "hello"})
    hosted.join("alice", "write")
    token = Token(permissions={"contents": "write", "issues": "write", "actions": "write"})
    remote.set(World(hosted, {TOKEN: token}))
    return make_repository(tmp_path, remote, PLAN)


def test_a_mock_run_by_hand_leaves_artifact_state_and_one_issue(repository: Repository) -> None:
    ran = repository.run("provision-make.yml", inputs={"mode": "mock"})
    assert ran.code == 0, ran.log
    print(ran.log)
    assert ran.jobs == {"Run": "succeeded", "Publish": "succeeded"}

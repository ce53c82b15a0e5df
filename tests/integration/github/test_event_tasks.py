"""A task that waits for an event runs on GitHub when a workflow is started by it, through claim, run and publish."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.integration.cli.rig import NOTE
from tests.integration.github.conftest import make_flow

ON_EVENT = """
    id: follow
    title: Follow
    on: {event}
    steps:
      - uses: file
        with: {{operation: write, path: follow.txt, content: "here"}}
"""


@pytest.mark.parametrize("event", ["push", "workflow_run"])
def test_the_event_that_started_the_workflow_is_claimed_run_and_published_once(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], event: str
) -> None:
    flow = make_flow(github, tmp_path, capsys, {"01": ON_EVENT.format(event=event), "02": NOTE})
    flow.day()
    flow.trigger = "schedule"
    assert flow.claim(run=2, GITHUB_ACTIONS="true").outputs["why"] == "nothing-due"
    flow.trigger = event
    claimed = flow.claim(run=3, GITHUB_ACTIONS="true")
    assert (claimed.outputs["why"], claimed.outputs["tasks"]) == ("claimed", "1")
    flow.secrets = {"GITHUB_ACTIONS": "true"}  # the run job is on GitHub, too
    ran, artifact = flow.run(claimed, run=3)
    assert ran.code == 0, ran
    assert flow.publish(artifact, run=3).code == 0
    assert flow.claim(run=3, attempt=2, GITHUB_ACTIONS="true").outputs["why"] == "nothing-due"

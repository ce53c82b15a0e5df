"""A run of a workflow is taken back from any machine: pull the state, tear down, push; then GitHub knows it, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fake_github import FakeGitHub
from tests.integration.github.conftest import make_flow
from tests.services.outside import PARENT, outside

PLAN = """\
id: small
title: Small
start: 2025-09-08
secrets:
  NOTION_API_KEY: {description: for tests}
  ZAPIER_WEBHOOK_URL: {description: for tests}
"""
PAGE = """\
id: page
title: Page
steps:
  - id: s
    uses: notion
    secrets: [NOTION_API_KEY]
    with: {base-url: 'ADDRESS', parent: 'PARENT', title: Page, key: k, markdown: Text.}
  - id: tell
    uses: zapier
    secrets: [ZAPIER_WEBHOOK_URL]
    with: {event: e, data: {}}
"""


def test_a_run_of_a_workflow_is_taken_back_from_a_fresh_machine(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with outside() as services:
        task = PAGE.replace("ADDRESS", services.notion.address).replace("PARENT", PARENT)
        flow = make_flow(github, tmp_path, capsys, {"page": task}, PLAN)
        flow.secrets = {name: services.secrets[name] for name in ("NOTION_API_KEY", "ZAPIER_WEBHOOK_URL")}
        assert flow.day("provision", run=1).code == 0
        assert services.notion.titles() == ["Page"]
        here = flow.checkout()
        by_hand: dict[str, Any] = {"GITHUB_RUN_ID": "", "GITHUB_RUN_ATTEMPT": "", **flow.secrets}
        assert flow(here, "state", "pull", **by_hand).code == 0
        torn = flow(here, "teardown", "1-1", "--yes", **by_hand)
        assert (torn.code, services.notion.titles()) == (0, [])
        assert "1 removed, 0 not, 1 left as they are." in torn.out
        assert "`ztr state push` tells the branch of it" in torn.out
        pushed = flow(here, "state", "push", **by_hand)
        assert "is up to date" in pushed.out, pushed
        effects = json.loads(flow.branch()["plans/small/state.json"])["state"]["slots"]["page"]["once"]["effects"]
        assert effects["s"]["undone"]
        there = flow.checkout()
        flow(there, "state", "pull", **by_hand)
        assert "it was removed already" in flow(there, "teardown", "1-1", "--yes", **by_hand).out

"""Small plans in a folder of their own, and the command line run in it."""

from __future__ import annotations

import fcntl
import json
import os
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from automation.cli.app import run_app

PLAN = """
    id: small
    title: Small plan
    start: 2025-09-08
    secrets:
      SLACK_WEBHOOK_URL: {description: posts, obtain: "https://api.slack.com"}
      AIRTABLE_API_KEY: {}
    vars: {reader: world}
"""

NOTE = """
    id: note
    title: Write a note
    day: 1
    produces: [note.txt]
    steps:
      - id: write
        uses: file
        with: {operation: write, path: note.txt, content: "hello ${{ vars.reader }}"}
"""

COUNT = """
    id: count
    title: Count
    day: 2
    needs: [note]
    steps:
      - id: count
        run: echo "letters=$(wc -c < note.txt | tr -d ' ')" >> "$ZTR_OUTPUT"
        effect: workspace
        outputs: {letters: integer}
    gates:
      - {metric: steps.count.outputs.letters, above: 3}
"""

TELL = """
    id: tell
    title: Tell
    day: 3
    needs: [count]
    steps:
      - id: post
        uses: slack
        secrets: [SLACK_WEBHOOK_URL]
        with: {text: "${{ needs.count.steps.count.outputs.letters }} letters"}
"""

SIGN = """
    id: sign
    title: Sign
    day: 1
    steps:
      - uses: file
        with: {operation: write, path: signed.txt, content: "yes"}
    approval: manual
"""

BROKEN = """
    id: broken
    title: Broken
    day: 1
    steps:
      - run: exit 3
        effect: workspace
"""

SMALL = {"01-note": NOTE, "02-count": COUNT, "03-tell": TELL}


class Told(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be one JSON document."""
        return json.loads(self.out)


class Ztr:
    """The command line in a folder with plans below tasks/."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def plan(self, tasks: dict[str, str], *, plan: str = PLAN, name: str = "small") -> Path:
        """Write a plan; keys are file names without .yaml."""
        target = self.folder / "tasks" / name
        target.mkdir(parents=True)
        for file, text in {"plan": plan, **tasks}.items():
            (target / f"{file}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return target

    def __call__(self, *arguments: str) -> Told:
        self._capsys.readouterr()
        code = run_app(arguments)
        return Told(code, *self._capsys.readouterr())

    def statuses(self) -> dict[str, str]:
        """Each task's status, as `status` tells it."""
        return {task["id"]: task["status"] for task in self("status", "--json").json["tasks"]}

    def hold_lock(self, told: dict[str, object]) -> int:
        """What a running ztr holds; gives the descriptor that the lock lives by."""
        folder = self.folder / ".ztr/small"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lock").write_text(json.dumps(told))
        descriptor = os.open(folder / "lock", os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

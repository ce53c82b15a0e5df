"""The command line, in an empty folder and an environment that says nothing about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.cli.rig import SMALL, Ztr


@pytest.fixture
def ztr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ztr:
    """The command line in a folder without any plan."""
    for name in tuple(os.environ):
        if name.startswith(("GITHUB_", "ZTR_", "SLACK_", "AIRTABLE_")) or name in ("CI", "NO_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Ztr(tmp_path, capsys)


@pytest.fixture
def small(ztr: Ztr) -> Ztr:
    """The command line beside a plan of three days, the last of which wants a secret."""
    ztr.plan(SMALL)
    return ztr

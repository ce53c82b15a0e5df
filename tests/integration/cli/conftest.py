"""The command line, in an empty folder and an environment that says nothing about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.rig import SMALL, Ztr


@pytest.fixture
def ztr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ztr]:
    """The command line in a folder without any plan. What a `.env` there adds to the environment goes with it."""
    for name in tuple(os.environ):
        if name.startswith(("GITHUB_", "ZTR_", "SLACK_", "AIRTABLE_")) or name in ("CI", "NO_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    yield Ztr(tmp_path, capsys)
    for name in set(os.environ) - set(before):
        del os.environ[name]


@pytest.fixture
def small(ztr: Ztr) -> Ztr:
    """The command line beside a plan of three days, the last of which wants a secret."""
    ztr.plan(SMALL)
    return ztr

"""A fake GitHub, and a repository with the small plan whose workflow runs against it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from automation.github.issue import BOT
from tests.fake_github import FakeGitHub, Workflow
from tests.fakes import FakeClock
from tests.integration.cli import conftest
from tests.integration.cli.rig import PLAN, SMALL, Ztr
from tests.integration.github.flow import Flow
from tests.integration.github.stage import ENVIRONMENT, TASKS, Stage

ztr = conftest.ztr


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """A repository with a first commit."""
    with FakeGitHub() as fake:
        fake.repository.git.put("main", {"README.md": "work"})
        yield fake


@pytest.fixture
def flow(github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Flow:
    """The workflow of a repository with the small plan, on its first day."""
    return make_flow(github, tmp_path, capsys, SMALL)


def make_flow(
    github: FakeGitHub, place: Path, capsys: pytest.CaptureFixture[str] | None, tasks: dict[str, str], plan: str = PLAN
) -> Flow:
    """The workflow of a repository with one plan, `small`, on its first day."""
    folder = place / "source" / "tasks" / "small"
    folder.mkdir(parents=True)
    for name, text in {"plan": plan, **tasks}.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    flow = Flow(github, place / "source", place / "work", capsys)
    flow.options = ("--now", "2025-09-08T09:00")
    return flow


@pytest.fixture
def stage(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A plan that ran once, on a GitHub where ada may write and bob may read."""
    with staged(ztr, monkeypatch, TASKS) as made:
        yield made


@contextmanager
def staged(ztr: Ztr, monkeypatch: pytest.MonkeyPatch, tasks: Mapping[str, str]) -> Iterator[Stage]:
    """The same of other tasks."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clock = FakeClock()
    with FakeGitHub(now=clock.now) as fake:
        fake.repository.git.put("main", {"README.md": "x"})
        fake.repository.join("ada", "write")
        fake.repository.join("bob", "read")
        fake.repository.workflows["daily.yml"] = Workflow(1, ".github/workflows/daily.yml", "Daily", inputs={})
        fake.grant("ours", BOT, issues="write", contents="write", actions="write")
        yield Stage(ztr, fake, clock, tasks)

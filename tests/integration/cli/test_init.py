"""`ztr init`: a plan that runs at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from automation.cli.init import write_starter
from tests.integration.cli.rig import Ztr


def test_the_new_plan_is_valid_and_runs_at_once(ztr: Ztr) -> None:
    told = ztr("init")
    assert told.code == 0
    assert told.out.startswith("wrote tasks/first-plan/01-note.yaml\n")
    assert told.out.endswith("Next: `ztr run` runs it, `ztr plan` only shows what it would do.\n")
    assert ztr("validate", "--quiet").code == 0
    assert ztr("run", "--quiet").code == 0
    assert ztr.statuses() == {"note": "done", "count": "done", "page": "done", "announce": "mocked"}
    assert ztr("simulate", "--quiet") == (0, "", "")


def test_a_second_plan_is_named_in_the_next_command(ztr: Ztr) -> None:
    ztr("init", "--quiet")
    told = ztr("init", "tasks/Web Site!")
    assert "Next: `ztr run --plan tasks/Web Site!` runs it" in told.out
    assert ztr("validate", "tasks/Web Site!", "--json").json["plan"] == "web-site"


def test_nothing_is_ever_overwritten(ztr: Ztr) -> None:
    (ztr.folder / "mine").mkdir()
    (ztr.folder / "mine/note.txt").write_text("mine")
    told = ztr("init", "mine")
    assert told.code == 2
    assert "mine is not empty: note.txt is there; nothing was written" in told.err
    assert [path.name for path in (ztr.folder / "mine").iterdir()] == ["note.txt"]
    assert ztr("init", "mine/note.txt").code == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ".ztr/\n"),
        ("*.pyc", "*.pyc\n.ztr/\n"),
        ("# ours\n/.ztr\n", "# ours\n/.ztr\n"),
    ],
)
def test_the_state_is_ignored_once(ztr: Ztr, before: str | None, after: str) -> None:
    path = ztr.folder / ".gitignore"
    if before is not None:
        path.write_text(before)
    ztr("init", "--quiet")
    assert path.read_text() == after


def test_a_gitignore_that_cannot_be_read_is_named(ztr: Ztr) -> None:
    (ztr.folder / ".gitignore").write_bytes(b"\xff\xfe")
    told = ztr("init")
    assert told.code == 2
    assert "add the line .ztr/ to it" in told.err


def test_a_folder_that_cannot_be_made_is_named(ztr: Ztr) -> None:
    (ztr.folder / "file").write_text("")
    told = ztr("init", "file/plan")
    assert told.code == 2
    assert "cannot be written" in told.err


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2025, 9, 11), "2025-09-11"),
        (date(2025, 9, 12), "2025-09-12"),
        (date(2025, 9, 13), "2025-09-12"),  # a Saturday
        (date(2025, 9, 14), "2025-09-12"),
    ],
)
def test_day_one_is_today_or_the_last_working_day(tmp_path: Path, today: date, start: str) -> None:
    write_starter(tmp_path / "p", today)
    assert f"start: {start} " in (tmp_path / "p/plan.yaml").read_text()

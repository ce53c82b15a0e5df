"""What a killed run left running is ended by the next one, and nobody else is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.engine.leftovers import Running

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        yield process
        process.kill()


def test_a_noted_group_is_killed(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    Running(tmp_path / "running").note(sleeper.pid)
    assert Running(tmp_path / "running").end_all() == 1
    assert sleeper.wait(5) == -9
    assert list((tmp_path / "running").iterdir()) == []


def test_a_group_that_has_ended_is_forgotten(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    running = Running(tmp_path)
    running.note(sleeper.pid)
    running.forget(sleeper.pid)
    assert running.end_all() == 0
    sleeper.kill()
    assert sleeper.wait(5) == -9


def test_a_process_that_only_has_the_same_number_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    (tmp_path / str(sleeper.pid)).write_text("12345")  # began at another time
    (tmp_path / "no-number").write_text("x")
    (tmp_path / "1").write_text("")
    assert Running(tmp_path).end_all() == 0
    assert sleeper.poll() is None
    assert list(tmp_path.iterdir()) == []
    sleeper.kill()
    sleeper.wait(5)


def test_without_a_folder_nothing_is_noted() -> None:
    running = Running(None)
    running.note(1)
    running.forget(1)
    assert running.end_all() == 0


def test_a_folder_that_cannot_be_written_costs_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    running = Running(tmp_path / "file")
    running.note(1)
    running.forget(1)
    assert running.end_all() == 0

"""Damaged, lost or foreign state through the command line: named, never guessed at, and the printed remedy works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.driver import Ended, Place

TASKS = {
    name: f"day: 1\n{need}steps:\n  - {{uses: file, with: {{operation: write, path: {name}.txt, content: {name}}}}}\n"
    for name, need in (("a", ""), ("b", "needs: [a]\n"), ("c", "needs: [b]\n"))
}


@pytest.fixture
def ran(tmp_path: Path) -> Place:
    """A plan that was run to its end, once."""
    place = Place(tmp_path, TASKS)
    assert place.ztr("run", "--quiet").code == 0
    return place


def journal(place: Place) -> Path:
    (path,) = (place.state_folder / "journal").glob("*.jsonl")
    return path


def assert_named(ended: Ended, where: str) -> str:
    """It stopped before anything, said where, and what to do; the command that it names."""
    assert (ended.code, ended.out) == (4, "")
    message, remedy = ended.err.rstrip().split("\n")
    assert where in message
    found = re.search(r"`(ztr [^`]+)`", remedy)
    return found[1] if found else ""


def assert_works(place: Place, remedy: str) -> None:
    """The command that was printed mends it, and a run then brings everything to its end."""
    verb = shlex.split(remedy)
    assert verb[0] == "ztr"
    mended = place.ztr(*verb[1:])
    assert mended.code == 0, mended.text
    assert place.ztr("run", "--quiet").code == 0
    assert place.statuses() == {"a": "done", "b": "done", "c": "done"}
    assert place.ztr("state", "show").code == 0


@pytest.mark.parametrize("line", [1, 4, 9])
def test_a_flipped_byte_in_a_journal_is_named_by_line_and_the_remedy_works(ran: Place, line: int) -> None:
    path = journal(ran)
    lines = path.read_bytes().split(b"\n")
    middle = len(lines[line - 1]) // 2
    lines[line - 1] = lines[line - 1][:middle] + b"\x07" + lines[line - 1][middle + 1 :]
    path.write_bytes(b"\n".join(lines))
    damaged = path.read_bytes()
    where = f"{path.name}:{line}:"
    remedy = assert_named(ran.ztr("run"), where)
    for verb in (["status"], ["state", "show"], ["plan"]):
        assert assert_named(ran.ztr(*verb), where) == remedy
    assert path.read_bytes() == damaged
    assert_works(ran, remedy)
    assert path.with_suffix(".damaged").read_bytes() == damaged


def test_a_journal_that_is_gone_is_named_and_the_remedy_works(ran: Place) -> None:
    task = ran.folder / "tasks" / "demo" / "d.yaml"
    task.write_text("id: d\ntitle: d\nday: 1\nsteps:\n  - {run: 'true', effect: workspace}\n")
    first = journal(ran)
    assert ran.ztr("run", "--quiet").code == 0
    first.unlink()
    remedy = assert_named(ran.ztr("run"), first.name)
    task.unlink()
    assert ran.ztr(*shlex.split(remedy)[1:]).code == 0
    assert ran.ztr("run", "--quiet").code == 0
    assert {ran.statuses()[task] for task in "abc"} == {"done"}


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000])
def test_a_damaged_snapshot_is_made_anew_from_the_journals_and_told(ran: Place, content: bytes) -> None:
    before = ran.state()
    (ran.state_folder / "state.json").write_bytes(content)
    ended = ran.ztr("run")
    assert (ended.code, "the snapshot is damaged" in ended.err, "Traceback" in ended.err) == (0, True, False)
    assert ran.state() == before


def test_a_damaged_snapshot_without_journals_never_starts_from_nothing(ran: Place) -> None:
    (ran.state_folder / "state.json").write_bytes(b"{}")
    journal(ran).unlink()
    assert_named(ran.ztr("run"), "state.json")


def test_state_of_another_repository_is_refused(ran: Place) -> None:
    ended = ran.ztr("run", env={"GITHUB_REPOSITORY": "acme/site"})
    assert_named(ended, "belongs to local:demo")


def test_an_older_copy_of_the_snapshot_is_harmless(ran: Place) -> None:
    snapshot = ran.state_folder / "state.json"
    old = snapshot.read_bytes()
    task = ran.folder / "tasks" / "demo" / "d.yaml"
    task.write_text("id: d\ntitle: d\nday: 1\nsteps:\n  - {run: 'true', effect: workspace}\n")
    assert ran.ztr("run", "--quiet").code == 0
    after = ran.state()
    snapshot.write_bytes(old)
    ended = ran.ztr("run")
    assert (ended.code, ran.state() == after) == (0, True)


def test_rubbish_in_the_lock_file_does_no_harm(ran: Place) -> None:
    (ran.state_folder / "lock").write_bytes(b"\xff{[")
    assert ran.ztr("run", "--quiet").code == 0

"""A disk that is full or refuses: a clear line, no effect without its intent, and with room the run goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.driver import Place
from tests.e2e.kill_points import has_strace
from tests.e2e.kills import Cycle
from tests.e2e.ledger import Ledger, serving

PAGE = 4096
ROOM = 8_000_000
STRACE = pytest.mark.skipif(not has_strace(), reason="needs strace that may trace, to make chosen writes fail")


@contextmanager
def tmpfs(folder: Path, size: int) -> Iterator[Callable[[str], None]]:
    """A file system of that size on the folder; what is given back remounts it with other options."""
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "ztr-test", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        yield lambda options: _remount(folder, options)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@contextmanager
def a_cycle(folder: Path) -> Iterator[Cycle]:
    ledger = Ledger()
    with serving(ledger) as address:
        cycle = Cycle(folder, ledger, address)
        cycle.codes = {0, 1, 4}
        yield cycle


def assert_clear(cycle: Cycle, code: int) -> None:
    """What a user sees of a run that could not write: two lines, the second says what to do."""
    if code == 4:
        message, remedy = cycle.err.rstrip().split("\n")
        assert message.startswith("ztr: ")
        assert remedy.startswith("     ")
        assert any(word in message for word in ("disk is full", "cannot be written", "No space", "cannot be"))


def assert_announced(cycle: Cycle) -> None:
    """Every request that the server saw stands in a journal."""
    events = cycle.place.events()
    announced = {str(event["target"]).rpartition("/")[2] for event in events if event["type"] == "effect-started"}
    assert {path.rpartition("/")[2] for path in cycle.ledger.received} <= announced


def assert_finishes(cycle: Cycle) -> None:
    """With room, a few runs (a person may be asked, and failed tasks come again) bring everything to its end."""
    for _ in range(6):
        if not cycle.finished():
            cycle.run()
    assert cycle.run() == 0
    assert (cycle.finished(), cycle.problems) == (True, [])
    assert (cycle.lost(), cycle.doubled(), cycle.begun_again()) == ([], [], [])


def test_a_disk_that_fills_up_at_ever_later_places_loses_nothing(tmp_path: Path) -> None:
    codes = []
    with tmpfs(tmp_path / ".ztr", PAGE) as remount, a_cycle(tmp_path) as cycle:
        for pages in range(1, 34, 4):
            remount(f"size={pages * PAGE}")
            codes.append(cycle.run())
            assert_clear(cycle, codes[-1])
            assert_announced(cycle)
        remount(f"size={ROOM}")
        assert_finishes(cycle)
    assert codes.count(4) >= 3


@STRACE
@pytest.mark.parametrize("when", ["1", "4", "10", "20+"])
def test_a_journal_line_that_cannot_be_written_stops_the_run_before_its_effect(tmp_path: Path, when: str) -> None:
    with a_cycle(tmp_path) as cycle:
        inject = ["-e", "trace=write", "-e", f"inject=write:error=ENOSPC:when={when}", "-P", str(cycle.next_journal())]
        assert cycle.run(prefix=["strace", "-f", "-qq", "-o", "/dev/null", *inject]) == 4
        assert_clear(cycle, 4)
        assert_announced(cycle)
        assert_finishes(cycle)


@STRACE
def test_an_intent_that_cannot_be_made_durable_stops_the_run_before_its_effect(tmp_path: Path) -> None:
    with a_cycle(tmp_path) as cycle:
        inject = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1+", "-P", str(cycle.next_journal())]
        assert cycle.run(prefix=["strace", "-f", "-qq", "-o", "/dev/null", *inject]) == 4
        assert_clear(cycle, 4)
        assert sum(cycle.ledger.received.values()) == 0
        assert_finishes(cycle)


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
@pytest.mark.parametrize("size", [0, 3000])
def test_a_limit_on_the_size_of_files_is_a_clear_error(tmp_path: Path, size: int) -> None:
    with a_cycle(tmp_path) as cycle:
        assert cycle.run(prefix=["prlimit", f"--fsize={size}"]) == 4
        assert_clear(cycle, 4)
        assert_announced(cycle)
        assert_finishes(cycle)


def test_a_state_folder_that_is_read_only_is_a_clear_error_and_can_still_be_looked_at(tmp_path: Path) -> None:
    steps = "steps:\n  - {uses: file, with: {operation: write, path: a.txt, content: x}}\n"
    with tmpfs(tmp_path / ".ztr", ROOM) as remount:
        place = Place(tmp_path, {"one": steps})
        remount("ro")
        first = place.ztr("run")
        assert (first.code, first.out, first.err.count("\n")) == (4, "", 2)
        assert "Read-only file system" in first.err
        remount("rw")
        assert place.ztr("run", "--quiet").code == 0
        remount("ro")
        second = place.ztr("run")
        assert (second.code, "Read-only file system" in second.err) == (4, True)
        assert [place.ztr(*verb).code for verb in (["status"], ["state", "show"], ["plan"])] == [0, 0, 0]
        retry = place.ztr("reset", "one")
        assert (retry.code, retry.err.count("\n")) == (4, 2)
        remount("rw")
        assert place.ztr("run", "--quiet").code == 0

"""Runs that are killed with SIGKILL: nothing is lost, nothing happens twice, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.e2e.driver import Place, is_alive, until
from tests.e2e.kill_points import MOMENTS, Kill, has_strace, schedule
from tests.e2e.kills import Cycle, kill_and_resume
from tests.e2e.ledger import Ledger, serving

KILLS = 24
STRACE = has_strace()


NAMED = (
    ("start", Kill("write", 1)),
    ("between tasks", Kill("write", 3)),
    ("in a task", Kill("write", 5)),
    ("told", Kill("write", 11)),
    ("intent", Kill("sync", 1)),
    ("sent", Kill("received", 1)),
    ("landed", Kill("applied", 1)),
    ("snapshot or report", Kill("measure", 2)),
)


@pytest.mark.skipif(not STRACE, reason="needs strace that may trace, to kill before a chosen system call")
def test_a_run_killed_at_every_named_point_and_at_random_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    dice = random.Random(20_250_908)
    kills = [*(kill for _, kill in NAMED), *schedule(KILLS - len(NAMED), dice)]
    tally = kill_and_resume(tmp_path, kills, dice)
    assert (tally.problems, tally.lost, tally.doubled, tally.begun_again) == ((), (), (), ())
    assert [hit.phase for hit in tally.hits[: len(NAMED)]] == [phase for phase, _ in NAMED]
    assert len(tally.hits) >= KILLS * 2 // 3


def test_a_run_killed_at_moments_of_the_server_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    dice = random.Random(7)
    kills = [Kill(how, 1) for how in MOMENTS]
    tally = kill_and_resume(tmp_path, kills, dice)
    assert (tally.problems, tally.lost, tally.doubled, tally.begun_again) == ((), (), (), ())
    assert [hit.phase for hit in tally.hits] == ["sent", "landed", "answered"]


def test_a_blind_effect_whose_end_was_never_seen_asks_and_is_done_again_only_when_a_person_says_so(
    tmp_path: Path,
) -> None:
    ledger = Ledger()
    with serving(ledger) as address:
        cycle = Cycle(tmp_path, ledger, address)
        place = cycle.place
        ledger.watch = lambda moment, path: os.kill(run.pid, signal.SIGKILL) if path == "/blind/ask-a" else None
        with place.start("run", "--quiet") as run:
            run.communicate(timeout=30)
        ledger.settle(address)
        ledger.watch = lambda _moment, _path: None
        assert (run.returncode, ledger.applied["/blind/ask-a"]) == (-signal.SIGKILL, 1)
        again = place.ztr("run")
        assert (again.code, place.statuses()["ask-a"], place.statuses()["last"]) == (1, "unknown", "blocked")
        assert "ask-a" in again.out
        assert place.ztr("run").code == 1
        assert ledger.applied["/blind/ask-a"] == 1
        assert place.ztr("retry", "ask-a").code == 0
        assert place.ztr("run").code == 0
        assert (set(place.statuses().values()), ledger.applied["/blind/ask-a"]) == ({"done"}, 2)


CHAIN, STOPS_AT = 42, 31


def test_a_plan_killed_in_task_31_of_42_has_30_on_disk_and_resumes_with_exactly_12(tmp_path: Path) -> None:
    place = Place(tmp_path, chain())
    with place.start("run", "--quiet", env={"GITHUB_RUN_ID": "1"}) as run:
        until((place.work / "here").exists, "task 31 begins")
        pid = int(until_text(place.work / "pid"))
        run.kill()
        run.communicate(timeout=30)
    before = place.statuses()
    assert sorted(before.values()) == [*["done"] * 30, "running"]
    assert [path.read_text() for path in files(place)] == [f"{number}" for number in range(1, STOPS_AT)]
    os.kill(pid, signal.SIGKILL)  # a command of the plan is not ours: it would go on until it ends by itself
    (place.work / "go").touch()
    assert place.ztr("run", "--quiet", env={"GITHUB_RUN_ID": "2"}).code == 0
    journal = (place.state_folder / "journal" / "000002-2-1.jsonl").read_text()
    assert journal.count('"type":"task-started"') == 12
    assert len(files(place)) == CHAIN
    assert set(place.statuses().values()) == {"done"}


def chain() -> dict[str, str]:
    """Forty-two tasks that each write a file; the 31st waits until it is told to go on."""
    found = {}
    for number in range(1, CHAIN + 1):
        need = f"needs: [t{number - 1:02}]\n" if number > 1 else ""
        wait = "  - {run: 'echo $$ >pid; touch here; while [ ! -e go ]; do sleep 0.02; done', effect: workspace}\n"
        write = f"  - {{uses: file, with: {{operation: write, path: {number:02}.txt, content: '{number}'}}}}\n"
        steps = (wait if number == STOPS_AT else "") + write
        found[f"t{number:02}"] = f"day: {1 + number // 4}\n{need}steps:\n{steps}"
    return found


def files(place: Place) -> list[Path]:
    return sorted(place.work.glob("*.txt"))


def until_text(path: Path) -> str:
    until(lambda: path.exists() and path.read_text().endswith("\n"), f"{path.name} is written")
    return path.read_text()


def test_a_command_that_a_killed_run_left_behind_is_ended_and_never_done_twice_unasked(tmp_path: Path) -> None:
    shell = "echo $$ >pid; while [ ! -e go ]; do sleep 0.01; done; echo did >>effects"
    place = Place(tmp_path, {"deploys": f"steps:\n  - {{run: '{shell}'}}\n"})
    with place.start("run", "--quiet") as run:
        pid = int(until_text(place.work / "pid"))
        noted = place.state_folder / "running" / str(pid)
        until(lambda: noted.exists() and noted.read_text() != "", "the command is noted")
        run.kill()
        run.communicate(timeout=30)
    try:
        again = place.ztr("run")
        assert (again.code, place.statuses()) == (0, {"deploys": "unknown"})
        assert not is_alive(pid)
        (place.work / "go").touch()
        assert place.ztr("run", "--quiet").code == 0
        assert not (place.work / "effects").exists()
        assert place.ztr("retry", "deploys").code == 0
        assert place.ztr("run", "--quiet").code == 0
        assert ((place.work / "effects").read_text(), place.statuses()) == ("did\n", {"deploys": "done"})
    finally:
        if is_alive(pid):
            os.killpg(pid, signal.SIGKILL)

"""Several runs on one folder: one runs, the others say who does."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.e2e.driver import Place, is_alive, until

WAITS = "steps:\n  - {run: 'echo $$ >pid; while [ ! -e go ]; do sleep 0.01; done', effect: workspace}\n"


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def test_of_eight_runs_that_start_together_one_runs_and_seven_name_it(tmp_path: Path) -> None:
    place = Place(tmp_path, {"waits": WAITS})
    runs = [place.start("run", "--quiet") for _ in range(8)]
    until(lambda: sum(is_alive(run.pid) for run in runs) == 1, "seven have ended")
    (place.work / "go").touch()
    told = [(*outcome(run), run.pid) for run in runs]
    (winner,) = [pid for code, _, pid in told if code == 0]
    others = [text for code, text, pid in told if code == 4]
    assert len(others) == 7
    assert all("is in use by" in text and "Traceback" not in text for text in others)
    assert sum(f"(process {winner} on " in text for text in others) >= 1
    assert [event["task"] for event in place.events() if event["type"] == "task-started"] == ["waits"]


def test_while_a_run_goes_on_another_is_refused_by_name_and_a_scheduled_one_ends_in_peace(tmp_path: Path) -> None:
    place = Place(tmp_path, {"waits": WAITS})
    with place.start("run", "--quiet") as run:
        until((place.work / "pid").exists, "the run is under way")
        by_hand, scheduled = place.ztr("run"), place.ztr("run", "--scheduled")
        looked = place.ztr("state", "show")
        (place.work / "go").touch()
        assert outcome(run) == (0, "")
    holder = f"process {run.pid} on "
    assert (by_hand.code, holder in by_hand.err, by_hand.out) == (4, True, "")
    assert (scheduled.code, holder in scheduled.text) == (0, True)
    assert (looked.code, "a run is going on" in looked.out) == (0, True)


def test_the_lock_of_a_run_that_was_killed_is_free(tmp_path: Path) -> None:
    place = Place(tmp_path, {"waits": WAITS})
    with place.start("run", "--quiet") as run:
        until((place.work / "pid").exists, "the run is under way")
        run.kill()
        run.communicate(timeout=30)
    (place.work / "go").touch()  # its command, which goes on, ends now
    assert place.ztr("run", "--quiet").code == 0

"""SIGINT and SIGTERM: a run ends within two seconds with 130, leaves nothing behind, and the next one goes on."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.driver import Place, is_alive, note, until
from tests.e2e.ledger import Ledger, serving

WITHIN = 2.0
AT_ONCE = 1.0
HANGS = {
    "a shell that ignores SIGTERM": (
        "  - {run: 'trap \"\" TERM; echo $$ >pid; while :; do sleep 0.05; done', effect: workspace}\n"
    ),
    "a callable in a busy loop": "  - {uses: python, with: {call: 'calls:spin'}}\n",
    "a retry that sleeps": (
        "  - run: 'echo $$ >pid; exit 1'\n    effect: workspace\n    retry: {attempts: 5, delay: 1h, max-delay: 1h}\n"
    ),
    "a request to a slow server": (
        "  - {uses: http, with: {method: PUT, url: 'BASE/slow', allow-private: true, body: x}}\n"
    ),
}
CALLS = """
import os, pathlib
def spin() -> dict:
    pathlib.Path("pid").write_text(f"{os.getpid()}\\n")
    if pathlib.Path("go").exists():
        return {}
    while True:
        pass
"""


class Stopped:
    """A run that hangs in one task, and how it was stopped."""

    def __init__(self, place: Place, ledger: Ledger) -> None:
        self.place, self.ledger = place, ledger
        self.asked = False

    def hangs(self) -> bool:
        """Whether the task is where it hangs."""
        path = self.place.work / "pid"
        return self.asked or (path.exists() and path.read_text().endswith("\n"))

    def child(self) -> int:
        """The process that the task started; 0 where there is none."""
        path = self.place.work / "pid"
        return int(path.read_text()) if path.exists() else 0


@contextmanager
def hanging(folder: Path, step: str) -> Iterator[Stopped]:
    """A plan of three tasks that hangs in the second."""
    ledger = Ledger()
    with serving(ledger) as (host, port):
        (folder / "calls.py").write_text(CALLS)
        write = "steps:\n  - {{uses: file, with: {{operation: write, path: {0}.txt, content: x}}}}\n"
        place = Place(
            folder,
            {
                "first": write.format("first"),
                "hangs": "needs: [first]\nsteps:\n" + step.replace("BASE", f"http://{host}:{port}"),
                "last": "needs: [hangs]\n" + write.format("last"),
            },
        )
        stopped = Stopped(place, ledger)
        ledger.watch = lambda _moment, path: setattr(stopped, "asked", path == "/slow")
        yield stopped


@pytest.mark.parametrize(
    ("number", "jobs"),
    [
        (signal.SIGINT, "1"),
        (signal.SIGTERM, "3"),
        *([(signal.SIGINT, "3"), (signal.SIGTERM, "1")] if "ZTR_E2E_FULL" in os.environ else []),
    ],
)
@pytest.mark.parametrize("step", HANGS.values(), ids=[name.replace(" ", "-") for name in HANGS])
def test_a_signal_ends_the_run_in_two_seconds_with_130_and_the_next_goes_on(
    tmp_path: Path, step: str, number: signal.Signals, jobs: str
) -> None:
    with hanging(tmp_path, step) as stopped:
        place = stopped.place
        with place.start("run", "--jobs", jobs) as run:
            until(stopped.hangs, "the task hangs")
            begun = time.monotonic()
            run.send_signal(number)
            out, err = run.communicate(timeout=30)
            seconds = time.monotonic() - begun
        note("stop", seconds)
        assert (run.returncode, "Traceback" in out + err) == (130, False)
        assert seconds < WITHIN
        assert not is_alive(stopped.child())
        assert place.events()[-1]["outcome"] == "interrupted"
        assert place.statuses() == {"first": "done", "hangs": "running"}
        _goes_on(stopped, step)


def _goes_on(stopped: Stopped, step: str) -> None:
    """The next run takes the task up again and, once it no longer hangs, finishes the plan."""
    place = stopped.place
    stopped.ledger.release.set()
    (place.work / "go").touch()
    task = place.folder / "tasks" / "demo" / "hangs.yaml"
    if "run:" in step:
        head = task.read_text().partition("  - ")[0]
        task.write_text(f"{head}  - {{run: 'true', effect: workspace}}\n")
    ended = place.ztr("run", "--quiet")
    assert (ended.code, ended.text) == (0, "")
    assert set(place.statuses().values()) == {"done"}
    begun = [event["task"] for event in place.events() if event["type"] == "task-started"]
    assert begun == ["first", "hangs", "hangs", "last"]


def test_a_run_that_is_the_last_line_of_a_bash_script_gets_the_signal_through_exec(tmp_path: Path) -> None:
    with hanging(tmp_path, HANGS["a shell that ignores SIGTERM"]) as stopped:
        place = stopped.place
        script = tmp_path / "script.sh"
        script.write_text(f"exec {shlex.join(place.command('run', '--quiet'))}\n")
        with subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=tmp_path,
            env=place.environment(),
            start_new_session=True,
        ) as run:
            until(stopped.hangs, "the task hangs")
            begun = time.monotonic()
            run.send_signal(signal.SIGINT)
            assert run.wait(30) == 130
            assert time.monotonic() - begun < WITHIN
        assert not is_alive(stopped.child())


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_second_ctrl_c_ends_it_at_once_and_leaves_no_process_and_no_damage(tmp_path: Path, jobs: str) -> None:
    step = "  - {run: 'trap \"touch asked\" TERM; echo $$ >pid; while :; do sleep 0.05; done', effect: workspace}\n"
    with hanging(tmp_path, step) as stopped:
        place = stopped.place
        with place.start("run", "--quiet", "--jobs", jobs) as run:
            until(stopped.hangs, "the task hangs")
            run.send_signal(signal.SIGINT)
            until((place.work / "asked").exists, "the command is asked to end")
            run.send_signal(signal.SIGINT)
            begun = time.monotonic()
            run.communicate(timeout=30)
            assert time.monotonic() - begun < AT_ONCE
        child = stopped.child()
        try:
            assert run.returncode == 130
            until(lambda: not is_alive(child), "the child is gone", 2)
        finally:
            if is_alive(child):
                os.killpg(child, signal.SIGKILL)
        assert place.statuses() == {"first": "done", "hangs": "running"}
        assert place.ztr("state", "show").code == 0


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_callable_does_not_outlive_a_run_that_is_killed(tmp_path: Path, jobs: str) -> None:
    with hanging(tmp_path, HANGS["a callable in a busy loop"]) as stopped:
        with stopped.place.start("run", "--quiet", "--jobs", jobs) as run:
            until(stopped.hangs, "the task hangs")
            run.kill()
            run.communicate(timeout=30)
        worker = stopped.child()
        try:
            until(lambda: not is_alive(worker), "the worker is gone", 3)
        finally:
            if is_alive(worker):
                os.kill(worker, signal.SIGKILL)

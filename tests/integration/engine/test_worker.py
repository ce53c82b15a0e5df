"""Python callables in real workers: kept between calls, killed at the limit, replaced when lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.engine import worker_process
from automation.engine.ports import PythonResult, Stopped
from automation.engine.redact import Redactor
from automation.engine.stop import Stop
from automation.engine.worker import PythonWorker, WorkerPool
from automation.plan.model import Json

MODULE = """
import os, signal, subprocess, sys, threading, time

def who(): return {"pid": os.getpid()}
def add(a: int, b: float = 0.5): return {"sum": a + b}
def prints(text): print(text); print("to stderr", file=sys.stderr); return {}
def environment(): return {"env": dict(os.environ), "initial": open("/proc/self/environ").read(), "cwd": os.getcwd()}
def where(): import automation; return {"file": automation.__file__}
def exits(): os._exit(3)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def crashes(): print("last words"); os.kill(os.getpid(), signal.SIGSEGV)
def spins():
    print("begun")
    child = subprocess.Popen(["sleep", "30"])
    print(child.pid)
    while True: pass
def says_exit(): sys.exit(4)
def interrupts(): raise KeyboardInterrupt
def fails(): raise ValueError("no s3cret-value here\\nand not there")
def floods(): sys.stdout.write("x" * 50_000_000); return {"ok": True}
def closes_all(): os.closerange(3, os.sysconf("SC_OPEN_MAX"))
def closes_stdout(): sys.stdout.close(); os.close(1); os.close(2); return {}
def forks():
    if os.fork() == 0: return {}
    os.wait(); return {"parent": True}
def leaves_thread():
    def chat():
        while True: print("chatter"); time.sleep(0.001)
    threading.Thread(target=chat, daemon=True).start(); return {}
def leaves_child(): return {"pid": subprocess.Popen(["sleep", "30"]).pid}
def reads_stdin(): return {"read": sys.stdin.read()}
def echoes(data): return {"data": data}
def ignores(): signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(30)
"""


class Worker:
    def __init__(self, directory: Path, worker: PythonWorker) -> None:
        self.directory = directory
        self.worker = worker

    def call(self, name: str, timeout: float = 20, log: Path | None = None, **arguments: Json) -> PythonResult:
        return self.worker.call(
            f"user_steps:{name}", arguments, cwd=self.directory, env={"STEP": "its own"}, timeout=timeout, log=log
        )

    def pid(self) -> Json:
        return self.call("who").outputs["pid"]


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A user's checkout with functions and an `automation` package of its own."""
    (tmp_path / "user_steps.py").write_text(MODULE)
    (tmp_path / "automation").mkdir()
    (tmp_path / "automation" / "__init__.py").write_text("")
    return tmp_path


@pytest.fixture
def worker(checkout: Path, stop: Stop) -> Iterator[Worker]:
    made = PythonWorker([str(checkout)], stop, Redactor({"TOKEN": "s3cret-value"}), log_limit=100_000)
    yield Worker(checkout, made)
    made.close()


def _alive(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return False
        except (FileNotFoundError, ProcessLookupError):
            return False
        time.sleep(0.01)
    return True


def test_one_process_answers_many_calls(worker: Worker) -> None:
    assert worker.call("add", a=1) == PythonResult({"sum": 1.5})
    assert worker.pid() == worker.pid()
    assert "missing argument 'a'" in worker.call("add").error
    assert worker.pid() == worker.pid()


def test_the_users_own_automation_package_is_what_is_imported(worker: Worker, checkout: Path) -> None:
    assert worker.call("where").outputs == {"file": str(checkout / "automation" / "__init__.py")}


def test_no_secret_of_a_step_is_there_for_the_next(worker: Worker, tmp_path: Path) -> None:
    worker.worker.call("user_steps:who", {}, cwd=tmp_path, env={"TOKEN": "s3cret-value"}, timeout=20)
    outputs = worker.call("environment").outputs
    assert outputs == {"env": {"STEP": "its own"}, "initial": "", "cwd": str(tmp_path)}


def test_prints_go_to_the_log_and_the_result_redacted_and_without_power(worker: Worker, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "step.log"
    result = worker.call("prints", log=log, text="::error::s3cret-value")
    assert (result.output, result.outputs) == (": :error::***\nto stderr\n", {})
    assert log.read_text() == result.output


def test_an_exception_is_one_redacted_line_and_its_traceback_is_in_the_log(worker: Worker, tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    result = worker.call("fails", log=log)
    assert (result.error, result.error_type, result.lost) == (
        "ValueError: no *** here and not there",
        "ValueError",
        False,
    )
    assert "Traceback" in log.read_text()
    assert "s3cret-value" not in log.read_text()


@pytest.mark.parametrize(
    ("name", "line"), [("says_exit", "SystemExit: 4"), ("interrupts", "KeyboardInterrupt"), ("nothing", "")]
)
def test_what_is_raised_does_not_end_the_worker(worker: Worker, name: str, line: str) -> None:
    before = worker.pid()
    result = worker.call(name)
    assert result.error == (line or "user_steps:nothing: 'user_steps' has no 'nothing'")
    assert (result.lost, worker.pid()) == (False, before)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("exits", "the worker ended with status 3"),
        ("killed", "killed by SIGKILL in the middle of the call; the machine may have run out of memory"),
        ("crashes", "killed by SIGSEGV"),
        # ended by its own error or, on a busy machine, by us, who hear nothing of it any more
        ("closes_all", "the worker ended with status 1|the worker was killed by SIGKILL in the middle of the call"),
    ],
)
def test_a_lost_worker_is_named_and_replaced(worker: Worker, name: str, said: str) -> None:
    before = worker.pid()
    result = worker.call(name)
    assert (result.lost, result.timed_out, result.error_type) == (True, False, "WorkerLost")
    assert any(one in result.error for one in said.split("|"))
    assert worker.pid() != before
    if name == "crashes":
        assert result.output == "last words\n"


def test_the_time_limit_kills_the_whole_group(worker: Worker) -> None:
    before = worker.pid()
    started = time.monotonic()
    result = worker.call("spins", timeout=0.3)
    assert time.monotonic() - started < 1.5
    assert (result.timed_out, result.lost) == (True, True)
    assert result.error == "user_steps:spins did not end within 0.3 s; its worker was killed"
    begun, pid = result.output.split()
    assert begun == "begun"
    assert not _alive(int(pid))
    assert worker.pid() != before


def test_a_worker_that_died_between_calls_is_replaced_silently(worker: Worker) -> None:
    before = worker.pid()
    assert isinstance(before, int)
    os.kill(before, 9)
    assert not _alive(before)
    assert isinstance(worker.pid(), int)


def test_a_stop_ends_the_call_at_once(worker: Worker, stop: Stop) -> None:
    worker.pid()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        worker.call("ignores")
    assert time.monotonic() - started < 1
    timer.join()
    with pytest.raises(Stopped):
        worker.call("who")


def test_a_flood_of_output_stays_small(worker: Worker, tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    result = worker.call("floods", log=log)
    assert result.outputs == {"ok": True}
    assert len(result.output) <= 65_536
    assert log.stat().st_size < 101_000


def test_large_messages_come_through_in_both_directions(worker: Worker) -> None:
    data = "x" * 3_000_000
    assert worker.call("echoes", data=data).outputs == {"data": data}
    assert worker.call("add", a=1).outputs == {"sum": 1.5}


def test_an_answer_that_is_too_large_is_an_error(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "_LARGEST_ANSWER", 1000)
    result = worker.call("echoes", data="x" * 2000)
    assert (result.lost, result.outputs) == (True, {})


def test_a_function_may_close_its_streams_fork_and_read(worker: Worker) -> None:
    assert worker.call("forks").outputs == {"parent": True}
    assert worker.call("reads_stdin").outputs == {"read": ""}
    assert worker.call("closes_stdout").error == ""
    assert worker.call("add", a=1).outputs == {"sum": 1.5}


def test_a_thread_left_behind_does_not_hinder_the_next_call(worker: Worker) -> None:
    worker.call("leaves_thread")
    assert worker.call("add", a=1).outputs == {"sum": 1.5}


def test_what_functions_left_behind_ends_with_the_worker(worker: Worker) -> None:
    pid = worker.call("leaves_child").outputs["pid"]
    worker.worker.close()
    assert isinstance(pid, int)
    assert not _alive(pid)


def test_a_kernel_without_pidfd_will_do(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "open_pidfd", lambda pid: -1)
    assert worker.call("add", a=1).outputs == {"sum": 1.5}
    assert worker.call("exits").lost


def test_an_interpreter_that_is_not_there_is_an_error(checkout: Path, stop: Stop) -> None:
    worker = PythonWorker([], stop, Redactor({}), interpreter="/no/such/python")
    result = worker.call("a:b", {}, cwd=checkout, env={}, timeout=5)
    assert (result.error, result.lost) == ("cannot start a Python worker: No such file or directory", True)


def test_a_pool_reuses_its_workers_and_ends_them(checkout: Path, stop: Stop) -> None:
    pool = WorkerPool([str(checkout)], stop, Redactor({}))
    pool.start()
    pids = {pool.call("user_steps:who", {}, cwd=checkout, env={}, timeout=20).outputs["pid"] for _ in range(3)}
    assert len(pids) == 1
    pool.close()
    assert not _alive(int(str(pids.pop())))


def test_a_pool_has_a_worker_for_each_call_at_the_same_time(checkout: Path, stop: Stop) -> None:
    pool = WorkerPool([str(checkout)], stop, Redactor({}))
    found: list[Json] = []

    def call() -> None:
        found.append(pool.call("user_steps:who", {}, cwd=checkout, env={}, timeout=20).outputs["pid"])

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert len(found) == 2


def test_no_descriptor_is_left_open(worker: Worker) -> None:
    worker.pid()
    before = len(list(Path("/proc/self/fd").iterdir()))
    worker.call("exits")
    worker.pid()
    assert len(list(Path("/proc/self/fd").iterdir())) == before

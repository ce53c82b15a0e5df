"""Commands: their environment, output and end, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from automation.engine import process
from automation.engine.clock import SystemClock
from automation.engine.ports import ProcessResult, Stopped
from automation.engine.process import LocalProcesses
from automation.engine.redact import Redactor
from automation.engine.stop import Stop

PATH = {"PATH": "/usr/bin:/bin"}


class Commands:
    """A `LocalProcesses` in a directory, with short waits."""

    def __init__(self, directory: Path, stop: Stop) -> None:
        self.directory = directory
        self.stop = stop
        self.processes = LocalProcesses(stop, Redactor({"TOKEN": "s3cret-value"}), grace=0.1, log_limit=100_000)

    def run(self, *command: str, timeout: float = 20, keep: int = 65_536, log: Path | None = None) -> ProcessResult:
        return self.processes.run(command, cwd=self.directory, env=PATH, timeout=timeout, keep=keep, log=log)

    def shell(self, script: str, timeout: float = 20, keep: int = 65_536, log: Path | None = None) -> ProcessResult:
        return self.run("sh", "-c", script, timeout=timeout, keep=keep, log=log)

    def python(self, script: str, timeout: float = 20, log: Path | None = None) -> ProcessResult:
        return self.run(sys.executable, "-S", "-c", script, timeout=timeout, log=log)


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def commands(tmp_path: Path, stop: Stop) -> Commands:
    return Commands(tmp_path, stop)


def _gone(pid: int) -> bool:
    """Whether a process is gone, or a zombie that only waits for init; looks for at most two seconds."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("script", "exit_status", "output"),
    [
        ("echo out; echo err >&2", 0, "out\nerr\n"),
        ("exit 3", 3, ""),
        ("kill -9 $$", -signal.SIGKILL, ""),
        ("cat; echo end", 0, "end\n"),
        ("printf '\\377\\376x'", 0, "\ufffd\ufffdx"),
        ("echo my s3cret-value", 0, "my ***\n"),
        ("printf 's3cret\\033[0m-value'", 0, "***"),
        ("echo ::error::x", 0, ": :error::x\n"),
        ("env", 0, "PATH=/usr/bin:/bin\nPWD={cwd}\n"),
    ],
)
def test_a_command_gives_its_status_and_output(commands: Commands, script: str, exit_status: int, output: str) -> None:
    result = commands.shell(script)
    shown = "".join(
        sorted(line for line in result.output.splitlines(keepends=True) if line[:4] != "SHLV" and line[:2] != "_=")
    )
    wanted = "".join(sorted(output.format(cwd=commands.directory).splitlines(keepends=True)))
    assert (result.exit, shown, result.timed_out, result.error) == (exit_status, wanted, False, "")


def test_the_environment_is_exactly_what_is_given(commands: Commands) -> None:
    assert commands.run("/usr/bin/env").output == "PATH=/usr/bin:/bin\n"


def test_a_command_leads_a_session_of_its_own(commands: Commands) -> None:
    leader = commands.python("import os; print(os.getsid(0) == os.getpgid(0) == os.getpid())")
    assert leader.output == "True\n"


@pytest.mark.parametrize(
    ("command", "cwd", "said"),
    [
        (("no-such-command",), ".", "there is no such command; install it"),
        (("echo",), "missing", "does not exist"),
        (("./plain",), ".", "may not be executed"),
        (("echo", "a\0b"), ".", "null"),
        (("./loop",), ".", "Too many levels"),
    ],
)
def test_a_command_that_cannot_start_says_why(
    commands: Commands, command: tuple[str, ...], cwd: str, said: str
) -> None:
    (commands.directory / "plain").write_text("x")
    (commands.directory / "loop").symlink_to("loop")
    result = commands.processes.run(command, cwd=commands.directory / cwd, env=PATH, timeout=5)
    assert result.exit is None
    assert said in result.error
    assert command[0] in result.error


def test_a_gigabyte_without_newline_stays_small_in_memory_and_in_the_log(commands: Commands, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "a" / "step.log"
    result = commands.shell("head -c 200000000 /dev/zero | tr '\\0' x; echo end", log=log, keep=100)
    assert result.output == "x" * 96 + "end\n"
    assert result.dropped == 200_000_004 - 100
    text = log.read_text()
    assert 100_000 < len(text) < 101_000
    assert text.endswith("199900004 bytes dropped: a log is cut at its limit\n")


def test_a_log_is_added_to_and_only_made_for_output(commands: Commands, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "step.log"
    commands.shell("true", log=log)
    assert not log.exists()
    commands.shell("echo one s3cret-value", log=log)
    commands.shell("printf '##[group]two'", log=log)
    assert log.read_text() == "one ***\n## [group]two\n"


def test_the_kept_tail_never_begins_with_half_a_secret(commands: Commands) -> None:
    script = "i=0; while [ $i -lt 3000 ]; do printf s3cret-value; i=$((i+1)); done"
    for keep in (1000, 1001, 1007):
        result = commands.shell(script, keep=keep)
        assert set(result.output) == {"*"}
        assert result.dropped == 36_000 - keep


@pytest.mark.parametrize("script", ["sleep 30", "trap '' TERM; while :; do sleep 30; done", "exec >&- 2>&-; sleep 30"])
def test_the_time_limit_ends_every_command(commands: Commands, script: str) -> None:
    started = time.monotonic()
    result = commands.shell(f"echo begun; {script}", timeout=0.1)
    assert (result.timed_out, result.output) == (True, "begun\n")
    assert result.exit in (-signal.SIGTERM, -signal.SIGKILL)
    assert time.monotonic() - started < 1.5


def test_the_time_limit_kills_grandchildren(commands: Commands) -> None:
    result = commands.shell("sh -c 'trap \"\" TERM; echo $$; sleep 30' & wait", timeout=0.1)
    assert result.timed_out
    assert _gone(int(result.output))


def test_a_command_may_use_its_grace_to_end_well(commands: Commands) -> None:
    result = commands.shell("trap 'echo cleaned; exit 7' TERM; while :; do sleep 0.01; done", timeout=0.1)
    assert (result.timed_out, result.exit, result.output.splitlines()[-1]) == (True, 7, "cleaned")


@pytest.mark.parametrize("detach", ["", "exec >&- 2>&-;"])
def test_what_is_left_in_the_background_ends_with_the_command(commands: Commands, detach: str) -> None:
    started = time.monotonic()
    result = commands.shell(f"({detach} sleep 30) & echo $!")
    assert (result.exit, result.timed_out) == (0, False)
    assert _gone(int(result.output))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("tail", ["", "sleep 30"])
def test_a_daemon_that_left_group_and_session_ends_too(commands: Commands, tail: str) -> None:
    daemon = "import os\nos.setsid()\nif os.fork(): os._exit(0)\nprint(os.getpid(),flush=True)\nos.closerange(1,3)\n"
    script = f"{sys.executable} -S -c '{daemon}\nimport time; time.sleep(30)' & sleep 0.1; {tail}"
    result = commands.shell(script, timeout=0.25)
    assert result.timed_out == bool(tail)
    assert _gone(int(result.output))


def test_children_that_other_code_started_are_left_alone(commands: Commands) -> None:
    before = subprocess.Popen(["sleep", "30"], start_new_session=True)
    started: list[subprocess.Popen[bytes]] = []
    timer = threading.Timer(0.02, lambda: started.append(subprocess.Popen(["sleep", "30"])))
    timer.start()
    commands.shell("sleep 0.1")
    timer.join()
    found = [child.poll() for child in (before, *started)]
    for child in (before, *started):
        child.kill()
        child.wait()
    assert found == [None, None]


def test_late_output_of_the_group_is_still_read(commands: Commands) -> None:
    assert commands.shell("(sleep 0.05; echo late) & echo early").output == "early\nlate\n"


def test_a_command_that_closes_its_output_is_waited_for(commands: Commands) -> None:
    assert commands.shell("exec >&- 2>&-; sleep 0.05; exit 4").exit == 4


def test_a_stop_ends_the_command_at_once(commands: Commands, stop: Stop) -> None:
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        commands.shell("trap '' TERM; while :; do sleep 30; done")
    assert time.monotonic() - started < 1.5
    with pytest.raises(Stopped):
        commands.shell("true")
    timer.join()


def test_a_kernel_without_pidfd_will_do(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "open_pidfd", lambda pid: -1)
    assert commands.shell("echo hi; exit 2") == ProcessResult(2, "hi\n")
    assert commands.shell("sleep 30 & echo hi").output == "hi\n"
    assert commands.shell("sleep 30", timeout=0.05).timed_out


def test_no_descriptor_is_left_open(commands: Commands) -> None:
    commands.shell("true")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        commands.shell("echo x")
        commands.run("no-such-command")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_sleep_ends_with_the_stop(stop: Stop) -> None:
    clock = SystemClock(stop)
    started = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - started >= 0.01
    assert clock.now().utcoffset() is not None
    stop.set()
    with pytest.raises(Stopped):
        clock.sleep(60)
    assert clock.monotonic() - started < 1


def test_a_signal_handler_may_set_the_stop() -> None:
    stop = Stop()
    before = signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    try:
        threading.Timer(0.02, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
        with pytest.raises(Stopped):
            stop.sleep(60)
    finally:
        signal.signal(signal.SIGUSR1, before)
        stop.close()
        stop.close()


def test_callbacks_are_called_once_while_their_block_lasts(stop: Stop) -> None:
    called: list[str] = []
    with stop.calling(lambda: called.append("over")):
        pass
    with stop.calling(lambda: called.append("in")):
        stop.set()
        stop.set()
    with stop.calling(lambda: called.append("late")):
        pass
    assert (called, stop.is_set()) == (["in", "late"], True)

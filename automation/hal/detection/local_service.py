"""Runs the drill's service as a process of its own: started, broken over HTTP, restarted, ended by its own id."""

import http.client
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from automation.hal.detection.drill import Probe

PROGRAM = Path(__file__).with_name("drill_service.py")
START_SECONDS = 10.0
PROBE_SECONDS = 1.0
END_SECONDS = 2.0


class Process(Protocol):
    """What the drill needs of a running program; `subprocess.Popen` is one."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


def launch_python(program: Path) -> Process:
    """Start a Python file of its own: isolated from our packages and settings, talking over pipes."""
    argv = [sys.executable, "-I", "-S", str(program)]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@dataclass(slots=True)
class LocalService:
    """A context manager: the process runs inside the block and is gone after it, whatever happened."""

    program: Path = PROGRAM
    launch: Callable[[Path], Process] = launch_python
    process: Process | None = None
    port: int = 0
    ended: list[int] = field(default_factory=list)

    def __enter__(self) -> "LocalService":
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def probe(self) -> Probe:
        """Ask for its health; at most a second."""
        return self._get("/health")

    def plant(self, fault: str) -> None:
        """Tell it to misbehave from now on."""
        self._get(f"/fault/{fault}")

    def restart(self) -> None:
        """End the process if it still runs, and start a fresh one."""
        self._end()
        self._start()

    def _get(self, path: str) -> Probe:
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", path)
            status: int | None = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = None
        finally:
            connection.close()
        return Probe(status, time.monotonic() - start)

    def _start(self) -> None:
        self.process = self.launch(self.program)
        stream = self.process.stdout
        ready = stream is not None and select.select([stream], [], [], START_SECONDS)[0]
        line = stream.readline() if stream is not None and ready else b""
        if not line.strip().isdigit():
            self._end()
            raise OSError(
                f"the drill's service did not start within {START_SECONDS:g} s; run {self.program} to see why"
            )
        self.port = int(line)

    def _end(self) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        self.ended.append(process.pid)

"""A target's service: started from a copy on a port of this machine alone, asked so many times, and ended."""

from __future__ import annotations

import http.client
import json
import re
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from automation.consolidation.manifests import manifests
from automation.consolidation.processes import argv_of, copy_of, declared, end, start, tail
from automation.consolidation.study import Study

START_SECONDS = 15.0
_ANSWER_SECONDS = 5.0
_HOST = "127.0.0.1"


class NotStarted(RuntimeError):
    """The service did not come up; the message says why."""


class Answer(NamedTuple):
    """One answer: its status (0 if there was none) and how long it took."""

    status: int
    seconds: float


class Running(NamedTuple):
    """A service that answers on its port, and how long it took to."""

    port: int
    startup: float

    def ask(self, path: str, method: str = "GET") -> Answer:
        """One request to the service."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_ANSWER_SECONDS)
        try:
            connection.request(method, path)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return Answer(status, time.perf_counter() - begun)


def start_command(study: Study, commands: str) -> str | None:
    """How the service of a target is started: by the plan, its Procfile, or the start script of its package."""
    names = [study.name, *(one.project for one in manifests(study) if one.project)]
    if command := declared(commands, names):
        return command
    for line in study.text_of("Procfile").splitlines():
        if match := re.match(r"web:\s*(.+)", line):
            return match[1].strip()
    try:
        scripts = json.loads(study.text_of("package.json") or "{}").get("scripts", {})
    except (ValueError, AttributeError):
        return None
    found = scripts.get("start") if isinstance(scripts, dict) else None
    return found if isinstance(found, str) else None


@contextmanager
def service(study: Study, command: str) -> Iterator[Running]:
    """The service of a target while the block lasts. Raises `NotStarted`."""
    port = free_port()
    with copy_of(study) as copy, tempfile.TemporaryFile() as output:
        begun = time.monotonic()
        try:
            argv = argv_of(command, {"PORT": str(port)})
            process = start(argv, copy, output, {"PORT": str(port), "HOST": _HOST})
        except (OSError, ValueError) as error:
            raise NotStarted(f"`{command}` cannot be started: {error}") from error
        try:
            while not _listens(port):
                if process.poll() is not None:
                    said = [line for line in tail(output).splitlines() if line.strip()]
                    raise NotStarted(
                        f"`{command}` ended with status {process.returncode}: {said[-1][:200] if said else 'no output'}"
                    )
                if time.monotonic() - begun > START_SECONDS:
                    raise NotStarted(f"`{command}` does not listen on port {port} after {START_SECONDS:g} s")
                time.sleep(0.02)
            yield Running(port, round(time.monotonic() - begun, 3))
        finally:
            end(process)


def free_port() -> int:
    """A port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed; 0 of none."""
    ranked = sorted(values)
    if not ranked:
        return 0.0
    return ranked[min(len(ranked) - 1, max(0, int(-(-share * len(ranked) // 1)) - 1))]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_HOST, port)) == 0

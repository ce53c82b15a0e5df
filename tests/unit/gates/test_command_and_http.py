"""The gates that ask the outside, with faked ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse, ProcessResult
from automation.gates import command, http
from automation.gates.base import Measured, Measurement, Unmeasurable
from automation.plan.model import Bound, Json
from tests.fakes import FakeHttp, FakeProcesses, a_look, fake_tools

URL = "https://example.com/health"


def run(inputs: dict[str, Json], result: ProcessResult) -> Measurement:
    tools = fake_tools(processes=FakeProcesses(result))
    return command.measure(a_look({"command": ["make", "check"], **inputs}, tools=tools))


def get(inputs: dict[str, Json], answer: HttpResponse | HttpFailed) -> Measurement:
    return http.measure(a_look({"http": URL, **inputs}, tools=fake_tools(http=FakeHttp(answer))))


@pytest.mark.parametrize(
    ("inputs", "result", "expected"),
    [
        ({}, ProcessResult(0, " fine \n"), Measured(0, Bound("equals", 0), "exit status of make check", "fine")),
        ({"expect-status": 2}, ProcessResult(2), Measured(2, Bound("equals", 2), "exit status of make check")),
        ({}, ProcessResult(-9), Measured(-9, Bound("equals", 0), "exit status of make check")),
        (
            {},
            ProcessResult(-15, timed_out=True),
            Unmeasurable("it was stopped at its time limit of 60 s", "exit status of make check"),
        ),
        (
            {},
            ProcessResult(None, error="no make"),
            Unmeasurable("it could not be started: no make", "exit status of make check"),
        ),
        (
            {"command": []},
            ProcessResult(0),
            Unmeasurable("give the command as a list of the program and its arguments"),
        ),
        (
            {"command": "ls"},
            ProcessResult(0),
            Unmeasurable("give the command as a list of the program and its arguments"),
        ),
        (
            {"command": ["a\0"]},
            ProcessResult(0),
            Unmeasurable("give the command as a list of the program and its arguments"),
        ),
    ],
)
def test_a_command_is_measured_by_its_exit_status(
    inputs: dict[str, Json], result: ProcessResult, expected: Measurement
) -> None:
    assert run(inputs, result) == expected


def test_a_command_runs_below_the_work_directory_alone(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    processes = FakeProcesses()
    tools = fake_tools(processes=processes)
    for folder in (".", "sub"):
        command.measure(a_look({"command": ["x"], "working-directory": folder}, tmp_path, tools=tools))
    assert [ran.cwd for ran in processes.runs] == [tmp_path, tmp_path / "sub"]
    got = command.measure(a_look({"command": ["x"], "working-directory": ".."}, tmp_path, tools=tools))
    assert isinstance(got, Unmeasurable)
    assert "leads upwards" in got.reason


STATUS = f"status of GET {URL}"


@pytest.mark.parametrize(
    ("inputs", "answer", "expected"),
    [
        ({}, HttpResponse(200, {}, b""), Measured(200, Bound("equals", 200), STATUS)),
        ({}, HttpResponse(503, {}, b""), Measured(503, Bound("equals", 200), STATUS)),
        ({"expect-status": 404}, HttpResponse(404, {}, b""), Measured(404, Bound("equals", 404), STATUS)),
        (
            {"expect-json": {"a.b": 1}},
            HttpResponse(200, {}, b'{"a": {"b": 1}}'),
            Measured(1, Bound("equals", 1), f"a.b of GET {URL}"),
        ),
        (
            {"expect-json": {"a": 1, "b": 2, "c": 3}},
            HttpResponse(200, {}, b'{"a": 1, "b": 5, "c": 3}'),
            Measured(5, Bound("equals", 2), f"b of GET {URL}"),
        ),
        ({"expect-json": {"a": 1}}, HttpResponse(500, {}, b"{}"), Measured(500, Bound("equals", 200), STATUS)),
        ({"expect-json": {"z": 1}}, HttpResponse(200, {}, b"{}"), Unmeasurable("the answer has no z", f"GET {URL}")),
        ({"expect-json": {"z": 1}}, HttpResponse(200, {}, b"no"), Unmeasurable("the answer is not JSON", f"GET {URL}")),
        ({}, HttpFailed("timed out", kind="transient", sent="maybe"), Unmeasurable("timed out", f"GET {URL}")),
    ],
    ids=str,
)
def test_an_address_is_measured_by_status_then_by_json(
    inputs: dict[str, Json], answer: HttpResponse | HttpFailed, expected: Measurement
) -> None:
    assert get(inputs, answer) == expected


def test_the_request_is_a_plain_get_within_the_time_limits() -> None:
    http_port = FakeHttp()
    tools = fake_tools(http=http_port)
    http.measure(a_look({"http": URL}, tools=tools))
    http.measure(a_look({"http": URL, "timeout": 5, "allow-private": True}, tools=tools))
    accept = {"Accept": "application/json, */*"}
    assert http_port.requests == [
        HttpRequest("GET", URL, accept, timeout=60.0),
        HttpRequest("GET", URL, accept, timeout=5.0, private=True),
    ]

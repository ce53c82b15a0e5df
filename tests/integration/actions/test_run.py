"""The `run` action: with a faked port where the port's answer matters, with real processes where the shell does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.base import BadInput, Done, Draft, Failed
from automation.actions.run import ACTION, LARGEST_OUTPUT_FILE
from automation.engine.ports import ProcessResult, Stopped
from automation.engine.process import LocalProcesses
from automation.engine.redact import Redactor
from automation.engine.stop import Stop
from automation.plan.model import Json
from tests.fakes import FakeProcesses, Ran, a_call, fake_tools


@pytest.fixture
def processes() -> Iterator[LocalProcesses]:
    stop = Stop()
    yield LocalProcesses(stop, Redactor({}))
    stop.close()


def faked(workdir: Path, inputs: dict[str, Json], result: ProcessResult) -> object:
    return ACTION.perform(a_call(inputs, workdir, tools=fake_tools(processes=FakeProcesses(result)), timeout=5))


@pytest.mark.parametrize(
    ("inputs", "command"),
    [({"shell": "echo $X"}, ("sh", "-ec", "echo $X")), ({"argv": ["wc", 5, "a b"]}, ("wc", "5", "a b"))],
)
def test_the_command_is_started_in_the_work_directory_with_the_given_environment(
    tmp_path: Path, inputs: dict[str, Json], command: tuple[str, ...]
) -> None:
    processes = FakeProcesses(ProcessResult(0, " said \n"))
    call = a_call(inputs, tmp_path, tools=fake_tools(processes=processes), env={"X": "1"}, timeout=5)
    assert ACTION.perform(call) == Done({"status": 0, "stdout": "said"})
    (ran,) = processes.runs
    assert (ran.command, ran.cwd, ran.timeout) == (command, tmp_path, 5)
    assert set(ran.env) == {"X", "ZTR_OUTPUT", "GITHUB_OUTPUT"}
    assert ran.env["ZTR_OUTPUT"] == ran.env["GITHUB_OUTPUT"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("inputs", "target"),
    [({"shell": "make all"}, "run sh -ec 'make all'"), ({"argv": ["git", "push"]}, "run git push")],
)
def test_in_mock_mode_the_command_is_recorded(inputs: dict[str, Json], target: str) -> None:
    assert ACTION.prepare(a_call(inputs)) == (Draft(target, inputs),)


@pytest.mark.parametrize(
    ("result", "kind", "message"),
    [
        (
            ProcessResult(3, "oh\nno\n"),
            "transient",
            "the command ended with status 3, expected was 0; it said last: oh\nno",
        ),
        (ProcessResult(127), "permanent", "the command ended with status 127, expected was 0"),
        (ProcessResult(-9), "transient", "the command was killed by signal 9, expected was 0"),
        (
            ProcessResult(-15, "x" * 500, timed_out=True),
            "transient",
            f"the command was stopped at its time limit of 5 s; it said last: {'x' * 400}",
        ),
        (
            ProcessResult(None, error="no such program"),
            "permanent",
            "the command could not be started: no such program",
        ),
    ],
)
def test_a_command_that_does_not_end_well_fails(tmp_path: Path, result: ProcessResult, kind: str, message: str) -> None:
    assert faked(tmp_path, {"argv": ["x"]}, result) == Failed(kind, message)  # type: ignore[arg-type]  # a kind from the table
    assert list(tmp_path.iterdir()) == []


def test_another_status_may_mean_success(tmp_path: Path) -> None:
    got = faked(tmp_path, {"argv": ["x"], "expect-status": 3}, ProcessResult(3))
    assert got == Done({"status": 3, "stdout": ""})


def test_a_run_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    def stop(_: Ran) -> None:
        raise Stopped

    call = a_call({"argv": ["x"]}, tmp_path, tools=fake_tools(processes=FakeProcesses(effect=stop)))
    with pytest.raises(Stopped):
        ACTION.perform(call)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inputs", [{}, {"argv": []}, {"argv": [""]}, {"shell": "a\0b"}])
def test_what_is_no_command_is_refused(inputs: dict[str, Json]) -> None:
    with pytest.raises(BadInput, match="run"):
        ACTION.prepare(a_call(inputs))


@pytest.mark.parametrize(
    ("folder", "why"), [("..", "leads upwards"), ("/", "absolute"), ("none", "is not there"), ("out", "leads out")]
)
def test_a_working_directory_is_below_the_work_directory_and_there(tmp_path: Path, folder: str, why: str) -> None:
    (tmp_path / "out").symlink_to("/")
    got = faked(tmp_path, {"argv": ["x"], "working-directory": folder}, ProcessResult(0))
    assert isinstance(got, Failed)
    assert why in got.message


def test_a_working_directory_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    processes = FakeProcesses()
    for folder, expected in (("sub", tmp_path / "sub"), (".", tmp_path)):
        call = a_call({"argv": ["x"], "working-directory": folder}, tmp_path, tools=fake_tools(processes=processes))
        assert isinstance(ACTION.perform(call), Done)
        assert processes.runs[-1].cwd == expected


def writes(content: bytes) -> FakeProcesses:
    def write(ran: Ran) -> None:
        Path(ran.env["ZTR_OUTPUT"]).write_bytes(content)

    return FakeProcesses(effect=write)


def test_declared_outputs_are_read_with_their_types(tmp_path: Path) -> None:
    tools = fake_tools(processes=writes(b"pages=3\nok=true\nmore=x\n"))
    outputs = {"pages": "integer", "ok": "boolean"}
    got = ACTION.perform(a_call({"argv": ["x"]}, tmp_path, tools=tools, outputs=outputs))
    assert got == Done({"status": 0, "stdout": "", "pages": 3, "ok": True})


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"pages=many\n", "declared as integer"), (b"", "pages is missing"), (b"junk\n", "has no '='")],
)
def test_outputs_that_are_not_as_declared_fail(tmp_path: Path, content: bytes, why: str) -> None:
    tools = fake_tools(processes=writes(content))
    got = ACTION.perform(a_call({"argv": ["x"]}, tmp_path, tools=tools, outputs={"pages": "integer"}))
    assert isinstance(got, Failed)
    assert why in got.message


def test_an_output_file_that_is_too_large_or_was_taken_away_or_replaced_fails(tmp_path: Path) -> None:
    def take(ran: Ran) -> None:
        Path(ran.env["ZTR_OUTPUT"]).unlink()

    def link(ran: Ran) -> None:
        take(ran)
        Path(ran.env["ZTR_OUTPUT"]).symlink_to("/etc/hostname")

    def pipe(ran: Ran) -> None:
        take(ran)
        os.mkfifo(ran.env["ZTR_OUTPUT"])

    for fake in (
        writes(b"a=" + b"x" * LARGEST_OUTPUT_FILE),
        *(FakeProcesses(effect=one) for one in (take, link, pipe)),
    ):
        got = ACTION.perform(a_call({"argv": ["x"]}, tmp_path, tools=fake_tools(processes=fake)))
        assert isinstance(got, Failed)
        assert "$ZTR_OUTPUT cannot be read" in got.message
    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=200))
def test_any_value_reaches_a_shell_through_the_environment_exactly_and_runs_nothing(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    stop = Stop()
    work = tmp_path_factory.mktemp("work")
    try:
        tools = fake_tools()._replace(processes=LocalProcesses(stop, Redactor({})))
        env = {"PATH": os.defpath, "X": value, "CANARY": str(work / "canary")}
        call = a_call({"shell": 'printf %s "$X" > said'}, work, tools=tools, env=env)
        assert ACTION.perform(call) == Done({"status": 0, "stdout": ""})
        assert (work / "said").read_bytes() == value.encode()
        assert [path.name for path in work.iterdir()] == ["said"]
    finally:
        stop.close()
        shutil.rmtree(work)


@pytest.mark.parametrize(
    "value", ["$(touch canary)", "`touch canary`", "; touch canary", "'\"; touch canary #", "\n touch canary"]
)
def test_a_hostile_value_touches_nothing(tmp_path: Path, processes: LocalProcesses, value: str) -> None:
    tools = fake_tools()._replace(processes=processes)
    call = a_call({"argv": ["printf", "%s", value]}, tmp_path, tools=tools, env={"PATH": os.defpath})
    assert ACTION.perform(call) == Done({"status": 0, "stdout": value.strip()})
    assert list(tmp_path.iterdir()) == []


def test_a_real_shell_stops_at_the_first_error_and_hands_over_outputs(
    tmp_path: Path, processes: LocalProcesses
) -> None:
    tools = fake_tools()._replace(processes=processes)
    env = {"PATH": os.defpath}
    good = {"shell": 'echo "n=$((6*7))" >> "$ZTR_OUTPUT"; echo said'}
    got = ACTION.perform(a_call(good, tmp_path, tools=tools, env=env, outputs={"n": "integer"}))
    assert got == Done({"status": 0, "stdout": "said", "n": 42})
    bad = ACTION.perform(a_call({"shell": "false\ntouch canary"}, tmp_path, tools=tools, env=env))
    assert isinstance(bad, Failed)
    assert list(tmp_path.iterdir()) == []

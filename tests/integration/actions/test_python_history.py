"""The run's history for functions that evaluate the plan itself."""

from __future__ import annotations

import json
from pathlib import Path

from automation.actions.base import Done, Failed
from automation.actions.python import ACTION
from automation.plan.model import Json
from tests.fakes import FakePython, a_call, fake_tools


def test_the_history_is_written_before_the_call_and_its_path_handed_over(tmp_path: Path) -> None:
    python = FakePython()
    inputs: dict[str, Json] = {"call": "m:f", "history": "run/history.json"}
    call = a_call(inputs, tmp_path, tools=fake_tools(python=python))._replace(history=lambda: {"tasks": ["é"]})
    assert ACTION.perform(call) == Done({})
    assert json.loads((tmp_path / "run/history.json").read_text("utf-8")) == {"tasks": ["é"]}
    assert python.calls[0].arguments == {"history": "run/history.json"}


def test_a_history_that_would_leave_the_work_directory_is_refused_and_nothing_is_called(tmp_path: Path) -> None:
    python = FakePython()
    call = a_call({"call": "m:f", "history": "../history.json"}, tmp_path, tools=fake_tools(python=python))
    got = ACTION.perform(call)
    assert isinstance(got, Failed)
    assert ("leads upwards" in got.message, python.calls) == (True, [])

"""A run on GitHub Actions leaves summary, annotations and outputs; a run elsewhere leaves none and does not pay."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.rig import BROKEN, NOTE, Ztr


@pytest.fixture
def on_actions(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> Ztr:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(ztr.folder / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(ztr.folder / "output"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ztr.folder))
    ztr.plan({"01-note": NOTE, "02-broken": BROKEN})
    return ztr


NOW = ("--now", "2025-09-08T09:00:00+00:00")


def test_a_run_leaves_summary_annotations_and_outputs(on_actions: Ztr) -> None:
    told = on_actions("run", *NOW)
    assert told.code == 1
    assert "::error file=tasks/small/02-broken.yaml,line=" in told.err
    summary = (on_actions.folder / "summary").read_text(encoding="utf-8")
    assert summary.startswith("**Small plan** · day 1 of 1")
    assert "```mermaid" in summary
    output = (on_actions.folder / "output").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([a-z-]+)<<(ztr-[0-9a-f]{32})\n.*\n\2$", output, re.MULTILINE))
    values = dict(re.findall(r"^([a-z-]+)<<ztr-\w+\n(.*)$", output, re.MULTILINE))
    assert (values["status"], values["done"], values["failed"], values["report"]) == (
        "failed", "1", "1", ".ztr/small/report",
    )  # fmt: skip
    assert len(set(found.values())) == 1


def test_json_on_standard_output_stays_json(on_actions: Ztr) -> None:
    assert on_actions("run", *NOW, "--json").json["counts"] == {"failed": 1, "done": 1}


def test_a_summary_that_cannot_be_written_is_told_of_and_fails_nothing(
    on_actions: Ztr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(on_actions.folder / "none/summary"))
    monkeypatch.delenv("GITHUB_OUTPUT")
    told = on_actions("run", *NOW, "--tasks", "note", "--quiet")
    assert told.code == 0
    assert "summary cannot be written: No such file or directory" in told.err


def test_a_run_elsewhere_imports_nothing_of_it(ztr: Ztr) -> None:
    ztr.plan({"01-note": NOTE})
    code = (
        "import sys; from automation.cli.app import run_app; run_app(sys.argv[1:]);"
        "print([n for n in sys.modules if n in ('automation.cli.on_actions', 'github', 'monitoring.render.issue')])"
    )
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", code, "run", *NOW, "--quiet"],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"}, cwd=ztr.folder,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"

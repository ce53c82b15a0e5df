"""What somebody wrote on the command line is quoted in errors, and is no command for the runner that reads the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.cli.app import run_app

TRICK = "x\n::set-output name=go::true\n##[add-path]/tmp\x1b[2J"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", f"--plan={TRICK}"],
        ["run", f"--mode={TRICK}"],
        ["run", f"--day={TRICK}"],
        [TRICK],
        ["run", TRICK],
        ["run", f"--{TRICK}"],
        ["state", TRICK],
        ["github", TRICK],
    ],
)
def test_an_error_that_quotes_it_commands_nobody(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_app(arguments) == 2
    told = capsys.readouterr()
    lines = (told.out + told.err).splitlines()
    assert lines
    assert not [line for line in lines if line.lstrip().startswith("::set-output") or "##[" in line or "\x1b" in line]

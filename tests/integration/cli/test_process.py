"""The command line as a process: what it loads, closed pipes, interrupts, other folders, bad surroundings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.integration.cli.rig import NOTE, PLAN, SMALL

TOOLKIT = Path(__file__).parents[3]
HEAVY = {"requests", "rich", "jsonschema", "holidays", "github", "slack_sdk", "numpy", "asyncio", "urllib3"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small plan."""
    target = tmp_path / "tasks/small"
    target.mkdir(parents=True)
    for file, text in {"plan": PLAN, **SMALL}.items():
        (target / f"{file}.yaml").write_text(textwrap.dedent(text))
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}  # this one is measured
    return {**kept, "PYTHONPATH": str(TOOLKIT), **more}


def ztr(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "automation", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, timeout=60
    )


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The top-level names of all modules that the command imports."""
    command = [sys.executable, "-X", "importtime", "-m", "automation", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    return {match.partition(".")[0] for match in re.findall(r"(?m)^import time:.*\| +([\w.]+)$", done.stderr)}


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--mode", "mock", "--tasks", "note,count"]])
def test_no_heavy_module_is_loaded_for_nothing(folder: Path, arguments: list[str]) -> None:
    found = loaded(folder, *arguments)
    assert "automation" in found
    assert found & HEAVY == set()


def test_the_version_loads_no_part_of_the_engine(folder: Path) -> None:
    assert ztr(folder, "--version").stdout == "ztr 0.1.0\n"
    assert "yaml" not in loaded(folder, "--version")


@pytest.mark.parametrize("verb", ["status --all", "plan", "report", "simulate", "graph", "run --mode mock"])
def test_a_reader_that_leaves_is_no_error(folder: Path, verb: str) -> None:
    script = f"set -o pipefail; {sys.executable} -m automation {verb} | true"
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_failure_is_told_by_the_exit_code_even_if_nobody_reads(folder: Path) -> None:
    broken = NOTE.partition("steps:")[0].replace("produces", "#") + "steps:\n      - {run: exit 3, effect: workspace}\n"
    (folder / "tasks/small/01-note.yaml").write_text(textwrap.dedent(broken))
    script = f"set -o pipefail; {sys.executable} -m automation run --mode mock | true"
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_a_closed_standard_output_does_not_keep_the_work_from_being_done(folder: Path) -> None:
    command = f'exec "{sys.executable}" -m automation run --tasks note >&-'
    ended = subprocess.run(["sh", "-c", command], cwd=folder, env=environment(), capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert (folder / ".ztr/small/work/note.txt").exists()


def test_a_pipe_gets_no_colours_and_no_live_display(folder: Path) -> None:
    done = ztr(folder, "run", "--mode", "mock", TERM="xterm-256color")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_gets_colours_unless_they_are_unwanted(folder: Path, no_color: str) -> None:
    """`script` gives the command a terminal."""
    ours, theirs = os.openpty()
    subprocess.run(
        [sys.executable, "-m", "automation", "status"],
        cwd=folder,
        env=environment(TERM="xterm", NO_COLOR=no_color),
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert ("\x1b[" in shown) == (not no_color)


def test_another_folder_works_by_naming_plan_and_state(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = ("--plan", str(folder / "tasks/small"), "--state", "../saved")
    assert ztr(elsewhere, "run", "--mode", "mock", "--quiet", *where).returncode == 0
    assert "✅ 2 done" in ztr(elsewhere, "status", *where).stdout
    assert (folder / "saved/small/state.json").is_file()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("verb", ["run", "simulate"])
def test_an_interrupt_ends_with_130_and_no_traceback(folder: Path, verb: str) -> None:
    slow = f"    steps:\n      - {{run: 'echo > {folder}/began; sleep 30', effect: workspace}}\n"
    (folder / "tasks/small/01-note.yaml").write_text(textwrap.dedent(NOTE.partition("    produces")[0] + slow))
    (folder / "tasks/small/02-count.yaml").unlink()
    (folder / "tasks/small/03-tell.yaml").unlink()
    more = ["--keep", "kept"] if verb == "simulate" else ["--state", "kept"]
    command = [sys.executable, "-m", "automation", verb, "--mode", "mock", "--quiet", *more]
    os.mkfifo(folder / "began")  # opening it waits until the task opens it, too
    with subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        (folder / "began").read_text()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in error


def test_an_internal_error_is_one_line_and_a_file_for_its_owner(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import automation.cli.locate as locate\n"
        "def broken(named, here):\n"
        "    raise RuntimeError('the key is hunter2-hunter2 and tok-0123456789')\n"
        "locate.find_plan = broken\n"
    )
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    more = {
        "PYTHONPATH": f"{tmp_path}:{TOOLKIT}",
        "TMPDIR": str(temporary),
        "MY_KEY": "hunter2-hunter2",
        "ZTR_SECRETS": '{"TOKEN": "tok-0123456789"}',
    }
    done = ztr(folder, "status", **more)
    (crash,) = temporary.iterdir()
    assert done.returncode == 1
    assert done.stderr == f"ztr: internal error (RuntimeError); details are in {crash}\n"
    text = crash.read_text()
    assert "RuntimeError: the key is *** and ***" in text
    assert crash.stat().st_mode & 0o777 == 0o600


def test_an_unknown_verb_is_bad_usage(folder: Path) -> None:
    done = ztr(folder, "runn")
    assert done.returncode == 2
    assert "No such command 'runn'" in done.stderr

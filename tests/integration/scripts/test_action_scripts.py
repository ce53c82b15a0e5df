"""The shell scripts behind the composite action: what they pass on, and what they refuse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / ".github" / "action"
ACTION = SCRIPTS.parents[1] / "action.yml"
SHOWS = '#!/bin/sh\nfor argument; do printf "<%s>\\n" "$argument"; done\nprintf "present=%s\\n" "${ZTR_PRESENT-none}"\n'


def run(tmp_path: Path, script: str, **environment: str) -> tuple[int, str]:
    """The exit status and what was said; what a script calls the command is a program that shows its arguments."""
    ztr = tmp_path / "ztr"
    ztr.write_text(SHOWS, encoding="utf-8")
    ztr.chmod(0o755)
    whole = {
        "PATH": os.environ["PATH"],
        "ZTR": str(ztr),
        "INPUT_STATE": "kept",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        **environment,
    }
    done = subprocess.run(
        ["sh", str(SCRIPTS / script)], env=whole, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def arguments(said: str) -> list[str]:
    return said.split("present=", maxsplit=1)[0].removeprefix("<").removesuffix(">\n").split(">\n<")


def outputs(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


VERBS: list[tuple[dict[str, str], list[str]]] = [
    ({"INPUT_COMMAND": "run", "INPUT_MODE": "mock"}, ["run", "--mode=mock"]),
    (
        {"INPUT_COMMAND": "run", "INPUT_PLAN": "tasks/a", "INPUT_DAY": "3", "INPUT_TASKS": "a,b"},
        ["run", "--plan=tasks/a", "--day=3", "--tasks=a,b"],
    ),
    ({"INPUT_COMMAND": "run", "INPUT_APPROVALS": "auto"}, ["run"]),
    ({"INPUT_COMMAND": "run", "INPUT_APPROVALS": "manual"}, ["run", "--approvals=manual"]),
    ({"INPUT_COMMAND": "run", "GITHUB_EVENT_NAME": "schedule"}, ["run", "--scheduled"]),
    ({"INPUT_COMMAND": "claim", "INPUT_MINUTES": "60"}, ["github", "claim", "--minutes=75"]),
    ({"INPUT_COMMAND": "pull"}, ["state", "pull"]),
    (
        {"INPUT_COMMAND": "pull", "INPUT_COMMIT": "abc", "INPUT_MODE": "auto"},
        ["state", "pull", "--at=abc", "--claimed"],
    ),
    ({"INPUT_COMMAND": "pull", "INPUT_COMMIT": "abc", "INPUT_MODE": "mock"}, ["state", "pull", "--at=abc"]),
    ({"INPUT_COMMAND": "pack", "INPUT_FOLDER": "/tmp/x"}, ["github", "pack", "--to=/tmp/x"]),
    (
        {"INPUT_COMMAND": "publish", "INPUT_FOLDER": "/tmp/x", "INPUT_RESULT": "failure"},
        ["github", "publish", "--from=/tmp/x", "--result=failure"],
    ),
    (
        {"INPUT_COMMAND": "control", "GITHUB_WORKFLOW_REF": "octo/work/.github/workflows/ztr.yml@refs/heads/main"},
        ["github", "control", "--workflow=ztr.yml"],
    ),
    (
        {
            "INPUT_COMMAND": "control",
            "INPUT_WORKFLOW": "daily.yml",
            "GITHUB_WORKFLOW_REF": "o/w/.github/workflows/c.yml@x",
        },
        ["github", "control", "--workflow=daily.yml"],
    ),
    ({"INPUT_COMMAND": "doctor"}, ["doctor"]),
]


@pytest.mark.parametrize(("environment", "expected"), VERBS)
def test_each_command_becomes_its_verb_with_the_inputs_that_are_not_empty(
    tmp_path: Path, environment: dict[str, str], expected: list[str]
) -> None:
    code, said = run(tmp_path, "run.sh", **environment)
    assert (code, arguments(said)) == (0, expected)


@pytest.mark.parametrize(
    "text", ["a b", "$(touch canary)", "`touch canary`", "'; touch canary; '", "a\nb", '"', "--mode=provision", "*"]
)
def test_what_a_person_wrote_stays_one_argument(tmp_path: Path, text: str) -> None:
    code, said = run(tmp_path, "run.sh", INPUT_COMMAND="run", INPUT_TASKS=text)
    assert (code, arguments(said)) == (0, ["run", f"--tasks={text}"])
    assert not (tmp_path / "canary").exists()


def test_the_action_alone_says_what_would_keep_the_state(tmp_path: Path) -> None:
    _, said = run(tmp_path, "run.sh", INPUT_COMMAND="run", INPUT_STATE="")
    assert said.startswith("::notice title=ZTR::The action alone keeps no state")
    assert "contents: write and issues: write" in said


def test_a_claim_learns_the_names_of_secrets_and_that_others_may_be_there(tmp_path: Path) -> None:
    told = {"HAS_SLACK_WEBHOOK_URL": "true", "HAS_OPENAI_API_KEY": "false", "HAS_ZTR_SECRETS": "true"}
    _, said = run(tmp_path, "run.sh", INPUT_COMMAND="claim", **told)
    assert set(said.split("present=")[1].split()) == {"SLACK_WEBHOOK_URL", "*"}
    _, said = run(tmp_path, "run.sh", INPUT_COMMAND="run", **told)
    assert said.split("present=")[1].split() == ["none"]


def test_a_line_inside_of_an_input_is_no_secret_that_is_there(tmp_path: Path) -> None:
    _, said = run(tmp_path, "run.sh", INPUT_COMMAND="claim", INPUT_TASKS="a\nHAS_OPENAI_API_KEY=true")
    assert said.split("present=")[1].split() == []


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("minutes", ["PATH[$(touch canary)0]", "1+1", "-5", "60.5", "0x10", "010", "1\n2", "9" * 30])
def test_minutes_that_are_no_whole_number_are_refused_and_nothing_in_them_is_run(
    tmp_path: Path, minutes: str, shell: str
) -> None:
    environment = {"PATH": os.environ["PATH"], "ZTR": "true", "INPUT_COMMAND": "claim", "INPUT_MINUTES": minutes}
    command = [shell, str(SCRIPTS / "run.sh")]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (2, 1)
    assert done.stdout.startswith("::error::minutes: ")
    assert not (tmp_path / "canary").exists()


def test_the_runner_signals_the_process_that_it_started_and_that_is_the_command_itself(tmp_path: Path) -> None:
    """GitHub's runner starts bash with these options, and tells nobody but that process of a cancellation."""
    (tmp_path / "ztr").write_text('#!/bin/sh\necho "$$"\n', encoding="utf-8")
    (tmp_path / "ztr").chmod(0o755)
    line = f'exec sh "{SCRIPTS}/run.sh"'
    (tmp_path / "step.sh").write_text(line, encoding="utf-8")
    assert line.replace(str(SCRIPTS), "$GITHUB_ACTION_PATH/.github/action") in ACTION.read_text(encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "ZTR": str(tmp_path / "ztr"),
        "INPUT_COMMAND": "run",
        "INPUT_STATE": "kept",
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(tmp_path / "step.sh")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as entry:
        said, _ = entry.communicate(timeout=30)
    assert int(said) == entry.pid


def test_an_unknown_command_or_choice_of_packages_is_one_line_that_commands_nothing(tmp_path: Path) -> None:
    code, said = run(tmp_path, "run.sh", INPUT_COMMAND="x\n::add-mask::y")
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("::error::command: 'xadd-masky' is none of")
    told = {"PACKAGES": "x\n::y", "GITHUB_ACTION_PATH": "/", "RUNNER_TEMP": str(tmp_path), "PYTHON": sys.executable}
    code, said = run(tmp_path, "prepare.sh", **told)
    assert (code, said) == (2, "::error::packages: 'xy' is neither core nor all\n")


def test_a_python_that_is_new_enough_is_found_and_an_old_one_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    (old.parent / "python3.12").symlink_to(sys.executable)
    run(tmp_path, "look.sh", PATH=f"{old.parent}:/usr/bin:/bin")
    assert outputs(tmp_path)["python"].endswith("python3.12")


def test_no_python_is_no_error_for_another_is_got(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = subprocess.run(
        ["/bin/sh", str(SCRIPTS / "look.sh")],
        env={"PATH": str(empty), "GITHUB_OUTPUT": str(tmp_path / "output")},
        check=False,
    )
    assert (done.returncode, outputs(tmp_path)) == (0, {"python": ""})


def prepared(tmp_path: Path, code: Path) -> dict[str, str]:
    told = {
        "PACKAGES": "core",
        "GITHUB_ACTION_PATH": str(code),
        "RUNNER_TEMP": str(tmp_path / "tmp"),
        "PYTHON": sys.executable,
    }
    assert run(tmp_path, "prepare.sh", **told) == (0, "")
    return outputs(tmp_path)


def test_the_command_works_from_a_folder_with_blanks_and_quotes_and_is_keyed_by_lock_and_interpreter(
    tmp_path: Path,
) -> None:
    code = tmp_path / "it's a folder"
    (code / "requirements").mkdir(parents=True)
    (code / "requirements" / "core.txt").write_text("a==1\n", encoding="utf-8")
    start = code / ".github" / "action" / "start.py"
    start.parent.mkdir(parents=True)
    start.write_text("import sys\nprint(sys.argv[1:], sys.flags.isolated)\n", encoding="utf-8")
    first = prepared(tmp_path, code)
    assert (first["ready"], first["key"].startswith("ztr-core-")) == ("false", True)
    binary = Path(first["environment"]) / "bin"
    binary.mkdir(parents=True)
    (binary / "python").symlink_to(sys.executable)
    said = subprocess.run([first["ztr"], "a b", "$x"], capture_output=True, text=True, check=True).stdout
    assert said == "['a b', '$x'] 1\n"
    (code / "requirements" / "core.txt").write_text("a==2\n", encoding="utf-8")
    second = prepared(tmp_path, code)
    assert (second["ready"], second["key"] == first["key"]) == ("true", False)


def test_a_failed_install_leaves_no_half_environment_and_says_what_to_do(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("nothing-like-this==1 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    place = tmp_path / "environment"
    told = {"PYTHON": sys.executable, "ENVIRONMENT": str(place), "LOCK": str(lock), "PIP_NO_INDEX": "1"}
    code, said = run(tmp_path, "install.sh", **told)
    assert code == 2
    assert "::error::the packages could not be installed" in said
    assert not place.exists()

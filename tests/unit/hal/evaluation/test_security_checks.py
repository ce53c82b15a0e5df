"""Security checks: what scanners say is read right, and what could not be looked at is never clean."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from automation.hal.evaluation.security import (
    Completed,
    Finding,
    code_scan,
    count,
    dependency_audit,
    package_folder,
    secret_scan,
    workflow_audit,
)
from automation.hal.evaluation.tools import InstalledTools, start_program

ROOT, CODE = Path("somewhere"), Path("automation")


@dataclass
class Scanners:
    """Scanners that say what they are told to; one that is not mentioned is not installed."""

    says: dict[str, object] = field(default_factory=dict)
    status: int = 0
    asked: list[tuple[str, Path]] = field(default_factory=list)

    def run(self, tool: str, arguments: Sequence[str], folder: Path) -> Completed | None:
        self.asked.append((tool, folder))
        if tool not in self.says:
            return None
        said = self.says[tool]
        return Completed(self.status, said if isinstance(said, str) else json.dumps(said), "it broke" * (said == ""))


def test_a_recognised_secret_is_critical_and_a_guess_is_medium() -> None:
    hits = [{"type": "AWS Access Key", "line_number": 3, "filename": "a.py"}]
    guess = [{"type": "Secret Keyword", "line_number": 9, "filename": "b.py"}]
    check = secret_scan(Scanners({"detect_secrets": {"results": {"a.py": hits, "b.py": guess}}}), ROOT, CODE)
    assert check.findings == (
        Finding("critical", "a.py:3", "AWS Access Key"),
        Finding("medium", "b.py:9", "Secret Keyword"),
    )
    assert count([check], "critical") == 1


def test_bandits_severities_are_kept() -> None:
    hit = {"issue_severity": "HIGH", "filename": "a.py", "line_number": 1, "issue_text": "shell"}
    scanners = Scanners({"bandit": {"results": [hit], "errors": []}})
    check = code_scan(scanners, ROOT, CODE)
    assert check.findings == (Finding("high", "a.py:1", "shell"),)
    assert scanners.asked == [("bandit", Path("somewhere"))]


def test_a_scan_that_could_not_read_a_file_is_not_clean() -> None:
    check = code_scan(Scanners({"bandit": {"results": [], "errors": ["a.py: syntax error"]}}), ROOT, CODE)
    assert not check.checked


def test_workflows_are_audited_where_there_are_some(tmp_path: Path) -> None:
    place = [{"symbolic": {"key": {"Local": {"verbatim_path": "./w.yml"}}}}]
    hit = {"determinations": {"severity": "High"}, "locations": place, "desc": "injection", "ignored": False}
    told = {"determinations": {"severity": "Informational"}, "locations": [], "desc": "name", "ignored": False}
    scanners = Scanners({"zizmor": [hit, told, hit | {"ignored": True}]}, status=14)
    assert workflow_audit(scanners, tmp_path).reason == "the code is not in a repository with workflows"
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text("on: push", encoding="utf-8")
    assert workflow_audit(scanners, tmp_path).findings == (
        Finding("high", "./w.yml", "injection"),
        Finding("low", "workflow", "name"),
    )
    broken = workflow_audit(Scanners({"zizmor": ""}, status=1), tmp_path)
    assert broken.reason == "zizmor ended with status 1: it broke"


def test_dependencies_are_not_checked_without_the_network() -> None:
    check = dependency_audit(Scanners(), Path(), online=False)
    assert not check.checked
    assert "advisory database" in check.reason


def test_dependencies_are_checked_where_the_database_answers() -> None:
    answer = {"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1"}]}, {"name": "y"}]}
    check = dependency_audit(Scanners({"pip_audit": answer}), Path(), online=True)
    assert check.findings == (Finding("high", "x 1", "PYSEC-1"),)
    assert not dependency_audit(Scanners({"pip_audit": "no connection"}, status=1), Path(), online=True).checked


@pytest.mark.parametrize("scan", [secret_scan, code_scan])
def test_a_scanner_that_is_not_installed_leaves_its_check_undone(scan: object) -> None:
    check = secret_scan(Scanners(), ROOT, CODE) if scan is secret_scan else code_scan(Scanners(), ROOT, CODE)
    assert not check.checked
    assert "not installed" in check.reason


def test_the_code_is_found_where_the_package_lies() -> None:
    assert (package_folder() / "hal" / "evaluation" / "security.py").is_file()
    with pytest.raises(FileNotFoundError, match="package 'nowhere_at_all' is not installed"):
        package_folder("nowhere_at_all")


@dataclass
class Starts:
    """Takes the place of starting programs: notes what was started, and with which surroundings."""

    late: bool = False
    argv: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, argv: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Completed:
        if self.late:
            raise subprocess.TimeoutExpired(list(argv), seconds)
        self.argv, self.environment = list(argv), dict(environment)
        return Completed(0, str(folder), "")


def test_a_tool_gets_its_own_surroundings_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example/secret")
    starts = Starts()
    InstalledTools(environment={"OWN": "1"}, start=starts).run("pytest", ["--version"], Path("folder"))
    assert starts.argv == [sys.executable, "-m", "pytest", "--version"]
    assert starts.environment["OWN"] == "1"
    assert "SLACK_WEBHOOK_URL" not in starts.environment


def test_a_tool_that_is_late_or_not_there_gives_no_answer() -> None:
    assert InstalledTools(start=Starts(late=True)).run("pytest", [], Path()) is None
    assert InstalledTools(start=Starts()).run("no_such_tool_at_all", [], Path()) is None


def test_a_started_program_gives_its_status_and_both_outputs(tmp_path: Path) -> None:
    program = "import os, sys; print(os.getcwd()); print(os.environ['OWN'], file=sys.stderr); sys.exit(3)"
    done = start_program([sys.executable, "-I", "-S", "-c", program], tmp_path, {"OWN": "1"}, 10.0)
    assert done == Completed(3, f"{tmp_path.resolve()}\n", "1\n")

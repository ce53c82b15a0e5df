"""Real sockets, processes and tools: the drill's service, scanners, a test run of its own."""

import os
from pathlib import Path

import pytest

from automation.hal.detection.drill import drill
from automation.hal.detection.local_service import LocalService
from automation.hal.evaluation.own_tests import run_tests
from automation.hal.evaluation.security import code_scan
from automation.hal.evaluation.tools import InstalledTools


def test_the_drill_finds_and_heals_a_crash_and_errors_and_leaves_no_process() -> None:
    with LocalService() as service:
        incidents = drill(service, ["crash", "errors"])
    assert [(incident.noticed_as, incident.healed) for incident in incidents] == [("down", True), ("errors", True)]
    assert len(service.ended) == 3
    for pid in service.ended:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_service_that_does_not_start_is_an_error_with_the_program_to_look_at(tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text("print('not a port')\n", encoding="utf-8")
    with pytest.raises(OSError, match=r"broken\.py to see why"), LocalService(program):
        pass


def test_a_real_scan_finds_a_planted_weakness_and_no_other(tmp_path: Path) -> None:
    pytest.importorskip("bandit")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "bad.py").write_text("import subprocess\nsubprocess.run('ls', shell=True)\n", encoding="utf-8")
    (tmp_path / "code" / "worse.py").write_text("import hashlib\nhashlib.md5(b'x')\n", encoding="utf-8")
    check = code_scan(InstalledTools(), tmp_path, Path("code"))
    assert check.checked
    assert [finding.place for finding in check.findings if finding.severity == "high"] == ["code/worse.py:2"]


def test_a_tool_that_is_not_installed_or_takes_too_long_does_not_answer(tmp_path: Path) -> None:
    assert InstalledTools().run("no_such_tool_at_all", [], tmp_path) is None
    assert InstalledTools(seconds=0.001).run("pytest", ["--version"], tmp_path) is None


def test_a_tool_sees_no_secret_of_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example/secret")
    show = "import os; print(sorted(os.environ))"
    done = InstalledTools(environment={"OWN": "1"}).run("timeit", ["-n1", "-r1", "-s", show, "pass"], tmp_path)
    assert done is not None
    assert "'OWN'" in done.output
    assert "SLACK_WEBHOOK_URL" not in done.output


def test_a_suite_is_run_with_coverage_and_nothing_is_written_into_the_checkout(tmp_path: Path) -> None:
    root, results = tmp_path / "checkout", tmp_path / "work" / "closing"
    package, suite = root / "automation" / "hal", root / "tests" / "unit" / "hal"
    package.mkdir(parents=True)
    suite.mkdir(parents=True)
    (root / "automation" / "__init__.py").write_text("", encoding="utf-8")
    (package / "__init__.py").write_text("def one():\n    return 1\n\n\ndef two():\n    return 2\n", encoding="utf-8")
    (suite / "test_one.py").write_text(
        "from automation.hal import one\n\n\ndef test_one():\n    assert one() == 1\n", encoding="utf-8"
    )
    before = sorted(root.rglob("*"))
    environment = {"PYTHONPATH": str(root), "COVERAGE_FILE": str(results / "data")}
    run = run_tests(InstalledTools(environment=environment), root, "tests/unit/hal", results)
    assert (run.tests, run.failed, run.line_rate) == (1, 0, 0.75)
    assert sorted(root.rglob("*")) == before

"""Tests, services, benchmarks and scanners that fail, hang, are missing, or are forbidden."""

import sys
from pathlib import Path

import pytest

from automation.consolidation import scanners, service
from automation.consolidation.facts import facts_of
from automation.consolidation.git import GitFailed, git
from automation.consolidation.load import measure, measure_all
from automation.consolidation.processes import FORBIDDEN, run
from automation.consolidation.scanners import scan_all
from automation.consolidation.study import Study
from automation.consolidation.suites import find_command, run_suite, validate
from automation.consolidation.targets import Target, open_all
from tests.integration.consolidation.repositories import make_repository


def study(tmp_path: Path, **files: str) -> Study:
    """The study of a repository with these files; `__` in a name stands for a slash, `_DOT_` for a dot."""
    texts = {name.replace("_DOT_", ".").replace("__", "/"): text for name, text in files.items()}
    folder = make_repository(tmp_path / "shop", texts)
    (target,) = open_all([str(folder)], tmp_path, tmp_path / "work")
    return Study(target, facts_of(target, tmp_path / "cache", lambda _: None))


def test_tests_that_hang_are_stopped_and_named_with_what_they_started(tmp_path: Path) -> None:
    source = "import subprocess, sys, time\n"
    source += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\ntime.sleep(600)\n"
    shop = study(tmp_path, hang_DOT_py=source)
    result = validate([shop], "python hang.py", 1, tmp_path)
    assert result.findings[0].kind == "tests-too-slow"
    assert result.unchecked[0].reason == "it was stopped at its time limit of 1 s"
    assert (tmp_path / "tests.xml").read_text().startswith("<testsuites>")


def test_a_command_that_reports_nothing_counts_as_one_test(tmp_path: Path) -> None:
    shop = study(tmp_path, ok_DOT_py="print('fine')\n", bad_DOT_py="import sys\nsys.exit('it broke')\n")
    assert [case.trouble for case in run_suite(shop, "python ok.py", 20).cases] == [""]
    assert [case.trouble for case in run_suite(shop, "python bad.py", 20).cases] == ["status 1: it broke"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("none", FORBIDDEN),
        ("shop=none", FORBIDDEN),
        ("'open", "the command cannot be read"),
        ("no-such-program --test", "no-such-program cannot be started"),
        ("python needs.py", "the tests need no_such_module, which is not installed here"),
        ("auto", "no tests were found"),
        ("python -m pytest empty", "pytest found no test"),
    ],
)
def test_tests_that_do_not_run_say_why(tmp_path: Path, command: str, reason: str) -> None:
    shop = study(tmp_path, needs_DOT_py="import no_such_module\n", empty__x_DOT_txt="")
    assert run_suite(shop, command, 20).reason.startswith(reason)


@pytest.mark.parametrize(
    ("script", "expected"),
    [("jest", "npm test --silent"), ("node --test", "node --test"), ("echo no test specified", None)],
)
def test_a_package_says_how_it_is_tested(tmp_path: Path, script: str, expected: str | None) -> None:
    assert find_command(study(tmp_path, package_DOT_json=f'{{"scripts": {{"test": "{script}"}}}}')) == expected


@pytest.mark.parametrize("package", ["[", "[1]", '{"scripts": 1}'])
def test_a_package_that_says_nothing_is_not_guessed_at(tmp_path: Path, package: str) -> None:
    shop = study(tmp_path, package_DOT_json=package)
    assert find_command(shop) is None
    assert service.start_command(shop, "auto") is None


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("python gone.py", "ended with status"),
        ("no-such-program", "cannot be started"),
        ("'open", "cannot be started"),
        ("python idle.py", "does not listen on port"),
    ],
)
def test_a_service_that_does_not_come_up_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, reason: str
) -> None:
    monkeypatch.setattr(service, "START_SECONDS", 0.5)
    shop = study(tmp_path, idle_DOT_py="import time\ntime.sleep(60)\n")
    with pytest.raises(service.NotStarted, match=reason), service.service(shop, command):
        pytest.fail("it is not up")
    assert reason in measure(shop, command, "auto", 100, 100).reason


def test_a_benchmark_over_its_budget_and_one_that_fails_are_named(tmp_path: Path) -> None:
    shop = study(tmp_path, ok_DOT_py="", bad_DOT_py="raise SystemExit(3)\n")
    slow = measure_all([shop], "auto", "python ok.py", 100, 0.001)
    assert [one.kind for one in slow.findings] == ["over-budget"]
    failing = measure_all([shop], "auto", "shop=python bad.py", 100, 60_000)
    assert [one.kind for one in failing.findings] == ["fails-under-load"]
    assert failing.metrics["failed"] == 5


@pytest.mark.parametrize(
    ("benchmark", "reason"),
    [
        ("none", FORBIDDEN),
        ("auto", "it declares neither"),
        ("'open", "the benchmark cannot be read"),
        ("no-such-program", "no-such-program cannot be started"),
    ],
)
def test_what_cannot_be_measured_says_why(tmp_path: Path, benchmark: str, reason: str) -> None:
    assert measure(study(tmp_path, a_DOT_md="# A\n"), "auto", benchmark, 100, 100).reason.startswith(reason)


def test_scanners_that_are_not_installed_are_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = study(tmp_path, a_DOT_py="A = 1\n", _DOT_github__workflows__ci_DOT_yml="on: push\njobs: {}\n")
    monkeypatch.setattr(scanners, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    findings, unchecked = scan_all(shop, online=True)
    assert findings == []
    assert [one.what for one in unchecked] == ["code scan", "workflow audit", "dependency audit"]
    assert all("not installed" in one.reason for one in unchecked)


def fake_audit(folder: Path, text: str, status: int = 0) -> None:
    """A pip-audit that answers so; it stands where `python -m pip_audit` looks first."""
    (folder / "pip_audit.py").write_text(
        "import sys\n"
        f"open(sys.argv[sys.argv.index('--output') + 1], 'w').write({text!r})\n"
        f"print('the database said so')\nsys.exit({status})\n"
    )


@pytest.mark.parametrize(
    ("text", "found", "reason"),
    [
        (
            '{"dependencies": [{"name": "flask", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}',
            ["flask 1: PYSEC-1"],
            [],
        ),
        ('{"dependencies": [{"name": "flask", "version": "3", "vulns": []}]}', [], []),
        ("no json", [], ["the database was not reached: the database said so"]),
    ],
)
def test_a_dependency_audit_counts_only_if_the_database_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str], reason: list[str]
) -> None:
    fake_audit(tmp_path, text)
    monkeypatch.setattr(scanners, "find_spec", lambda _: True)
    monkeypatch.setattr(
        scanners, "run", lambda argv, folder, seconds: run(argv, folder, seconds, {"PYTHONPATH": str(tmp_path)})
    )
    shop = study(tmp_path, requirements_DOT_txt="flask==1\n")
    findings, unchecked = scan_all(shop, online=True)
    assert [one.what for one in findings] == found
    assert [one.reason for one in unchecked] == reason


def test_a_dependency_audit_needs_something_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanners, "find_spec", lambda _: True)
    _, unchecked = scan_all(study(tmp_path, a_DOT_md="# A\n"), online=True)
    assert [one.reason for one in unchecked] == ["there is no requirements file with pinned versions"]


def test_scanners_that_take_too_long_or_break_are_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = study(tmp_path, a_DOT_py="A = 1\n", _DOT_github__workflows__ci_DOT_yml="on: push\njobs: {}\n")
    monkeypatch.setattr(scanners, "SECONDS", 0.001)
    _, unchecked = scan_all(shop, online=False)
    assert [one.reason for one in unchecked[:2]] == ["it was stopped at its time limit of 0.001 s"] * 2


def test_git_that_takes_too_long_or_is_missing_is_a_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitFailed, match="took longer than"):
        git(tmp_path, "version", seconds=0.0001)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitFailed, match="git is not installed"):
        git(tmp_path, "version")


def test_a_programs_environment_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "a-secret")
    ended = run([sys.executable, "-c", "import os; print(sorted(os.environ))"], tmp_path, 20)
    assert "SLACK" not in ended.output


def test_the_name_of_a_target_is_its_folders() -> None:
    assert Target("x", Path("/x")).has_history is False

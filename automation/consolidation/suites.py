"""Phase 5: a target's own tests, found, run in a copy with a time limit, and told as JUnit."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown, write_text
from automation.consolidation.manifests import manifests
from automation.consolidation.processes import FORBIDDEN, NOTHING, Ended, argv_of, copy_of, declared, run
from automation.consolidation.study import Study

_SHOWN = 300
_LARGEST_REPORT = 20_000_000


class Case(NamedTuple):
    """One test: its name, its file, and what went wrong; an empty `trouble` means that it passed or was skipped."""

    name: str
    path: str
    trouble: str
    skipped: bool = False


class Suite(NamedTuple):
    """What came of the tests of one target; a suite that did not run has a reason."""

    target: str
    command: str
    chosen: str
    cases: tuple[Case, ...] = ()
    seconds: float = 0.0
    line_rate: float | None = None
    reason: str = ""

    @property
    def failed(self) -> tuple[Case, ...]:
        """The cases in which something went wrong."""
        return tuple(case for case in self.cases if case.trouble)


def validate(studies: Sequence[Study], commands: str, seconds: float, folder: Path) -> Result:
    """Run the tests of all targets; `tests.xml` in the folder is one JUnit report of them all."""
    suites = [run_suite(study, commands, seconds) for study in studies]
    write_text(folder / "tests.xml", junit(suites))
    ran = [suite for suite in suites if not suite.reason]
    rates = [suite.line_rate for suite in ran if suite.line_rate is not None]
    metrics: dict[str, int | float] = {
        "suites": len(ran),
        "tests": sum(len(suite.cases) for suite in ran),
        "failed": sum(len(suite.failed) for suite in ran),
        "skipped": sum(case.skipped for suite in ran for case in suite.cases),
        "seconds": round(sum(suite.seconds for suite in ran), 1),
        "line-rate": round(min(rates), 4) if rates else 0.0,
        "accounted-for": sum(bool(suite.cases) or bool(suite.reason) for suite in suites) / len(suites),
    }
    findings = [one for suite in suites for one in _findings(suite)]
    unchecked = [Unchecked("tests", suite.target, suite.reason) for suite in suites if suite.reason]
    no_rate = "the command gave no coverage report"
    unchecked += [Unchecked("coverage", suite.target, no_rate) for suite in ran if suite.line_rate is None]
    return Result(metrics, findings, unchecked, {shown(suite.target): _plain(suite) for suite in suites})


def run_suite(study: Study, commands: str, seconds: float) -> Suite:
    """The tests of one target, by the declared command or the one that its files suggest."""
    names = [study.name, *(one.project for one in manifests(study) if one.project)]
    command = declared(commands, names)
    chosen = "declared by the plan" if command else "found"
    command = command or find_command(study)
    if command == NOTHING:
        return Suite(study.name, "", chosen, reason=FORBIDDEN)
    if command is None:
        return Suite(study.name, "", chosen, reason="no tests were found, and the plan declares no command")
    try:
        argv = argv_of(command)
    except ValueError as error:
        return Suite(study.name, command, chosen, reason=f"the command cannot be read: {error}")
    with copy_of(study) as copy:
        results = copy.parent / "results"
        results.mkdir()
        ended = run(argv, copy, seconds, _reporting(results, "--cov" if _has_coverage_settings(study) else "--cov=."))
        found = _suite(study.name, command, chosen, ended, results)
    return found._replace(cases=tuple(case._replace(path=_file_of(study, case.path)) for case in found.cases))


def find_command(study: Study) -> str | None:
    """How the tests of a target are run, by what it has; None where there is nothing."""
    for manifest in study.named("package.json"):
        script = dict(_scripts(study.text_of(manifest.path))).get("test", "")
        if "/" not in manifest.path and script and "no test specified" not in script:
            return script if script.startswith(("node ", "python ")) else "npm test --silent"
    python = [one for one in study.files if one.language == "Python" and one.role == "test"]
    if any(re.search(r"(^|/)(test_[^/]*|[^/]*_test)\.py$", one.path) for one in python):
        return "python -m pytest -q" if find_spec("pytest") else "python -m unittest discover"
    return None


def junit(suites: Sequence[Suite]) -> str:
    """One JUnit report of several suites."""
    root = ElementTree.Element("testsuites")
    for suite in suites:
        told = ElementTree.SubElement(
            root, "testsuite", name=shown(suite.target), tests=str(len(suite.cases)),
            failures=str(len(suite.failed)), errors="0", skipped=str(sum(case.skipped for case in suite.cases)),
        )  # fmt: skip
        for case in suite.cases:
            node = ElementTree.SubElement(told, "testcase", classname=shown(case.path), name=shown(case.name))
            if case.trouble:
                ElementTree.SubElement(node, "failure", message=shown(case.trouble))
            elif case.skipped:
                ElementTree.SubElement(node, "skipped")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def read_junit(text: str) -> list[Case]:
    """The cases of a JUnit report. Raises ValueError for anything else, and for entities, which can be bombs."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a test report has no entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML: {error}") from error
    return [_case(node) for node in root.iter("testcase")]


def _scripts(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(text)
    except ValueError:
        return
    scripts = document.get("scripts") if isinstance(document, dict) else None
    if isinstance(scripts, dict):
        yield from ((str(name), str(command)) for name, command in scripts.items())


def _has_coverage_settings(study: Study) -> bool:
    """Whether a target says itself what its coverage is about."""
    told = study.text_of("pyproject.toml") + study.text_of("setup.cfg") + study.text_of("tox.ini")
    return ".coveragerc" in study.by_path or "[tool.coverage" in told or "[coverage:" in told


def _file_of(study: Study, place: str) -> str:
    """The tracked file of a test, whose report may name its module or class."""
    parts = place.split("/")
    for length in range(len(parts), 0, -1):
        for path in ("/".join(parts[:length]), "/".join(parts[:length]) + ".py"):
            if path in study.by_path:
                return path
    return ""


def _reporting(results: Path, coverage: str) -> dict[str, str]:
    """Settings that make pytest and node report, however the command starts them."""
    options = ["-p", "no:cacheprovider", f"--junitxml={results / 'junit.xml'}"]
    if find_spec("pytest_cov"):
        options += [coverage, f"--cov-report=xml:{results / 'coverage.xml'}", "--cov-fail-under=0"]
    return {
        "PYTEST_ADDOPTS": " ".join(options),
        "COVERAGE_FILE": str(results / "coverage.data"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(results / "hypothesis"),
        "NODE_OPTIONS": f"--test-reporter=junit --test-reporter-destination={results / 'junit.xml'}",
    }


def _suite(target: str, command: str, chosen: str, ended: Ended, results: Path) -> Suite:
    told = Suite(target, command, chosen, seconds=ended.seconds)
    if ended.status is None:
        return told._replace(reason=ended.reason)
    report = results / "junit.xml"
    try:
        cases = read_junit(report.read_text(encoding="utf-8")) if report.stat().st_size < _LARGEST_REPORT else []
    except (OSError, ValueError):
        cases = []
    if not cases:
        last = next((line for line in reversed(ended.output.splitlines()) if line.strip()), "no output")[:_SHOWN]
        if missing := re.search(r"No module named '?([\w.]+)", ended.output):
            return told._replace(reason=f"the tests need {missing[1]}, which is not installed here")
        if ended.status == 5 and "pytest" in command:  # noqa: PLR2004 - pytest's word for: nothing was collected
            return told._replace(reason="pytest found no test")
        cases = [Case(command, "", "" if ended.status == 0 else f"status {ended.status}: {last}")]
    return told._replace(cases=tuple(cases), line_rate=_line_rate(results / "coverage.xml"))


def _case(node: ElementTree.Element) -> Case:
    trouble = next((child for child in node if child.tag in ("failure", "error")), None)
    where = node.get("file") or node.get("classname", "").replace(".", "/")
    said = ""
    if trouble is not None:
        said = " ".join((trouble.get("message") or trouble.text or "it failed").split())[:_SHOWN]
    return Case(node.get("name", ""), where, said, node.find("skipped") is not None)


def _line_rate(path: Path) -> float | None:
    try:
        match = re.search(r'<coverage[^>]*\bline-rate="([0-9.]+)"', path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return round(float(match[1]), 4) if match else None


def _findings(suite: Suite) -> Iterator[Finding]:
    for case in suite.failed:
        what = f"{case.name}: {case.trouble}"
        yield Finding(
            "failing-test", "high", suite.target, case.path, 0, what, "mend the code or the test before merging"
        )
    if "time limit" in suite.reason:
        proposal = "raise the plan's tests-seconds, or declare a faster part of the tests"
        yield Finding("tests-too-slow", "medium", suite.target, "", 0, suite.reason, proposal)


def _plain(suite: Suite) -> dict[str, Json]:
    return {
        "command": suite.command,
        "chosen": suite.chosen,
        "interpreter": sys.version.split()[0],
        "tests": len(suite.cases),
        "failed": [shown(case.name) for case in suite.failed],
        "seconds": suite.seconds,
        "line-rate": suite.line_rate,
        "reason": suite.reason,
    }

"""Runs HAL's own unit tests with coverage, as a program of its own, and reads what came of them.

Configuration is written beside the results, so that neither the repository's settings nor plug-ins that are only
there for developers change what is measured; nothing is written into the repository.
"""

import shutil
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from automation.hal.evaluation.security import Completed, Tools

CONFIGURATION = """\
[pytest]
addopts = --import-mode=importlib -p no:cacheprovider
tmp_path_retention_policy = none
"""

COVERAGE = """\
[run]
source_pkgs = automation.hal
relative_files = true
[report]
exclude_also =
    if TYPE_CHECKING:
    assert_never\\(
    ^\\s*\\.\\.\\.$
"""


@dataclass(frozen=True, slots=True)
class OwnTests:
    """Tests that ran, those that failed or broke, seconds, and the share of `automation.hal`'s lines that ran."""

    tests: int
    failed: int
    skipped: int
    seconds: float
    line_rate: float


def run_tests(tools: Tools, root: Path, suite: str, results: Path) -> OwnTests:
    """Run the suite below the repository root; results get `junit.xml` and `coverage.xml`.

    Raises FileNotFoundError where the tests are not installed, and OSError with the end of the output where the run
    produced no results.
    """
    if not (root / suite).is_dir():
        raise FileNotFoundError(
            f"{suite} is not beside the automation package: sign off from a checkout of the repository"
        )
    results.mkdir(parents=True, exist_ok=True)
    for name in ("junit.xml", "coverage.xml"):
        (results / name).unlink(missing_ok=True)
    (results / "pytest.ini").write_text(CONFIGURATION, encoding="utf-8")
    (results / "coverage.ini").write_text(COVERAGE, encoding="utf-8")
    done = tools.run("pytest", arguments(root, suite, results.resolve()), root)
    shutil.rmtree(results / "tmp", ignore_errors=True)
    if done is None:
        raise OSError(
            "pytest is not installed here (then install the 'flagship' extra) or did not end in time"
            " (then the machine is too busy: run again)"
        )
    if not (results / "junit.xml").is_file() or not (results / "coverage.xml").is_file():
        raise OSError(f"the tests produced no results (status {done.status}): {_end(done)}")
    return read_results(results)


def arguments(root: Path, suite: str, results: Path) -> list[str]:
    """What pytest is started with."""
    return [
        suite,
        "--quiet",
        f"--rootdir={root}",
        f"--confcutdir={root}",
        f"--basetemp={results / 'tmp'}",
        "--assert=plain",  # nothing is kept between runs, so that every assertion would be rewritten each time
        "-c",
        str(results / "pytest.ini"),
        f"--junit-xml={results / 'junit.xml'}",
        "--cov",
        f"--cov-config={results / 'coverage.ini'}",
        f"--cov-report=xml:{results / 'coverage.xml'}",
    ]


def read_results(results: Path) -> OwnTests:
    """Add up the two result files; ValueError where one is not what it should be."""
    try:
        suites = list(ET.parse(results / "junit.xml").getroot().iter("testsuite"))  # noqa: S314 - see above
        rate = float(ET.parse(results / "coverage.xml").getroot().attrib["line-rate"])  # noqa: S314 - see above
    except (ET.ParseError, KeyError, ValueError) as error:
        raise ValueError(f"the test results in {results} cannot be read: {error}") from None
    total = {name: sum(float(suite.get(name, "0")) for suite in suites) for name in COUNTS}
    return OwnTests(
        tests=int(total["tests"]),
        failed=int(total["failures"] + total["errors"]),
        skipped=int(total["skipped"]),
        seconds=round(total["time"], 2),
        line_rate=rate,
    )


COUNTS = ("tests", "failures", "errors", "skipped", "time")


def _end(done: Completed) -> str:
    lines = (done.errors.strip() or done.output.strip()).splitlines()
    return " / ".join(line.strip() for line in lines[-3:]) or "no output"

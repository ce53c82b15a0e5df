"""`tests`: a JUnit XML report has tests, and none of them failed."""

from __future__ import annotations

from collections.abc import Mapping

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.naming import NAME_SCHEMA
from automation.gates.safe_xml import read_elements
from automation.gates.unread import why_unread
from automation.plan.model import Bound

_NOTED = 3


class _Counted:
    """Counts test cases themselves: totals in attributes are what a report claims, cases are what it shows."""

    def __init__(self) -> None:
        self.report = False
        self.cases = 0
        self.skipped = 0
        self.bad: list[str] = []
        self.bad_suites = 0
        self._case = ""
        self._case_depth: int | None = None

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if depth == 0:
            self.report = name in {"testsuites", "testsuite"}
        if self._case_depth is not None and depth <= self._case_depth:
            self._case_depth = None
        if name == "testcase":
            self.cases += 1
            self._case = "::".join(part for part in (attributes.get("classname"), attributes.get("name")) if part)
            self._case_depth = depth
        elif name in {"failure", "error"}:
            self._failure(attributes)
        elif name == "skipped" and self._case_depth is not None:
            self.skipped += 1

    def _failure(self, attributes: Mapping[str, str]) -> None:
        where = self._case if self._case_depth is not None else "the suite"
        if (
            not self.bad or self.bad[-1].partition(": ")[0] != where
        ):  # a case with a failure and an error is one bad case
            self.bad.append(f"{where}: {' '.join(attributes.get('message', '').split())[:100]}".removesuffix(": "))


def measure(look: Look) -> Measurement:
    """The number of failed tests, which has to be 0; or, when none failed but too few ran, the number that ran."""
    path = str(look.inputs["tests"])
    counted = _Counted()
    try:
        read_elements(look.workdir, path, counted.start)
    except (OSError, ValueError) as error:
        return Unmeasurable(why_unread(path, error), path)
    if not counted.report:
        return Unmeasurable(f"{path} is no JUnit report: its root is neither testsuites nor testsuite", path)
    if counted.bad:
        return Measured(
            len(counted.bad), Bound("equals", 0), f"failed tests in {path}", "; ".join(counted.bad[:_NOTED])
        )
    least = look.inputs.get("at-least", 1)
    ran = counted.cases - counted.skipped
    if not isinstance(least, int) or isinstance(least, bool):
        return Unmeasurable(f"at-least: {least!r} is not a whole number", path)
    if ran < max(1, least):
        return Measured(
            ran, Bound("at-least", max(1, least)), f"tests that ran in {path}", f"{counted.skipped} were skipped"
        )
    return Measured(0, Bound("equals", 0), f"failed tests in {path}", f"{ran} ran, {counted.skipped} were skipped")


GATE = GateKind(
    name="tests",
    summary="Tests ran and none failed.",
    description="""\
Reads a JUnit XML report as pytest, Maven, Jest and many others write it. Failures and errors count alike; a report
in which no test ran never passes. XML with a document type is refused.
""",
    inputs={
        "type": "object",
        "properties": {
            "tests": {"type": "string", "minLength": 1, "description": "The report, relative to the work directory."},
            "at-least": {
                "type": "integer",
                "minimum": 1,
                "default": 1,
                "description": "How many tests have to have run.",
            },
            "name": NAME_SCHEMA,
        },
        "required": ["tests"],
        "additionalProperties": False,
    },
    measure=measure,
    example="- {tests: reports/junit.xml, at-least: 20}\n",
)

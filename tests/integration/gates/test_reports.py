"""The gates that read reports: JUnit and Cobertura XML."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.gates import coverage, tests
from automation.gates.base import Measured, Unmeasurable
from automation.plan.model import Bound, Json
from tests.fakes import a_look

CASE = '<testcase classname="m" name="{}">{}</testcase>'


def junit(*bodies: str, root: str = "testsuites") -> str:
    cases = "".join(CASE.format(f"t{number}", body) for number, body in enumerate(bodies))
    return f'<?xml version="1.0"?><{root}><testsuite name="s" tests="9" failures="0">{cases}</testsuite></{root}>'


FAILED = "failed tests in r.xml"


@pytest.mark.parametrize(
    ("xml", "inputs", "expected"),
    [
        (junit("", ""), {}, Measured(0, Bound("equals", 0), FAILED, "2 ran, 0 were skipped")),
        (junit("", "", root="testsuite"), {}, Measured(0, Bound("equals", 0), FAILED, "2 ran, 0 were skipped")),
        (junit("", "<skipped/>"), {}, Measured(0, Bound("equals", 0), FAILED, "1 ran, 1 were skipped")),
        (
            junit("", '<failure message="1 is\nnot 2">trace</failure>', '<error message="boom"/>', "<failure/>"),
            {},
            Measured(3, Bound("equals", 0), FAILED, "m::t1: 1 is not 2; m::t2: boom; m::t3"),
        ),
        (
            junit('<failure message="a"/><error message="b"/>'),
            {},
            Measured(1, Bound("equals", 0), FAILED, "m::t0: a"),
        ),
        (
            "<testsuite><testcase name='a'/><error message='no such module'/></testsuite>",
            {},
            Measured(1, Bound("equals", 0), FAILED, "the suite: no such module"),
        ),
        (junit(), {}, Measured(0, Bound("at-least", 1), "tests that ran in r.xml", "0 were skipped")),
        ("<testsuites/>", {}, Measured(0, Bound("at-least", 1), "tests that ran in r.xml", "0 were skipped")),
        (junit("<skipped/>"), {}, Measured(0, Bound("at-least", 1), "tests that ran in r.xml", "1 were skipped")),
        (
            junit("", "", "<skipped/>"),
            {"at-least": 3},
            Measured(2, Bound("at-least", 3), "tests that ran in r.xml", "1 were skipped"),
        ),
        (junit("", ""), {"at-least": 2}, Measured(0, Bound("equals", 0), FAILED, "2 ran, 0 were skipped")),
        (junit(""), {"at-least": 0}, Measured(0, Bound("equals", 0), FAILED, "1 ran, 0 were skipped")),
        (junit(""), {"at-least": "3"}, Unmeasurable("at-least: '3' is not a whole number", "r.xml")),
        (
            "<html/>",
            {},
            Unmeasurable("r.xml is no JUnit report: its root is neither testsuites nor testsuite", "r.xml"),
        ),
        (
            "<!DOCTYPE x><testsuite/>",
            {},
            Unmeasurable("r.xml: line 1: a document type or entity is declared, which is refused", "r.xml"),
        ),
    ],
)
def test_tests_are_counted_by_what_the_report_shows(
    tmp_path: Path, xml: str, inputs: dict[str, Json], expected: object
) -> None:
    (tmp_path / "r.xml").write_text(xml)
    assert tests.measure(a_look({"tests": "r.xml", **inputs}, tmp_path)) == expected


COBERTURA = (
    '<coverage line-rate="0.97" branch-rate="0.9" lines-valid="100" branches-valid="10"><packages>'
    '<package name="automation.hal" line-rate="0.8" branch-rate="0"/><package name="monitoring" line-rate="1"/>'
    "</packages></coverage>"
)


@pytest.mark.parametrize(
    ("xml", "inputs", "expected"),
    [
        (COBERTURA, {}, Measured(0.97, Bound("at-least", 0.95), "line rate of all code in c.xml")),
        (COBERTURA, {"branch": True}, Measured(0.9, Bound("at-least", 0.95), "branch rate of all code in c.xml")),
        (
            COBERTURA,
            {"package": "automation/hal/"},
            Measured(0.8, Bound("at-least", 0.95), "line rate of automation/hal/ in c.xml"),
        ),
        (
            COBERTURA,
            {"package": "automation"},
            Unmeasurable(
                "c.xml has no package automation; it has automation.hal, monitoring", "line rate of automation in c.xml"
            ),
        ),
        (
            COBERTURA,
            {"package": "monitoring", "branch": True},
            Unmeasurable("the report has no branch-rate between 0 and 1", "branch rate of monitoring in c.xml"),
        ),
        (
            '<coverage line-rate="1" lines-valid="0"/>',
            {},
            Unmeasurable("the report is about no lines at all", "line rate of all code in c.xml"),
        ),
        (
            '<coverage line-rate="1" branch-rate="1" lines-valid="5" branches-valid="0"/>',
            {"branch": True},
            Unmeasurable("the report is about no branches at all", "branch rate of all code in c.xml"),
        ),
        *(
            (
                f'<coverage line-rate="{rate}"/>',
                {},
                Unmeasurable("the report has no line-rate between 0 and 1", "line rate of all code in c.xml"),
            )
            for rate in ("nan", "inf", "-0.1", "97", "much", "")
        ),
        (
            "<testsuites/>",
            {},
            Unmeasurable("c.xml is no Cobertura report: its root is not coverage", "line rate of all code in c.xml"),
        ),
        ("<coverage", {}, None),
    ],
)
def test_coverage_is_the_rate_of_the_report_or_a_package(
    tmp_path: Path, xml: str, inputs: dict[str, Json], expected: object
) -> None:
    (tmp_path / "c.xml").write_text(xml)
    got = coverage.measure(a_look({"coverage": "c.xml", "at-least": 0.95, **inputs}, tmp_path))
    if expected is None:
        assert isinstance(got, Unmeasurable)
        assert "not XML" in got.reason
    else:
        assert got == expected


def test_coverage_needs_a_bound(tmp_path: Path) -> None:
    got = coverage.measure(a_look({"coverage": "c.xml"}, tmp_path))
    assert isinstance(got, Unmeasurable)
    assert "give exactly one of" in got.reason


def test_reports_that_are_not_there_or_lead_out_cannot_be_measured(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for path, why in (
        ("none.xml", "none.xml is not there; does a step write it?"),
        ("../r.xml", "leads upwards"),
        ("file/x", "Not a directory"),
    ):
        for got in (
            tests.measure(a_look({"tests": path}, tmp_path)),
            coverage.measure(a_look({"coverage": path, "above": 0}, tmp_path)),
        ):
            assert isinstance(got, Unmeasurable)
            assert why in got.reason

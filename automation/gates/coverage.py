"""`coverage`: the coverage in a Cobertura XML report meets a bound."""

from __future__ import annotations

import math
from collections.abc import Mapping

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.bounds import BOUND_SCHEMAS, ONE_SIDED, read_bound
from automation.gates.naming import NAME_SCHEMA
from automation.gates.safe_xml import read_elements
from automation.gates.unread import why_unread
from automation.plan.model import Json


class _Rates:
    """Line and branch rates of the report, or of one of its packages."""

    def __init__(self, package: str) -> None:
        self._package = package.strip("/").replace("/", ".")
        self.report = False
        self.packages: list[str] = []
        self.found: Mapping[str, str] | None = None

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if depth == 0:
            self.report = name == "coverage"
            self.found = dict(attributes) if self.report and not self._package else None
        elif name == "package":
            own = attributes.get("name", "")
            self.packages.append(own)
            if self._package and own.strip("/").replace("/", ".") == self._package:
                self.found = dict(attributes)


def measure(look: Look) -> Measurement:
    """The line rate from 0 to 1, or the branch rate with `branch`; of the package with `package`."""
    path, package = str(look.inputs["coverage"]), str(look.inputs.get("package", ""))
    branch = bool(look.inputs.get("branch"))
    source = f"{'branch' if branch else 'line'} rate of {package or 'all code'} in {path}"
    bound = read_bound(look.inputs)
    if isinstance(bound, str):
        return Unmeasurable(bound, source)
    rates = _Rates(package)
    try:
        read_elements(look.workdir, path, rates.start)
    except (OSError, ValueError) as error:
        return Unmeasurable(why_unread(path, error), source)
    problem = _problem(rates, path, package)
    if problem:
        return Unmeasurable(problem, source)
    rate = _rate(rates.found or {}, "branch" if branch else "line")
    return Unmeasurable(rate, source) if isinstance(rate, str) else Measured(rate, bound, source)


def _problem(rates: _Rates, path: str, package: str) -> str:
    if not rates.report:
        return f"{path} is no Cobertura report: its root is not coverage"
    if rates.found is None:
        return f"{path} has no package {package}; it has {', '.join(rates.packages[:10]) or 'none'}"
    return ""


def _rate(attributes: Mapping[str, str], kind: str) -> float | str:
    """The rate, or why there is none. A report about no lines at all says 1, and proves nothing."""
    things = "branches" if kind == "branch" else "lines"
    if attributes.get(f"{things}-valid") == "0":
        return f"the report is about no {things} at all"
    try:
        rate = float(attributes.get(f"{kind}-rate", "nan"))
    except ValueError:
        rate = math.nan
    return rate if 0 <= rate <= 1 else f"the report has no {kind}-rate between 0 and 1"


_BOUNDS: Mapping[str, Json] = {kind: BOUND_SCHEMAS[kind] for kind in ONE_SIDED}

GATE = GateKind(
    name="coverage",
    summary="Test coverage meets a bound.",
    description="""\
Reads a Cobertura XML report as coverage.py and many others write it. The rate is between 0 and 1, of lines or, with
`branch`, of branches; of everything or of one `package`. XML with a document type is refused; a report about no
lines proves nothing and fails.
""",
    inputs={
        "type": "object",
        "properties": {
            "coverage": {
                "type": "string",
                "minLength": 1,
                "description": "The report, relative to the work directory.",
            },
            "branch": {
                "type": "boolean",
                "default": False,
                "description": "Whether branches are meant instead of lines.",
            },
            "package": {"type": "string", "minLength": 1, "description": "One package of the report, as name or path."},
            **_BOUNDS,
            "name": NAME_SCHEMA,
        },
        "required": ["coverage"],
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in ONE_SIDED],
    },
    measure=measure,
    example="- {coverage: reports/coverage.xml, at-least: 0.95}\n",
)

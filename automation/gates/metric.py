"""`metric`: a number that a step made, against a bound."""

from __future__ import annotations

from automation.gates.base import GateKind, Look, Measured, Measurement, Unmeasurable
from automation.gates.bounds import BOUND_SCHEMAS, EXACTLY_ONE, is_number, read_bound
from automation.gates.naming import NAME_SCHEMA
from automation.plan.model import Bound, Json


def measure(look: Look) -> Measurement:
    """`inputs["metric"]` is the value that the runner evaluated, `inputs["source"]` the expression it came from."""
    value, source = look.inputs.get("metric"), str(look.inputs.get("source", ""))
    bound = read_bound(look.inputs)
    if isinstance(bound, str):
        return Unmeasurable(bound, source)
    problem = _problem(value, bound)
    return Unmeasurable(problem, source) if problem else Measured(value, bound, source)


def _problem(value: Json, bound: Bound) -> str:
    if value is None:
        return "there is no such value: the step did not run or has no such output"
    if bound.kind == "equals" and isinstance(value, str | bool):
        return ""
    return "" if is_number(value) else f"{_shown(value)} is not a number"


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004 - enough to see what it is


GATE = GateKind(
    name="metric",
    summary="A value that a step made meets a bound.",
    description="""\
`metric` is an expression without `${{ }}`, most often `steps.ID.outputs.NAME`; exactly one bound stands beside it.
A value that is missing, null, NaN or not a number fails the gate with that reason; with `equals` texts and truth
values can be compared, too. A value that comes from a mocked step is not judged.
""",
    inputs={
        "type": "object",
        "properties": {
            "metric": {"type": "string", "minLength": 1, "description": "The expression that gives the value."},
            **BOUND_SCHEMAS,
            "name": NAME_SCHEMA,
        },
        "required": ["metric"],
        "additionalProperties": False,
        "oneOf": EXACTLY_ONE,
    },
    measure=measure,
    example="""\
- {metric: steps.evaluate.outputs.accuracy, above: 0.90, name: search accuracy}
- {metric: steps.evaluate.outputs.p95-ms, between: [0, 250]}
""",
)

"""One gate: its inputs resolved, measured, judged.

What cannot be evaluated fails with the reason; a mocked value is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping

from automation.engine.bench import Bench
from automation.engine.events import Verdict
from automation.engine.modes import Closures, gate_closure
from automation.engine.ports import Look, Measured, Stopped, Tools, Unmeasurable
from automation.engine.verdicts import judge, not_judged, unmeasurable
from automation.plan.expressions import ExpressionError, evaluate, resolve
from automation.plan.model import Gate, Json


def judge_gate(
    bench: Bench, gate: Gate, scope: Mapping[str, Json], mocked: Closures, tools: Tools, timeout: float
) -> tuple[Verdict, frozenset[str] | None]:
    """The verdict, and for a gate that is not judged the secrets that would let it be."""
    name = gate_name(gate)
    kind = bench.gates[gate.kind]
    effect = gate.inputs.get("effect", kind.effect)
    closure = gate_closure(gate, "external" if effect == "external" else "none", bench.mode, mocked)
    if closure is not None:
        read = ", ".join(sorted({read.step for read in gate.reads})) or "the outside"
        return not_judged(name, gate.kind, reason=f"reads {read}, which is mocked", source=_source(gate)), closure
    try:
        look = Look(
            inputs=_inputs(gate, scope),
            workdir=bench.workdir,
            plan_folder=bench.plan_folder,
            tools=tools,
            timeout=timeout,
            env=bench.base_env,
        )
        measured = kind.measure(look)
    except (ExpressionError, ValueError, OSError) as error:
        return unmeasurable(name, gate.kind, reason=str(error), source=_source(gate)), None
    except Stopped:
        raise
    except Exception as error:  # noqa: BLE001 - a gate's own mistake must fail the gate, not the run
        return unmeasurable(name, gate.kind, reason=f"internal error: {error!r}", source=_source(gate)), None
    match measured:
        case Measured(value, bound, source, note):
            return judge(name, gate.kind, value=value, bound=bound, source=source, note=note), None
        case Unmeasurable(reason, source):
            return unmeasurable(name, gate.kind, reason=reason, source=source or _source(gate)), None


def gate_name(gate: Gate) -> str:
    """What the report calls the gate: its own name, else its kind and what it looks at."""
    return gate.name or f"{gate.kind} {_source(gate)}".strip()


def _source(gate: Gate) -> str:
    subject = gate.inputs.get(gate.kind)
    return " ".join(map(str, subject)) if isinstance(subject, list | tuple) else str(subject or "")


def _inputs(gate: Gate, scope: Mapping[str, Json]) -> dict[str, Json]:
    inputs = {key: resolve(value, scope) for key, value in gate.inputs.items() if key != "metric"}
    if "metric" in gate.inputs:
        expression = str(gate.inputs["metric"])
        inputs["metric"] = evaluate(expression, scope)
        inputs["source"] = expression
    return inputs

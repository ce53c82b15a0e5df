"""Pages of the documentation that are made from declarations (pure: declarations in, text out)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from automation.actions.base import Action
from automation.gates.base import GateKind
from automation.plan.model import Json

_EFFECTS = {
    "none": "changes nothing; runs for real in mock mode",
    "workspace": "writes only below the work directory; runs for real in mock mode",
    "external": "reaches outside; in mock mode the request is recorded and not sent",
}
_REPEATS = {
    "upsert": "may be repeated at will",
    "keyed": "may be repeated: the service knows the effect by its key",
    "findable": "what it made can be found again",
    "blind": "nobody can tell whether it happened: `on-unknown` decides, `ask` unless the step says otherwise",
}
_INTRODUCTION = """\
<!-- Written by scripts/generate.py from the declarations in automation/actions and automation/gates: change those. -->
# Actions and gates

A step does something with an **action**: `uses:` names it, `with:` gives its inputs. A **gate** proves what the steps
have done. What stands here is what plans are validated by.

Inputs may hold `${{ … }}`. Paths are relative to the work directory and never leave it. Every step may also have
`name`, `if`, `env`, `secrets`, `outputs`, `mock`, `effect`, `retry`, `timeout-minutes`, `continue-on-error` and
`on-unknown`.
"""


def actions_page(actions: Mapping[str, Action], gates: Mapping[str, GateKind]) -> str:
    """The page about all actions and gates, as Markdown."""
    parts = [
        _INTRODUCTION,
        "## Actions\n\n" + overview(("Action", "What it does", "Effect"), map(_action_row, actions.values())),
        *(_action(action) for action in actions.values()),
        "## Gates\n\n" + overview(("Gate", "What it proves", "Effect"), map(_gate_row, gates.values())),
        *(_gate(gate) for gate in gates.values()),
    ]
    return "\n".join(parts)


def _action_row(action: Action) -> Sequence[str]:
    return (f"[`{action.name}`](#{action.name})", action.summary, action.effect)


def _gate_row(gate: GateKind) -> Sequence[str]:
    return (f"[`{gate.name}`](#{gate.name}-gate)", gate.summary, gate.effect)


def _action(action: Action) -> str:
    facts = [f"- Effect: `{action.effect}` ({_EFFECTS[action.effect]})."]
    if action.effect == "external":
        facts.append(f"- After a crash in the middle: {_REPEATS[action.repeat]}.")
    if action.secrets:
        facts.append(f"- Secrets: {', '.join(f'`{name}`' for name in action.secrets)}.")
    return "\n".join(
        (
            f"### {action.name}\n",
            f"{action.description.strip()}\n",
            "\n".join(facts) + "\n",
            _inputs(action.inputs),
            _outputs(action),
            f"```yaml\n{action.example.strip()}\n```\n",
        )
    )


def _gate(gate: GateKind) -> str:
    return "\n".join(
        (
            f"### {gate.name} gate\n",
            f"{gate.description.strip()}\n",
            f"- Effect: `{gate.effect}`.\n",
            _inputs(gate.inputs),
            f"```yaml\n{gate.example.strip()}\n```\n",
        )
    )


def _inputs(schema: Mapping[str, Json]) -> str:
    properties, required = schema["properties"], schema.get("required", ())
    rows = [
        (f"`{name}`{' *' if _has(required, name) else ''}", _kind(one), str(one.get("description", "")) + _default(one))
        for name, one in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(one, Mapping)
    ]
    alternatives = _alternatives(schema)
    return overview(("Key (* required)", "Type", "Meaning"), rows) + (f"\n{alternatives}\n" if alternatives else "")


def _has(names: Json, name: str) -> bool:
    return isinstance(names, list | tuple) and name in names


def _kind(schema: Mapping[str, Json]) -> str:
    choices = schema.get("enum")
    if isinstance(choices, list | tuple):
        return ", ".join(f"`{choice}`" for choice in choices)
    kind = schema.get("type", "any")
    return " or ".join(str(one) for one in kind) if isinstance(kind, list | tuple) else str(kind)


def _default(schema: Mapping[str, Json]) -> str:
    return f" Default: `{_yaml(schema['default'])}`." if "default" in schema else ""


def _yaml(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _alternatives(schema: Mapping[str, Json]) -> str:
    """The keys of which exactly one is wanted."""
    options = schema.get("oneOf", ())
    names: list[str] = []
    for option in options if isinstance(options, list | tuple) else ():
        wanted = option.get("required", ()) if isinstance(option, Mapping) else ()
        names += [f"`{name}`" for name in wanted] if isinstance(wanted, list | tuple) else []
    return f"Exactly one of {', '.join(names)}." if names else ""


def _outputs(action: Action) -> str:
    own = ", ".join(f"`{name}` ({kind})" for name, kind in action.outputs.items())
    more = "those that the step declares" if action.open_outputs else ""
    told = " and ".join(part for part in (own, more) if part)
    return f"Outputs: {told}.\n" if told else ""


def overview(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; `|` in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)

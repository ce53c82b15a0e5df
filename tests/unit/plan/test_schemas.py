"""The shipped schemas, and the fast validators made from them: both judge alike."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from automation.actions.catalogue import ACTIONS
from automation.actions.generated import CHECKS as ACTION_CHECKS
from automation.gates.catalogue import GATES
from automation.gates.generated import CHECKS as GATE_CHECKS
from automation.plan.explain import explain, explain_inputs, shipped_schema, with_templates
from automation.plan.generated import CHECKS
from automation.plan.model import Json

ROOT = Path(__file__).resolve().parents[3]

PLAN: dict[str, Json] = {
    "id": "demo",
    "title": "Demo",
    "description": "d",
    "start": "2025-09-08",
    "target": "2025-10-01",
    "zone": "Asia/Dubai",
    "week": ["mon", "tue"],
    "holidays": {"country": "AE", "subdivision": "DU", "dates": ["2025-12-24"], "except": []},
    "weeks": [{"title": "A", "days": [1, 7]}],
    "components": {"core": "Core"},
    "metrics": [{"id": "m", "title": "M", "metric": "tasks.a.steps.b.outputs.c", "above": 0.9, "unit": "ms", "day": 2}],
    "secrets": {"A_KEY": {"description": "x", "obtain": "y"}},
    "vars": {"top-k": 10, "list": [1]},
    "requires": {"commands": ["git"], "modules": ["json"], "checks": [{"call": "a.b:c", "targets": ["."]}]},
    "limits": {"runs-per-task": 3, "catch-up": 20},
    "defaults": {
        "timeout-minutes": 10,
        "retry": {"attempts": 2},
        "criticality": "low",
        "owner": "x",
        "component": "core",
        "env": {"A": 1},
    },
    "notifications": {"slack": {"on": ["failed"], "channel": "C0123456789"}, "zapier": {"on": ["always"]}, "issue": {}},
    "escalation": [{"tier": 1, "after": "5m", "to": ["x"]}],
}
TASK: dict[str, Json] = {
    "id": "a",
    "title": "A",
    "description": "d",
    "day": 3,
    "schedule": {"cron": "0 9 * * *", "working-days": True, "catch-up": "all"},
    "on": {"push": None},
    "component": "core",
    "owner": "x",
    "needs": ["b"],
    "criticality": "high",
    "timeout-minutes": 1.5,
    "retry": {"attempts": 3, "delay": "2s", "factor": 2, "max-delay": "60s"},
    "if": "true",
    "env": {"A": "x"},
    "produces": ["a/b"],
    "steps": [
        {
            "id": "s",
            "name": "S",
            "uses": "python",
            "with": {"call": "a:b"},
            "secrets": ["A_KEY"],
            "env": {"A": 1.5},
            "if": True,
            "continue-on-error": True,
            "timeout-minutes": 2,
            "retry": {"attempts": 1},
            "effect": "none",
            "outputs": {"x": "number"},
            "mock": {"x": 1},
            "on-unknown": "ask",
        },
        {"run": ["a", "b"]},
    ],
    "gates": [{"metric": "x", "above": 1, "name": "n"}, {"file": "x"}],
    "approval": {"manual": {"approvers": 1, "exclude-initiator": True, "expires": "3d"}},
    "on-failure": {"try": [{"run": "x"}], "then": "skip"},
}
DOCUMENTS = {"plan": PLAN, "task": TASK}


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_the_schema_is_sound_and_takes_a_document_with_every_key(name: str) -> None:
    schema = shipped_schema(name)
    Draft202012Validator.check_schema(schema)
    assert explain(DOCUMENTS[name], schema) == []
    assert CHECKS[name](DOCUMENTS[name])
    assert set(DOCUMENTS[name]) == set(cast(Mapping[str, Json], schema["properties"]))


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_every_key_has_a_title_a_description_and_an_example_for_editors(name: str) -> None:
    lacking = [
        (path, note)
        for path, part in keys(shipped_schema(name))
        for note in ("title", "description", "examples")
        if not part.get(note)
    ]
    assert lacking == []


def keys(schema: Json, path: str = "") -> Iterator[tuple[str, Mapping[str, Json]]]:
    if isinstance(schema, Mapping):
        for key, part in schema.items():
            if key == "properties" and isinstance(part, Mapping):
                yield from ((f"{path}.{name}", value) for name, value in part.items() if isinstance(value, Mapping))
            yield from keys(part, f"{path}.{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from keys(part, f"{path}[{index}]")


VALUES: st.SearchStrategy[Json] = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        2.5,
        10_001,
        "",
        "a",
        "A",
        "a\n",
        "2025-09-08",
        "2025-09-08\n",
        "5m",
        "5x",
        "A_KEY",
        "auto",
        "manual",
        "high",
        "0 9 * * *",
        "mon",
        "tasks.a.steps.b.outputs.c",
        [],
        [1],
        ["a"],
        ["a", "a"],
        [1, True],
        [0, False],
        {},
        {"a": 1},
        {"a": "x"},
        {"manual": None},
        {"run": "x"},
        [{}],
        [{"run": "x"}],
        {"attempts": 1},
        [[1, 2]],
        "x" * 201,
    ]
)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> Json:
    """The document with up to three values replaced, removed or added anywhere."""
    document = copy.deepcopy(DOCUMENTS[name])
    for _ in range(draw(st.integers(1, 3))):
        containers = list(inner(document))
        target = draw(st.sampled_from(containers))
        if isinstance(target, list):
            index = draw(st.integers(0, len(target)))
            target[index : index + draw(st.integers(0, 1))] = [copy.deepcopy(draw(VALUES))]
        else:
            key = draw(st.sampled_from([*target, "extra", "above", "below", "run", "day"]))
            if key in target and draw(st.booleans()):
                del target[key]
            else:
                target[key] = copy.deepcopy(draw(VALUES))
    return document


def inner(value: Json) -> Iterator[dict[str, Json] | list[Json]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from inner(item)
    elif isinstance(value, list):
        yield value
        for item in value:
            yield from inner(item)


@settings(max_examples=150)
@given(mutated("task"))
def test_fast_and_thorough_validation_agree_on_tasks(document: Json) -> None:
    assert CHECKS["task"](document) == (not explain(document, shipped_schema("task")))


@settings(max_examples=100)
@given(mutated("plan"))
def test_fast_and_thorough_validation_agree_on_plans(document: Json) -> None:
    assert CHECKS["plan"](document) == (not explain(document, shipped_schema("plan")))


INPUTS = st.recursive(
    VALUES | st.just("${{ vars.x }}"),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.sampled_from("abc"), inside, max_size=2),
    max_leaves=4,
)


@st.composite
def declared_inputs(draw: st.DrawFn) -> tuple[str, str, Json]:
    """An action or gate with inputs whose names mostly are its own."""
    room = draw(st.sampled_from(["actions", "gates"]))
    name = draw(st.sampled_from(list(ACTIONS if room == "actions" else GATES)))
    schema = ACTIONS[name].inputs if room == "actions" else GATES[name].inputs
    known = list(cast("Mapping[str, Json]", schema.get("properties", {})))
    inputs = draw(st.dictionaries(st.sampled_from([*known, "other"]), INPUTS, max_size=5))
    return room, name, cast("Json", inputs)


@settings(max_examples=200)
@given(declared_inputs())
def test_fast_and_thorough_validation_agree_on_inputs(case: tuple[str, str, Json]) -> None:
    room, name, inputs = case
    checks, schema = (ACTION_CHECKS, ACTIONS[name].inputs) if room == "actions" else (GATE_CHECKS, GATES[name].inputs)
    assert checks[name](inputs) == (not explain_inputs(inputs, schema))


def test_a_template_fits_where_a_value_is_asked_for_and_not_instead_of_all_inputs() -> None:
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "l": {"type": "array", "items": {"enum": [1]}}},
        "required": ["n"],
        "additionalProperties": False,
    }
    assert explain_inputs({"n": "${{ x }}", "l": ["${{ x }}", 1]}, schema) == []
    assert explain_inputs({"n": "a ${{ x }}", "l": "${{ x }}"}, schema) == []
    assert [fault.path for fault in explain_inputs({"n": "${{ x }}", "l": [2]}, schema)] == [("l", 0)]
    assert [fault.message for fault in explain_inputs({"l": "${{ x }}"}, schema)] == ["the key 'n' is missing"]
    assert [fault.message for fault in explain_inputs("${{ x }}", schema)] == ["the inputs do not fit the schema"]


def test_faults_that_a_template_hides_are_told_all_the_same() -> None:
    schema: dict[str, Json] = {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}}
    assert with_templates(schema)["minProperties"] == 2
    assert [fault.message for fault in explain_inputs({"n": "${{ x }}"}, schema)] == [
        "expected a mapping of at least 2, not 1"
    ]


@pytest.mark.parametrize("room", ["plan", "actions", "gates"])
def test_the_generated_files_import_nothing_but_re(room: str) -> None:
    text = (ROOT / "automation" / room / "generated.py").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith(("import", "from"))] == ["import re"]

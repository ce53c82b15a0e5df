"""Every action and gate is declared whole: schema, descriptions, an example that fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest
import yaml
from jsonschema import Draft202012Validator

from automation.actions.catalogue import ACTIONS
from automation.gates.catalogue import GATES
from automation.plan.model import Json

TYPES = {"string", "number", "integer", "boolean", "array", "object"}


def properties(schema: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
    return cast("Mapping[str, Mapping[str, Json]]", schema["properties"])


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_describes_each_of_its_inputs_and_outputs(name: str) -> None:
    action = ACTIONS[name]
    Draft202012Validator.check_schema(dict(action.inputs))
    assert [key for key, schema in properties(action.inputs).items() if not schema.get("description")] == []
    assert set(action.outputs.values()) <= TYPES
    assert set(action.mock) <= set(action.outputs)
    assert action.summary.endswith(".")
    assert len(action.description) > 80


@pytest.mark.parametrize("name", ACTIONS)
def test_an_actions_example_is_valid_yaml_and_fits_its_schema(name: str) -> None:
    steps = yaml.safe_load(ACTIONS[name].example)
    assert steps
    for step in steps:
        inputs = {"shell": step["run"]} if "run" in step else step["with"]
        assert "run" in step or step["uses"] == name
        assert [error.message for error in Draft202012Validator(dict(ACTIONS[name].inputs)).iter_errors(inputs)] == []
        wanted = ACTIONS[name].secrets_of
        assert set(wanted(inputs) if wanted else ACTIONS[name].secrets) <= set(step.get("secrets", ()))


@pytest.mark.parametrize("name", GATES)
def test_a_gates_example_is_valid_yaml_and_fits_its_schema(name: str) -> None:
    gate = GATES[name]
    Draft202012Validator.check_schema(dict(gate.inputs))
    assert [key for key, schema in properties(gate.inputs).items() if not schema.get("description")] == []
    for inputs in yaml.safe_load(gate.example):
        assert [error.message for error in Draft202012Validator(dict(gate.inputs)).iter_errors(inputs)] == []


WRONG: list[tuple[str, dict[str, Json]]] = [
    ("run", {}),
    ("run", {"shell": "a", "argv": ["b"]}),
    ("run", {"shell": "a", "expect-status": 256}),
    ("python", {}),
    ("python", {"call": "no colon"}),
    ("python", {"call": "a:b", "bad key": 1}),
    ("http", {"url": "https://a", "json": 1, "body": "x"}),
    ("http", {"url": "https://a", "method": "BREW"}),
    ("http", {"url": "https://a", "expect-status": 99}),
    ("file", {"operation": "write", "path": "a"}),
    ("file", {"operation": "copy", "path": "a"}),
    ("file", {"operation": "copy", "path": "a", "from": "b", "from-plan": "c"}),
    ("file", {"operation": "delete", "path": "a"}),
    ("file", {"operation": "checksum", "path": "a", "sha256": "short"}),
    ("slack", {}),
    ("slack", {"text": "a", "thread-key": "mine"}),
    ("zapier", {"event": "a"}),
    ("zapier", {"event": "a", "data": {}, "data-file": "b"}),
    ("airtable", {"table": "a", "key-fields": ["a", "b", "c", "d"], "records-file": "x"}),
    ("airtable", {"table": "a", "key-fields": ["a"]}),
    ("notion", {"parent": "a", "title": "b"}),
    ("notion", {"parent": "a", "title": "b", "markdown": "", "text": ""}),
    ("openai", {"operation": "chat", "model": "m"}),
    ("openai", {"operation": "embeddings", "model": "m"}),
    ("openai", {"operation": "embeddings", "model": "m", "input": [""]}),
]


@pytest.mark.parametrize(("name", "inputs"), WRONG)
def test_wrong_inputs_do_not_fit_an_actions_schema(name: str, inputs: dict[str, Json]) -> None:
    assert list(Draft202012Validator(dict(ACTIONS[name].inputs)).iter_errors(inputs)) != []


WRONG_GATES: list[tuple[str, dict[str, Json]]] = [
    ("file", {}),
    ("file", {"file": "a", "sha265": "0" * 64}),
    ("json", {"json": ""}),
    ("metric", {"metric": "a"}),
    ("metric", {"metric": "a", "above": 1, "below": 2}),
    ("metric", {"metric": "a", "between": [1]}),
    ("command", {"command": "make check"}),
    ("command", {"command": []}),
    ("http", {"http": "ftp://a"}),
    ("tests", {"tests": "a", "at-least": 0}),
    ("coverage", {"coverage": "a"}),
    ("coverage", {"coverage": "a", "equals": 1}),
]


@pytest.mark.parametrize(("name", "inputs"), WRONG_GATES)
def test_wrong_keys_do_not_fit_a_gates_schema(name: str, inputs: dict[str, Json]) -> None:
    assert list(Draft202012Validator(dict(GATES[name].inputs)).iter_errors(inputs)) != []

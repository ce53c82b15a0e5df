"""Folders of plans for tests of loading, with actions and gates made for them."""

# ruff: noqa: E501 - the expected lines stand here as they are printed

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from automation.plan.loader import load
from automation.plan.model import (
    NO_TEXT,
    Effect,
    Json,
    Plan,
)
from automation.plan.problems import PlanInvalid


class FakeAction(NamedTuple):
    name: str
    inputs: Mapping[str, Json] = {"type": "object"}
    effect: Effect = "workspace"
    outputs: Mapping[str, str] = NO_TEXT
    open_outputs: bool = False
    secrets: tuple[str, ...] = ()
    secrets_of: Callable[[Mapping[str, Json]], tuple[str, ...]] | None = None


class FakeGate(NamedTuple):
    name: str
    inputs: Mapping[str, Json]


COMMAND: dict[str, Json] = {
    "type": "object",
    "properties": {
        "shell": {"type": "string", "minLength": 1},
        "argv": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "working-directory": {"type": "string"},
    },
    "oneOf": [{"required": ["shell"]}, {"required": ["argv"]}],
    "additionalProperties": False,
}


ACTIONS = {
    "run": FakeAction("run", COMMAND, "external", {"status": "integer"}, open_outputs=True),
    "python": FakeAction("python", {"type": "object", "required": ["call"]}, open_outputs=True),
    "file": FakeAction(
        "file",
        {"type": "object", "properties": {"path": {"type": "string"}, "size": {"type": "integer", "minimum": 1}}, "additionalProperties": False},
        outputs={"sha256": "string"},
    ),
    "slack": FakeAction("slack", {"type": "object", "required": ["text"]}, "external", {"ok": "boolean"}, secrets=("SLACK_WEBHOOK_URL",)),
}  # fmt: skip


GATES = {
    "file": FakeGate("file", {"type": "object", "properties": {"file": {"type": "string"}, "not-empty": {"type": "boolean"}}, "additionalProperties": False}),
    "metric": FakeGate("metric", {"type": "object", "properties": {"metric": {"type": "string"}, "above": {"type": "number"}}, "required": ["above"], "additionalProperties": False}),
}  # fmt: skip


PLAN = """\
id: demo
title: Demo
start: 2025-09-08
zone: Asia/Dubai
weeks:
  - {title: First, days: [1, 5]}
  - {title: Second, days: [6, 10]}
components: {core: Core, edge: Edge}
secrets: {SLACK_WEBHOOK_URL: {description: posts}}
vars: {top-k: 10}
"""


ONE = """\
id: one
title: One
day: 1
component: core
steps:
  - id: count
    uses: python
    with: {call: "a:b"}
    outputs: {n: integer}
gates:
  - {metric: steps.count.outputs.n, above: 0}
"""


TWO = "id: two\ntitle: Two\ncomponent: core\n"


STEP = "steps: [{run: echo}]\n"


def folder(tmp_path: Path, **files: str) -> Path:
    place = tmp_path / "plan"
    place.mkdir(exist_ok=True)
    for name, text in {"plan": PLAN, "one": ONE, **files}.items():
        if text:
            (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def loaded(tmp_path: Path, **files: str) -> Plan:
    return load(folder(tmp_path, **files), ACTIONS, GATES)


def mistakes(tmp_path: Path, **files: str) -> list[str]:
    place = folder(tmp_path, **files)
    with pytest.raises(PlanInvalid) as caught:
        load(place, ACTIONS, GATES)
    assert caught.value.exit_code == 2
    return [str(problem).replace(f"{place}/", "") for problem in caught.value.problems]

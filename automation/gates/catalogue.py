"""All kinds of gates, by the key that makes a gate one of that kind. A new kind is its own file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from automation.gates.base import GateKind
from automation.plan.lazy import LazyCatalogue

GATES: Mapping[str, GateKind] = LazyCatalogue(
    {
        "file": "automation.gates.file:GATE",
        "json": "automation.gates.json_file:GATE",
        "metric": "automation.gates.metric:GATE",
        "command": "automation.gates.command:GATE",
        "http": "automation.gates.http:GATE",
        "tests": "automation.gates.tests:GATE",
        "coverage": "automation.gates.coverage:GATE",
    },
    GateKind,
)

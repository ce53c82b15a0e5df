"""The flagship plan as it ships: it loads with the real actions and gates, and is what was promised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.actions.catalogue import ACTIONS
from automation.actions.generated import CHECKS as ACTION_CHECKS
from automation.gates.catalogue import GATES
from automation.gates.generated import CHECKS as GATE_CHECKS
from automation.plan.calendar import date_of
from automation.plan.catalogue import Quick
from automation.plan.loader import load
from automation.plan.model import Plan

ROOT = Path(__file__).resolve().parents[3]

# day: task ids, and what each needs
TASKS = {
    1: {"memory-schema": "", "memory-retention": "memory-schema"},
    2: {
        "vector-store-choice": "memory-schema",
        "memory-scoping": "memory-schema",
        "memory-design-review": "memory-retention vector-store-choice memory-scoping",
    },
    3: {
        "embedding-service": "vector-store-choice",
        "vector-index": "embedding-service",
        "corpus-ingest": "vector-index memory-scoping",
    },
    4: {"semantic-search": "corpus-ingest", "memory-indexing": "corpus-ingest", "search-accuracy": "semantic-search"},
    5: {"session-store": "memory-schema memory-scoping", "session-sync": "session-store"},
    6: {"access-controls": "session-store memory-scoping", "retrieval-latency": "semantic-search session-store"},
    7: {"memory-integration": "memory-indexing search-accuracy session-sync access-controls retrieval-latency"},
    8: {
        "policy-framework": "memory-integration",
        "safety-dataset": "policy-framework",
        "llm-judge": "policy-framework",
    },
    9: {
        "safety-escalation": "policy-framework",
        "input-sanitisation": "policy-framework",
        "injection-detection": "safety-dataset llm-judge input-sanitisation",
    },
    10: {
        "output-filtering": "safety-dataset",
        "pii-redaction": "input-sanitisation",
        "realtime-validation": "injection-detection output-filtering pii-redaction",
    },
    11: {"guardrail-accuracy": "realtime-validation", "guardrails-in-ci": "guardrail-accuracy"},
    12: {"safety-dashboard": "guardrail-accuracy safety-escalation"},
    13: {
        "metrics-schema": "safety-dashboard",
        "outcome-tracking": "metrics-schema",
        "quality-assessment": "metrics-schema",
    },
    14: {"evaluation-baseline": "outcome-tracking quality-assessment", "performance-dashboard": "outcome-tracking"},
    15: {"drift-detection": "evaluation-baseline", "alert-rules": "drift-detection", "alert-delivery": "alert-rules"},
    16: {
        "monitoring-drill": "performance-dashboard alert-delivery",
        "end-to-end": "monitoring-drill guardrail-accuracy memory-integration",
    },
    17: {"performance-benchmarks": "end-to-end", "security-testing": "end-to-end"},
    18: {"acceptance": "performance-benchmarks security-testing", "phase3-sign-off": "acceptance"},
}
SECRETS = {
    "memory-design-review": {"NOTION_API_KEY"},
    "embedding-service": {"OPENAI_API_KEY"},
    "session-store": {"AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"},
    "session-sync": {"AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"},
    "llm-judge": {"OPENAI_API_KEY"},
    "safety-escalation": {"ZAPIER_WEBHOOK_URL"},
    "safety-dashboard": {"SLACK_WEBHOOK_URL"},
    "alert-delivery": {"SLACK_WEBHOOK_URL", "ZAPIER_WEBHOOK_URL"},
    "phase3-sign-off": {"NOTION_API_KEY", "SLACK_WEBHOOK_URL"},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(ROOT / "tasks" / "hal-phase3", ACTIONS, GATES, Quick(ACTION_CHECKS, GATE_CHECKS))


def test_it_has_42_tasks_on_their_days_each_with_a_gate(plan: Plan) -> None:
    assert {task.id: task.day for task in plan.tasks.values()} == {
        task_id: day for day, tasks in TASKS.items() for task_id in tasks
    }
    assert len(plan.tasks) == 42
    assert [task.id for task in plan.tasks.values() if not task.gates] == []


def test_its_tasks_need_what_they_build_on(plan: Plan) -> None:
    promised = {task_id: set(needs.split()) for tasks in TASKS.values() for task_id, needs in tasks.items()}
    assert {task.id: set(task.needs) for task in plan.tasks.values()} == promised


def test_nine_tasks_have_external_steps_with_their_secrets(plan: Plan) -> None:
    external = {
        task.id: {secret for step in task.steps for secret in step.secrets}
        for task in plan.tasks.values()
        if any((step.effect or ACTIONS[step.uses].effect) == "external" for step in task.steps)
    }
    assert external == SECRETS


def test_its_last_working_day_is_the_target(plan: Plan) -> None:
    assert plan.days == 18
    assert plan.target == date_of(plan.calendar, 18)
    assert str(plan.target) == "2025-10-01"


def test_its_success_metrics_are_those_that_acceptance_judges(plan: Plan) -> None:
    judged = json.loads((ROOT / "automation/hal/data/success-metrics.json").read_text(encoding="utf-8"))
    assert [
        (m.id, m.reads.task, f"{m.reads.step}.{m.reads.output}", float(str(m.bound.value))) for m in plan.metrics
    ] == [
        (one["id"], one["task"], one["output"], float(next(one[key] for key in BOUNDS if key in one))) for one in judged
    ]


BOUNDS = ("above", "below", "at-most", "at-least")

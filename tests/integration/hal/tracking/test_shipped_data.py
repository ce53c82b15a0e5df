"""Shipped data and files agree: manifest, metric schema, success metrics of the plan."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from automation.hal.evaluation.acceptance import load_targets
from automation.hal.evaluation.metrics import SCHEMA

ROOT = Path(__file__).parents[4]
DATA = ROOT / "automation" / "hal" / "data"
PLAN = ROOT / "tasks" / "hal-phase3"
MANIFEST = json.loads((DATA / "MANIFEST-tracking.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_frozen_data_is_what_its_manifest_says(name: str) -> None:
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == MANIFEST[name]["sha256"]


def test_the_schema_that_judges_the_report_is_the_one_that_the_task_writes() -> None:
    assert json.loads((PLAN / "schemas" / "performance-metrics.json").read_text(encoding="utf-8")) == SCHEMA


def test_success_metrics_are_read_where_the_plan_reads_them() -> None:
    plan = yaml.safe_load((PLAN / "plan.yaml").read_text(encoding="utf-8"))
    sources = {metric["id"]: metric["metric"] for metric in plan["metrics"]}
    read = {}
    for target in load_targets():
        step, _, output = target.output.partition(".")
        read[target.id] = f"tasks.{target.task}.steps.{step}.outputs.{output}"
    assert read == sources

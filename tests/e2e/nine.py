"""The flagship's nine tasks with external steps, as a plan of their own: these steps are the flagship's to the letter,
what is measured before them is made up in a moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FLAGSHIP = Path(__file__).parents[2] / "tasks" / "hal-phase3"

EXTERNAL: Mapping[str, Mapping[str, frozenset[str]]] = {
    "memory-design-review": {"publish": frozenset({"NOTION_API_KEY"})},
    "embedding-service": {"compare": frozenset({"OPENAI_API_KEY"})},
    "session-store": {"upsert": frozenset({"AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"})},
    "session-sync": {"upsert": frozenset({"AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"})},
    "llm-judge": {"ask": frozenset({"OPENAI_API_KEY"})},
    "safety-escalation": {"register": frozenset({"ZAPIER_WEBHOOK_URL"})},
    "safety-dashboard": {"announce": frozenset({"SLACK_WEBHOOK_URL"})},
    "alert-delivery": {
        "announce": frozenset({"SLACK_WEBHOOK_URL"}),
        "register": frozenset({"ZAPIER_WEBHOOK_URL"}),
    },
    "phase3-sign-off": {
        "publish": frozenset({"NOTION_API_KEY"}),
        "announce": frozenset({"SLACK_WEBHOOK_URL"}),
    },
}
"""The external steps and the secrets that each needs to be real, as the plan's description has them."""

MADE_UP: Mapping[str, Any] = {
    "string": "Nothing was missed",
    "number": 0.97,
    "integer": 4,
    "array": [{"role": "user", "content": "Is this allowed?"}],
    "object": {"type": "object", "additionalProperties": False},
}
FILES: Mapping[str, str] = {
    "markdown-file": "# Design\n\nWhat was measured:\n\n- retention **0.97**\n",
    "records-file": json.dumps([{"session": f"s-{number}", "version": number + 1} for number in range(3)]),
    "input-file": json.dumps(["near", "far"]),
    "data-file": json.dumps({"alerts": 2, "worst": "drift"}),
}

CANNED = '''"""What the local steps of the nine tasks give."""

from pathlib import Path


def give(outputs: dict, files: dict) -> dict:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return outputs
'''


def flagship_tasks() -> dict[str, Any]:
    """All tasks of the flagship as they are written, by id."""
    paths = (path for path in sorted(FLAGSHIP.glob("*.yaml")) if path.name != "plan.yaml")
    tasks = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)
    return {task["id"]: task for task in tasks}


def write_nine(folder: Path) -> Path:
    """The plan's folder. `canned.py` beside it is what its local steps call."""
    plan = folder / "plan"
    plan.mkdir(parents=True)
    (folder / "canned.py").write_text(CANNED, encoding="utf-8")
    whole = yaml.safe_load((FLAGSHIP / "plan.yaml").read_text(encoding="utf-8"))
    kept = {key: whole[key] for key in ("start", "zone", "week", "components", "secrets", "vars")}
    _write(plan / "plan.yaml", {"id": "nine", "title": "Nine", **kept})
    for task_id, task in flagship_tasks().items():
        if task_id in EXTERNAL:
            _write(plan / f"{task_id}.yaml", _restricted(task))
    return plan


def _restricted(task: Any) -> Any:
    external = [step for step in task["steps"] if step["id"] in EXTERNAL[task["id"]]]
    files = {step["with"][key]: text for step in external for key, text in FILES.items() if key in step["with"]}
    local = [step for step in task["steps"] if step not in external]
    kept = {key: task[key] for key in ("id", "title", "day", "component")}
    needs = [need for need in task["needs"] if need in EXTERNAL]
    return {**kept, "needs": needs, "steps": [*(_canned(step, files) for step in local), *external]}


def _canned(step: Any, files: Mapping[str, str]) -> Any:
    outputs = {name: MADE_UP[kind] for name, kind in step["outputs"].items()}
    call = {"call": "canned:give", "outputs": outputs, "files": dict(files)}
    return {"id": step["id"], "uses": "python", "with": call, "outputs": step["outputs"]}


def _write(path: Path, document: Any) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")

"""Tasks 29 to 42 as they are shipped: steps in order, each task on an empty directory with its needs' products."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest
import yaml

from automation.hal.evaluation import closing_steps, trial_steps
from automation.hal.evaluation.own_tests import OwnTests
from automation.hal.evaluation.security import Completed
from automation.hal.guardrails.classifier import save
from automation.hal.guardrails.dataset import load_split
from automation.hal.guardrails.training import train_on

PLAN = Path(__file__).parents[4] / "tasks" / "hal-phase3"
NUMBERS = range(29, 43)
EXPRESSION = re.compile(r"\$\{\{\s*([^}]+?)\s*\}\}")
Task = dict[str, object]
Outputs = dict[str, dict[str, object]]

# What the tasks before hand over: the product, and the measurements that the success metrics are read from.
EARLIER: dict[str, Outputs] = {
    "search-accuracy": {"evaluate": {"accuracy": 0.95}},
    "retrieval-latency": {"measure": {"p95-ms": 12.5}},
    "memory-integration": {"replay": {"retention": 0.97}},
    "realtime-validation": {"measure": {"p95-ms": 9.5}},
    "guardrail-accuracy": {"evaluate": {"detection": 0.995, "false-positives": 0.01}},
}
# All tasks run once before the first test: on a busy machine that takes longer than a test may.
pytestmark = pytest.mark.timeout(600)

DETECTOR = "safety/detector.npz"

# From PLANS: id, day, component, needs and secrets of each task.
ROWS = """
29 metrics-schema 13 evaluation-design safety-dashboard -
30 outcome-tracking 13 evaluation-design metrics-schema -
31 quality-assessment 13 evaluation-design metrics-schema -
32 evaluation-baseline 14 evaluation-design outcome-tracking,quality-assessment -
33 performance-dashboard 14 performance-monitoring outcome-tracking -
34 drift-detection 15 performance-monitoring evaluation-baseline -
35 alert-rules 15 performance-monitoring drift-detection -
36 alert-delivery 15 performance-monitoring alert-rules SLACK_WEBHOOK_URL,ZAPIER_WEBHOOK_URL
37 monitoring-drill 16 performance-monitoring performance-dashboard,alert-delivery -
38 end-to-end 16 integration-testing monitoring-drill,guardrail-accuracy,memory-integration -
39 performance-benchmarks 17 integration-testing end-to-end -
40 security-testing 17 integration-testing end-to-end -
41 acceptance 18 integration-testing performance-benchmarks,security-testing -
42 phase3-sign-off 18 integration-testing acceptance NOTION_API_KEY,SLACK_WEBHOOK_URL
""".strip().splitlines()


def load_tasks() -> list[Task]:
    paths = [next(PLAN.glob(f"{number}-*.yaml")) for number in NUMBERS]
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[1])
def test_a_task_file_says_what_the_plan_says(row: str) -> None:
    number, name, day, component, needs, secrets = row.split()
    task = yaml.safe_load((PLAN / f"{number}-{name}.yaml").read_text(encoding="utf-8"))
    assert (task["id"], task["day"], task["component"]) == (name, int(day), component)
    assert sorted(task["needs"]) == sorted(needs.split(","))
    declared = sorted(secret for step in task["steps"] for secret in step.get("secrets", []))
    assert declared == ([] if secrets == "-" else sorted(secrets.split(",")))


@dataclass
class Rehearsal:
    """Runs task files one by one, as the runner would in mock mode with local steps only."""

    root: Path
    history: list[dict[str, object]] = field(default_factory=list)
    products: dict[str, dict[str, bytes]] = field(default_factory=dict)
    needs: dict[str, list[str]] = field(default_factory=dict)

    def run(self, task: Task) -> list[dict[str, object]]:
        name, steps = str(task["id"]), task["steps"]
        assert isinstance(steps, list)
        folder = self._restore(name)
        outputs: Outputs = {}
        for step in steps:
            if step["uses"] == "python":
                outputs[step["id"]] = _call(step, outputs)
        gates = [_judge(gate, outputs, folder) for gate in task["gates"]]  # type: ignore[attr-defined]  # YAML
        self.products[name] = {path: (folder / path).read_bytes() for path in task["produces"]}  # type: ignore[attr-defined]  # YAML
        mocked = any("secrets" in step for step in steps)
        self._finish(name, "mocked" if mocked else "done", int(str(task["day"])), outputs, gates)
        return gates

    def before(self, name: str, outputs: Outputs, files: dict[str, bytes]) -> None:
        """A task of the days before, as it stands in the history."""
        gate = {"name": "value", "kind": "metric", "verdict": "passed", "measured": 1.0, "bound": "above 0"}
        self.products[name] = files
        self._finish(name, "done", 1, outputs, [gate])

    def _restore(self, name: str) -> Path:
        folder = self.root / "work"
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for needed in _transitive(name, self.needs):
            for path, content in self.products.get(needed, {}).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
        (folder / "run").mkdir()
        (folder / "run" / "history.json").write_text(json.dumps(self._document()), encoding="utf-8")
        return folder

    def _document(self) -> dict[str, object]:
        statuses = [str(task["status"]) for task in self.history]
        counts = {status: statuses.count(status) for status in sorted(set(statuses))}
        journal = {"events": 10 * len(statuses), "finished": counts}
        head = {"plan": "hal-phase3", "run": "rehearsal", "mode": "mock"}
        return {**head, "tasks": self.history, "counts": counts, "journal": journal, "waits": []}

    def _finish(self, name: str, status: str, day: int, outputs: Outputs, gates: Sequence[dict[str, object]]) -> None:
        facts = {"id": name, "slot": f"day-{day}", "status": status, "component": "part", "day": day}
        rest = {"seconds": 0.1, "attempts": 1, "reason": "", "gates": list(gates), "outputs": outputs}
        self.history.append(facts | rest)


class CleanTools:
    """Scanners that find nothing: the real ones are tried elsewhere, and take seconds."""

    def run(self, tool: str, arguments: Sequence[str], folder: Path) -> Completed | None:
        return Completed(0, {"zizmor": "[]"}.get(tool, '{"results": {}, "errors": []}'), "")


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A classifier trained on a third of the train split, which is quick; the plan trains on all of it."""
    path = tmp_path_factory.mktemp("detector") / "detector.npz"
    save(train_on(load_split("train")[::3]), path)
    return path.read_bytes()


@pytest.fixture
def rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detector: bytes) -> Rehearsal:
    """A rehearsal after task 28; HAL's own tests are not run inside this one."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(trial_steps, "InstalledTools", CleanTools)
    monkeypatch.setattr(closing_steps, "run_tests", _stand_in_for_the_tests)
    made = Rehearsal(tmp_path)
    made.needs = {str(task["id"]): list(task["needs"]) for task in load_tasks()}  # type: ignore[call-overload]  # YAML
    earlier = [*EARLIER, *(f"other-{number}" for number in range(22)), "safety-dashboard"]
    for name in earlier:
        made.before(name, EARLIER.get(name, {}), {DETECTOR: detector} if name == "guardrail-accuracy" else {})
    return made


def test_all_fourteen_tasks_pass_their_gates_one_after_the_other(rehearsal: Rehearsal) -> None:
    for task in load_tasks():
        gates = rehearsal.run(task)
        assert [gate for gate in gates if gate["verdict"] != "passed"] == [], task["id"]
    assert len(rehearsal.history) == 42
    assert b"9 of 9 success metrics met" in rehearsal.products["phase3-sign-off"]["closing/completion.md"]


def test_a_success_metric_that_was_missed_is_named_and_not_hidden(rehearsal: Rehearsal) -> None:
    rehearsal.history[0]["outputs"] = {"evaluate": {"accuracy": 0.80}}
    rehearsal.before("drift-detection", {"trial": {"longest-delay-hours": 20.0}}, {})
    judging = ("metrics", "outcome", "quality", "evaluation-baseline", "performance-benchmarks", "acceptance")
    results = {name: rehearsal.run(task) for task in load_tasks() if (name := str(task["id"])).startswith(judging)}
    below = [gate["name"] for gate in results["performance-benchmarks"] if gate["verdict"] == "failed"]
    assert below == ["metrics below their target"]
    assert b"| missed | `search-accuracy` |" in rehearsal.products["acceptance"]["closing/acceptance.md"]
    assert all(gate["verdict"] == "passed" for gate in results["acceptance"])


def _stand_in_for_the_tests(_tools: object, _root: Path, _suite: str, results: Path) -> OwnTests:
    results.mkdir(parents=True, exist_ok=True)
    (results / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    (results / "coverage.xml").write_text("<coverage/>", encoding="utf-8")
    return OwnTests(200, 0, 0, 5.0, 0.97)


def _transitive(name: str, needs: dict[str, list[str]]) -> set[str]:
    direct = needs.get(name, [])
    return {*direct, *(further for need in direct for further in _transitive(need, needs))}


def _call(step: dict[str, object], outputs: Outputs) -> dict[str, object]:
    given, declared = step["with"], step["outputs"]
    assert isinstance(given, dict)
    assert isinstance(declared, dict)
    module, _, name = str(given["call"]).partition(":")
    function: Callable[..., dict[str, object]] = getattr(import_module(module), name)
    hints = function.__annotations__
    arguments = {key.replace("-", "_"): _value(value, outputs) for key, value in given.items() if key != "call"}
    arguments = {key: Path(str(value)) if hints[key] is Path else value for key, value in arguments.items()}
    result = function(**arguments)
    kinds: dict[object, tuple[type, ...]] = {"integer": (int,), "number": (int, float), "string": (str,)}
    assert {key.replace("-", "_") for key in declared} == set(result)
    assert all(isinstance(result[key.replace("-", "_")], kinds[kind]) for key, kind in declared.items())
    return {key: result[key.replace("-", "_")] for key in declared}


def _value(value: object, outputs: Outputs) -> object:
    if not isinstance(value, str):
        return value
    whole = EXPRESSION.fullmatch(value)
    return _look(whole[1], outputs) if whole else EXPRESSION.sub(lambda match: str(_look(match[1], outputs)), value)


def _look(expression: str, outputs: Outputs) -> object:
    if expression == "plan.title":
        return "HAL Phase 3"
    _, step, _, name = expression.split(".")
    return outputs[step][name]


def _judge(gate: dict[str, object], outputs: Outputs, folder: Path) -> dict[str, object]:
    facts: dict[str, object] = {"name": gate["name"], "measured": None, "bound": ""}
    if "metric" in gate:
        measured = _look(str(gate["metric"]), outputs)
        (bound,) = [key for key in gate if key in BOUNDS]
        passed = BOUNDS[bound](float(str(measured)), float(str(gate[bound])))
        facts |= {"kind": "metric", "measured": measured, "bound": f"{bound} {gate[bound]}"}
    elif "json" in gate:
        document = json.loads((folder / str(gate["json"])).read_text(encoding="utf-8"))
        if "schema" in gate:
            jsonschema.validate(document, json.loads((PLAN / str(gate["schema"])).read_text(encoding="utf-8")))
        passed, facts = True, facts | {"kind": "json"}
    else:
        (kind,) = [key for key in gate if key in ("file", "tests", "coverage")]
        passed, facts = (folder / str(gate[kind])).stat().st_size > 0, facts | {"kind": kind}
    return facts | {"verdict": "passed" if passed else "failed"}


BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, limit: value > limit,
    "at-least": lambda value, limit: value >= limit,
    "below": lambda value, limit: value < limit,
    "at-most": lambda value, limit: value <= limit,
    "equals": lambda value, limit: value == limit,
}

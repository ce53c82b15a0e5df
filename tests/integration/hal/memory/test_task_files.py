"""The sixteen memory tasks, run in order, each on an empty directory with nothing but the products it needs."""

import importlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

# All tasks run once before the first test: on a busy machine that takes longer than a test may.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[4]
PLAN = ROOT / "tasks" / "hal-phase3"
FILES = sorted(path for path in PLAN.glob("*.yaml") if path.stem[:2].isdigit() and int(path.stem[:2]) <= 16)
TASKS: dict[str, dict[str, Any]] = {
    task["id"]: task for task in (yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES)
}
TYPES: dict[str, type | tuple[type, ...]] = {"number": (int, float), "integer": int, "string": str}
BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "above": lambda value, bound: value > bound,
    "at-least": lambda value, bound: value >= bound,
    "below": lambda value, bound: value < bound,
    "at-most": lambda value, bound: value <= bound,
    "equals": lambda value, bound: value == bound,
    "between": lambda value, bound: bound[0] <= value <= bound[1],
}


def needed(name: str) -> set[str]:
    """The task's needs, and theirs."""
    own = set(TASKS[name].get("needs", []))
    return own.union(*(needed(other) for other in own))


def run_step(step: Mapping[str, Any]) -> dict[str, Any]:
    arguments = dict(step["with"])
    module, _, function = arguments.pop("call").partition(":")
    call = getattr(importlib.import_module(module), function)
    hints = call.__annotations__
    named = {key.replace("-", "_"): value for key, value in arguments.items()}
    outputs = call(**{key: Path(value) if hints[key] is Path else value for key, value in named.items()})
    return {key.replace("_", "-"): value for key, value in outputs.items()}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, dict[str, Any]]]]:
    """Runs the python steps of every task; gives each task's directory and outputs."""
    base = tmp_path_factory.mktemp("plan")
    results: dict[str, tuple[Path, dict[str, dict[str, Any]]]] = {}
    for name, task in TASKS.items():
        work = base / name
        work.mkdir()
        for other in needed(name):
            for product in TASKS[other]["produces"]:
                (work / product).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(base / other / product, work / product)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(work)
            outputs = {step["id"]: run_step(step) for step in task["steps"] if step["uses"] == "python"}
        results[name] = (work, outputs)
    return results


def test_there_are_sixteen_tasks_and_their_needs_come_before_them() -> None:
    assert [path.stem[:2] for path in FILES] == [f"{number:02d}" for number in range(1, 17)]
    assert [path.stem[3:] for path in FILES] == list(TASKS)
    names = list(TASKS)
    assert all(names.index(need) < names.index(name) for name in names for need in TASKS[name].get("needs", []))


def test_the_external_steps_are_those_of_the_plan() -> None:
    external = {
        name: [(step["uses"], step["secrets"]) for step in task["steps"] if step["uses"] != "python"]
        for name, task in TASKS.items()
    }
    airtable = [("airtable", ["AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"])]
    assert {name: steps for name, steps in external.items() if steps} == {
        "memory-design-review": [("notion", ["NOTION_API_KEY"])],
        "embedding-service": [("openai", ["OPENAI_API_KEY"])],
        "session-store": airtable,
        "session-sync": airtable,
    }


@pytest.mark.parametrize("name", TASKS)
def test_every_gate_of_the_task_passes(name: str, ran: dict[str, tuple[Path, dict[str, dict[str, Any]]]]) -> None:
    work, outputs = ran[name]
    for step in TASKS[name]["steps"]:
        for output, kind in step.get("outputs", {}).items():
            assert isinstance(outputs[step["id"]][output], TYPES[kind]), f"{step['id']}.{output}"
    for gate in TASKS[name]["gates"]:
        match gate:
            case {"metric": expression}:
                _, step, _, output = expression.split(".")
                ((bound, limit),) = [(key, value) for key, value in gate.items() if key in BOUNDS]
                assert BOUNDS[bound](outputs[step][output], limit), f"{gate}: {outputs[step][output]}"
            case {"json": path, "schema": schema}:
                written = json.loads((PLAN / schema).read_text(encoding="utf-8"))
                jsonschema.Draft202012Validator.check_schema(written)
                jsonschema.validate(json.loads((work / path).read_text(encoding="utf-8")), written)
            case {"file": path}:
                assert (work / path).stat().st_size > 0
    assert any("metric" in gate for gate in TASKS[name]["gates"])


def test_every_product_is_written_and_small_enough_to_keep(
    ran: dict[str, tuple[Path, dict[str, dict[str, Any]]]],
) -> None:
    sizes = {
        product: (work / product).stat().st_size
        for name, (work, _) in ran.items()
        for product in TASKS[name]["produces"]
    }
    assert max(sizes.values()) < 4_000_000


def test_a_changed_page_no_longer_matches_its_hash(ran: dict[str, tuple[Path, dict[str, dict[str, Any]]]]) -> None:
    work, _ = ran["memory-design-review"]
    page = work / "memory/design.md"
    before = page.read_text(encoding="utf-8")
    page.write_text(before + "one more line\n", encoding="utf-8")
    check = TASKS["memory-design-review"]["steps"][1]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        assert run_step(check) == {"matches": 0}
    page.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "missing", "complaint"),
    [
        ("memory-design-review", "memory/retention.json", "retention.json is missing"),
        ("corpus-ingest", "memory/index.npz", "there is no vector index"),
        ("semantic-search", "memory/corpus.db", "ingest the corpus first"),
        ("search-accuracy", "memory/topics.npz", "run the embedding-service task first"),
    ],
)
def test_a_missing_product_is_named(
    name: str, missing: str, complaint: str, tmp_path: Path, ran: dict[str, tuple[Path, dict[str, dict[str, Any]]]]
) -> None:
    shutil.copytree(ran[name][0] / "memory", tmp_path / "memory")
    (tmp_path / missing).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        with pytest.raises(OSError, match=complaint):
            run_step(TASKS[name]["steps"][0])

"""Tasks 1 to 5 on small inputs: each counts what is right, and what would be wrong."""

import json
from pathlib import Path

import pytest

from automation.hal.memory import scoping_trial
from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.retention import RetentionPolicy, Sweep
from automation.hal.memory.steps import architecture as steps
from automation.hal.memory.store import MemoryStore


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty work directory, which the steps' relative paths are below."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def products() -> dict[str, Path]:
    """Tasks 1 to 4, run small; the paths that the design page is gathered from."""
    paths = {name: Path("memory") / f"{name}.json" for name in ("schema", "retention", "index", "scoping")}
    steps.create_store(schema=paths["schema"], sql=Path("memory/schema.sql"), database=Path("memory/store.db"))
    steps.apply_retention(policy=paths["retention"], database=Path("memory/aged.db"))
    steps.choose_index(report=paths["index"], page=Path("memory/index.md"), vectors=250, queries=20, p95_ms=5000)
    steps.try_scopes(report=paths["scoping"], database=Path("memory/scoped.db"), cases=20, records=30)
    return paths


def test_a_record_of_every_scope_comes_back_before_and_after_reopening() -> None:
    created = steps.create_store(schema=Path("a/schema.json"), sql=Path("a/store.sql"), database=Path("a/store.db"))
    declared = json.loads(Path("a/schema.json").read_text(encoding="utf-8"))
    assert created == {"columns": len(declared["properties"]), "round_trips": 5, "reopened": 5}
    assert "CREATE TABLE" in Path("a/store.sql").read_text(encoding="utf-8")


def test_a_record_that_comes_back_otherwise_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "get", lambda *_: None)
    created = steps.create_store(schema=Path("schema.json"), sql=Path("store.sql"), database=Path("store.db"))
    assert (created["round_trips"], created["reopened"]) == (0, 0)


def test_a_sweep_removes_what_has_ended_once_and_keeps_the_rest() -> None:
    retained = steps.apply_retention(policy=Path("policy.json"), database=Path("aged.db"))
    assert 0 < retained["removed"] < retained["records"]
    assert {name: count for name, count in retained.items() if name not in ("records", "removed")} == {
        "expired_left": 0, "kept_lost": 0, "kept_changed": 0, "removed_again": 0,
    }  # fmt: skip
    assert json.loads(Path("policy.json").read_text(encoding="utf-8"))["by_kind"]["note"] == 30


def test_a_sweep_that_removes_nothing_or_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(store: MemoryStore, policy: RetentionPolicy, now: str) -> Sweep:
        return Sweep(removed=store.delete("north", [held.id for held in store.everything()]), kept=0)

    monkeypatch.setattr(steps, "sweep", lambda *_: Sweep(removed=0, kept=0))
    assert steps.apply_retention(policy=Path("policy.json"), database=Path("aged.db"))["expired_left"] > 0
    monkeypatch.setattr(steps, "sweep", everything)
    assert steps.apply_retention(policy=Path("policy.json"), database=Path("aged.db"))["kept_lost"] > 0


def test_the_exact_index_is_chosen_where_it_is_quick_enough() -> None:
    chosen = steps.choose_index(
        report=Path("index.json"), page=Path("index.md"), vectors=250, queries=20, recall=0.95, p95_ms=5000
    )
    assert (chosen["chosen"], chosen["vectors"], chosen["recall"]) == ("exact", 250, 1.0)
    assert chosen["runner_up_recall"] <= 1
    report = json.loads(Path("index.json").read_text(encoding="utf-8"))
    assert (report["queries"], report["k"], sorted(report["candidates"])) == (20, 10, ["clustered", "exact", "hashed"])
    assert "Decision: **exact**" in Path("index.md").read_text(encoding="utf-8")


def test_bounds_that_no_index_meets_are_an_error_and_nothing_is_written() -> None:
    with pytest.raises(ValueError, match=r"no index reaches recall 0.95 within 0.0 ms"):
        steps.choose_index(report=Path("index.json"), page=Path("index.md"), vectors=250, queries=5, p95_ms=0.0)
    assert not Path("index.json").exists()


def test_no_generated_caller_sees_a_record_outside_its_scope() -> None:
    tried = steps.try_scopes(report=Path("scoping.json"), database=Path("scoped.db"), cases=50, records=40)
    assert (tried["cases"], tried["violations"], tried["missed"]) == (50, 0, 0)
    assert tried["seen"] > 50
    assert json.loads(Path("scoping.json").read_text(encoding="utf-8")) == tried


@pytest.mark.parametrize(("sees_all", "wrong"), [(True, "missed"), (False, "violations")])
def test_a_store_that_disagrees_with_the_rule_is_noticed(
    sees_all: bool, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rule(caller: Caller, record: MemoryRecord, now: str) -> bool:
        return sees_all

    monkeypatch.setattr(scoping_trial, "may_see", rule)
    tried = steps.try_scopes(report=Path("scoping.json"), database=Path("scoped.db"), cases=10, records=20)
    assert dict(tried)[wrong] != 0


def test_the_page_matches_its_hash_until_page_or_products_change() -> None:
    paths = products()
    page, report = Path("memory/design.md"), Path("memory/design.json")
    written = steps.write_design(**paths, page=page, report=report)
    text = page.read_text(encoding="utf-8")
    assert written["characters"] == len(text)
    assert written["sections"] == text.count("\n## ") > 2
    assert steps.check_design(**paths, page=page, report=report) == {"matches": 1}
    page.write_text(text + "one more line\n", encoding="utf-8")
    assert steps.check_design(**paths, page=page, report=report) == {"matches": 0}
    page.write_text(text, encoding="utf-8")
    steps.try_scopes(report=paths["scoping"], database=Path("memory/scoped.db"), cases=21, records=30)
    assert steps.check_design(**paths, page=page, report=report) == {"matches": 0}

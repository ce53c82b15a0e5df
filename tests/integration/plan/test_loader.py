"""Reading a folder: which files are taken, in which order, and what cannot be read."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automation.plan.catalogue import Quick
from automation.plan.loader import load
from automation.plan.problems import PlanInvalid
from tests.integration.plan.folders import ACTIONS, GATES, ONE, PLAN, STEP, TWO, folder, loaded, mistakes


def test_tasks_come_in_the_order_of_their_files_and_other_files_are_left_alone(tmp_path: Path) -> None:
    place = folder(
        tmp_path, one="", **{"10-b": ONE.replace("id: one", "id: b"), "02-a": ONE.replace("id: one", "id: a")}
    )
    (place / "notes.md").write_text("{")
    (place / ".hidden.yaml").write_text("{")
    (place / "schemas").mkdir()
    (place / "03-c.yml").write_text(ONE.replace("id: one", "id: c"))
    assert list(load(place, ACTIONS, GATES).tasks) == ["a", "c", "b"]


def test_the_message_counts_and_lists_the_mistakes(tmp_path: Path) -> None:
    place = folder(tmp_path, two=TWO + "needs: [zero, minus]\n" + STEP)
    with pytest.raises(PlanInvalid) as caught:
        load(place, ACTIONS, GATES)
    lines = str(caught.value).splitlines()
    assert lines[0] == "The plan has 2 mistakes:"
    assert [line.split(" needs")[0] for line in lines[1:]] == [f"{place}/two.yaml:4:9:", f"{place}/two.yaml:4:15:"]


def test_quick_checks_are_asked_first_and_jsonschema_has_the_last_word(tmp_path: Path) -> None:
    asked: list[object] = []

    def never(value: object) -> bool:
        asked.append(value)
        return False

    place = folder(tmp_path)
    load(place, ACTIONS, GATES, Quick({"python": never}, {"metric": never}))
    assert asked == [{"call": "a:b"}, {"metric": "steps.count.outputs.n", "above": 0}]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"plan": ""}, "the folder has no plan.yaml. Add it, or start one with `ztr init`."),
        ({"one": ""}, "the plan has no tasks. Add a file for each task beside plan.yaml."),
    ],
)
def test_a_folder_that_lacks_files_says_which(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert mistakes(tmp_path, **files) == [f"{tmp_path}/plan: {expected}"]


def test_plan_yml_and_no_folder_at_all_have_their_own_remedy(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.yml").write_text(PLAN)
    assert mistakes(tmp_path, plan="", one="") == [
        f"{tmp_path}/plan: the folder has no plan.yaml. Rename plan.yml to plan.yaml."
    ]
    for place, reason in ((tmp_path / "nowhere", "No such file"), (tmp_path / "plan" / "plan.yml", "Not a directory")):
        with pytest.raises(PlanInvalid, match=f"no plan here: {reason}"):
            load(place, ACTIONS, GATES)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "two.yaml").symlink_to(place / "gone")
    (place / "zzz.yaml").mkdir()
    assert mistakes(tmp_path) == [
        "two.yaml: cannot be read: No such file or directory. Mend its permissions.",
        "zzz.yaml: cannot be read: Is a directory. Mend its permissions.",
    ]


def test_a_file_above_the_cap_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    assert mistakes(tmp_path, two="a" * 3_000_000) == [
        "two.yaml:1:1: the file has more than 1,000,000 bytes. Split it, or move data into a file of its own."
    ]
    assert loaded(tmp_path, two=ONE.replace("id: one", "id: two") + "# " + "x" * 900_000).tasks["two"].day == 1


def test_the_garbage_collector_is_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    loaded(tmp_path)
    assert gc.isenabled()
    gc.disable()
    try:
        mistakes(tmp_path, two="[")
        assert not gc.isenabled()
    finally:
        gc.enable()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_the_files_hold_the_plan_is_loaded_or_invalid(tmp_path: Path, plan: bytes, task: bytes) -> None:
    place = folder(tmp_path)
    (place / "plan.yaml").write_bytes(plan)
    (place / "one.yaml").write_bytes(task)
    with pytest.raises(PlanInvalid) as caught:
        load(place, ACTIONS, GATES)
    assert all(problem.message for problem in caught.value.problems)


def test_a_long_chain_is_loaded_without_recursion(tmp_path: Path) -> None:
    place = folder(tmp_path, one="")
    size = sys.getrecursionlimit() + 100
    for number in range(size):
        needs = f"needs: [t-{number + 1}]\n" if number < size - 1 else ""
        (place / f"{number:05}.yaml").write_text(f"id: t-{number}\ntitle: T\n{needs}{STEP}")
    assert len(load(place, ACTIONS, GATES).tasks) == size

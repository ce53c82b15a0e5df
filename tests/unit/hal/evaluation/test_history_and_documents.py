"""Reading JSON products and the run's history: what is accepted, and how it complains."""

from collections.abc import Callable
from pathlib import Path

import pytest

from automation.hal.detection.documents import canonical, digest, read_list, read_object, write_json
from automation.hal.evaluation.history import load_history

Document = dict[str, object]


def test_a_document_has_one_text_whatever_the_order_of_its_keys(tmp_path: Path) -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{\n  "a": "é",\n  "b": 1\n}\n'
    sha = write_json(tmp_path / "deep" / "x.json", {"a": 1})
    assert sha == digest((tmp_path / "deep" / "x.json").read_text(encoding="utf-8"))


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("nan")})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[1]", "holds list, not a JSON object"),
        (b'{"a": 1,\n]', "line 2"),
        (b'{"a": "\xff"}', "not UTF-8"),
    ],
)
def test_an_unusable_file_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=complaint) as caught:
        read_object(path)
    assert str(path) in str(caught.value)


def test_a_list_is_expected_where_a_list_is_promised(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {})
    with pytest.raises(ValueError, match="holds dict, not a JSON list"):
        read_list(tmp_path / "x.json")


def test_a_missing_file_says_which_task_to_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="the task that produces it must run first"):
        read_object(tmp_path / "x.json")


def test_a_history_is_read_with_its_gates_outputs_and_counts(history_path: Path) -> None:
    history = load_history(history_path)
    assert history.counts() == {"done": 1, "failed": 1, "mocked": 1}
    assert history.task("search-accuracy").outputs["evaluate"]["accuracy"] == 0.95
    assert [gate.verdict for gate in history.task("retrieval-latency").gates] == ["failed"]
    assert (history.plan, history.run, history.mode, history.journal_events) == ("hal-phase3", "r1", "mock", 40)


def test_a_task_that_has_not_finished_is_named(history_path: Path) -> None:
    with pytest.raises(ValueError, match="no finished task 'acceptance'"):
        load_history(history_path).task("acceptance")


@pytest.mark.parametrize("wait", ["memory-design-review", {"task": "memory-design-review"}])
def test_waits_name_tasks(document: Document, write: Callable[[Document], Path], wait: object) -> None:
    assert load_history(write(document | {"waits": [wait]})).waits == ("memory-design-review",)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"plan": ""}, "plan is not a text"),
        ({"tasks": {}}, "tasks is not a list"),
        ({"tasks": [3]}, r"tasks\[0\] is not an object"),
        ({"tasks": [{"gates": [], "outputs": {}}]}, r"tasks\[0\].id is not a text"),
        ({"journal": []}, "journal is not an object"),
        ({"journal": {"events": "4", "finished": {}}}, "journal.events is not a whole number"),
        ({"journal": {"events": 4, "finished": {"done": 1.5}}}, "journal.finished.done is not a whole number"),
    ],
)
def test_a_wrong_history_names_the_place(
    document: Document, write: Callable[[Document], Path], change: Document, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        load_history(write(document | change))


def test_a_duration_is_a_number(document: Document, write: Callable[[Document], Path]) -> None:
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    tasks[1] |= {"seconds": "fast"}
    with pytest.raises(ValueError, match=r"tasks\[1\].seconds is not a number"):
        load_history(write(document))

"""The rules of the later phases: commands, YAML, images, workflows, tests' reports."""

import sys

import pytest

from automation.consolidation.infrastructure import compose_findings, dockerfile_findings, instructions
from automation.consolidation.phases import number, yes
from automation.consolidation.pipelines import read_workflow, required_checks
from automation.consolidation.processes import argv_of, declared
from automation.consolidation.safe_yaml import as_list, as_mapping, load_yaml
from automation.consolidation.service import percentile
from automation.consolidation.suites import Case, Suite, junit, read_junit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auto", None),
        ("none", "none"),
        ("make test", "make test"),
        ("shop=make test; other=tox", "make test"),
        ("other=tox", None),
        ("other=tox; make all", "make all"),
        ("orders=a --b=c", "a --b=c"),
        ("FLAG=1", None),
    ],
)
def test_a_declared_command_belongs_to_a_name_or_to_all(text: str, expected: str | None) -> None:
    assert declared(text, ["shop", "orders"]) == expected


def test_a_command_is_taken_apart_without_a_shell() -> None:
    assert argv_of("python -m shop --port $PORT", {"PORT": "80"}) == [sys.executable, "-m", "shop", "--port", "80"]
    assert argv_of("node a.js {port} '${PORT}; ls'", {"PORT": "80"}) == ["node", "a.js", "80", "80; ls"]
    assert argv_of("pytest -q") == [sys.executable, "-m", "pytest", "-q"]
    for command in ("", "'open"):
        with pytest.raises(ValueError, match=r"empty|quotation"):
            argv_of(command)


@pytest.mark.parametrize(
    "text",
    ["a: &b [1]\nc: *b\n", "<<: {a: 1}\n", "[" * 70, "a: [", "a: b: c", "x" * 600_000, "!!python/object:os.system {}"],
)
def test_yaml_that_may_be_a_bomb_or_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_yaml(text)


def test_plain_yaml_is_read_and_brought_into_shape() -> None:
    assert as_mapping(load_yaml("on: push\n'<<': text\n")) == {"on": "push", "<<": "text"}
    assert as_mapping(load_yaml("- 1")) == {}
    assert (as_list(None), as_list("a"), as_list([1])) == ([], ["a"], [1])


def found(text: str) -> list[tuple[str, int]]:
    return [(one.kind, one.line) for one in dockerfile_findings("shop", "Dockerfile", text)]


def test_a_good_dockerfile_has_no_findings() -> None:
    text = "# syntax\nFROM --platform=linux/amd64 python:3.12 AS build\nRUN a \\\n  && b\nFROM build\nUSER app:app\n"
    assert found(text) == []
    assert found("FROM scratch\nUSER 1000\n") == []
    assert found("FROM ${BASE}\nUSER app\n") == []
    assert found("") == []


def test_a_bad_dockerfile_is_named_line_by_line() -> None:
    text = (
        "FROM registry:5000/base\nENV API_TOKEN=abcdef123\nADD https://example.org/a.tgz /\n"
        "RUN curl -s https://example.org/x | sudo bash\nUSER root\n"
    )
    assert found(text) == [
        ("image-not-pinned", 1), ("secret-in-image", 2), ("add-from-web", 3), ("pipe-to-shell", 4),
        ("image-runs-as-root", 5),
    ]  # fmt: skip
    assert [one.word for one in instructions("FROM a\n\n# no\nRUN b \\\n# c\n d\n")] == ["FROM", "RUN"]


def test_compose_services_are_named_by_what_they_may_do() -> None:
    text = "services:\n  a:\n    image: x:latest\n    volumes: [/var/run/docker.sock:/s]\n"
    text += "  b: {image: 'y@sha256:0', privileged: true}\n"
    kinds = [(one.kind, one.line) for one in compose_findings("shop", "compose.yaml", text)]
    assert kinds == [("image-not-pinned", 2), ("docker-socket", 2), ("privileged-container", 5)]


def test_a_workflow_tells_events_jobs_and_what_a_pull_request_needs() -> None:
    text = "name: CI\non: [push, pull_request]\njobs:\n  test:\n    timeout-minutes: 5\n"
    text += "    steps: [{run: make}]\n  call: {uses: ./x.yml}\n"
    workflow = read_workflow(".github/workflows/ci.yml", text)
    assert workflow.events == ("push", "pull_request")
    assert [(job.name, job.line, job.commands, job.limited, job.reusable) for job in workflow.jobs] == [
        ("test", 4, ("make",), True, False), ("call", 7, (), False, True)
    ]  # fmt: skip
    assert required_checks([workflow]) == ("CI / test", "CI / call")


def test_a_test_report_goes_out_and_comes_back() -> None:
    cases = (Case("one", "a.py", ""), Case("two", "a.py", 'x < "y"\x00'), Case("three", "b.py", "", skipped=True))
    again = read_junit(junit([Suite("shop", "make", "found", cases)]))
    assert [(case.name, bool(case.trouble), case.skipped) for case in again] == [
        ("one", False, False), ("two", True, False), ("three", False, True)
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "<a>", "<!DOCTYPE a []><a/>", '<!ENTITY x "y"><a/>'])
def test_a_report_that_is_none_or_a_bomb_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"entities|no XML"):
        read_junit(text)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([5, 1, 3, 2, 4], 0.95) == 5
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile([], 0.95) == 0


@pytest.mark.parametrize("given", ["many", "0", "-3", "inf", "nan"])
def test_a_variable_that_is_no_number_above_zero_is_named(given: str) -> None:
    with pytest.raises(ValueError, match=r"the plan's variable budget-ms is"):
        number(given, "budget-ms")


def test_a_variable_is_a_number_or_a_word_for_yes() -> None:
    assert number("2.5", "x") == 2.5
    assert [yes(word) for word in (True, "true", "yes", False, "no", "")] == [True, True, True, False, False, False]
    with pytest.raises(ValueError, match="online"):
        yes("perhaps")

"""An approval by tick or by comment starts the workflow, where it lets something through, and never more than that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automation.github.run_now import PER_HOUR, PER_HOUR_APPROVED
from tests.fake_github.state import Run
from tests.integration.cli.rig import SIGN, Ztr
from tests.integration.github.conftest import staged
from tests.integration.github.stage import Stage

AFTER = """
    id: after
    title: After the signature
    day: 1
    needs: [sign]
    steps:
      - uses: file
        with: {operation: write, path: after.txt, content: "yes"}
"""
LATER = AFTER.replace("id: after", "id: later").replace("day: 1", "day: 3")
TWO = SIGN.replace("approval: manual", "approval: {manual: {approvers: 2}}")
ASIDE = SIGN.replace("id: sign", "id: aside")


@pytest.fixture
def followed(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(ztr, monkeypatch, {"01": SIGN, "02": AFTER, "03": LATER, "04": ASIDE}) as made:
        yield made


def starts(stage: Stage) -> list[str]:
    return [run.event for run in stage.fake.repository.runs.values()]


@pytest.mark.parametrize("how", ["tick", "comment"])
def test_an_approval_starts_what_it_lets_through(followed: Stage, how: str) -> None:
    payload = followed.ticks("ztr:approve=sign") if how == "tick" else followed.says("/ztr approve sign")
    assert followed.standing["sign"] == "done"
    assert starts(followed) == ["workflow_dispatch"]
    assert followed.said[-1] == "daily.yml was started, for after"
    followed.arrives("issues" if how == "tick" else "issue_comment", payload)
    assert len(starts(followed)) == 1


def test_an_approval_that_nothing_waits_for_starts_nothing(followed: Stage) -> None:
    followed.says("/ztr approve aside")
    assert (followed.standing["aside"], starts(followed)) == ("done", [])


@pytest.mark.parametrize("line", ["/ztr reject sign", "/ztr pause\n/ztr approve sign", "/ztr approve after"])
def test_what_lets_nothing_through_starts_nothing(followed: Stage, line: str) -> None:
    followed.says(line)
    assert starts(followed) == []


def test_somebody_who_may_not_approve_starts_nothing(followed: Stage) -> None:
    followed.says("/ztr approve sign", "bob")
    assert (followed.standing["sign"], starts(followed)) == ("awaiting-approval", [])


def test_the_first_of_two_approvals_starts_nothing(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    with staged(ztr, monkeypatch, {"01": TWO, "02": AFTER}) as stage:
        stage.fake.repository.join("cleo", "write")
        stage.says("/ztr approve sign")
        assert starts(stage) == []
        stage.says("/ztr approve sign", "cleo")
        assert starts(stage) == ["workflow_dispatch"]


def test_while_a_run_goes_on_the_next_one_is_asked_for_at_once(followed: Stage) -> None:
    followed.claims()
    followed.ticks("ztr:approve=sign")
    assert followed.said[-1] == "daily.yml was started, for after"
    assert starts(followed) == ["workflow_dispatch"]


def test_a_run_that_waits_to_start_is_not_doubled_and_the_approval_stands(followed: Stage) -> None:
    followed.says("/ztr run")
    followed.says("/ztr approve sign")
    assert (followed.standing["sign"], len(starts(followed)), followed.comments) == ("done", 1, [])
    assert "a run is waiting to start already" in followed.said[-1]


@pytest.mark.parametrize(("before", "started"), [(PER_HOUR, True), (PER_HOUR_APPROVED, False)])
def test_a_loop_of_approvals_comes_to_an_end(followed: Stage, before: int, started: bool) -> None:
    stamp = followed.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    runs = followed.fake.repository.runs
    for number in range(1, before + 1):
        runs[number] = Run(number, 1, "workflow_dispatch", "main", {}, "ada", stamp, "completed")
    followed.says("/ztr approve sign")
    assert followed.standing["sign"] == "done"
    assert (len(runs) > before) is started


def test_without_the_permission_the_approval_stands_and_says_why_nothing_started(followed: Stage) -> None:
    followed.fake.grant("ours", "github-actions[bot]", issues="write", contents="write", actions="read")
    followed.says("/ztr approve sign")
    assert followed.standing["sign"] == "done"
    assert "actions: write" in followed.said[-1]

"""A state branch that is unreadable, foreign, put back or gone stops everything: nothing begins from nothing."""

from __future__ import annotations

import pytest

from tests.integration.github.flow import Flow

BRANCH = "refs/heads/ztr-state"


@pytest.fixture
def begun(flow: Flow) -> Flow:
    """After two days."""
    for number, day in enumerate(("2025-09-08", "2025-09-09"), 1):
        flow.options = ("--now", f"{day}T09:00")
        assert flow.day(run=number).code == 0
    flow.options = ("--now", "2025-09-10T09:00")
    return flow


def test_a_deleted_branch_is_known_from_the_issue(begun: Flow) -> None:
    del begun.fake.repository.git.refs[BRANCH]
    told = begun.claim(run=3)
    assert told.code == 4
    assert "issue #1 shows this plan's state at serial 2, and the branch ztr-state is gone" in told.err
    assert "git push origin COMMIT:refs/heads/ztr-state" in told.err
    assert BRANCH not in begun.fake.repository.git.refs


def test_a_branch_that_was_put_back_is_known_from_the_issue(begun: Flow) -> None:
    git = begun.fake.repository.git
    published = [sha for sha in git.ancestors(git.refs[BRANCH]) if "summary issue" in git.commits[sha].message]
    git.refs[BRANCH] = published[-1]
    told = begun.claim(run=3)
    assert told.code == 4
    assert "the branch ztr-state is at serial 1" in told.err


def test_a_branch_that_was_put_back_while_a_run_went_on_is_not_written(begun: Flow) -> None:
    git = begun.fake.repository.git
    claimed = begun.claim(run=3)
    _, artifact = begun.run(claimed, run=3)
    first = list(git.ancestors(git.refs[BRANCH]))[-3]
    git.refs[BRANCH] = first
    told = begun.publish(artifact, run=3)
    assert told.code == 4
    assert git.refs[BRANCH] == first


def test_a_branch_of_somebody_else_is_no_state(begun: Flow) -> None:
    git = begun.fake.repository.git
    del git.refs[BRANCH]
    git.put("ztr-state", {"index.html": "<h1>hello</h1>"})
    told = begun.claim(run=3)
    assert told.code == 4
    assert "is no state of ztr" in told.err


def test_the_state_of_another_repository_is_foreign(begun: Flow) -> None:
    files = begun.branch()
    name = "plans/small/events/1-1.jsonl"
    begun.fake.repository.name = "fork"
    told = begun.claim(run=3)
    assert told.code == 4
    assert "octo/work:small" in told.err
    assert begun.branch()[name] == files[name]


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "empty"])
def test_a_damaged_journal_is_named_by_its_place_on_the_branch(begun: Flow, damage: str) -> None:
    path = "plans/small/events/1-1.jsonl"
    content = begun.branch()[path]
    git = begun.fake.repository.git
    if damage == "gone":
        tree = git.edited(git.commits[git.refs[BRANCH]].tree, {path: None})
        git.refs[BRANCH] = git.commit(git.commits[git.refs[BRANCH]].__class__(tree, (), "", {**WHO}, {**WHO}))
    else:
        changed = {"flip": content.replace(b"note", b"nope", 3), "cut": content[: len(content) // 2], "empty": b""}
        git.put("ztr-state", {path: changed[damage]})
    told = begun.claim(run=3)
    assert told.code == 4
    assert "ztr-state:plans/small/events/1-1.jsonl" in told.err
    assert "ztr-branch-" not in told.err


WHO = {"name": "Somebody", "email": "somebody@example.invalid", "date": "2026-01-01T00:00:00Z"}


def test_a_newer_format_asks_for_a_newer_ztr(begun: Flow) -> None:
    begun.fake.repository.git.put("ztr-state", {"ztr.json": '{"format": 2}'})
    told = begun.claim(run=3)
    assert (told.code, "update ztr" in told.err) == (4, True)


def test_a_revoked_token_is_one_clear_line(begun: Flow) -> None:
    begun.fake.tokens["token-of-publish"].revoked = True
    told = begun.claim(run=3)
    assert told.code == 4
    assert "Bad credentials" in told.err
    assert "token-of-publish" not in told.err
    assert "Traceback" not in told.err


def test_a_pull_remembers_what_it_saw(begun: Flow) -> None:
    place = begun.checkout()
    assert begun(place, "state", "pull").code == 0
    git = begun.fake.repository.git
    git.refs[BRANCH] = next(
        sha for sha in git.ancestors(git.refs[BRANCH]) if git.commits[sha].message == "small: run 1-1"
    )
    told = begun(place, "state", "pull")
    assert told.code == 4
    assert "2 was seen here before" in told.err

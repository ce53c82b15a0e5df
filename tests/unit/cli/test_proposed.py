"""A proposal as people read it: every kind of change with its difference, what is not known yet, and the digest."""

from __future__ import annotations

import json

import pytest

from automation.cli.proposal import Proposal, StepProposal, digest_of
from automation.cli.proposed import proposal_document, proposal_lines
from automation.engine.ports import Change
from automation.plan.model import Json


def lines(*steps: StepProposal) -> list[str]:
    return "\n".join(proposal_lines(Proposal(steps, digest_of(steps)), "provision")).split("\n")


def one(*changes: Change, **more: str) -> StepProposal:
    return StepProposal("page", "once", "publish", "notion", changes, **more)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("create", "page 'A'", None, ["One.", "Two."]), ["    + page 'A'", "        One.", "        Two."]),
        (Change("create", "record", None, {"id": 1}), ["    + record", "        id: 1"]),
        (Change("update", "record r", {"n": 1}, {"n": "two  words"}), ["    ~ record r", "        n: 1 → two words"]),
        (Change("update", "page", ["A", "B"], ["A", "C"]), ["    ~ page", "        - B", "        + C"]),
        (Change("update", "field", "x", "y"), ["    ~ field", "        x → y"]),
        (Change("create", "field", None, "number"), ["    + field", "        number"]),
        (Change("unchanged", "3 records"), ["    = 3 records"]),
        (Change("send", "a message", None, ""), ["    > a message", '        ""']),
    ],
)
def test_every_change_has_its_sign_and_its_difference(change: Change, expected: list[str]) -> None:
    shown = lines(one(change))
    assert shown[1:4] == ["Outside:", "", "  page/publish  notion"]
    assert shown[4 : 4 + len(expected)] == expected


def test_what_is_not_known_yet_or_cannot_be_read_is_said() -> None:
    shown = lines(one(after="write"), one(problem="Notion answered 500"), one(Change("send", "it"), basis="write"))
    assert "    known after write" in shown
    assert "    cannot be told: Notion answered 500" in shown
    assert "    told from what write gave before; a run does that anew" in shown
    assert "0 to create, 0 to update, 0 unchanged, 1 to send, 1 known only later. Nothing was changed." in shown[-2]


def test_long_differences_and_long_lines_are_cut() -> None:
    many: Json = [f"line {number}" for number in range(30)]
    shown = lines(one(Change("create", "x" * 200, None, many)))
    assert f"    + {'x' * 109}…" in shown
    assert "        … and 18 more lines: `--json` has them" in shown


def test_nothing_outside_is_said_in_one_line() -> None:
    assert lines() == ["", "Nothing would be done outside."]


def test_programs_get_everything_and_the_digest_is_of_everything() -> None:
    steps = (one(Change("update", "record", {"n": 1}, {"n": 2})),)
    document = proposal_document(Proposal(steps, digest_of(steps)))
    assert json.loads(json.dumps(document)) == {
        "digest": digest_of(steps),
        "steps": [
            {
                "task": "page",
                "slot": "once",
                "step": "publish",
                "uses": "notion",
                "changes": [{"change": "update", "what": "record", "before": {"n": 1}, "after": {"n": 2}}],
                "after": "",
                "problem": "",
                "basis": "",
                "requests": "",
            }
        ],
    }
    others = {digest_of((step,)) for step in (one(), one(after="x"), one(problem="y"), one(Change("send", "it")))}
    assert len(others | {digest_of(steps)}) == 5

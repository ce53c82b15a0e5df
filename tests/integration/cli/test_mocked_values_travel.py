"""A value that is only mocked makes nothing real and settles nothing, whichever way it is read."""

from __future__ import annotations

import pytest

from tests.integration.cli.rig import Ztr

CALL = """
    id: call
    title: Call
    steps:
      - id: call
        uses: http
        secrets: [SLACK_WEBHOOK_URL]
        with: {url: "https://example.com/"}
        mock: {status: 200}
"""

HEAD = """
    id: reader
    title: Reader
    needs: [call]
"""

READERS = {
    "the task's own env": """
    env: {SEEN: "${{ needs.call.steps.call.outputs.status }}"}
    steps: [{id: out, run: touch left-the-house}]
""",
    "the whole task": """
    steps: [{id: out, run: touch left-the-house, env: {SEEN: "${{ toJSON(needs.call) }}"}}]
""",
    "all of its steps": """
    steps: [{id: out, run: touch left-the-house, env: {SEEN: "${{ toJSON(needs.call.steps) }}"}}]
""",
    "all tasks": """
    steps: [{id: out, run: touch left-the-house, env: {SEEN: "${{ toJSON(needs) }}"}}]
""",
    "the task's condition, true": """
    if: needs.call.steps.call.outputs.status == 200
    steps: [{id: out, run: touch left-the-house}]
""",
    "the task's condition, false": """
    if: needs.call.steps.call.outputs.status != 200
    steps: [{id: out, run: touch left-the-house}]
""",
    "a step's condition, false": """
    steps: [{id: out, run: touch left-the-house, if: needs.call.steps.call.outputs.status != 200}]
""",
    "two steps": """
    steps:
      - id: first
        run: echo "seen=$SEEN" >> "$ZTR_OUTPUT"
        effect: workspace
        outputs: {seen: string}
        env: {SEEN: "${{ needs.call.steps.call.outputs.status }}"}
      - {id: out, run: touch left-the-house, env: {ALL: "${{ toJSON(steps) }}"}}
""",
}


def due_with_the_secret(ztr: Ztr) -> list[dict[str, object]]:
    """What `plan` says of the next run, once the secret is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example.com/a-long-one")
        found: list[dict[str, object]] = ztr("plan", "--json").json["due"]
    return found


@pytest.mark.parametrize("how", READERS)
def test_what_reads_a_mocked_value_is_mocked_and_due_again_with_the_secret(ztr: Ztr, how: str) -> None:
    ztr.plan({"1-call": CALL, "2-reader": HEAD + READERS[how]})
    assert ztr("run", "--mode", "auto").code == 0
    assert ztr.statuses() == {"call": "mocked", "reader": "mocked"}
    assert not (ztr.folder / ".ztr/small/work/left-the-house").exists()
    due = {task["task"] for task in due_with_the_secret(ztr)}
    assert due == {"call", "reader"}


def test_what_depends_on_a_task_that_a_mocked_value_left_out_is_mocked_too(ztr: Ztr) -> None:
    out = '{id: out, run: echo "a=1" >> "$ZTR_OUTPUT", effect: workspace, outputs: {a: string}}'
    left_out = f"{HEAD}    if: needs.call.steps.call.outputs.status != 200\n    steps: [{out}]\n"
    after = """
    id: after
    title: After
    needs: [reader]
    steps: [{id: send, run: touch left-the-house, env: {A: "${{ needs.reader.steps.out.outputs.a }}"}}]
"""
    ztr.plan({"1-call": CALL, "2-reader": left_out, "3-after": after})
    ztr("run", "--mode", "auto")
    assert ztr.statuses() == {"call": "mocked", "reader": "mocked", "after": "mocked"}


def test_a_condition_reads_a_task_that_is_needed_through_another(ztr: Ztr) -> None:
    first = """
    id: first
    title: First
    steps: [{id: s, run: echo "a=1" >> "$ZTR_OUTPUT", effect: workspace, outputs: {a: string}}]
"""
    second = "id: second\ntitle: Second\nneeds: [first]\nsteps: [{run: 'true', effect: workspace}]\n"
    third = """
    id: third
    title: Third
    needs: [second]
    if: needs.first.steps.s.outputs.a == '1'
    env: {A: "${{ needs.first.steps.s.outputs.a }}"}
    steps: [{run: test "$A" = 1, effect: workspace}]
"""
    ztr.plan({"1-first": first, "2-second": second, "3-third": third})
    ztr("run")
    assert ztr.statuses() == {"first": "done", "second": "done", "third": "done"}


def test_a_task_whose_condition_cannot_be_worked_out_fails_and_is_not_passed_over(ztr: Ztr) -> None:
    broken = """
    id: broken
    title: Broken
    if: fromJSON(vars.reader)
    steps: [{run: 'true', effect: workspace}]
"""
    ztr.plan({"1-broken": broken})
    assert ztr("run").code == 1
    assert ztr.statuses() == {"broken": "failed"}

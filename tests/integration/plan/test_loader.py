"""Loading real folders: a sound one gives a plan, a faulty one every mistake at once."""

# ruff: noqa: E501 - the expected lines stand here as they are printed

from __future__ import annotations

import gc
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automation.plan.catalogue import Quick
from automation.plan.loader import load
from automation.plan.model import (
    NO_TEXT,
    Approval,
    Bound,
    Effect,
    Json,
    Metric,
    OnFailure,
    Plan,
    Reference,
    Retry,
    Schedule,
    Step,
)
from automation.plan.problems import PlanInvalid


class FakeAction(NamedTuple):
    name: str
    inputs: Mapping[str, Json] = {"type": "object"}
    effect: Effect = "workspace"
    outputs: Mapping[str, str] = NO_TEXT
    open_outputs: bool = False
    secrets: tuple[str, ...] = ()


class FakeGate(NamedTuple):
    name: str
    inputs: Mapping[str, Json]


COMMAND: dict[str, Json] = {
    "type": "object",
    "properties": {
        "shell": {"type": "string", "minLength": 1},
        "argv": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "working-directory": {"type": "string"},
    },
    "oneOf": [{"required": ["shell"]}, {"required": ["argv"]}],
    "additionalProperties": False,
}
ACTIONS = {
    "run": FakeAction("run", COMMAND, "external", {"status": "integer"}, open_outputs=True),
    "python": FakeAction("python", {"type": "object", "required": ["call"]}, open_outputs=True),
    "file": FakeAction(
        "file",
        {"type": "object", "properties": {"path": {"type": "string"}, "size": {"type": "integer", "minimum": 1}}, "additionalProperties": False},
        outputs={"sha256": "string"},
    ),
    "slack": FakeAction("slack", {"type": "object", "required": ["text"]}, "external", {"ok": "boolean"}, secrets=("SLACK_WEBHOOK_URL",)),
}  # fmt: skip
GATES = {
    "file": FakeGate("file", {"type": "object", "properties": {"file": {"type": "string"}, "not-empty": {"type": "boolean"}}, "additionalProperties": False}),
    "metric": FakeGate("metric", {"type": "object", "properties": {"metric": {"type": "string"}, "above": {"type": "number"}}, "required": ["above"], "additionalProperties": False}),
}  # fmt: skip

PLAN = """\
id: demo
title: Demo
start: 2025-09-08
zone: Asia/Dubai
weeks:
  - {title: First, days: [1, 5]}
  - {title: Second, days: [6, 10]}
components: {core: Core, edge: Edge}
secrets: {SLACK_WEBHOOK_URL: {description: posts}}
vars: {top-k: 10}
"""
ONE = """\
id: one
title: One
day: 1
component: core
steps:
  - id: count
    uses: python
    with: {call: "a:b"}
    outputs: {n: integer}
gates:
  - {metric: steps.count.outputs.n, above: 0}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    place = tmp_path / "plan"
    place.mkdir(exist_ok=True)
    for name, text in {"plan": PLAN, "one": ONE, **files}.items():
        if text:
            (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def loaded(tmp_path: Path, **files: str) -> Plan:
    return load(folder(tmp_path, **files), ACTIONS, GATES)


def mistakes(tmp_path: Path, **files: str) -> list[str]:
    place = folder(tmp_path, **files)
    with pytest.raises(PlanInvalid) as caught:
        load(place, ACTIONS, GATES)
    assert caught.value.exit_code == 2
    return [str(problem).replace(f"{place}/", "") for problem in caught.value.problems]


def test_a_sound_folder_gives_a_plan(tmp_path: Path) -> None:
    plan = loaded(tmp_path)
    task = plan.tasks["one"]
    assert (plan.id, plan.calendar.start, plan.calendar.zone, plan.days) == ("demo", date(2025, 9, 8), "Asia/Dubai", 10)
    assert (task.day, task.component, task.timeout, task.retry) == (1, "core", 3600.0, Retry())
    assert task.steps == (Step("count", "python", {"call": "a:b"}, outputs={"n": "integer"}, line=6),)
    assert task.gates[0].kind == "metric"
    assert task.gates[0].reads == (Reference("", "count", "n"),)
    assert (task.place.file, task.place.line, task.gates[0].line) == (str(tmp_path / "plan" / "one.yaml"), 1, 11)


FULL = """\
id: full
title: Full
schedule: {cron: "0 9 * * *", working-days: true, catch-up: all}
needs: one
description: More
owner: ops
criticality: critical
timeout-minutes: 2
retry: {attempts: 3, delay: 500ms, factor: 1.5, max-delay: 1h}
if: needs.one.status == 'done'
env: {LEVEL: 3, QUIET: true}
produces: [a/b.json, c.txt]
steps:
  - run: echo "$N"
    env: {N: "${{ needs.one.steps.count.outputs.n }}"}
    if: always()
    continue-on-error: true
    timeout-minutes: 0.5
    retry: {attempts: 2}
    effect: none
    outputs: {x: string}
    mock: {x: y}
    on-unknown: retry
  - id: post
    name: Post it
    uses: slack
    secrets: [SLACK_WEBHOOK_URL]
    with: {text: "${{ steps.step-1.outputs.x }} of ${{ vars.top-k }} ${{ plan.title }} ${{ run.id }}"}
  - run: [echo, "${{ steps.step-1.outputs.x }}"]
gates:
  - {file: c.txt, not-empty: true, name: a file}
approval: {manual: {approvers: 2, exclude-initiator: true, expires: 3d}}
on-failure:
  try:
    - run: echo again
  then: skip
"""


def test_every_key_of_a_task_arrives_in_the_model(tmp_path: Path) -> None:
    task = loaded(tmp_path, two=FULL).tasks["full"]
    first, second, third = task.steps
    assert task.schedule == Schedule("0 9 * * *", working_days=True, catch_up="all")
    assert (task.needs, task.description, task.owner, task.criticality) == (("one",), "More", "ops", "critical")
    assert (task.timeout, task.retry) == (120.0, Retry(3, 0.5, 1.5, 3600.0))
    assert (task.condition, task.env) == ("needs.one.status == 'done'", {"LEVEL": "3", "QUIET": "true"})
    assert task.produces == ("a/b.json", "c.txt")
    assert task.approval == Approval(2, exclude_initiator=True, expires=259_200.0)
    assert task.on_failure == OnFailure((Step("try-1", "run", {"shell": "echo again"}, line=35),), "skip")
    assert first == Step(
        "step-1", "run", {"shell": 'echo "$N"'}, env={"N": "${{ needs.one.steps.count.outputs.n }}"}, condition="always()",
        continue_on_error=True, timeout=30.0, retry=Retry(2), effect="none", outputs={"x": "string"}, mock={"x": "y"},
        on_unknown="retry", reads=(Reference("one", "count", "n"),), line=14,
    )  # fmt: skip
    assert (second.id, second.name, second.secrets, second.reads) == (
        "post", "Post it", ("SLACK_WEBHOOK_URL",), (Reference("", "step-1", "x"),),
    )  # fmt: skip
    assert third.inputs == {"argv": ["echo", "${{ steps.step-1.outputs.x }}"]}


def test_every_key_of_a_plan_arrives_in_the_model(tmp_path: Path) -> None:
    text = PLAN.replace("vars:", "description: About\ntarget: 2025-10-01\nweek: [sun, mon]\nvars:") + (
        "holidays: [2025-09-15, 2025-09-16]\n"
        "metrics:\n"
        "  - {id: n, title: N, metric: tasks.one.steps.count.outputs.n, at-least: 1, unit: pieces, day: 4}\n"
        "  - {id: m, title: M, metric: tasks.one.steps.count.outputs.n, between: [1, 2]}\n"
        "limits: {runs-per-task: 5, catch-up: 7}\n"
        "notifications: {slack: {on: [failed]}}\n"
        "escalation: [{tier: 1, after: 5m, to: [ops]}]\n"
    )
    plan = loaded(tmp_path, plan=text)
    reads = Reference("one", "count", "n")
    assert (plan.description, plan.target, plan.calendar.week) == ("About", date(2025, 10, 1), frozenset({1, 7}))
    assert plan.calendar.holidays == {date(2025, 9, 15), date(2025, 9, 16)}
    assert plan.metrics == (
        Metric("n", "N", reads, Bound("at-least", 1), "pieces", 4),
        Metric("m", "M", reads, Bound("between", 1, 2)),
    )
    assert plan.limits == (5, 7)
    assert plan.notifications == {"slack": {"on": ["failed"]}}
    assert plan.escalation == ({"tier": 1, "after": "5m", "to": ["ops"]},)
    assert [week.title for week in plan.weeks] == ["First", "Second"]
    assert plan.secrets[0].description == "posts"


def test_holidays_of_a_country_with_dates_added_and_taken_away(tmp_path: Path) -> None:
    holidays = "holidays: {country: DE, subdivision: BY, dates: [2025-12-24], except: [2025-12-26]}\n"
    off = loaded(tmp_path, plan=PLAN + holidays).calendar.holidays
    assert {date(2025, 12, 24), date(2025, 12, 25), date(2026, 1, 6)} <= off
    assert date(2025, 12, 26) not in off


def test_defaults_stand_in_for_what_a_task_does_not_say(tmp_path: Path) -> None:
    defaults = """\
defaults:
  timeout-minutes: 3
  retry: {attempts: 4}
  criticality: low
  owner: ops
  component: edge
  env: {A: 1, B: 2}
"""
    tasks = loaded(tmp_path, plan=PLAN + defaults, two=ONE.replace("id: one", "id: two\nowner: me\nenv: {B: 3}")).tasks
    one, two = tasks["one"], tasks["two"]
    assert (one.timeout, one.retry.attempts, one.criticality, one.owner, one.component) == (
        180.0,
        4,
        "low",
        "ops",
        "core",
    )
    assert (one.env, two.env, two.owner) == ({"A": "1", "B": "2"}, {"A": "1", "B": "3"}, "me")


def test_the_definition_follows_content_and_defaults_and_not_the_way_it_is_written(tmp_path: Path) -> None:
    plan = loaded(tmp_path)
    again = loaded(tmp_path, one="# a comment\n" + ONE.replace("day: 1\n", "").replace("steps:", "day: 1\nsteps:"))
    other = loaded(tmp_path, one=ONE.replace("a:b", "a:c"))
    defaults = loaded(tmp_path, one=ONE, plan=PLAN + "defaults: {timeout-minutes: 3}\n")
    hashes = [each.tasks["one"].definition for each in (plan, again, other, defaults)]
    assert len(hashes[0]) == 16
    assert hashes[0] == hashes[1]
    assert len({*hashes}) == 3
    assert plan.digest == again.digest
    assert len({plan.digest, other.digest, defaults.digest}) == 3


def test_the_digest_does_not_depend_on_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert loaded(tmp_path).digest == loaded(tmp_path / "elsewhere").digest


def test_tasks_come_in_the_order_of_their_files_and_other_files_are_left_alone(tmp_path: Path) -> None:
    place = folder(
        tmp_path, one="", **{"10-b": ONE.replace("id: one", "id: b"), "02-a": ONE.replace("id: one", "id: a")}
    )
    (place / "notes.md").write_text("{")
    (place / ".hidden.yaml").write_text("{")
    (place / "schemas").mkdir()
    (place / "03-c.yml").write_text(ONE.replace("id: one", "id: c"))
    assert list(load(place, ACTIONS, GATES).tasks) == ["a", "c", "b"]


TWO = "id: two\ntitle: Two\ncomponent: core\n"
STEP = "steps: [{run: echo}]\n"

MISTAKES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a misspelt key": (
        {"two": TWO + "stpes: []\n" + STEP},
        ["two.yaml:4:1: stpes: there is no key 'stpes' here. Did you mean 'steps'?"],
    ),
    "a key that is like nothing": (
        {"two": TWO + "steps: [{run: echo, zzzzz: 1}]\n"},
        [
            "two.yaml:4:21: steps[0].zzzzz: there is no key 'zzzzz' here. "
            "There are: id, name, uses, run, with, secrets, env, if, continue-on-error, timeout-minutes, …."
        ],
    ),
    "a missing key": (
        {"two": "id: two\n" + STEP},
        ["two.yaml:1:1: the key 'title' is missing. Add `title:` (What the task does, in a few words)."],
    ),
    "wrong types and values": (
        {"two": TWO + "day: soon\ncriticality: hihg\ntimeout-minutes: 0\nretry: {attempts: 3, delay: 2x}\nneeds: {a: b}\n" + STEP},
        [
            "two.yaml:4:6: day: expected a whole number, not 'soon'. The plan's working day on which the task is due.",
            "two.yaml:5:14: criticality: 'hihg' is not allowed here. Did you mean 'high'?",
            "two.yaml:6:18: timeout-minutes: expected more than 0, not 0. Compare it with the reference page.",
            "two.yaml:7:29: retry.delay: '2x' has not the form that is expected. A number with its unit: ms, s, m, h or d.",
            "two.yaml:8:8: needs: expected a name or a list, not {'a': 'b'}. "
            "Tasks that have to be finished first; one name, or a list.",
        ],
    ),
    "an id of another form": (
        {"two": "id: Two\ntitle: Two\n" + STEP},
        [
            "two.yaml:1:5: id: 'Two' has not the form that is expected. "
            "Lower-case letters, digits and hyphens, at most 64 characters."
        ],
    ),
    "no steps, twice the same product": (
        {"two": TWO + "steps: []\nproduces: [a, a]\n"},
        [
            "two.yaml:4:8: steps: expected a list of at least 1, not 0. What the task does, in order.",
            "two.yaml:5:11: produces: an entry stands here twice. Remove one of the two.",
        ],
    ),
    "a name of an environment variable": (
        {"two": TWO + "steps: [{run: echo, env: {a-b: 1}}]\n"},
        ["two.yaml:4:27: steps[0].env.a-b: the name 'a-b' is not allowed. Compare it with the reference page."],
    ),
    "an unknown action": (
        {"two": TWO + "steps: [{uses: pyhton}]\n"},
        ["two.yaml:4:16: steps[0].uses: there is no action 'pyhton'. Did you mean 'python'?"],
    ),
    "a step that does nothing, run with uses and with": (
        {"two": TWO + "steps: [{name: x}, {run: echo, uses: run, with: {}}]\n"},
        [
            "two.yaml:4:9: steps[0]: the step does nothing. Give it `uses:` with an action, or `run:` with a command.",
            "two.yaml:4:32: steps[1].uses: `uses` and `run` stand together. Keep `run:`, or write `uses: run` with "
            "`with: {shell: …}` or `with: {argv: […]}`.",
            "two.yaml:4:43: steps[1].with: `with` and `run` stand together. Keep `run:`, or write `uses: run` with "
            "`with: {shell: …}` or `with: {argv: […]}`.",
        ],
    ),
    "inputs that the action does not take": (
        {"two": TWO + "steps:\n  - uses: file\n    with: {paht: x, size: 0}\n  - uses: run\n    with: {shell: a, argv: [b]}\n"},
        [
            "two.yaml:6:12: steps[0].with.paht: there is no key 'paht' here. Did you mean 'path'?",
            "two.yaml:6:27: steps[0].with.size: expected at least 1, not 0. Compare it with the reference page.",
            "two.yaml:8:11: steps[1].with: exactly one of shell, argv is needed here. Add one, or remove the others.",
        ],
    ),
    "an input that is missing": (
        {"two": TWO + "steps: [{uses: python}]\n"},
        ["two.yaml:4:9: steps[0].with: the key 'call' is missing. Add `call:`."],
    ),
    "secrets: undeclared, and missing in the step": (
        {"two": TWO + "steps:\n  - uses: slack\n    with: {text: x}\n    secrets: [SLACK_WEBHOOK]\n"},
        [
            "two.yaml:5:5: steps[0]: slack needs SLACK_WEBHOOK_URL. Write `secrets: [SLACK_WEBHOOK, SLACK_WEBHOOK_URL]`.",
            "two.yaml:7:15: steps[0].secrets[0]: plan.yaml declares no secret SLACK_WEBHOOK. "
            "Declare it in plan.yaml under `secrets:`. Did you mean 'SLACK_WEBHOOK_URL'?",
        ],
    ),
    "outputs that the action does not make": (
        {"two": TWO + "steps:\n  - uses: file\n    outputs: {sha265: string}\n    mock: {sise: 1}\n"},
        [
            "two.yaml:6:15: steps[0].outputs.sha265: file makes no output 'sha265'. Did you mean 'sha256'?",
            "two.yaml:7:12: steps[0].mock.sise: the step makes no output 'sise'. There are: sha265, sha256.",
        ],
    ),
    "gates: unknown, faulty, two in one": (
        {"two": TWO + STEP + "gates:\n  - {mertic: x}\n  - {metric: '1'}\n  - {file: x, metric: '1', above: 0}\n  - {name: x}\n"},
        [
            "two.yaml:6:6: gates[0].mertic: there is no gate 'mertic'. Did you mean 'metric'? A gate has exactly one kind.",
            "two.yaml:7:5: gates[1]: the key 'above' is missing. Add `above:`.",
            "two.yaml:8:5: gates[2]: a gate has exactly one kind, not file and metric. Make it several gates, one each.",
            "two.yaml:9:5: gates[3]: there is no gate ''. There are: file, metric. A gate has exactly one kind.",
        ],
    ),
    "an unknown component": (
        {"two": "id: two\ntitle: Two\ncomponent: cor\n" + STEP},
        ["two.yaml:3:12: component: plan.yaml declares no component 'cor'. Did you mean 'core'?"],
    ),
    "two triggers": (
        {"two": TWO + "day: 2\non: push\n" + STEP},
        ["two.yaml:5:1: on: day and on stand together: a task is due by one of them. Keep one."],
    ),
    "a schedule that is none": (
        {"two": TWO + "schedule: 0 9 * * * *\n" + STEP},
        [
            "two.yaml:4:11: schedule: a cron expression has five fields, this one has 6. "
            "Write minute, hour, day, month, weekday: `0 9 * * 1-5`."
        ],
    ),
    "products outside of the work directory": (
        {"two": TWO + STEP + "produces: [../x, /etc/x, a/./b, a\\b, c/, '~/x', ok/fine.txt]\n"},
        [
            f"two.yaml:5:{column}: produces[{index}]: {text}. Write a path relative to the work directory, like memory/accuracy.json."
            for index, (column, text) in enumerate(
                [
                    (12, "'../x' leads out of the work directory"),
                    (18, "'/etc/x' is not relative to the work directory"),
                    (26, "'a/./b' is not a plain path"),
                    (33, "'a\\\\b' is not relative to the work directory"),
                    (38, "'c/' is not a plain path"),
                    (42, "'~/x' is not relative to the work directory"),
                ]
            )
        ],
    ),
    "the same id twice": (
        {"two": ONE},
        ["two.yaml:1:5: id: one.yaml has the id 'one', too. Give one of them another id."],
    ),
    "the same step id twice": (
        {"two": TWO + "steps: [{id: a, run: echo}, {id: a, run: echo}]\non-failure: {try: [{id: a, run: echo}]}\n"},
        [
            "two.yaml:4:34: steps[1].id: a second step 'a'. Give each step of the task an id of its own.",
            "two.yaml:5:25: on-failure.try[0].id: a second step 'a'. Give each step of the task an id of its own.",
        ],
    ),
    "an unknown need": (
        {"two": TWO + "needs: [onee]\n" + STEP},
        ["two.yaml:4:9: needs[0]: there is no task 'onee'. Did you mean 'one'?"],
    ),
    "a circle of three and a task that needs itself": (
        {
            "a": "id: a\ntitle: A\nneeds: [c]\n" + STEP,
            "b": "id: b\ntitle: B\nneeds: [a]\n" + STEP,
            "c": "id: c\ntitle: C\nneeds: [one, b]\n" + STEP,
            "d": "id: d\ntitle: D\nneeds: [d]\n" + STEP,
        },
        [
            "a.yaml:3:8: needs: the tasks need each other in a circle: a → c → b → a. Remove one of these needs.",
            "d.yaml:3:8: needs: the tasks need each other in a circle: d → d. Remove one of these needs.",
        ],
    ),
    "days that cannot be kept": (
        {
            "a": "id: a\ntitle: A\nday: 4\n" + STEP,
            "b": "id: b\ntitle: B\nneeds: [a]\n" + STEP,
            "c": "id: c\ntitle: C\nday: 3\nneeds: [b]\n" + STEP,
            "d": "id: d\ntitle: D\nday: 11\n" + STEP,
        },
        [
            "c.yaml:3:6: day: day 3 cannot be kept: 'a', which it needs, is due on day 4. Make it day 4 or later.",
            "d.yaml:3:6: day: day 11 is after the plan's last day, 10. Choose another day, or mend `weeks:` in plan.yaml.",
        ],
    ),
    "a day in no week": (
        {"plan": PLAN.replace("[6, 10]", "[8, 10]"), "two": TWO + "day: 7\n" + STEP},
        ["two.yaml:4:6: day: day 7 is in no week of plan.yaml. Choose another day, or mend `weeks:` in plan.yaml."],
    ),
    "an expression in the text of a command": (
        {
            "two": TWO + "steps:\n  - run: echo ${{ vars.top-k }}\n  - uses: run\n    with: {shell: 'echo ${{ vars.top-k }}'}\n"
            "  - run: [bash, -c, 'echo ${{ vars.top-k }}']\n"
        },
        [
            f"two.yaml:{place}: an expression in the text of a command could become a command itself. "
            "Put the value into the step's `env:`, as NAME: \"${{ … }}\", and write \"$NAME\" in the command."
            for place in ("5:10: steps[0].run", "7:19: steps[1].with.shell", "8:10: steps[2].run")
        ],
    ),
    "expressions that cannot be read": (
        {"two": TWO + "if: 1 +\nsteps: [{run: [echo, '${{ secrets.X }}']}]\ngates: [{metric: 'nope.x', above: 1}, {file: '${{ vars.'}]\n"},
        [
            "two.yaml:4:5: if: '1 +': unexpected '+'. See the page on expressions.",
            "two.yaml:5:22: steps[0].run[1]: 'secrets.X': expressions cannot read secrets; name them in the step's `secrets:`, "
            "they are then in its environment. See the page on expressions.",
            "two.yaml:6:18: gates[0].metric: 'nope.x': there is no name 'nope' (steps, needs, vars, plan, run, event). "
            "See the page on expressions.",
            "two.yaml:6:46: gates[1].file: '${{ vars.': the closing }} is missing. See the page on expressions.",
        ],
    ),
    "outputs that nothing makes": (
        {
            "two": TWO + "needs: [one]\nif: steps.a.status\nsteps:\n"
            "  - {id: a, run: echo, outputs: {size: integer}, env: {X: '${{ steps.b.outputs.size }}'}}\n"
            "  - {id: b, uses: file, if: steps.a.outputs.sise > 1}\n"
            "gates:\n  - {metric: steps.c.outputs.x, above: 0}\n  - {metric: steps.b.outputs.size, above: 0}\n"
            "  - {metric: steps.a.result, above: 0}\n  - {metric: needs.one.steps.count.outputs.m, above: 0}\n"
            "  - {metric: needs.one.steps.kount.outputs.n, above: 0}\n  - {metric: needs.one.outputs.n, above: 0}\n"
        },
        [
            "two.yaml:5:5: if: step 'a' has not run at this point. Read outputs of needed tasks here, or move this into a step.",
            "two.yaml:7:55: steps[0].env: step 'b' runs only later. Move it before this one.",
            "two.yaml:8:29: steps[1].if: step 'a' makes no output 'sise'. Did you mean 'size'? Or declare it: `outputs: {sise: number}`.",
            "two.yaml:10:14: gates[0].metric: there is no step 'c' in this task. There are: a, b.",
            "two.yaml:11:14: gates[1].metric: step 'b' makes no output 'size'. There are: sha256.",
            "two.yaml:12:14: gates[2].metric: a step has no 'result'. Write steps.a.outputs.NAME or steps.a.status.",
            "two.yaml:13:14: gates[3].metric: step 'count' makes no output 'm'. There are: n. Or declare it: `outputs: {m: number}`.",
            "two.yaml:14:14: gates[4].metric: task 'one' has no step 'kount'. Did you mean 'count'?",
            "two.yaml:15:14: gates[5].metric: a needed task has no 'outputs'. "
            "Write needs.one.steps.STEP.outputs.NAME or needs.one.status.",
        ],
    ),
    "outputs of a task that is not needed, unknown names": (
        {
            "two": TWO + "steps:\n  - uses: file\n    with:\n"
            "      path: '${{ needs.one.steps.count.outputs.n }} ${{ needs.onee.status }} ${{ vars.topk }} ${{ run.foo }} ${{ plan.start }}'\n"
        },
        [
            "two.yaml:7:13: steps[0].with.path: task 'one' may not have run yet. Add it: `needs: [one]`.",
            "two.yaml:7:13: steps[0].with.path: there is no task 'onee'. Did you mean 'one'?",
            "two.yaml:7:13: steps[0].with.path: plan.yaml has no variable 'topk'. Add it to `vars:` in plan.yaml. Did you mean 'top-k'?",
            "two.yaml:7:13: steps[0].with.path: `run` has no 'foo'. There are: id, mode, day, date, now.",
        ],
    ),
    "success metrics on what nothing makes": (
        {
            "plan": PLAN + "metrics:\n"
            "  - {id: a, title: A, metric: tasks.onee.steps.count.outputs.n, above: 1}\n"
            "  - {id: a, title: A, metric: tasks.one.steps.kount.outputs.n, above: 1}\n"
            "  - {id: c, title: A, metric: tasks.one.steps.count.outputs.m, above: 1}\n"
        },
        [
            "plan.yaml:12:31: metrics[0].metric: there is no task 'onee'. Did you mean 'one'?",
            "plan.yaml:13:10: metrics[1].id: a second metric 'a'. Give it another id.",
            "plan.yaml:13:31: metrics[1].metric: task 'one' has no step 'kount'. Did you mean 'count'?",
            "plan.yaml:14:31: metrics[2].metric: step 'count' of 'one' makes no output 'm'. There are: n.",
        ],
    ),
    "a metric with two bounds, another without": (
        {
            "plan": PLAN + "metrics:\n  - {id: a, title: A, metric: tasks.one.steps.count.outputs.n, above: 1, below: 2}\n"
            "  - {id: b, title: A, metric: one.n}\n"
        },
        [
            "plan.yaml:12:5: metrics[0]: exactly one of above, at-least, below, at-most, equals, between is needed here. "
            "Add one, or remove the others.",
            "plan.yaml:13:5: metrics[1]: exactly one of above, at-least, below, at-most, equals, between is needed here. "
            "Add one, or remove the others.",
            "plan.yaml:13:31: metrics[1].metric: 'one.n' has not the form that is expected. "
            "Where it is measured: tasks.TASK.steps.STEP.outputs.NAME.",
        ],
    ),
    "dates, zone, weeks and holidays": (
        {
            "plan": "id: demo\ntitle: Demo\nstart: 2025-02-30\ntarget: 1969-01-01\nzone: Asia/Dubay\ncomponents: {core: Core}\n"
            "weeks: [{title: a, days: [3, 1]}, {title: b, days: [2, 5]}]\nholidays: {country: XX, dates: [2025-13-01]}\n"
            "defaults: {component: edge}\n",
            "one": "",
            "two": TWO + STEP,
        },
        [
            "plan.yaml:3:8: start: there is no date 2025-02-30. Write year-month-day, like 2025-09-08.",
            "plan.yaml:4:9: target: the target lies before the start. Choose a later date.",
            "plan.yaml:5:7: zone: there is no time zone 'Asia/Dubay'. Did you mean 'Asia/Dubai'?",
            "plan.yaml:7:26: weeks[0].days: the week ends before it begins. Write [first, last].",
            "plan.yaml:7:52: weeks[1].days: day 2 belongs to the week before, too. Begin with day 4 or later.",
            "plan.yaml:8:21: holidays.country: no holidays are known for the country 'XX'. "
            "Mend it, or list the days off under `dates:`.",
            "plan.yaml:8:33: holidays.dates[0]: there is no date 2025-13-01. Write year-month-day, like 2025-09-08.",
            "plan.yaml:9:23: defaults.component: no component 'edge' is declared. Add it under `components:`.",
        ],
    ),
    "a subdivision without a country": (
        {"plan": PLAN + "holidays: {subdivision: BY}\n"},
        ["plan.yaml:11:12: holidays.subdivision: a subdivision of no country. Add `country:`."],
    ),
    "a subdivision that the country does not have": (
        {"plan": PLAN + "holidays: {country: IS, subdivision: BY}\n"},
        [
            "plan.yaml:11:21: holidays.country: no holidays are known for 'BY' in IS; there are: none. "
            "Mend it, or list the days off under `dates:`."
        ],
    ),
    "YAML that is none, in several files at once": (
        {"plan": "a: [", "two": "a: &x 1", "three": "- 1", "four": ""},
        [
            "plan.yaml:1:4: did not find expected node content (while parsing a flow node). "
            "Check brackets, quotes and indentation near this place.",
            "three.yaml:1:1: expected a mapping, not a list. One micro-task: when it is due, what it does, "
            "and what proves that it is done.",
            "two.yaml:1:4: an anchor (&x). Remove it: anchors and aliases are left out.",
        ],
    ),
    "an empty file": (
        {"two": "# nothing\n"},
        ["two.yaml: expected a mapping, not nothing. One micro-task: when it is due, what it does, and what proves that it is done."],
    ),
    "mistakes of several files, and none about tasks whose files are faulty": (
        {
            "two": TWO + "needs: [three]\nsteps: [{run: echo, env: {X: '${{ needs.three.steps.x.outputs.y }}'}}]\n",
            "three": "id: three\ntitle: 3\n" + STEP,
            "plan": PLAN + "metrics: [{id: a, title: A, metric: tasks.three.steps.x.outputs.y, above: 1}]\n",
        },
        ["three.yaml:2:8: title: expected text, not 3. What the task does, in a few words."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MISTAKES))
def test_every_class_of_mistake_is_told_with_place_path_and_remedy(tmp_path: Path, name: str) -> None:
    files, expected = MISTAKES[name]
    assert mistakes(tmp_path, **files) == expected


def test_the_message_counts_and_lists_the_mistakes(tmp_path: Path) -> None:
    place = folder(tmp_path, two=TWO + "needs: [zero, minus]\n" + STEP)
    with pytest.raises(PlanInvalid) as caught:
        load(place, ACTIONS, GATES)
    lines = str(caught.value).splitlines()
    assert lines[0] == "The plan has 2 mistakes:"
    assert [line.split(" needs")[0] for line in lines[1:]] == [f"{place}/two.yaml:4:9:", f"{place}/two.yaml:4:15:"]


def test_a_value_with_an_expression_is_not_checked_for_its_type(tmp_path: Path) -> None:
    step = "steps: [{uses: file, with: {path: x, size: '${{ vars.top-k }}'}}]\n"
    inputs = loaded(tmp_path, two=TWO + step).tasks["two"].steps[0].inputs
    assert inputs == {"path": "x", "size": "${{ vars.top-k }}"}
    faulty = "steps: [{uses: file, with: {path: 7, size: '${{ vars.top-k }}'}}]\n"
    assert mistakes(tmp_path, two=TWO + faulty) == [
        "two.yaml:4:35: steps[0].with.path: expected text, not 7. Compare it with the reference page."
    ]


def test_transitive_needs_may_be_read(tmp_path: Path) -> None:
    middle = "id: middle\ntitle: M\nneeds: one\n" + STEP
    last = (
        "id: last\ntitle: L\nneeds: middle\nsteps: [{run: echo, env: {N: '${{ needs.one.steps.count.outputs.n }}'}}]\n"
    )
    assert loaded(tmp_path, middle=middle, last=last).tasks["last"].steps[0].reads == (Reference("one", "count", "n"),)


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


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
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
    for number in range(2_000):
        needs = f"needs: [t-{number + 1}]\n" if number < 1_999 else ""
        (place / f"{number:05}.yaml").write_text(f"id: t-{number}\ntitle: T\n{needs}{STEP}")
    assert len(load(place, ACTIONS, GATES).tasks) == 2_000

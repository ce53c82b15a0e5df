"""Mistakes that show when files are read together: ids, needs, days, outputs, and plan.yaml."""

# ruff: noqa: E501 - the expected lines stand here as they are printed

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.plan.folders import ONE, PLAN, STEP, TWO, mistakes

MISTAKES: dict[str, tuple[dict[str, str], list[str]]] = {
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
    "unknown names beside a mistake of form": (
        {"two": TWO + "colour: red\nneeds: [onee]\nsteps: [{uses: runn}]\n"},
        [
            "two.yaml:4:1: colour: there is no key 'colour' here. There are: id, title, description, day, schedule, on, component, owner, needs, criticality, ….",
            "two.yaml:5:9: needs[0]: there is no task 'onee'. Did you mean 'one'?",
            "two.yaml:6:16: steps[0].uses: there is no action 'runn'. Did you mean 'run'?",
        ],
    ),
    "channels whose secrets the plan does not know": (
        {"plan": PLAN + "notifications: {slack: {on: [failed], channel: C12}, zapier: {on: [always]}, issue: {}}\n"},
        [
            "plan.yaml:11:24: notifications.slack: slack needs the secret SLACK_BOT_TOKEN. Declare it under `secrets:`, or take `slack` out.",
            "plan.yaml:11:62: notifications.zapier: zapier needs the secret ZAPIER_WEBHOOK_URL. Declare it under `secrets:`, or take `zapier` out.",
        ],
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
    "an expression in a program that stands further back": (
        {
            "two": TWO + "steps:\n  - run: [env, sh, -c, 'echo ${{ vars.top-k }}']\n"
            "  - run: [sh, -e, -u, -c, 'echo ${{ vars.top-k }}']\n"
            "  - run: [/usr/bin/python3.11, -I, -c, 'print(${{ vars.top-k }})']\n"
            "  - run: [python3, tool.py, --top, '${{ vars.top-k }}']\n"
        },
        [
            f"two.yaml:{place}: an expression in the text of a command could become a command itself. "
            "Put the value into the step's `env:`, as NAME: \"${{ … }}\", and write \"$NAME\" in the command."
            for place in ("5:10: steps[0].run", "6:10: steps[1].run", "7:10: steps[2].run")
        ],
    ),
    "two tasks in no order that produce the same file": (
        {
            "a": "id: a\ntitle: A\nneeds: [c]\nproduces: [x.txt]\n" + STEP,
            "b": "id: b\ntitle: B\nneeds: [c]\nproduces: [y.txt, x.txt]\n" + STEP,
            "c": "id: c\ntitle: C\nproduces: [x.txt]\n" + STEP,
        },
        [
            "b.yaml:4:19: produces[1]: 'a' produces 'x.txt', too, and neither needs the other. "
            "Choose another path, or let one need the other."
        ],
    ),
    "a start at the end of time": (
        {"plan": PLAN.replace("2025-09-08", "9999-12-31", 1)},
        ["plan.yaml:3:8: start: 9999-12-31 is too far away for a calendar. Name a year up to 2999."],
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

"""Mistakes that one task file shows by itself, each told with place, path and remedy."""

# ruff: noqa: E501 - the expected lines stand here as they are printed

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.plan.folders import STEP, TWO, loaded, mistakes

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
}  # fmt: skip


@pytest.mark.parametrize("name", list(MISTAKES))
def test_every_class_of_mistake_is_told_with_place_path_and_remedy(tmp_path: Path, name: str) -> None:
    files, expected = MISTAKES[name]
    assert mistakes(tmp_path, **files) == expected


def test_a_value_with_an_expression_is_not_checked_for_its_type(tmp_path: Path) -> None:
    step = "steps: [{uses: file, with: {path: x, size: '${{ vars.top-k }}'}}]\n"
    inputs = loaded(tmp_path, two=TWO + step).tasks["two"].steps[0].inputs
    assert inputs == {"path": "x", "size": "${{ vars.top-k }}"}
    faulty = "steps: [{uses: file, with: {path: 7, size: '${{ vars.top-k }}'}}]\n"
    assert mistakes(tmp_path, two=TWO + faulty) == [
        "two.yaml:4:35: steps[0].with.path: expected text, not 7. Compare it with the reference page."
    ]

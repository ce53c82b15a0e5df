"""Commands in hints repeat what this call was about."""

from __future__ import annotations

import pytest

from monitoring.render import console
from monitoring.render.hints import repeated
from tests.unit.monitoring.reports import told
from tests.unit.monitoring.story import Story, a_plan, a_task

OPTIONS = "--plan tasks/b --state 'my state'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`ztr run` runs what is due", f"`ztr run {OPTIONS}` runs what is due"),
        ("`ztr retry a`, or `ztr skip a`", f"`ztr retry {OPTIONS} a`, or `ztr skip {OPTIONS} a`"),
        ("`ztr run --mode auto` makes it real", f"`ztr run {OPTIONS} --mode auto` makes it real"),
        ("`ztr secrets check` and `ztr state rebuild --accept-loss`",
         f"`ztr secrets check {OPTIONS}` and `ztr state rebuild {OPTIONS} --accept-loss`"),
        ("`ztr status --plan x` has its own", "`ztr status --plan x` has its own"),
        ("`ztr init` and `ztr setup` take none", "`ztr init` and `ztr setup` take none"),
        ("`/ztr approve a` is written in the issue; ztr run is no command here", None),
        ("`ztr runner` is no verb", None),
    ],
)  # fmt: skip
def test_a_command_between_backquotes_gets_the_options_that_it_takes(text: str, expected: str | None) -> None:
    assert repeated(text, OPTIONS) == (expected or text)
    assert repeated(text, "") == text


def test_every_hint_of_the_console_names_the_plan_and_stays_within_the_width() -> None:
    tasks = [a_task(f"t{number}", 1) for number in range(12)]
    story = Story(a_plan(*tasks)).run(1)
    for task in tasks:
        story = story.started(task.id).finished(task.id, "failed", "no luck")
    screen = console.render(told(story.end()), width=60, options="--plan tasks/b")
    joined = " ".join(screen.split())
    assert "`ztr retry --plan tasks/b t0`" in joined or "`ztr run --plan tasks/b`" in joined
    assert "and 4 more: `ztr status --plan tasks/b` lists them" in joined
    assert max(map(len, screen.splitlines())) <= 60

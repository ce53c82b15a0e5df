"""What a task's error says is never a command to the Actions runner, wherever the console breaks its lines."""

from __future__ import annotations

import pytest

from monitoring.render import console
from tests.unit.monitoring.reports import told
from tests.unit.monitoring.story import Story, a_plan, a_task


@pytest.mark.parametrize("width", range(20, 121, 5))
def test_no_line_begins_with_a_command_whatever_the_width(width: int) -> None:
    reason = " ".join(f"{'x' * (number % 7)} ::add-mask::{number} ##[group]{number}" for number in range(40))
    story = Story(a_plan(a_task("a", 1))).run(1).started("a").step("a")
    screen = console.render(told(story.finished("a", "failed", reason).end()), width=width)
    assert [line for line in screen.splitlines() if line.lstrip().startswith("::") or "##[" in line] == []
    assert ": :" in screen

"""Progress while a run goes on, on a terminal, in a log and in Actions."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from automation.engine.events import Opened, StepRetried, Verdict
from automation.engine.state import State, evolve
from monitoring.live import Kind, Progress
from monitoring.screen import Screen
from tests.unit.monitoring.story import Story, small_plan


class Ticks:
    """A clock that the test winds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def story() -> Story:
    """Four tasks: done, failed after a retry with a missed gate, mocked, blocked."""
    told = Story(small_plan()).run(2).done("schema").started("search")
    told.tell(StepRetried(told.at(), "search", "day-2", "work", 1, 2.0, "busy\n::error::x"))
    told.step("search", {"accuracy": 0.85}, attempts=2, seconds=1.5)
    told.judged("search", Verdict("accuracy", "metric", "failed", 0.85, "> 0.9", reason="too low"))
    told.finished("search", "failed", "gate missed: accuracy").mocked("announce", "SLACK_WEBHOOK_URL")
    return told.finished("tidy", "blocked", "needs search, which failed").end()


def shown(kind: Kind, told: Story, colour: bool = False, total: int = 4) -> str:
    stream = io.StringIO()
    with Progress(stream, kind, total, Ticks(), colour=colour) as progress:
        follow(progress, told)
    return stream.getvalue()


def follow(progress: Progress, told: Story) -> None:
    state = State()
    for event in told.events:
        state = evolve(state, event)
        progress.on_event(event, state)


def test_a_log_gets_a_line_for_each_finished_task() -> None:
    assert shown("plain", story()).splitlines() == [
        "✓ 1/4 schema  done  500 ms",
        "✗ 2/4 search  failed  500 ms  (gate missed: accuracy)",
        "~ 3/4 announce  mocked  500 ms  (SLACK_WEBHOOK_URL missing)",
        "⊘ 4/4 tidy  blocked  (needs search, which failed)",
    ]


def test_numbers_are_padded_and_the_total_grows_with_what_turns_up() -> None:
    lines = shown("plain", story(), total=12).splitlines()
    assert lines[0].startswith("✓  1/12 schema")
    assert shown("plain", story(), total=0).splitlines()[3].startswith("⊘ 4/4 tidy")


def test_colours_come_only_when_asked_for() -> None:
    assert "\x1b[31m✗ 2/4 search" in shown("plain", story(), colour=True)
    assert "\x1b" not in shown("plain", story())


def test_actions_gets_a_group_a_task_and_failures_stand_outside() -> None:
    assert shown("actions", story()).splitlines() == [
        "::group::✓ 1/4 schema  done  500 ms",
        "  step work: done in 200 ms",
        "::endgroup::",
        "::group::search: its steps",
        "  step work: attempt 1 failed, again in 2.0 s: busy ::error::x",
        "  step work: done in 1.5 s after 2 attempts",
        "  ✗ accuracy: 0.85 > 0.9 (too low)",
        "::endgroup::",
        "✗ 2/4 search  failed  500 ms  (gate missed: accuracy)",
        "::group::~ 3/4 announce  mocked  500 ms  (SLACK_WEBHOOK_URL missing)",
        "  step work: mocked in 200 ms",
        "::endgroup::",
        "⊘ 4/4 tidy  blocked  (needs search, which failed)",
    ]


def test_a_failed_step_tells_its_error() -> None:
    told = Story(small_plan()).run(1).started("schema").step("schema", status="failed", error="boom\nbang")
    assert "  step work: failed in 200 ms: boom bang" in shown("actions", told.finished("schema", "failed"))


def test_quiet_says_nothing() -> None:
    assert shown("quiet", story()) == ""


def test_a_task_without_a_recorded_duration_is_timed_by_the_clock() -> None:
    stream, clock = io.StringIO(), Ticks()
    progress = Progress(stream, "plain", 1, clock)
    told = Story(small_plan()).run(1).started("schema")
    state = told.state
    for event in told.events:
        progress.on_event(event, state)
    clock.now = 7.0
    told.events.clear()
    told.finished("schema", "skipped", seconds=0.0)
    progress.on_event(told.events[0], state)
    assert stream.getvalue() == "» 1/1 schema  skipped  7.0 s\n"


def test_a_closed_pipe_ends_the_display_and_not_the_run() -> None:
    stream = io.StringIO()
    progress = Progress(stream, "plain", 4, Ticks())
    stream.close()
    follow(progress, story())
    progress.close()
    assert progress.finished == 1


def test_a_terminal_sees_what_runs_and_keeps_what_went_wrong() -> None:
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown("live", story()))
    assert "✗ 2/4 search  failed  500 ms  (gate missed: accuracy)" in text
    assert "✓ 1/4 schema" not in text


def test_a_display_that_cannot_be_taken_away_costs_nobody_a_run() -> None:
    stream = io.StringIO()
    progress = Progress(stream, "live", 4, Ticks())
    started = story().events[:2]
    for event in started:
        progress.on_event(event, State())
    stream.close()
    progress.close()
    progress.close()
    assert isinstance(started[0], Opened)


def test_the_picture_has_counts_elapsed_time_estimate_and_the_longest_running_first() -> None:
    clock, stream = Ticks(), io.StringIO()
    screen = Screen(stream, clock, 20, colour=False)
    try:
        clock.now = 10.0
        screen.update({f"t{at}@day-1": float(9 - at) for at in range(10)}, {"done": 4, "failed": 1}, 5)
        top, *rows = screen.picture().renderables
        lines = [str(row) for row in rows]
        from rich.console import Console

        console = Console(file=io.StringIO(), width=120, record=True)
        console.print(top)
        text = console.export_text()
    finally:
        screen.stop()
    assert "5/20" in text
    assert "✅ 4 · ❌ 1 · 10.0 s · about 30.0 s left" in text
    assert (lines[0], lines[-1], len(lines)) == ("  ▶ t9@day-1  10.0 s", "  and 2 more", 9)


@pytest.mark.parametrize("heavy", ["rich", "json", "dataclasses", "markdown_it"])
def test_plain_progress_and_the_console_load_no_heavy_library(heavy: str) -> None:
    program = (
        "import sys; before = set(sys.modules); import monitoring.live, monitoring.report, monitoring.render.console;"
        "print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert heavy not in loaded

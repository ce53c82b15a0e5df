"""When a run ends with 1: what failed now or last, and nothing that is over."""

from __future__ import annotations

from tests.integration.cli.rig import BROKEN, NOTE, PLAN, Ztr

NIGHTLY = """
    id: nightly
    title: Nightly
    schedule: "0 6 * * *"
    steps: [{run: test -e mended, effect: workspace}]
"""


def test_an_old_failure_of_a_recurring_task_ends_with_the_next_success(ztr: Ztr) -> None:
    ztr.plan({"1-nightly": NIGHTLY}, plan=PLAN + "    limits: {runs-per-task: 1}\n")
    assert ztr("run", "--now", "2025-09-09T07:00").code == 1
    assert ztr("run", "--now", "2025-09-09T08:00").code == 1
    (ztr.folder / ".ztr/small/work/mended").touch()
    assert ztr("run", "--now", "2025-09-10T07:00").code == 0


def test_a_failed_task_that_the_plan_no_longer_has_does_not_count(ztr: Ztr) -> None:
    folder = ztr.plan({"1-note": NOTE, "2-broken": BROKEN})
    assert ztr("run").code == 1
    (folder / "2-broken.yaml").unlink()
    assert ztr("run").code == 0
    assert "failed" not in ztr("graph").out

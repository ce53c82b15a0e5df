"""A request that a service carries out long after everybody has settled: the next run removes what it made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.cli.execute import Outcome, Wish, execute
from automation.cli.session import Where
from automation.engine.events import Mode
from tests.e2e.trial import InAHurry
from tests.services.base import Fault
from tests.services.outside import PARENT, Outside, outside

PLAN = "id: demo\ntitle: Demo\nstart: 2026-03-02\nsecrets:\n  NOTION_API_KEY: {description: for tests}\n"


@pytest.fixture
def services() -> Iterator[Outside]:
    with outside() as found:
        yield found


def run(
    folder: Path, services: Outside, mode: Mode = "auto", now: str = "2026-03-04T09:00", key: bool = True
) -> Outcome:
    plan = folder / "plan"
    if not plan.exists():
        plan.mkdir(parents=True)
        (plan / "plan.yaml").write_text(PLAN)
        step = f"{{base-url: '{services.notion.address}', parent: '{PARENT}', title: Page, markdown: Text.}}"
        retry = "retry: {attempts: 3, delay: 1s, factor: 1}\n"
        named = "secrets: [NOTION_API_KEY]"
        task = f"id: page\ntitle: Page\n{retry}steps:\n  - {{id: s, uses: notion, {named}, with: {step}}}\n"
        (plan / "page.yaml").write_text(task)
    secrets = services.secrets if key else {}
    return execute(InAHurry(Where(str(plan), str(folder / "state"), now, (), folder), secrets), Wish(mode=mode))


def late(folder: Path, services: Outside) -> Outcome:
    """A first run whose first request is carried out only after everything else."""
    services.notion.goes_wrong(Fault("late", times=1, only="POST /v1/pages"))
    first = run(folder, services)
    assert first.state.slots["page"]["once"].status == "done"
    services.notion.land()
    assert services.notion.titles() == ["Page", "Page"]
    return first


def test_the_next_run_keeps_the_page_that_was_told_and_removes_the_late_one(services: Outside, tmp_path: Path) -> None:
    first = late(tmp_path, services)
    kept = first.state.slots["page"]["once"].effects["s"].remote
    again = run(tmp_path, services, now="2026-03-04T21:00")
    assert (again.ran, [page["id"] for page in services.notion.live]) == (False, [kept])
    (note,) = again.notes
    assert note.startswith("page/s: a request that was carried out late had made it twice; removed ")
    assert run(tmp_path, services, now="2026-03-04T22:00").notes == ()


@pytest.mark.parametrize(
    ("mode", "now", "key"),
    [("mock", "2026-03-04T21:00", True), ("auto", "2026-03-06T21:00", True), ("auto", "2026-03-04T21:00", False)],
)
def test_nothing_is_looked_up_in_mock_mode_after_a_day_or_without_the_secret(
    services: Outside, tmp_path: Path, mode: Mode, now: str, key: bool
) -> None:
    late(tmp_path, services)
    asked = len(services.ledger)
    assert run(tmp_path, services, mode, now, key).notes == ()
    assert len(services.ledger) == asked


def test_a_service_that_cannot_be_asked_is_asked_by_the_run_after(services: Outside, tmp_path: Path) -> None:
    late(tmp_path, services)
    services.notion.goes_wrong(Fault("error-before"))
    assert run(tmp_path, services, now="2026-03-04T20:00").notes == ()
    services.notion.recovers()
    assert len(run(tmp_path, services, now="2026-03-04T21:00").notes) == 1


def test_what_nobody_doubts_is_not_looked_at_again(services: Outside, tmp_path: Path) -> None:
    run(tmp_path, services)
    asked = len(services.ledger)
    run(tmp_path, services, now="2026-03-04T21:00")
    assert len(services.ledger) == asked

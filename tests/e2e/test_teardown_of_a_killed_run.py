"""`ztr teardown` of a run that was killed in the middle of an effect: what it made goes, what others made stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.cli.execute import Wish, execute
from automation.cli.session import Where
from automation.cli.undoing import Removal, remove_all
from tests.e2e.trial import InAHurry
from tests.services.base import Fault
from tests.services.outside import PARENT, Outside, outside

PLAN = "id: demo\ntitle: Demo\nstart: 2026-03-02\nsecrets:\n  NOTION_API_KEY: {description: for tests}\n"


@pytest.fixture
def services() -> Iterator[Outside]:
    with outside() as found:
        yield found


FILE = "FROM-A-FILE"
AIRTABLE = ("AIRTABLE_API_KEY", "AIRTABLE_BASE_ID")
ROWS = """\
id: page
title: Rows
retry: {attempts: 1}
steps:
  - id: s
    uses: airtable
    secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID]
    with:
      base-url: ADDRESS
      table: T
      key-fields: [id]
      records: [RECORDS]
"""


def session(folder: Path, services: Outside, text: str = "Text.") -> InAHurry:
    plan = folder / "plan"
    plan.mkdir(parents=True, exist_ok=True)
    (plan / "plan.yaml").write_text(PLAN)
    inputs = f"{{base-url: '{services.notion.address}', parent: '{PARENT}', title: Page, key: k, markdown: {text}}}"
    steps = f"steps:\n  - {{id: s, uses: notion, secrets: [NOTION_API_KEY], with: {inputs}}}\n"
    needs = ""
    if text == FILE:
        steps, needs = steps.replace(f"markdown: {FILE}", "markdown-file: note.md"), "needs: [note]\n"
        note = "steps: [{run: 'echo Text. >note.md', effect: workspace}]\nproduces: [note.md]\n"
        (plan / "note.yaml").write_text(f"id: note\ntitle: Note\n{note}")
    (plan / "page.yaml").write_text(f"id: page\ntitle: Page\n{needs}{steps}")
    return InAHurry(Where(str(plan), str(folder / "state"), None, (), folder), services.secrets)


def killed(folder: Path, services: Outside, text: str) -> str:
    """A run that does everything anew and dies before it can tell that the effect is made; its id."""
    found = session(folder, services, text)
    run = execute(found, Wish(first="page")).run
    (journal,) = [path for path in (found.store.folder / "journal").glob("*.jsonl") if run in path.name]
    lines = journal.read_text().splitlines(keepends=True)
    intent = next(number for number, line in enumerate(lines) if '"effect-started"' in line)
    journal.write_text("".join(lines[: intent + 1]))
    (found.store.folder / "state.json").unlink()
    return run


def torn_down(folder: Path, services: Outside, run: str, text: str = "Text.") -> Removal:
    ((one,), _) = remove_all(session(folder, services, text), run, lambda _foreseen: True)
    return one


def test_the_page_that_an_earlier_run_made_survives_the_teardown_of_a_run_that_died_while_changing_it(
    services: Outside, tmp_path: Path
) -> None:
    first = execute(session(tmp_path, services), Wish()).run
    second = killed(tmp_path, services, "Other.")
    one = torn_down(tmp_path, services, second)
    assert (one.done, one.kept) == (False, "it was made by another run, and this one was changing it at most")
    assert services.notion.titles() == ["Page"]
    assert torn_down(tmp_path, services, first).done
    assert services.notion.titles() == []


def test_what_a_run_that_died_had_made_itself_is_looked_up_and_removed(services: Outside, tmp_path: Path) -> None:
    run = killed(tmp_path, services, "Text.")
    assert services.notion.titles() == ["Page"]
    assert torn_down(tmp_path, services, run).done
    assert services.notion.titles() == []


def test_on_a_fresh_machine_the_files_that_a_look_up_needs_are_brought_back(services: Outside, tmp_path: Path) -> None:
    run = killed(tmp_path, services, FILE)
    shutil.rmtree(session(tmp_path, services, FILE).store.workdir)
    assert torn_down(tmp_path, services, run, FILE).done
    assert services.notion.titles() == []


def test_what_a_later_run_only_took_over_belongs_to_the_run_that_died(services: Outside, tmp_path: Path) -> None:
    run = killed(tmp_path, services, "Text.")
    execute(session(tmp_path, services), Wish())
    assert torn_down(tmp_path, services, run).done
    assert services.notion.titles() == []


def test_the_records_that_a_run_made_before_it_failed_in_the_middle_are_removed_and_others_stay(
    services: Outside, tmp_path: Path
) -> None:
    services.airtable.make("T", [{"name": "id", "type": "singleLineText"}])
    services.airtable.records["T"]["rec-of-others"] = {"id": "0"}
    services.airtable.now = "2100-01-01T00:00:00.000Z"
    found = session(tmp_path, services)
    plan = tmp_path / "plan"
    (plan / "plan.yaml").write_text(PLAN + "".join(f"  {name}: {{description: x}}\n" for name in AIRTABLE))
    records = ", ".join(f"{{id: '{number}'}}" for number in range(15))
    text = ROWS.replace("ADDRESS", services.airtable.address).replace("RECORDS", records)
    (plan / "page.yaml").write_text(text)
    found = InAHurry(Where(str(plan), str(tmp_path / "state"), None, (), tmp_path), services.secrets)
    services.airtable.goes_wrong(Fault("revoked", skip=1, only="PATCH"))
    run = execute(found, Wish()).run
    services.airtable.recovers()
    assert len(services.airtable.records["T"]) == 11
    ((one,), _) = remove_all(
        InAHurry(Where(str(plan), str(tmp_path / "state"), None, (), tmp_path), services.secrets), run, lambda _: True
    )
    assert one.done
    assert list(services.airtable.records["T"]) == ["rec-of-others"]

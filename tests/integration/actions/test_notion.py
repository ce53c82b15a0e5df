"""`notion` against a Notion of our own: one page for a key, brought up to date, found again and undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.actions.base import Call, Change, Done, Failed, Found
from automation.actions.notion import find, inspect, perform, prepare, undo
from automation.engine.ports import Tools
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.plan.model import Json
from tests.fakes import FakeClock, FakeProcesses, FakePython, a_call
from tests.services.base import Fault, serving
from tests.services.notion import DATABASE, KEY, PARENT, SOURCE, Notion

LONG = "\n\n".join(f"Paragraph {number}" for number in range(230))


@pytest.fixture
def notion() -> Iterator[Notion]:
    service = Notion()
    with serving(service):
        yield service


@pytest.fixture
def tools() -> Iterator[Tools]:
    stop = Stop()
    yield Tools(FakeClock(), FakeProcesses(), FakePython(), HttpClient(stop))
    stop.close()


def call(notion: Notion, tools: Tools, markdown: str = "# Design\n\nIt works.", **more: Json) -> Call:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "Design", "markdown": markdown, "key": "hal/design"}
    return a_call({**inputs, "base-url": notion.address, **more}, tools=tools, secrets={"NOTION_API_KEY": KEY})


def made(one: Call) -> Done:
    outcome = perform(one)
    assert isinstance(outcome, Done), outcome
    return outcome


def found(one: Call) -> tuple[Found, ...]:
    outcome = find(one)
    assert not isinstance(outcome, Failed), outcome
    return outcome


def sent(notion: Notion) -> list[tuple[str, str, object]]:
    return [(one.method, one.path, one.json) for one in notion.writes()]


def test_what_is_recorded_is_what_is_sent(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools, LONG)
    page = made(one).remote
    mark = notion.blocks[page][0]["id"]
    recorded = []
    for draft in prepare(one):
        request = draft.request
        assert isinstance(request, dict)
        path = str(request["url"]).removeprefix(notion.address).replace("{page}", page).replace("{mark}", mark)
        recorded.append((request["method"], path, request["json"]))
    assert sent(notion) == recorded
    assert [len(notion.blocks[page]), notion.text(page)[1], notion.text(page)[-1]] == [
        231,
        "Paragraph 0",
        "Paragraph 229",
    ]


def test_a_page_that_was_made_is_found_complete_by_its_key(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    done = made(one)
    assert found(one) == (Found(done.remote, done.outputs),)
    assert found(call(notion, tools, key="hal/other")) == ()
    assert notion.titles() == ["Design"]


def test_a_page_that_was_renamed_by_hand_is_found_all_the_same(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    page = made(one).remote
    notion.pages[page]["properties"]["title"]["title"][0]["plain_text"] = "Our design"
    assert [thing.remote for thing in found(one)] == [page]


def test_other_content_replaces_the_old_and_the_page_keeps_its_address(notion: Notion, tools: Tools) -> None:
    before = made(call(notion, tools, "Old.\n\nOlder."))
    one = call(notion, tools, "New.", title="Design 2")
    (thing,) = found(one)
    assert (thing.remote, thing.complete) == (before.remote, False)
    after = made(one._replace(existing=thing.remote))
    assert (after.remote, after.outputs["url"]) == (before.remote, before.outputs["url"])
    assert (notion.titles(), notion.text(before.remote)[1:]) == (["Design 2"], ["New."])
    assert found(one)[0].complete


@pytest.mark.parametrize("fails", range(6))
def test_an_update_that_is_cut_off_anywhere_leaves_one_page_that_is_found_and_finished(
    notion: Notion, tools: Tools, fails: int
) -> None:
    page = made(call(notion, tools, "One.\n\nTwo.")).remote
    one = call(notion, tools, "New.")._replace(existing=page)
    notion.goes_wrong(Fault("error-before", skip=fails, times=1))
    outcome = perform(one)
    notion.recovers()
    if isinstance(outcome, Failed):
        (thing,) = found(one)
        assert (thing.remote, outcome.kind) == (page, "transient")
        made(one)
    assert (notion.text(page)[1:], len(notion.live)) == (["New."], 1)
    assert [thing.complete for thing in found(one)] == [True]


@pytest.mark.parametrize("fails", range(1, 5))
def test_a_page_whose_parts_did_not_all_arrive_is_found_unfinished_and_finished(
    notion: Notion, tools: Tools, fails: int
) -> None:
    one = call(notion, tools, LONG)
    notion.goes_wrong(Fault("error-before", skip=fails, times=1))
    outcome = perform(one)
    notion.recovers()
    assert isinstance(outcome, Failed)
    assert outcome.happened is True
    (thing,) = found(one)
    assert not thing.complete
    made(one._replace(existing=thing.remote))
    assert (len(notion.live), len(notion.text(thing.remote))) == (1, 231)
    assert found(one)[0].complete


def test_pages_below_a_page_outlive_its_update(notion: Notion, tools: Tools) -> None:
    page = made(call(notion, tools)).remote
    made(call(notion, tools, "Below.", parent=page, title="Notes", key="hal/notes"))
    made(call(notion, tools, "New.")._replace(existing=page))
    assert notion.titles() == ["Design", "Notes"]


def test_an_update_goes_on_where_a_former_one_was_cut_off(notion: Notion, tools: Tools) -> None:
    page = made(call(notion, tools, "One.\n\nTwo.\n\nThree.")).remote
    one = call(notion, tools, "New.")._replace(existing=page)
    notion.goes_wrong(Fault("error-before", skip=3, times=1))  # read, append, one deletion
    assert isinstance(perform(one), Failed)
    notion.recovers()
    written = len(notion.writes())
    made(one)
    assert [asked.method for asked in notion.writes()[written:]] == ["DELETE"] * 3 + ["PATCH"]
    assert notion.text(page)[1:] == ["New."]


def test_of_two_pages_the_older_one_comes_first(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    pages = [made(one).remote, made(one).remote]
    assert [thing.remote for thing in found(one)] == pages
    assert isinstance(undo(one, pages[1]), Done)
    assert [page["id"] for page in notion.live] == pages[:1]


def test_undoing_what_is_gone_is_no_failure(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    page = made(one).remote
    assert [isinstance(undo(one, remote), Done) for remote in (page, page, "abc" + "0" * 29)] == [True, True, True]
    assert found(one) == ()


@pytest.mark.parametrize("parent", [{"data-source-id": SOURCE}, {"database-id": DATABASE}])
@pytest.mark.parametrize("more", [{}, {"key-property": "Key"}])
def test_in_a_data_source_it_is_found_by_its_title_or_by_the_property_with_the_key(
    notion: Notion, tools: Tools, parent: Json, more: dict[str, Json]
) -> None:
    inside = call(notion, tools, "Text.", parent={"data-source-id": SOURCE}, **more)
    page = made(inside).remote
    one = call(notion, tools, "Text.", parent=parent, **more)
    assert [thing.remote for thing in found(one)] == [page]
    asked = next(asked for asked in notion.ledger if asked.path.endswith("/query"))
    assert asked.json["filter"]["property"] == ("Key" if more else "title")


def test_inspecting_tells_what_would_be_made_changed_and_left_and_writes_nothing(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    assert inspect(one) == (Change("create", "page 'Design'", None, ["Design", "heading_1: Design", "It works."]),)
    page = made(one).remote
    written = len(notion.writes())
    assert inspect(one) == (Change("unchanged", f"page 'Design' ({page})"),)
    other = call(notion, tools, "Changed.")
    assert inspect(other) == (
        Change(
            "update", f"page 'Design' ({page})", ["Design", "heading_1: Design", "It works."], ["Design", "Changed."]
        ),
    )
    assert len(notion.writes()) == written


def test_requests_keep_their_pace(notion: Notion, tools: Tools) -> None:
    made(call(notion, tools, LONG))
    assert isinstance(tools.clock, FakeClock)
    assert tools.clock.slept == [0.34] * 4


def test_without_a_key_of_its_own_the_page_has_that_of_the_effect(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools, key=None)
    page = made(one).remote
    assert notion.text(page)[0].startswith("ZTR key: effect-key · ")
    assert len(found(one)) == 1


def test_a_key_that_is_not_accepted_names_the_secret(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)._replace(secrets={"NOTION_API_KEY": "ntn_wrong_token_000000"})
    for outcome in (perform(one), find(one), inspect(one), undo(one, "x")):
        assert isinstance(outcome, Failed)
        assert (outcome.kind, outcome.happened, "NOTION_API_KEY" in outcome.message) == ("permanent", False, True)


@pytest.mark.parametrize("kind", ["lost", "error-after"])
def test_an_answer_that_is_lost_leaves_a_doubt(notion: Notion, tools: Tools, kind: str) -> None:
    notion.goes_wrong(Fault(kind, times=1))  # type: ignore[arg-type]  # a literal as text
    outcome = perform(call(notion, tools))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, len(notion.live)) == ("transient", 1)
    assert outcome.happened in ((None,) if kind == "lost" else (False, None))


def test_files_are_read_below_the_work_directory(notion: Notion, tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("From a file.")
    one = call(notion, tools)
    inputs = {key: value for key, value in one.inputs.items() if key != "markdown"}
    page = made(one._replace(inputs={**inputs, "markdown-file": "page.md"}, workdir=tmp_path)).remote
    assert notion.text(page)[1:] == ["From a file."]

"""`notion-database` and rows of its data source against a Notion of our own: made once, mended, never emptied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from automation.actions.base import BadInput, Call, Change, Done, Failed, Found
from automation.actions.catalogue import ACTIONS
from automation.actions.notion_database import find, inspect, perform, prepare, undo
from automation.engine.ports import Tools
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.plan.model import Json
from tests.fakes import FakeClock, FakeProcesses, FakePython, a_call
from tests.services.base import Fault, serving
from tests.services.notion import KEY, PARENT, Notion

PROPERTIES: dict[str, Json] = {"Run": "title", "Passed": "number", "State": {"select": ["green", "red"]}}
PAGES = ACTIONS["notion"]


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


def call(notion: Notion, tools: Tools, **more: Json) -> Call:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "Tests", "properties": PROPERTIES, "key": "tests"}
    return a_call({**inputs, "base-url": notion.address, **more}, tools=tools, secrets={"NOTION_API_KEY": KEY})


def row(notion: Notion, tools: Tools, source: str, **values: Json) -> Call:
    inputs: dict[str, Json] = {"parent": {"data-source-id": source}, "title": "Run 1", "markdown": "ok", "key": "run-1"}
    inputs |= {"base-url": notion.address, "properties": values}
    return a_call(inputs, tools=tools, secrets={"NOTION_API_KEY": KEY})


def made(one: Call) -> Done:
    outcome = perform(one)
    assert isinstance(outcome, Done), outcome
    return outcome


def found(one: Call) -> tuple[Found, ...]:
    outcome = find(one)
    assert not isinstance(outcome, Failed), outcome
    return outcome


def test_what_is_recorded_is_what_is_sent_and_it_is_found_again(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    assert found(one) == ()
    done = made(one)
    assert [asked.json for asked in notion.writes()] == [
        cast("dict[str, Json]", draft.request)["json"] for draft in prepare(one)
    ]
    assert found(one) == (Found(done.remote, done.outputs),)
    assert found(call(notion, tools, key="others")) == ()
    source = notion.sources[str(done.outputs["data-source-id"])]["properties"]
    assert {name: kind["type"] for name, kind in source.items()} == {
        "Run": "title",
        "Passed": "number",
        "State": "select",
    }
    assert source["State"]["select"] == {"options": [{"name": "green"}, {"name": "red"}]}


def test_one_that_is_there_gets_what_it_lacks_and_loses_nothing(notion: Notion, tools: Tools) -> None:
    first = made(call(notion, tools))
    more = call(notion, tools, title="Test runs", properties={"Name": "title", "Passed": "number", "Day": "date"})
    (there,) = found(more)
    assert (there.remote, there.complete) == (first.remote, False)
    assert inspect(more) == (
        Change(
            "update",
            f"database 'Test runs' ({first.remote})",
            {"title": "Tests", "Day": None},
            {"title": "Test runs", "Day": "date"},
        ),
    )
    assert made(more._replace(existing=there.remote)) == first
    assert set(notion.sources[str(first.outputs["data-source-id"])]["properties"]) == {"Run", "Passed", "State", "Day"}
    assert found(more)[0].complete
    assert cast("tuple[Change]", inspect(more))[0].change == "unchanged"


@pytest.mark.parametrize("fails", range(4))
def test_a_change_that_is_cut_off_anywhere_is_finished_by_the_next(notion: Notion, tools: Tools, fails: int) -> None:
    made(call(notion, tools))
    more = call(notion, tools, properties={**PROPERTIES, "Day": "date"})
    (there,) = found(more)
    notion.goes_wrong(Fault("error-after", skip=fails, times=1))
    outcome = perform(more._replace(existing=there.remote))
    notion.recovers()
    assert isinstance(outcome, Failed)
    (again,) = found(more)
    if not again.complete:
        made(more._replace(existing=again.remote))
    assert found(more)[0].complete
    assert len(notion.databases) == 2


def test_a_property_of_another_kind_is_refused_and_nothing_is_written(notion: Notion, tools: Tools) -> None:
    first = made(call(notion, tools))
    written = len(notion.writes())
    with pytest.raises(BadInput, match="'Passed' is there as number, and date is wanted"):
        perform(call(notion, tools, properties={"Passed": "date"})._replace(existing=first.remote))
    assert len(notion.writes()) == written


def test_before_it_is_made_the_plan_shows_its_properties(notion: Notion, tools: Tools) -> None:
    shown = {"Run": "title", "Passed": "number", "State": "select"}
    assert inspect(call(notion, tools)) == (Change("create", "database 'Tests'", None, shown),)
    assert notion.writes() == []


def test_it_is_undone_into_the_trash_and_one_that_is_gone_is_no_failure(notion: Notion, tools: Tools) -> None:
    one = call(notion, tools)
    done = made(one)
    assert undo(one, done.remote) == Done()
    assert found(one) == ()
    assert undo(one, "f" * 32) == Done()
    notion.goes_wrong(Fault("revoked"))
    assert isinstance(undo(one, done.remote), Failed)


@pytest.mark.parametrize("kind", ["down", "limited", "error-after", "rubbish", "revoked"])
def test_a_look_up_that_fails_is_no_not_found(notion: Notion, tools: Tools, kind: str) -> None:
    one = call(notion, tools)
    made(one)
    for skip in (0, 1):
        notion.goes_wrong(Fault(kind, skip=skip))  # type: ignore[arg-type]  # the table's words
        for asked in (find, inspect):
            assert isinstance(asked(one), Failed)


def test_an_answer_without_a_data_source_is_told_as_such(notion: Notion, tools: Tools) -> None:
    first = made(call(notion, tools))
    notion.databases[first.remote]["data_sources"] = []
    outcome = perform(call(notion, tools)._replace(existing=first.remote))
    assert isinstance(outcome, Failed)
    assert "has no data source" in outcome.message


BAD: list[tuple[dict[str, Json], str]] = [
    ({"parent": "home"}, "no Notion id"),
    ({"parent": {"database-id": PARENT}}, "parent is a page"),
    ({"title": " "}, "0 characters"),
    ({"properties": {"A": "title", "B": "title"}}, "A and B are titles"),
    ({"properties": {"A": "colour"}}, "'A' is none of the kinds"),
    ({"properties": {"A": {"select": {}, "number": {}}}}, "'A' is none of the kinds"),
]


@pytest.mark.parametrize(("inputs", "part"), BAD)
def test_what_notion_would_refuse_is_refused_before(
    notion: Notion, tools: Tools, inputs: dict[str, Json], part: str
) -> None:
    with pytest.raises(BadInput, match=part):
        prepare(call(notion, tools, **inputs))


# ---- rows


def test_a_row_has_properties_and_follows_them(notion: Notion, tools: Tools) -> None:
    properties: dict[str, Json] = {
        **PROPERTIES,
        "Note": "rich_text",
        "Tags": "multi_select",
        "Ok": "checkbox",
        "Day": "date",
    }
    source = str(made(call(notion, tools, properties=properties)).outputs["data-source-id"])
    values: dict[str, Json] = {"Passed": 42, "State": {"select": "green"}, "Note": "all", "Tags": ["a"], "Ok": True}
    one = row(notion, tools, source, **values, Day={"date": "2025-09-08"})
    done = PAGES.perform(one)
    assert isinstance(done, Done), done
    told = notion.pages[done.remote]["properties"]
    assert {name: told[name][told[name]["type"]] for name in ("Passed", "State", "Tags", "Ok", "Day")} == {
        "Passed": 42,
        "State": {"name": "green"},
        "Tags": [{"name": "a"}],
        "Ok": True,
        "Day": {"start": "2025-09-08"},
    }
    assert PAGES.find is not None
    assert cast("tuple[Found, ...]", PAGES.find(one))[0].complete
    other = row(notion, tools, source, Passed=43)
    (there,) = cast("tuple[Found, ...]", PAGES.find(other))
    assert (there.remote, there.complete) == (done.remote, False)
    assert isinstance(PAGES.perform(other._replace(existing=there.remote)), Done)
    assert notion.pages[done.remote]["properties"]["Passed"]["number"] == 43


def test_a_page_below_a_page_has_no_properties_and_a_value_has_a_kind(notion: Notion, tools: Tools) -> None:
    below = row(notion, tools, "f" * 32, A=1)
    with pytest.raises(BadInput, match="has no properties"):
        PAGES.prepare(below._replace(inputs={**below.inputs, "parent": PARENT}))
    with pytest.raises(BadInput, match="the property 'A' is no text"):
        PAGES.prepare(row(notion, tools, "f" * 32, A=[1]))
    (draft,) = PAGES.prepare(row(notion, tools, "f" * 32, A={"rich_text": "x"}, B={"url": "https://a.b"}))
    sent = cast("dict[str, dict[str, Json]]", draft.request)["json"]["properties"]
    assert cast("dict[str, Json]", sent)["A"] == {"rich_text": [{"type": "text", "text": {"content": "x"}}]}
    assert cast("dict[str, Json]", sent)["B"] == {"url": "https://a.b"}

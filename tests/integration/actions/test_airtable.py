"""`airtable` against an Airtable of our own: tables, fields and records, compared before they are written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automation.actions.airtable import find, inspect, perform, prepare, undo
from automation.actions.base import BadInput, Call, Change, Done, Failed, Found
from automation.engine.ports import Tools
from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from automation.plan.model import Json
from tests.fakes import FakeClock, FakeProcesses, FakePython, a_call
from tests.services.airtable import BASE, KEY, Airtable
from tests.services.base import Fault, serving

TABLE = "Session states"
FIELDS: list[Json] = [
    {"name": "session", "type": "singleLineText"},
    {"name": "turns", "type": "number", "options": {"precision": 0}},
    {"name": "deleted", "type": "checkbox", "options": {"icon": "check", "color": "greenBright"}},
]
SECRETS = {"AIRTABLE_API_KEY": KEY, "AIRTABLE_BASE_ID": BASE}


@pytest.fixture
def airtable() -> Iterator[Airtable]:
    service = Airtable()
    with serving(service):
        yield service


@pytest.fixture
def tools() -> Iterator[Tools]:
    stop = Stop()
    yield Tools(FakeClock(), FakeProcesses(), FakePython(), HttpClient(stop))
    stop.close()


def call(airtable: Airtable, tools: Tools, records: list[Json], **more: Json) -> Call:
    inputs: dict[str, Json] = {"table": TABLE, "key-fields": ["session"], "fields": FIELDS, "records": records}
    return a_call({**inputs, "base-url": airtable.address, **more}, tools=tools, secrets=SECRETS)


def sessions(number: int, **more: Json) -> list[Json]:
    return [{"session": f"s'{at}", "turns": at, "deleted": at % 2 == 1, **more} for at in range(number)]


def made(one: Call) -> Done:
    outcome = perform(one)
    assert isinstance(outcome, Done), outcome
    return outcome


def test_what_is_recorded_is_what_an_empty_base_is_sent(airtable: Airtable, tools: Tools) -> None:
    one = call(airtable, tools, sessions(23))
    done = made(one)
    recorded: list[tuple[Json, str, Json]] = []
    for draft in prepare(one):
        request = draft.request
        assert isinstance(request, dict)
        path = str(request["url"]).removeprefix(airtable.address).replace("${AIRTABLE_BASE_ID}", BASE)
        recorded.append((request["method"], path.replace("%20", " "), request["json"]))
    assert [(asked.method, asked.path, asked.json) for asked in airtable.writes()] == recorded
    assert (len(recorded), len(airtable.rows(TABLE)), done.outputs["created"]) == (4, 23, 23)


def test_a_repetition_reads_and_writes_nothing(airtable: Airtable, tools: Tools) -> None:
    first = made(call(airtable, tools, sessions(23)))
    written = len(airtable.writes())
    again = made(call(airtable, tools, sessions(23)))
    assert (len(airtable.writes()), again.remote) == (written, "")
    assert [again.outputs[name] for name in ("records", "created", "updated", "unchanged")] == [23, 0, 0, 23]
    assert sorted(str(again.outputs["ids"])) == sorted(str(first.outputs["ids"]))


def test_only_what_differs_is_updated_and_only_what_is_missing_is_made(airtable: Airtable, tools: Tools) -> None:
    made(call(airtable, tools, sessions(12)))
    changed: list[Json] = [
        *sessions(11),
        {"session": "s'11", "turns": 99, "deleted": True},
        {"session": "new", "turns": 1},
    ]
    done = made(call(airtable, tools, changed))
    assert [done.outputs[name] for name in ("records", "created", "updated", "unchanged")] == [13, 1, 1, 11]
    sent = airtable.writes()[-1].json["records"]
    assert [record["fields"]["session"] for record in sent] == ["new", "s'11"]
    assert done.remote == list(airtable.records[TABLE])[-1]


def test_fields_that_are_missing_are_made_and_others_are_left(airtable: Airtable, tools: Tools) -> None:
    airtable.make(TABLE, [{"name": "session", "type": "singleLineText"}, {"name": "mine", "type": "url"}])
    made(call(airtable, tools, sessions(1)))
    assert [field["name"] for field in airtable.tables[TABLE]] == ["session", "mine", "turns", "deleted"]


@pytest.mark.parametrize("fault", ["lost", "error-after"])
def test_a_table_whose_answer_was_lost_is_not_made_twice(airtable: Airtable, tools: Tools, fault: str) -> None:
    airtable.goes_wrong(Fault(fault, times=1, only="POST /v0/meta"))  # type: ignore[arg-type]  # a literal as text
    outcome = perform(call(airtable, tools, sessions(1)))
    assert isinstance(outcome, Failed)
    assert outcome.kind == "transient"
    made(call(airtable, tools, sessions(1)))
    assert (list(airtable.tables), len(airtable.rows(TABLE))) == ([TABLE], 1)


def test_a_batch_that_fails_in_the_middle_is_gone_on_with(airtable: Airtable, tools: Tools) -> None:
    airtable.goes_wrong(Fault("limited", times=1, skip=1, only="PATCH /v0", retry_after="7"))
    outcome = perform(call(airtable, tools, sessions(30)))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.retry_after, outcome.happened, len(airtable.rows(TABLE))) == (
        "transient",
        7,
        True,
        10,
    )
    airtable.recovers()
    done = made(call(airtable, tools, sessions(30)))
    assert (len(airtable.rows(TABLE)), done.outputs["created"], done.outputs["unchanged"]) == (30, 20, 10)


def test_requests_keep_five_a_second(airtable: Airtable, tools: Tools) -> None:
    made(call(airtable, tools, sessions(30)))
    assert isinstance(tools.clock, FakeClock)
    assert set(tools.clock.slept) == {0.21}
    assert len(tools.clock.slept) >= 5


def test_the_difference_is_told_before_anything_is_written(airtable: Airtable, tools: Tools) -> None:
    one = call(airtable, tools, sessions(2))
    found = inspect(one)
    assert not isinstance(found, Failed)
    assert [(change.change, change.what) for change in found] == [
        ("create", f"table '{TABLE}'"),
        ("create", f"record of '{TABLE}'"),
        ("create", f"record of '{TABLE}'"),
    ]
    assert airtable.writes() == []
    made(one)
    written = len(airtable.writes())
    changed = call(airtable, tools, [*sessions(1), {"session": "s'1", "turns": 7, "deleted": False}])
    identity = list(airtable.records[TABLE])[1]
    assert inspect(changed) == (
        Change(
            "update",
            f"record s'1 of '{TABLE}' ({identity})",
            {"turns": 1, "deleted": True},
            {"turns": 7, "deleted": False},
        ),
        Change("unchanged", f"1 records of '{TABLE}'"),
    )
    assert len(airtable.writes()) == written


@pytest.mark.parametrize("fields", [["turns"], ["session"]])
def test_fields_that_would_be_made_are_told(airtable: Airtable, tools: Tools, fields: list[str]) -> None:
    airtable.make(TABLE, [{"name": name, "type": "singleLineText"} for name in fields])
    found = inspect(call(airtable, tools, sessions(1)))
    assert not isinstance(found, Failed)
    assert [change.what for change in found if change.what.startswith("field")] == [
        f"field '{name}' of table '{TABLE}'" for name in ("session", "turns", "deleted") if name not in fields
    ]


def test_undoing_deletes_what_was_created_and_is_safe_to_repeat(airtable: Airtable, tools: Tools) -> None:
    airtable.make(TABLE, [field for field in FIELDS if isinstance(field, dict)])
    made(call(airtable, tools, [{"session": "mine", "turns": 1}]))
    one = call(airtable, tools, sessions(12))
    remote = made(one).remote
    assert undo(one, remote) == Done({"deleted": 12})
    assert undo(one, remote) == Done({"deleted": 0})
    assert airtable.rows(TABLE) == [{"session": "mine", "turns": 1}]


def test_two_records_with_one_key_are_named_and_nothing_is_written(airtable: Airtable, tools: Tools) -> None:
    airtable.make(TABLE, [field for field in FIELDS if isinstance(field, dict)])
    airtable.records[TABLE] = {"rec1": {"session": "s'0"}, "rec2": {"session": "s'0"}}
    one = call(airtable, tools, sessions(1))
    for outcome in (perform(one), inspect(one)):
        assert isinstance(outcome, Failed)
        assert (outcome.kind, 'more than one record with session ["s\'0"]' in outcome.message) == ("permanent", True)
    assert airtable.writes() == []


def test_many_records_are_looked_up_in_pages(airtable: Airtable, tools: Tools) -> None:
    one = call(airtable, tools, sessions(120))._replace(timeout=300.0)
    made(one)
    done = made(one)
    assert (done.outputs["unchanged"], len(airtable.rows(TABLE))) == (120, 120)


def test_without_fields_the_table_has_to_be_there_and_the_schema_is_not_asked_for(
    airtable: Airtable, tools: Tools
) -> None:
    one = call(airtable, tools, sessions(1), fields=None)
    outcome = perform(one)
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.happened) == ("permanent", False)
    airtable.make(TABLE, [field for field in FIELDS if isinstance(field, dict)])
    made(one)
    assert not [asked for asked in airtable.ledger if "/meta/" in asked.path]


@pytest.mark.parametrize("secrets", [{}, {"AIRTABLE_API_KEY": "pat-wrong"}, {"AIRTABLE_API_KEY": KEY}])
def test_what_is_missing_or_refused_names_the_secret(airtable: Airtable, tools: Tools, secrets: dict[str, str]) -> None:
    one = call(airtable, tools, sessions(1))._replace(secrets=secrets)
    if secrets.get("AIRTABLE_API_KEY") == "pat-wrong":
        outcome = perform(one._replace(secrets={**secrets, "AIRTABLE_BASE_ID": BASE}))
        assert isinstance(outcome, Failed)
        assert (outcome.kind, outcome.happened, "AIRTABLE_API_KEY" in outcome.message) == ("permanent", False, True)
    else:
        with pytest.raises(BadInput, match="AIRTABLE_BASE_ID" if secrets else "AIRTABLE_API_KEY"):
            perform(one)


def test_what_earlier_attempts_of_an_effect_have_made_is_told_with_the_rest(airtable: Airtable, tools: Tools) -> None:
    made(call(airtable, tools, sessions(2)))
    airtable.now = "2026-03-05T10:00:00.000Z"
    one = call(airtable, tools, sessions(25))._replace(since="2026-03-05T11:00:00.700000+01:00")
    airtable.goes_wrong(Fault("error-after", skip=1, times=1, only="PATCH"))
    half = perform(one)
    assert isinstance(half, Failed)
    airtable.recovers()
    ids = list(airtable.records[TABLE])
    assert find(one) == tuple(Found(id_) for id_ in ids[2:22])
    done = made(one)
    assert done.remote == ",".join([*ids[2:], *list(airtable.records[TABLE])[22:]])
    assert [done.outputs[name] for name in ("records", "created", "updated", "unchanged")] == [25, 23, 0, 2]
    assert isinstance(undo(one, done.remote), Done)
    assert list(airtable.records[TABLE]) == ids[:2]


def test_without_a_table_nothing_was_made(airtable: Airtable, tools: Tools) -> None:
    one = call(airtable, tools, sessions(2))._replace(since="2026-03-05T11:00:00+00:00")
    assert find(one) == ()
    airtable.make(TABLE, [{"name": "other", "type": "singleLineText"}])
    assert find(one) == ()
    airtable.goes_wrong(Fault("revoked"))
    assert isinstance(find(one), Failed)

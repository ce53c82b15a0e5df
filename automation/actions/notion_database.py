"""`notion-database`: a database with a data source, made once for its key, that gets the properties which it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from automation.actions import libraries
from automation.actions.base import Action, Call, Change, Done, Draft, Failed, Found, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, base_url
from automation.actions.notion_page import LONGEST_TITLE
from automation.actions.notion_schema import Database, database_of, lacking, mark_of, title_of
from automation.actions.notion_service import API_KEY, Notion, id_of
from automation.plan.model import Json


class _There(NamedTuple):
    """A database that is there, with its data source."""

    id: str
    source: str
    url: str
    title: str
    digest: str
    made: str

    @property
    def outputs(self) -> Mapping[str, Json]:
        return {"database-id": self.id, "data-source-id": self.source, "url": self.url}


def prepare(call: Call) -> tuple[Draft, ...]:
    """The request that makes the database and its data source."""
    url = f"{base_url(call, libraries.NOTION)}/v1/databases"
    headers = {"Authorization": f"Bearer ${{{API_KEY}}}", "Notion-Version": libraries.NOTION_VERSION}
    body = _database(call).creation
    return (Draft(f"POST {url}", {"method": "POST", "url": url, "headers": headers, "json": body}),)


def perform(call: Call) -> Outcome:
    """Make it, or give the one that is there its title and the properties that it lacks. None is ever taken away."""
    database, notion = _database(call), Notion(call)
    if call.existing:
        return _mended(notion, database, call.existing)
    answer = notion.ask(lambda client: client.databases.create(**database.creation))
    there = answer if isinstance(answer, Failed) else _there(answer)
    if isinstance(there, Failed):
        return there._replace(happened=True) if not isinstance(answer, Failed) else there
    return Done(there.outputs, remote=there.id)


def find(call: Call) -> tuple[Found, ...] | Failed:
    """The databases below the page with the key in their description, the oldest one first."""
    database = _database(call)
    found = _ours(Notion(call), database)
    if isinstance(found, Failed):
        return found
    return tuple(Found(one.id, one.outputs, one.digest == database.digest) for one in found)


def inspect(call: Call) -> tuple[Change, ...] | Failed:
    """Whether it would be made, which properties it would get, or that it is left alone."""
    database, notion = _database(call), Notion(call)
    what = f"database {database.title!r}"
    found = _ours(notion, database)
    if isinstance(found, Failed):
        return found
    if not found:
        return (Change("create", what, None, {name: next(iter(one)) for name, one in database.properties.items()}),)
    if found[0].digest == database.digest:
        return (Change("unchanged", f"{what} ({found[0].id})"),)
    missing = _missing(notion, database, found[0].source)
    if isinstance(missing, Failed):
        return missing
    kinds: dict[str, Json] = {name: next(iter(cast("Mapping[str, Json]", one))) for name, one in missing.items()}
    before: dict[str, Json] = {"title": found[0].title, **dict.fromkeys(kinds)}
    return (Change("update", f"{what} ({found[0].id})", before, {"title": database.title, **kinds}),)


def undo(call: Call, remote: str) -> Outcome:
    """Move the database with all its rows into Notion's trash; one that is gone is no failure."""
    notion = Notion(call)
    answer = notion.ask(lambda client: client.databases.update(remote, in_trash=True))
    return answer if isinstance(answer, Failed) and not notion.gone else Done()


def _mended(notion: Notion, database: Database, existing: str) -> Outcome:
    """The mark comes last: until then it is found as one that is not yet as it shall be."""
    answer = notion.ask(lambda client: client.databases.retrieve(existing), reads=True)
    there = answer if isinstance(answer, Failed) else _there(answer)
    missing = there if isinstance(there, Failed) else _missing(notion, database, there.source)
    if isinstance(there, Failed) or isinstance(missing, Failed):
        return cast("Failed", missing)
    if missing:
        added = notion.ask(lambda client: client.data_sources.update(there.source, properties=missing))
        if isinstance(added, Failed):
            return added
    marked = notion.ask(lambda client: client.databases.update(existing, **database.marked))
    return marked if isinstance(marked, Failed) else Done(there.outputs, remote=existing)


def _missing(notion: Notion, database: Database, source: str) -> Mapping[str, Json] | Failed:
    answer = notion.ask(lambda client: client.data_sources.retrieve(source), reads=True)
    if isinstance(answer, Failed):
        return answer
    properties = answer.get("properties") if isinstance(answer, Mapping) else None
    return lacking(database, properties if isinstance(properties, Mapping) else {})


def _ours(notion: Notion, database: Database) -> list[_There] | Failed:
    children = notion.children(str(database.parent["page_id"]))
    if isinstance(children, Failed):
        return children
    found: list[_There] = []
    for child in children:
        if child.get("type") != "child_database" or child.get("in_trash"):
            continue
        one = _read(notion, id_of(child), database.key)
        if isinstance(one, Failed):
            return one
        found += [one] if one else []
    return sorted(found, key=lambda one: (one.made, one.id))


def _read(notion: Notion, database: str, key: str) -> _There | Failed | None:
    """The database where it has that key; one that the integration may not see is none of ours."""
    answer = notion.ask(lambda client: client.databases.retrieve(database), reads=True)
    if isinstance(answer, Failed):
        return None if notion.gone else answer
    mark = mark_of(answer) if isinstance(answer, Mapping) else None
    return _there(answer) if mark and mark.key == key else None


def _there(answer: object) -> _There | Failed:
    found = answer if isinstance(answer, Mapping) else {}
    sources, mark = found.get("data_sources") or [], mark_of(found)
    if not id_of(found) or not isinstance(sources, list) or not sources:
        return Failed("permanent", f"the Notion database {id_of(found)} has no data source")
    told = [str(found.get(name) or "") for name in ("url", "created_time")]
    return _There(id_of(found), id_of(sources[0]), told[0], title_of(found), mark.digest if mark else "", told[1])


def _database(call: Call) -> Database:
    key = str(call.inputs.get("key") or call.key)
    return database_of(call.inputs["parent"], call.inputs["title"], call.inputs["properties"], key)


ACTION = Action(
    name="notion-database",
    summary="Make a database with a data source in Notion, or add the properties that it lacks.",
    description="""\
There is one database for a `key` below the page `parent`: its description holds the key and a hash. Where it is there
already it gets the properties that it lacks and its title; none is taken away, and one that is there as another kind
fails the step, for to change it would lose what the rows hold. A title property may have been renamed.

`data-source-id` is what `notion` takes as `parent: {data-source-id: …}` to put pages with `properties` into it.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "parent": {"type": "string", "minLength": 1, "description": "The page's id or address."},
            "title": {
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST_TITLE,
                "description": "The database's title.",
            },
            "properties": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": ["string", "object"], "minLength": 1},
                "description": "Name to kind (`number`), to `{select: [open, done]}`, or to Notion's own form.",
            },
            "key": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "description": "What tells this database from all others; without it the key of the step in its slot.",
            },
            "base-url": BASE_URL_SCHEMA,
        },
        "required": ["parent", "title", "properties"],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"database-id": "string", "data-source-id": "string", "url": "string"},
    mock={
        "database-id": "0" * 32,
        "data-source-id": "0" * 32,
        "url": "https://www.notion.so/mock-notion-database",
    },
    secrets=(API_KEY,),
    repeat="findable",
    find=find,
    inspect=inspect,
    undo=undo,
    example="""\
- id: tests
  uses: notion-database
  secrets: [NOTION_API_KEY]
  with:
    parent: "${{ vars.notion-parent }}"
    title: Test runs
    properties: {Run: title, Passed: number, State: {select: [green, red]}}
    key: tests/database
""",
)

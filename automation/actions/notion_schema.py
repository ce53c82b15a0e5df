"""A Notion database with its one data source, and the properties of rows, as values (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple, cast

from automation.actions.base import BadInput
from automation.actions.notion_page import LONGEST_TITLE, parent_of
from automation.plan.model import Json

KINDS = frozenset(
    {"title", "rich_text", "number", "select", "multi_select", "date", "checkbox", "url", "email", "phone_number"}
)
_MARK = re.compile(r"ZTR key: (?P<key>.+) · (?P<hash>[0-9a-f]{16})")
_NAMED = frozenset({"select", "status"})  # kinds of values that are told by their name


class Database(NamedTuple):
    """A database as it shall be; `properties` are those of its data source, name to Notion's configuration of it."""

    parent: Mapping[str, Json]
    title: str
    key: str
    properties: Mapping[str, Mapping[str, Json]]

    @property
    def digest(self) -> str:
        """The hash of what it shall be."""
        text = json.dumps([self.title, self.properties], sort_keys=True, ensure_ascii=False)
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def marked(self) -> Mapping[str, Json]:
        """Title and description: the description holds the key by which it is found again."""
        return {"title": _texts(self.title), "description": _texts(f"ZTR key: {self.key} · {self.digest}")}

    @property
    def creation(self) -> Mapping[str, Json]:
        """What makes it."""
        parent: Json = {"type": "page_id", **self.parent}
        return {"parent": parent, **self.marked, "initial_data_source": {"properties": {**self.properties}}}


class Mark(NamedTuple):
    """What the description of a database of ours says."""

    key: str
    digest: str


def database_of(parent: Json, title: Json, properties: Json, key: str) -> Database:
    """The database. Raises `BadInput`."""
    where, told = parent_of(parent), " ".join(str(title).split())
    if "page_id" not in where:
        raise BadInput("notion-database: parent is a page: its id or its address")
    if not told or len(told) > LONGEST_TITLE:
        raise BadInput(f"notion-database: the title has {len(told)} characters; give 1 to {LONGEST_TITLE}")
    given = cast("Mapping[str, Json]", properties)
    found = {name: _configuration(name, value) for name, value in given.items()}
    titles = [name for name, one in found.items() if "title" in one]
    if len(titles) > 1:
        raise BadInput(f"notion-database: {' and '.join(titles)} are titles; a data source has one")
    return Database(where, told, key, found if titles else {"Name": {"title": {}}, **found})


def mark_of(database: Mapping[str, Json]) -> Mark | None:
    """Whose database it is; none where it is none of ours."""
    match = _MARK.fullmatch(_read(database.get("description")))
    return Mark(match["key"], match["hash"]) if match else None


def title_of(database: Mapping[str, Json]) -> str:
    """Its title as people read it."""
    return _read(database.get("title"))


def lacking(database: Database, there: Mapping[str, Json]) -> Mapping[str, Json]:
    """The properties that a data source has not yet. Raises `BadInput` for one that it has as another kind: to change
    that would throw away what its rows hold. Its title may have any name.
    """
    kinds = {name: str(one.get("type", "")) for name, one in there.items() if isinstance(one, Mapping)}
    missing = {name: one for name, one in database.properties.items() if name not in kinds and "title" not in one}
    for name, one in database.properties.items():
        kind = next(iter(one))
        if name in kinds and kinds[name] != kind:
            told = f"notion-database: the property {name!r} is there as {kinds[name]}, and {kind} is wanted"
            raise BadInput(f"{told}; rename one of them")
    return missing


def row_properties(given: Mapping[str, Json]) -> Mapping[str, Json]:
    """Values of a row's properties as Notion takes them. Raises `BadInput`.

    Text, number, true or false and a list of names stand for rich_text, number, checkbox and multi_select; of any
    other kind is `{KIND: VALUE}`.
    """
    return {name: _value(name, value) for name, value in given.items()}


def _value(name: str, value: Json) -> Json:
    if isinstance(value, bool):
        return {"checkbox": value}
    if isinstance(value, int | float):
        return {"number": value}
    if isinstance(value, str):
        return {"rich_text": _texts(value)}
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return {"multi_select": [{"name": one} for one in value]}
    if isinstance(value, Mapping) and len(value) == 1:
        return _of_kind(*next(iter(value.items())))
    raise BadInput(f"notion: the property {name!r} is no text, number, true or false, list of names or {{KIND: VALUE}}")


def _of_kind(kind: str, value: Json) -> Json:
    if kind in _NAMED and isinstance(value, str):
        return {kind: {"name": value}}
    if kind == "date" and isinstance(value, str):
        return {"date": {"start": value}}
    if kind in ("rich_text", "title") and isinstance(value, str):
        return {kind: _texts(value)}
    return {kind: value}


def _configuration(name: str, value: Json) -> Mapping[str, Json]:
    if isinstance(value, str):
        value = {value: {}}
    kind = next(iter(value), "") if isinstance(value, Mapping) and len(value) == 1 else ""
    if kind not in KINDS:
        raise BadInput(f"notion-database: the property {name!r} is none of the kinds {', '.join(sorted(KINDS))}")
    inner = cast("Mapping[str, Json]", value)[kind]
    names = isinstance(inner, list | tuple) and all(isinstance(one, str) for one in inner)
    return {kind: {"options": [{"name": one} for one in cast("list[str]", inner)]} if names else inner}


def _texts(text: str) -> list[Json]:
    """Notion takes 2,000 characters, as UTF-16 counts them, in one text: a thousand are never more."""
    parts = [text[at : at + 1000] for at in range(0, len(text), 1000)]
    return [{"type": "text", "text": {"content": part}} for part in parts]


def _read(texts: Json) -> str:
    found = [one for one in texts if isinstance(one, Mapping)] if isinstance(texts, list) else []
    return "".join(str(one.get("plain_text") or "") for one in found)

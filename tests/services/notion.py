"""Notion on 127.0.0.1: pages below pages and in data sources, with blocks, trash and the API's limits."""

from __future__ import annotations

import re
import uuid
from typing import Any

from tests.services.base import Asked, Reply, Service

KEY = "ntn_fakeTokenForTests0123456789abcdef"
PARENT = "0" * 31 + "1"
"""A page that is shared with the integration."""
SOURCE, DATABASE = "0" * 31 + "2", "0" * 31 + "3"
"""A data source with the text property `Key`, and its database."""
MOST, LONGEST = 100, 2000
_ROUTES = (
    ("POST", r"/v1/pages", "_create"),
    ("GET", r"/v1/pages/([\w-]+)", "_retrieve"),
    ("PATCH", r"/v1/pages/([\w-]+)", "_update_page"),
    ("GET", r"/v1/blocks/([\w-]+)/children", "_children"),
    ("PATCH", r"/v1/blocks/([\w-]+)/children", "_append"),
    ("PATCH", r"/v1/blocks/([\w-]+)", "_update_block"),
    ("DELETE", r"/v1/blocks/([\w-]+)", "_delete"),
    ("POST", r"/v1/databases", "_create_database"),
    ("GET", r"/v1/databases/([\w-]+)", "_database"),
    ("PATCH", r"/v1/databases/([\w-]+)", "_update_database"),
    ("GET", r"/v1/data_sources/([\w-]+)", "_source"),
    ("PATCH", r"/v1/data_sources/([\w-]+)", "_update_source"),
    ("POST", r"/v1/data_sources/([\w-]+)/query", "_query"),
    ("GET", r"/v1/users/me", "_me"),
)


class Refused(Exception):
    """The request is not one that Notion takes."""


class Notion(Service):
    """`pages` maps ids to pages in the order in which they were made, `blocks` an id to its children, `databases` and
    `sources` ids to what they are called by.
    """

    name = "notion"

    def __init__(self, parents: tuple[str, ...] = (PARENT,)) -> None:
        super().__init__()
        self.parents = [_dashed(parent) for parent in parents]
        self.pages: dict[str, dict[str, Any]] = {}
        self.blocks: dict[str, list[dict[str, Any]]] = {}
        self._number = 0
        self.databases: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self._add(_dashed(DATABASE), _dashed(SOURCE), {"title": {"title": {}}, "Key": {"rich_text": {}}})

    @property
    def live(self) -> list[dict[str, Any]]:
        """The pages that are not in the trash."""
        return [page for page in self.pages.values() if not page["in_trash"]]

    def titles(self) -> list[str]:
        return [_title(page) for page in self.live]

    def text(self, page: str) -> list[str]:
        """What one reads on the page."""
        return [_plain(block) for block in self.blocks[page]]

    def writes(self) -> list[Asked]:
        """What was carried out and changed something."""
        return [one for one in self.ledger if one.method != "GET" and not one.path.endswith("/query")]

    def allows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def denied(self, asked: Asked) -> Reply:
        return _error(401, "unauthorized", "API token is invalid.")

    def do(self, asked: Asked) -> Reply:
        if asked.headers.get("notion-version") != "2025-09-03":
            return _error(400, "missing_version", "Notion-Version header failed validation")
        for method, path, name in _ROUTES:
            match = re.fullmatch(path, asked.path)
            if match and asked.method == method:
                try:
                    return Reply(json=getattr(self, name)(asked, *(_dashed(part) for part in match.groups())))
                except Refused as error:
                    return _error(400, "validation_error", str(error))
                except KeyError as error:
                    return _error(404, "object_not_found", f"Could not find {error}")
        return _error(400, "invalid_request_url", "Invalid request URL.")

    def _create(self, asked: Asked) -> Any:
        body = asked.json
        if set(body) - {"parent", "properties", "children"}:
            raise Refused(f"body has unknown keys: {sorted(body)}")
        (kind, parent) = next(iter(body["parent"].items()))
        parent = _dashed(parent)
        if kind == "page_id" and parent not in (*self.parents, *self.pages):
            raise KeyError(parent)
        source = self.sources[parent] if kind == "data_source_id" else self.sources[_dashed(SOURCE)]
        page: dict[str, Any] = {
            "object": "page",
            "id": self._id(),
            "created_time": self._time(),
            "parent": {"type": kind, kind: parent},
            "in_trash": False,
            "archived": False,
            "properties": _properties(body["properties"], source),
        }
        page["url"] = f"https://www.notion.so/{page['id'].replace('-', '')}"
        self.pages[page["id"]] = page
        self.blocks[page["id"]] = []
        self._take(page["id"], body.get("children", []))
        return page

    def _retrieve(self, _asked: Asked, page: str) -> Any:
        return self.pages[page]

    def _update_page(self, asked: Asked, page: str) -> Any:
        found, body = self.pages[page], asked.json
        if found["in_trash"] and body.get("in_trash") is not False and set(body) != {"in_trash"}:
            raise Refused("Can't edit page that is archived. You must unarchive the page before editing.")
        found["in_trash"] = found["archived"] = body.get("in_trash", found["in_trash"])
        source = self.sources[found["parent"].get("data_source_id", _dashed(SOURCE))]
        found["properties"].update(_properties(body.get("properties", {}), source))
        return found

    def _children(self, asked: Asked, block: str) -> Any:
        size, start = int(asked.query.get("page_size", "100")), asked.query.get("start_cursor")
        if not 1 <= size <= MOST:
            raise Refused("page_size should be between 1 and 100")
        return _listed(self._all_children(block), size, start)

    def _all_children(self, block: str) -> list[dict[str, Any]]:
        if block in self.pages or block in self.parents:
            child_pages = [
                {
                    "object": "block",
                    "id": page["id"],
                    "type": "child_page",
                    "created_time": page["created_time"],
                    "has_children": bool(self.blocks[page["id"]]),
                    "in_trash": False,
                    "child_page": {"title": _title(page)},
                }
                for page in self.live
                if page["parent"].get("page_id") == block
            ]
            databases = [
                {"object": "block", "id": one["id"], "type": "child_database", "in_trash": False, "child_database": {}}
                for one in self.databases.values()
                if one["parent"].get("page_id") == block and not one["in_trash"]
            ]
            return [*self.blocks.get(block, []), *child_pages, *databases]
        return self.blocks[block]

    def _append(self, asked: Asked, block: str) -> Any:
        if set(asked.json) != {"children"}:
            raise Refused(f"body has unknown keys: {sorted(asked.json)}")
        if block in self.pages and self.pages[block]["in_trash"]:
            raise Refused("Can't edit block that is archived.")
        return _listed(self._take(block, asked.json["children"]), MOST, None)

    def _take(self, parent: str, children: list[Any]) -> list[dict[str, Any]]:
        if len(children) > MOST:
            raise Refused(f"body.children.length should be ≤ `100`, instead was `{len(children)}`.")
        made = [{**_checked(child), "id": self._id(), "created_time": self._time()} for child in children]
        self.blocks[parent] += made
        return made

    def _update_block(self, asked: Asked, block: str) -> Any:
        for children in self.blocks.values():
            for at, found in enumerate(children):
                if found["id"] == block:
                    children[at] = {**found, **_checked({"type": found["type"], **asked.json})}
                    return children[at]
        raise KeyError(block)

    def _delete(self, _asked: Asked, block: str) -> Any:
        for children in self.blocks.values():
            for at, found in enumerate(children):
                if found["id"] == block:
                    return {**children.pop(at), "in_trash": True}
        raise KeyError(block)

    def _database(self, _asked: Asked, database: str) -> Any:
        return self.databases[database]

    def _create_database(self, asked: Asked) -> Any:
        body = asked.json
        if set(body) - {"parent", "title", "description", "is_inline", "initial_data_source"}:
            raise Refused(f"body has unknown keys: {sorted(body)}")
        if set(body["parent"]) != {"type", "page_id"} or set(body["initial_data_source"]) != {"properties"}:
            raise Refused("body.parent and body.initial_data_source are not as documented")
        parent = _dashed(body["parent"]["page_id"])
        if parent not in (*self.parents, *self.pages):
            raise KeyError(parent)
        made = self._add(self._id(), self._id(), body["initial_data_source"]["properties"])
        made["parent"] = {"type": "page_id", "page_id": parent}
        made.update({name: _texts(body[name]) for name in ("title", "description") if name in body})
        return made

    def _update_database(self, asked: Asked, database: str) -> Any:
        found, body = self.databases[database], asked.json
        if set(body) - {"title", "description", "in_trash"}:
            raise Refused(f"body has unknown keys: {sorted(body)}")
        found["in_trash"] = body.get("in_trash", found["in_trash"])
        found.update({name: _texts(body[name]) for name in ("title", "description") if name in body})
        return found

    def _source(self, _asked: Asked, source: str) -> Any:
        return self.sources[source]

    def _update_source(self, asked: Asked, source: str) -> Any:
        if set(asked.json) != {"properties"}:
            raise Refused(f"body has unknown keys: {sorted(asked.json)}")
        found = self.sources[source]
        found["properties"].update(_configurations(asked.json["properties"]))
        if sum(one["type"] == "title" for one in found["properties"].values()) != 1:
            raise Refused("a data source has exactly one title property")
        return found

    def _add(self, database: str, source: str, properties: dict[str, Any]) -> dict[str, Any]:
        kinds = _configurations(properties)
        if sum(one["type"] == "title" for one in kinds.values()) != 1:
            raise Refused("a data source has exactly one title property")
        self.sources[source] = {"object": "data_source", "id": source, "properties": kinds}
        made: dict[str, Any] = {"object": "database", "id": database, "data_sources": [{"id": source, "name": "Pages"}]}
        made |= {"title": [], "description": [], "in_trash": False, "parent": {}, "created_time": self._time()}
        made["url"] = f"https://www.notion.so/{database.replace('-', '')}"
        self.databases[database] = made
        return made

    def _query(self, asked: Asked, source: str) -> Any:
        if source not in self.sources:
            raise KeyError(source)
        wanted = asked.json.get("filter", {})
        rows = [page for page in self.live if page["parent"].get("data_source_id") == source]
        return _listed(
            [row for row in rows if _matches(row, wanted)],
            asked.json.get("page_size", MOST),
            asked.json.get("start_cursor"),
        )

    def _me(self, _asked: Asked) -> Any:
        return {"object": "user", "id": _dashed("9" * 32), "type": "bot", "bot": {"workspace_name": "Tests"}}

    def _id(self) -> str:
        self._number += 1
        return str(uuid.UUID(int=(0xABC << 100) + self._number))

    def _time(self) -> str:
        return f"2026-03-04T{9 + self._number // 3600:02}:{self._number // 60 % 60:02}:{self._number % 60:02}.000Z"


def _dashed(text: str) -> str:
    """Ids come with dashes and without."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def _error(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"object": "error", "status": status, "code": code, "message": message})


def _listed(found: list[Any], size: int, start: str | None) -> Any:
    begin = int(start or 0)
    more = len(found) > begin + size
    told = {"object": "list", "results": found[begin : begin + size], "has_more": more}
    return {**told, "next_cursor": str(begin + size) if more else None}


def _properties(given: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        kind = "title" if name == "title" else source["properties"].get(name, {}).get("type")
        if kind is None:
            raise Refused(f"{name} is not a property that exists.")
        if set(value) != {kind}:
            raise Refused(f"{name} is expected to be {kind}.")
        told = _texts(value[kind]) if kind in ("title", "rich_text") else value[kind]
        found[name] = {"id": kind, "type": kind, kind: told}
    return found


def _configurations(given: dict[str, Any]) -> dict[str, Any]:
    """Properties of a data source as Notion tells of them."""
    found = {}
    for name, one in given.items():
        ((kind, inner),) = one.items()
        if set(inner) - {"options", "format"}:
            raise Refused(f"{name}.{kind} has unknown keys: {sorted(inner)}")
        found[name] = {"id": kind, "name": name, "type": kind, kind: inner}
    return found


def _texts(texts: list[Any]) -> list[Any]:
    """Rich texts as Notion gives them back. What a client sends is checked against the documented shape."""
    if len(texts) > MOST:
        raise Refused("rich_text.length should be ≤ `100`")
    told = []
    for text in texts:
        content = text["text"]["content"]
        if set(text) - {"type", "text", "annotations"} or set(text["text"]) - {"content", "link"}:
            raise Refused(f"rich_text has unknown keys: {text}")
        if len(content.encode("utf-16-le")) // 2 > LONGEST:
            raise Refused(f"text.content.length should be ≤ `2000`, instead was `{len(content)}`.")
        told.append({**text, "plain_text": content, "href": (text["text"].get("link") or {}).get("url")})
    return told


def _checked(block: dict[str, Any]) -> dict[str, Any]:
    kind = block["type"]
    if set(block) - {"object", "type", kind}:
        raise Refused(f"block has unknown keys: {sorted(block)}")
    inner = dict(block[kind])
    if "rich_text" in inner:
        inner["rich_text"] = _texts(inner["rich_text"])
    return {"object": "block", "type": kind, kind: inner, "has_children": False, "in_trash": False}


def _plain(block: dict[str, Any]) -> str:
    return "".join(text["plain_text"] for text in block[block["type"]].get("rich_text", []))


def _title(page: dict[str, Any]) -> str:
    return "".join(text["plain_text"] for text in page["properties"]["title"]["title"])


def _matches(page: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if not wanted:
        return True
    name = wanted["property"]
    kind = "title" if name == "title" else "rich_text"
    texts = page["properties"].get(name, {}).get(kind, [])
    return bool("".join(text["plain_text"] for text in texts) == wanted[kind]["equals"])

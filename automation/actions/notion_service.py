"""Notion through its client: paced, and each answer a value or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from automation.actions import libraries
from automation.actions.base import Call, Failed
from automation.actions.clients import Wire, base_url, secret
from automation.actions.notion_page import Block, Page
from automation.plan.model import Json

if TYPE_CHECKING:
    from notion_client import Client

API_KEY = "NOTION_API_KEY"
PAUSE = 0.34
"""Seconds between requests: Notion asks for three a second on average."""

_LONGEST_SEARCH = 50
_MANY = 100
Answer = TypeVar("Answer")


class Notion:
    """Notion through its client: paced, each answer a value or why there is none."""

    def __init__(self, call: Call) -> None:
        token = secret(call, "Notion", API_KEY)
        self._clock = call.tools.clock
        self._wire = Wire(call, "Notion", (API_KEY,), max_bytes=10_000_000)
        self._token, self._address = token, base_url(call, libraries.NOTION)
        self._client: Client | None = None

    def ask(self, do: Callable[[Client], Answer], *, reads: bool = False) -> Answer | Failed:
        """One request."""
        if self._client is not None:
            self._clock.sleep(PAUSE)
        return self._wire.ask(lambda: do(self._open()), reads=reads)

    @property
    def gone(self) -> bool:
        """Whether the last answer was that there is no such thing."""
        return self._wire.answer is not None and self._wire.answer.status == 404  # noqa: PLR2004 - HTTP's own number

    def children(self, block: str, *, most: int | None = None) -> list[Block] | Failed:
        """The blocks of a page, at most so many."""
        found: list[Block] = []
        for answer in self._pages(lambda client, more: client.blocks.children.list(block, **more), most or _MANY):
            if isinstance(answer, Failed):
                return answer
            found += answer
            if most is not None and len(found) >= most:
                break
        return found

    def candidates(self, page: Page, key_property: str) -> Iterator[Mapping[str, Json] | Failed]:
        """The pages that may be ours: those with the key in its property or with the title; below a page all others
        after them, for a page may have been renamed.
        """
        below = page.parent.get("page_id")
        if below is None:
            yield from self._rows(page, key_property)
            return
        children = self.children(str(below))
        if isinstance(children, Failed):
            yield children
            return
        ours = [one for one in children if one.get("type") == "child_page" and not one.get("in_trash")]
        yield from [one for one in ours if _child_title(one) == page.title]
        yield from [one for one in ours if _child_title(one) != page.title][:_LONGEST_SEARCH]

    def _rows(self, page: Page, key_property: str) -> Iterator[Mapping[str, Json] | Failed]:
        source = self._source(page.parent)
        if isinstance(source, Failed):
            yield source
            return
        by_key = {"property": key_property, "rich_text": {"equals": page.key}}
        wanted = by_key if key_property else {"property": "title", "title": {"equals": page.title}}
        for answer in self._pages(lambda client, more: client.data_sources.query(source, filter=wanted, **more), _MANY):
            if isinstance(answer, Failed):
                yield answer
                return
            yield from answer

    def _source(self, parent: Mapping[str, Json]) -> str | Failed:
        """The data source's id; a database has one or more of them."""
        if "data_source_id" in parent:
            return str(parent["data_source_id"])
        database = str(parent["database_id"])
        answer = self.ask(lambda client: client.databases.retrieve(database), reads=True)
        if isinstance(answer, Failed):
            return answer
        sources = cast("Mapping[str, Any]", answer).get("data_sources") or []
        if len(sources) != 1:
            told = f"the Notion database {database} has {len(sources)} data sources: name one by data-source-id"
            return Failed("configuration", told)
        return str(sources[0]["id"])

    def append(self, page: str, batch: Sequence[Block]) -> object | Failed:
        """Blocks at the end of a page."""
        return self.ask(lambda client: client.blocks.children.append(page, children=[*batch]))

    def finish(self, mark: str, page: Page) -> Failed | None:
        """The first line says that everything is there."""
        answer = self.ask(lambda client: client.blocks.update(mark, paragraph=page.finish))
        return answer if isinstance(answer, Failed) else None

    def title(self, page: str) -> str | Failed:
        """The page's title as it is."""
        answer = self.ask(lambda client: client.pages.retrieve(page), reads=True)
        if isinstance(answer, Failed):
            return answer
        properties = cast("Mapping[str, Any]", answer).get("properties") or {}
        texts = [text for one in properties.values() for text in one.get("title") or ()]
        return "".join(str(text.get("plain_text", "")) for text in texts)

    def delete(self, block: str) -> object | Failed:
        """A block of a page."""
        return self.ask(lambda client: client.blocks.delete(block))

    def _part(self, ask: Callable[[Client, dict[str, Any]], Any], more: dict[str, Any]) -> Any:
        return self.ask(lambda client: ask(client, more), reads=True)

    def _pages(
        self, ask: Callable[[Client, dict[str, Any]], Any], size: int
    ) -> Iterator[list[Mapping[str, Json]] | Failed]:
        """All pages of a list."""
        more: dict[str, Any] = {"page_size": size}
        while True:
            answer = self._part(ask, dict(more))
            if isinstance(answer, Failed):
                yield answer
                return
            if not isinstance(answer, Mapping) or not isinstance(answer.get("results"), list):
                yield self._wire.unreadable()._replace(happened=False)
                return
            yield answer["results"]
            if not answer.get("has_more"):
                return
            more["start_cursor"] = answer.get("next_cursor")

    def _open(self) -> Client:
        if self._client is None:
            self._client = libraries.notion(self._wire, self._token, self._address)
        return self._client


def id_of(answer: object) -> str:
    """The id of what Notion told."""
    return str(answer.get("id", "")) if isinstance(answer, Mapping) else ""


def _child_title(one: Block) -> str:
    child = one.get("child_page")
    return str(child.get("title", "")) if isinstance(child, Mapping) else ""

"""`notion`: a page from Markdown, made once for its key and kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from automation.actions.base import Action, Call, Change, Done, Draft, Failed, Found, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, Wire, base_url, httpx_client, secret, silent
from automation.actions.notion_page import LONGEST_TITLE, Block, Page, mark_of, page_of, text_of
from automation.actions.service import exactly_one, text_file
from automation.plan.model import Json

if TYPE_CHECKING:
    from notion_client import Client

API_KEY = "NOTION_API_KEY"
VERSION = "2025-09-03"
PAUSE = 0.34
"""Seconds between requests: Notion asks for three a second on average."""

_ADDRESS = "https://api.notion.com"
_PAGE, _MARK = "{page}", "{mark}"  # stand for the ids of what the first request makes, in those that follow
_LONGEST_SEARCH = 200
_MANY = 100
Answer = TypeVar("Answer")


def prepare(call: Call) -> tuple[Draft, ...]:
    """The request that makes the page; for more than a hundred blocks one for each further hundred, and the one that
    marks the page as finished.
    """
    page, base = _page(call), base_url(call, _ADDRESS)
    requests: list[tuple[str, str, Json]] = [("POST", f"{base}/v1/pages", page.creation)]
    for batch in page.batches[1:]:
        requests.append(("PATCH", f"{base}/v1/blocks/{_PAGE}/children", {"children": [*batch]}))
    if len(page.batches) > 1:
        requests.append(("PATCH", f"{base}/v1/blocks/{_MARK}", {"paragraph": page.finish}))
    headers = {"Authorization": f"Bearer ${{{API_KEY}}}", "Notion-Version": VERSION}
    return tuple(
        Draft(f"{method} {url}", {"method": method, "url": url, "headers": headers, "json": body})
        for method, url, body in requests
    )


def perform(call: Call) -> Outcome:
    """Make the page, or bring the existing one up to date. What fails in the middle leaves a page that is found."""
    page, notion = _page(call), _Notion(call)
    if call.existing:
        return _update(notion, page, call.existing)
    answer = notion.ask(lambda client: client.pages.create(**page.creation))
    if isinstance(answer, Failed):
        return answer
    made = _id(answer)
    unfinished = _append_rest(notion, page, made) if len(page.batches) > 1 else None
    return _half(unfinished, made) if unfinished else _done(answer)


def find(call: Call) -> tuple[Found, ...] | Failed:
    """The pages with the key in their first line, the oldest one first."""
    page, notion = _page(call), _Notion(call)
    found: list[tuple[str, str, bool]] = []
    for candidate in notion.candidates(page, str(call.inputs.get("key-property", ""))):
        if isinstance(candidate, Failed):
            return candidate
        first = notion.children(_id(candidate), most=1)
        if isinstance(first, Failed):
            return first
        mark = mark_of(first[0]) if first else None
        if mark and mark.key == page.key:
            found.append((str(candidate.get("created_time", "")), _id(candidate), mark.digest == page.digest))
    return _as_found(notion, sorted(found))


def inspect(call: Call) -> tuple[Change, ...] | Failed:
    """Whether the page would be made, changed or left, with the text before and after."""
    page = _page(call)
    what = f"page {page.title!r}"
    found = find(call)
    if isinstance(found, Failed):
        return found
    after: Json = [page.title, *page.lines]
    if not found:
        return (Change("create", what, None, after),)
    if found[0].complete:
        return (Change("unchanged", f"{what} ({found[0].remote})"),)
    old = _Notion(call).children(found[0].remote)
    if isinstance(old, Failed):
        return old
    before: Json = [str(found[0].outputs.get("title", "")), *(text_of(one) for one in old if not mark_of(one))]
    return (Change("update", f"{what} ({found[0].remote})", before, after),)


def undo(call: Call, remote: str) -> Outcome:
    """Move the page into Notion's trash; one that is gone is no failure."""
    notion = _Notion(call)
    answer = notion.ask(lambda client: client.pages.update(remote, in_trash=True))
    if isinstance(answer, Failed) and not notion.gone:
        return answer
    return Done()


class _Notion:
    """Notion through its client: paced, each answer a value or why there is none."""

    def __init__(self, call: Call) -> None:
        token = secret(call, "Notion", API_KEY)
        self._clock = call.tools.clock
        self._wire = Wire(call, "Notion", (API_KEY,), max_bytes=10_000_000)
        self._make = lambda: _client(self._wire, token, base_url(call, _ADDRESS))
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
        self._client = self._client or self._make()
        return self._client


def _client(wire: Wire, token: str, address: str) -> Client:
    from notion_client import Client

    return Client(
        client=httpx_client(wire),
        auth=token,
        base_url=address,
        notion_version=VERSION,
        retry=False,
        logger=silent("notion"),
    )


def _append_rest(notion: _Notion, page: Page, made: str) -> Failed | None:
    """The blocks that did not fit into the first request, and then the mark that it is finished."""
    for number, batch in enumerate(page.batches[1:], 2):
        answer = notion.append(made, batch)
        if isinstance(answer, Failed):
            return answer._replace(message=f"part {number} of {len(page.batches)} was not added: {answer.message}")
    first = notion.children(made, most=1)
    if isinstance(first, Failed):
        return first
    answer = notion.ask(lambda client: client.blocks.update(_id(first[0]), paragraph=page.finish))
    return answer if isinstance(answer, Failed) else None


def _update(notion: _Notion, page: Page, existing: str) -> Outcome:
    """Append the new content, then delete the old from its end: until all is done, the page begins with a mark."""
    old = notion.children(existing)
    if isinstance(old, Failed):
        return old
    for batch in page.replacement:
        answer = notion.append(existing, batch)
        if isinstance(answer, Failed):
            return _half(answer, existing)
    for one in reversed(old):
        answer = notion.delete(_id(one))
        if isinstance(answer, Failed) and not notion.gone:
            return _half(answer, existing)
    answer = notion.ask(lambda client: client.pages.update(existing, properties=page.properties))
    return _half(answer, existing) if isinstance(answer, Failed) else _done(answer)


def _as_found(notion: _Notion, found: list[tuple[str, str, bool]]) -> tuple[Found, ...] | Failed:
    """With the address and the title of the one that is kept."""
    if not found:
        return ()
    kept = found[0][1]
    answer = notion.ask(lambda client: client.pages.retrieve(kept), reads=True)
    if isinstance(answer, Failed):
        return answer
    outputs = _done(answer).outputs
    return tuple(Found(name, outputs if name == kept else {}, complete) for _, name, complete in found)


def _page(call: Call) -> Page:
    key = exactly_one(call, ("markdown", "markdown-file"), "notion")
    text = str(call.inputs[key]) if key == "markdown" else text_file(call.workdir, str(call.inputs[key]), key)
    mark = str(call.inputs.get("key") or call.key)
    return page_of(call.inputs["parent"], call.inputs["title"], text, mark, str(call.inputs.get("key-property", "")))


def _half(failed: Failed, page: str) -> Failed:
    told = f"the page {page} is there, but not as it shall be: {failed.message}"
    return failed._replace(message=told, happened=True)


def _done(answer: object) -> Done:
    found = answer if isinstance(answer, Mapping) else {}
    return Done({"page-id": _id(found), "url": str(found.get("url", ""))}, remote=_id(found))


def _id(answer: object) -> str:
    return str(answer.get("id", "")) if isinstance(answer, Mapping) else ""


def _child_title(one: Block) -> str:
    child = one.get("child_page")
    return str(child.get("title", "")) if isinstance(child, Mapping) else ""


ACTION = Action(
    name="notion",
    summary="Make a page in Notion from Markdown, or bring it up to date.",
    description="""\
Turns headings, paragraphs, bullets, numbered lists, quotes, code and rules into blocks, with `code`, **bold** and
links in them; a hundred blocks in a request, the rest is appended. The page `parent` has to be shared with the
integration whose token is the secret `NOTION_API_KEY`.

There is one page for a `key`, whoever runs the plan and from wherever: a grey first line holds the key and a hash of
the content. A page whose hash is the same is left alone, edits by hand included; any other gets the new content in
place of all its blocks, and keeps its address. Where a crash or a lost answer made two, the older one stays and the
other goes to the trash. In a data source the key may stand in a text property too (`key-property`), by which it is
then looked up; otherwise the title is, and below a page the titles of at most 200 other pages.

In recorded requests `{page}` and `{mark}` stand for the ids of the page and its first line.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "parent": {
                "type": ["string", "object"],
                "description": "A page's id or address, or `{data-source-id: ID}` or `{database-id: ID}`.",
            },
            "title": {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE, "description": "The page's title."},
            "markdown": {"type": "string", "description": "The page's content."},
            "markdown-file": {
                "type": "string",
                "minLength": 1,
                "description": "File below the work directory with the content.",
            },
            "key": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "description": "What tells this page from all others; without it the key of the step in its slot.",
            },
            "key-property": {
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "description": "In a data source: the text property that holds the key.",
            },
            "base-url": BASE_URL_SCHEMA,
        },
        "required": ["parent", "title"],
        "oneOf": [{"required": ["markdown"]}, {"required": ["markdown-file"]}],
        "additionalProperties": False,
    },
    perform=perform,
    prepare=prepare,
    outputs={"page-id": "string", "url": "string"},
    mock={"page-id": "mock-notion-page", "url": "https://www.notion.so/mock-notion-page"},
    secrets=(API_KEY,),
    repeat="findable",
    find=find,
    inspect=inspect,
    undo=undo,
    example="""\
- id: publish
  uses: notion
  secrets: [NOTION_API_KEY]
  with:
    parent: "${{ vars.notion-parent }}"
    title: Memory design
    markdown-file: memory/design.md
    key: hal-phase3/memory-design
""",
)

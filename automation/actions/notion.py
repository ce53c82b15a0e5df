"""`notion`: a page from Markdown, made once for its key and kept up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from automation.actions import libraries
from automation.actions.base import Action, Call, Change, Done, Draft, Failed, Found, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, base_url
from automation.actions.notion_page import LONGEST_TITLE, Mend, Page, mark_of, mend, page_of, text_of
from automation.actions.notion_schema import row_properties
from automation.actions.notion_service import API_KEY, Notion, id_of
from automation.actions.service import exactly_one, text_file
from automation.plan.model import Json

_PAGES_BELOW = frozenset({"child_page", "child_database"})  # what people put below the page is no content of it
_PAGE, _MARK = "{page}", "{mark}"  # stand for the ids of what the first request makes, in those that follow


def prepare(call: Call) -> tuple[Draft, ...]:
    """The request that makes the page; for more than a hundred blocks one for each further hundred, and the one that
    marks the page as finished.
    """
    page, base = _page(call), base_url(call, libraries.NOTION)
    requests: list[tuple[str, str, Json]] = [("POST", f"{base}/v1/pages", page.creation)]
    more = f"{base}/v1/blocks/{_PAGE}/children"
    requests += (("PATCH", more, {"children": [*batch]}) for batch in page.batches[1:])
    if len(page.batches) > 1:
        requests.append(("PATCH", f"{base}/v1/blocks/{_MARK}", {"paragraph": page.finish}))
    headers = {"Authorization": f"Bearer ${{{API_KEY}}}", "Notion-Version": libraries.NOTION_VERSION}
    return tuple(
        Draft(f"{method} {url}", {"method": method, "url": url, "headers": headers, "json": body})
        for method, url, body in requests
    )


def perform(call: Call) -> Outcome:
    """Make the page, or bring the existing one up to date. What fails in the middle leaves a page that is found."""
    page, notion = _page(call), Notion(call)
    if call.existing:
        return _update(notion, page, call.existing)
    answer = notion.ask(lambda client: client.pages.create(**page.creation))
    if isinstance(answer, Failed):
        return answer
    made = id_of(answer)
    unfinished = _append_rest(notion, page, made) if len(page.batches) > 1 else None
    return _half(unfinished, made) if unfinished else _done(answer)


def find(call: Call) -> tuple[Found, ...] | Failed:
    """The pages with the key in their first line, the oldest one first."""
    page, notion = _page(call), Notion(call)
    found: list[tuple[str, str, bool]] = []
    for candidate in notion.candidates(page, str(call.inputs.get("key-property", ""))):
        if isinstance(candidate, Failed):
            return candidate
        first = notion.children(id_of(candidate), most=1)
        if isinstance(first, Failed):
            return first
        mark = mark_of(first[0]) if first else None
        if mark and mark.key == page.key:
            found.append((str(candidate.get("created_time", "")), id_of(candidate), mark.digest == page.digest))
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
    notion = Notion(call)
    old, title = notion.children(found[0].remote), notion.title(found[0].remote)
    if isinstance(old, Failed) or isinstance(title, Failed):
        return old if isinstance(old, Failed) else cast("Failed", title)
    before: Json = [title, *(text_of(one) for one in old if not mark_of(one))]
    return (Change("update", f"{what} ({found[0].remote})", before, after),)


def undo(call: Call, remote: str) -> Outcome:
    """Move the page into Notion's trash; one that is gone is no failure."""
    notion = Notion(call)
    answer = notion.ask(lambda client: client.pages.update(remote, in_trash=True))
    if isinstance(answer, Failed) and not notion.gone:
        return answer
    return Done()


def _append_rest(notion: Notion, page: Page, made: str) -> Failed | None:
    """The blocks that did not fit into the first request, and then the mark that it is finished."""
    for number, batch in enumerate(page.batches[1:], 2):
        answer = notion.append(made, batch)
        if isinstance(answer, Failed):
            return answer._replace(message=f"part {number} of {len(page.batches)} was not added: {answer.message}")
    first = notion.children(made, most=1)
    return first if isinstance(first, Failed) else notion.finish(id_of(first[0]), page)


def _update(notion: Notion, page: Page, existing: str) -> Outcome:
    old = notion.children(existing)
    if isinstance(old, Failed):
        return old
    todo = mend(page, [one for one in old if one.get("type") not in _PAGES_BELOW])
    failed = _mended(notion, page, todo, existing)
    if failed:
        return _half(failed, existing)
    answer = notion.ask(lambda client: client.pages.update(existing, properties=page.properties))
    return _half(answer, existing) if isinstance(answer, Failed) else _done(answer)


def _mended(notion: Notion, page: Page, todo: Mend, existing: str) -> Failed | None:
    for batch in todo.append:
        answer = notion.append(existing, batch)
        if isinstance(answer, Failed):
            return answer
    for block in todo.delete:
        answer = notion.delete(block)
        if isinstance(answer, Failed) and not notion.gone:
            return answer
    return notion.finish(todo.finish, page) if todo.finish else None


def _as_found(notion: Notion, found: list[tuple[str, str, bool]]) -> tuple[Found, ...] | Failed:
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
    values = row_properties(cast("Mapping[str, Json]", call.inputs.get("properties", {})))
    by = str(call.inputs.get("key-property", ""))
    return page_of(call.inputs["parent"], call.inputs["title"], text, mark, by, values)


def _half(failed: Failed, page: str) -> Failed:
    told = f"the page {page} is there, but not as it shall be: {failed.message}"
    return failed._replace(message=told, happened=True)


def _done(answer: object) -> Done:
    found = answer if isinstance(answer, Mapping) else {}
    return Done({"page-id": id_of(found), "url": str(found.get("url", ""))}, remote=id_of(found))


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
then looked up; otherwise by its title, and below a page by the first lines of 50 others, for it may have been renamed.

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
            "properties": {
                "type": "object",
                "description": "In a data source: the row's values. Text, number, true or false and a list of names are"
                " told by their form; others are `{KIND: VALUE}`, as `{select: open}` or `{date: 2025-09-08}`.",
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

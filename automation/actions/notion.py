"""`notion`: a page from Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from automation.actions.base import Action, BadInput, Call, Done, Draft, Failed, Outcome
from automation.actions.markdown_blocks import block, blocks
from automation.actions.service import BASE_URL_SCHEMA, Prepared, base_url, exactly_one, send, text_file
from automation.plan.model import Json

API_KEY = "NOTION_API_KEY"
VERSION = "2025-09-03"
MOST_CHILDREN = 100  # Notion's limit of blocks in a request
LARGEST_PAYLOAD = 400_000  # Notion takes 500 kB; this leaves room for the rest of the request
LONGEST_TITLE = 2000
_PAGE = "{page}"  # stands for the id of the page in the requests that follow its creation
_PAUSE = 0.34  # Notion asks for three requests a second on average
_ID = re.compile(r"(?:.*[/-])?([0-9a-fA-F]{32})(?:\?.*)?")


def prepare(call: Call) -> tuple[Draft, ...]:
    """The request that makes the page, and one for every further hundred blocks, with `{page}` for its id."""
    return tuple(request.draft() for request in _requests(call))


def perform(call: Call) -> Outcome:
    """Make the page, then append what did not fit. When that fails the page is there, so nothing is tried again."""
    first, *others = _requests(call)
    answer = send(call, first)
    if isinstance(answer, Failed):
        return answer
    page = str(answer.get("id", ""))
    if not page and others:
        return Failed("permanent", "Notion made a page but gave no id for it; look for it by hand", happened=True)
    for number, request in enumerate(others, 2):
        call.tools.clock.sleep(_PAUSE)
        appended = send(call, request._replace(url=request.url.replace(_PAGE, page)))
        if isinstance(appended, Failed):
            told = f"the page {page} was made, but part {number} of {len(others) + 1} was not added: {appended.message}"
            return Failed("permanent", f"{told}. Delete the page and retry the task", happened=True)
    return Done({"page-id": page, "url": str(answer.get("url", ""))}, remote=page)


def _requests(call: Call) -> list[Prepared]:
    base = base_url(call, "https://api.notion.com")
    headers = {"Authorization": f"Bearer ${{{API_KEY}}}", "Notion-Version": VERSION}
    batches = _batches([*blocks(_markdown(call)), *_mark(call)])
    page: dict[str, Json] = {
        "parent": _parent(call.inputs["parent"]),
        "properties": {"title": {"title": [{"type": "text", "text": {"content": _title(call)}}]}},
        "children": batches[0],
    }
    children = f"{base}/v1/blocks/{_PAGE}/children"
    return [
        Prepared("Notion", "POST", f"{base}/v1/pages", page, headers),
        *(Prepared("Notion", "PATCH", children, {"children": batch}, headers) for batch in batches[1:]),
    ]


def _markdown(call: Call) -> str:
    key = exactly_one(call, ("markdown", "markdown-file"), "notion")
    return str(call.inputs[key]) if key == "markdown" else text_file(call.workdir, str(call.inputs[key]), key)


def _mark(call: Call) -> list[Mapping[str, Json]]:
    """A last grey line with the page's key, by which a page can be found again."""
    key = call.inputs.get("key")
    if not key:
        return []
    text: dict[str, Json] = {"type": "text", "text": {"content": f"ZTR key: {key}"}, "annotations": {"color": "gray"}}
    return [block("paragraph", [text])]


def _title(call: Call) -> str:
    title = " ".join(str(call.inputs["title"]).split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput(f"notion: the title has {len(title)} characters; give 1 to {LONGEST_TITLE}")
    return title


def _parent(parent: Json) -> Json:
    """A page by id or address, or what a mapping names: `page-id`, `database-id`, `data-source-id`."""
    kind, value = "page-id", parent
    if isinstance(parent, Mapping):
        if len(parent) != 1 or next(iter(parent)) not in {"page-id", "database-id", "data-source-id"}:
            raise BadInput("notion: parent is an id, or a mapping of page-id, database-id or data-source-id to one")
        kind, value = next(iter(parent.items()))
    text = str(value).strip()
    bare = text.replace("-", "") if re.fullmatch(r"[0-9a-fA-F-]{36}", text) else text
    match = _ID.fullmatch(bare)
    if not match:
        raise BadInput(f"notion: parent {text[:100]!r} is no Notion id (32 hex digits) and no page's address")
    return {kind.replace("-", "_"): match.group(1).lower()}


def _batches(everything: Sequence[Mapping[str, Json]]) -> list[list[Mapping[str, Json]]]:
    """At least one batch; each holds as many blocks as a request may."""
    batches: list[list[Mapping[str, Json]]] = [[]]
    size = 0
    for one in everything:
        length = len(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"))
        if len(batches[-1]) == MOST_CHILDREN or (batches[-1] and size + length > LARGEST_PAYLOAD):
            batches.append([])
            size = 0
        batches[-1].append(one)
        size += length
    return batches


ACTION = Action(
    name="notion",
    summary="Make a page in Notion from Markdown.",
    description="""\
Turns headings, paragraphs, bullets, numbered lists, quotes, code and rules into blocks, with `code`, **bold** and
links in them; a hundred blocks in a request, the rest is appended to the new page. The page `parent` has to be
shared with the integration whose token is the secret `NOTION_API_KEY`. With `key` the page ends with a grey line by
which it can be found again.

In recorded requests `{page}` stands for the id of the page that the first one makes.
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
                "description": "What tells this page from all others.",
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

"""A page for Notion as values: its requests within the API's limits, and the mark by which it is found again (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from automation.actions.base import BadInput
from automation.actions.markdown_blocks import block, blocks
from automation.plan.model import NOTHING, Json

MOST_CHILDREN = 100  # Notion's limit of blocks in a request
LARGEST_PAYLOAD = 400_000  # Notion takes 500 kB; this leaves room for the rest of the request
LONGEST_TITLE = 2000
_UNFINISHED = "unfinished"
_ID = re.compile(r"(?:.*[/-])?([0-9a-fA-F]{32})(?:\?.*)?")
_MARK = re.compile(r"ZTR key: (?P<key>.+) · (?P<hash>[0-9a-f]{16}|unfinished)")
_PARENTS = frozenset({"page-id", "database-id", "data-source-id"})

Block = Mapping[str, Json]


class Mark(NamedTuple):
    """What the first line of a page of ours says: whose it is, and which content it has."""

    key: str
    digest: str


class Page(NamedTuple):
    """A page as it shall be. `batches` are its blocks, as many as a request may hold in each, without the mark."""

    parent: Mapping[str, Json]
    title: str
    key: str
    digest: str
    batches: tuple[tuple[Block, ...], ...]
    properties: Mapping[str, Json]

    @property
    def creation(self) -> Mapping[str, Json]:
        """What makes it: the first blocks and the mark, which calls it unfinished while there are more to come."""
        digest = _UNFINISHED if len(self.batches) > 1 else self.digest
        children = [block("paragraph", [*mark_text(self.key, digest)]), *self.batches[0]]
        return {"parent": self.parent, "properties": self.properties, "children": children}

    @property
    def finish(self) -> Mapping[str, Json]:
        """The mark's text once everything is there."""
        return {"rich_text": [*mark_text(self.key, self.digest)]}

    @property
    def replacement(self) -> tuple[tuple[Block, ...], ...]:
        """What is appended to a page whose former blocks then go: mark and content."""
        marked = block("paragraph", [*mark_text(self.key, self.digest)]), *self.batches[0]
        return (marked, *self.batches[1:])

    @property
    def blocks(self) -> list[Block]:
        """Its content."""
        return [one for batch in self.batches for one in batch]

    @property
    def lines(self) -> list[str]:
        """Its text, a line for every block."""
        return [text_of(one) for one in self.blocks]


class Mend(NamedTuple):
    """How a page that is there becomes as it shall be: append, then delete by id, then say in its mark that it is
    finished (by the mark's id).
    """

    append: tuple[tuple[Block, ...], ...] = ()
    delete: tuple[str, ...] = ()
    finish: str = ""


def mend(page: Page, old: Sequence[Block]) -> Mend:
    """What is to be done about a page with these blocks. What a former attempt has brought along is kept.

    The old blocks go from their end: until all is done, the page begins with a mark, by which it is found.
    """
    texts, wanted = [text_of(one) for one in old], page.lines
    for at, one in enumerate(old):
        if mark_of(one) == Mark(page.key, page.digest) and texts[at + 1 : at + 1 + len(wanted)] == wanted:
            others = (*old[:at], *old[at + 1 + len(wanted) :])
            return Mend(delete=_ids_from_the_end(others))
    if old and mark_of(old[0]) == Mark(page.key, _UNFINISHED) and texts[1:] == wanted[: len(old) - 1]:
        rest = page.blocks[len(old) - 1 :]
        return Mend(append=_batches(rest, marked=False) if rest else (), finish=str(old[0].get("id", "")))
    return Mend(append=page.replacement, delete=_ids_from_the_end(old))


def page_of(
    parent: Json, title: Json, markdown: str, key: str, key_property: str = "", values: Mapping[str, Json] = NOTHING
) -> Page:
    """The page; `values` are those of its properties, where it is a row of a data source. Raises `BadInput`."""
    told = _title(str(title))
    properties: dict[str, Json] = {"title": {"title": [{"type": "text", "text": {"content": told}}]}}
    where = parent_of(parent)
    if values and "page_id" in where:
        raise BadInput("notion: a page below a page has no properties; they are those of a data source")
    properties.update(values)
    if key_property:
        properties[key_property] = {"rich_text": [{"type": "text", "text": {"content": key}}]}
    batches = _batches(blocks(markdown))
    content = [told, batches, values] if values else [told, batches]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return Page(where, told, key, digest, batches, properties)


def mark_text(key: str, digest: str) -> tuple[Json, ...]:
    """The rich text of the mark."""
    content = {"content": f"ZTR key: {key} · {digest}"}
    return ({"type": "text", "text": content, "annotations": {"color": "gray"}},)


def mark_of(first: Block) -> Mark | None:
    """What the page's first block says, none where it is no page of ours."""
    match = _MARK.fullmatch(text_of(first))
    return Mark(match["key"], match["hash"]) if match else None


def text_of(one: Block) -> str:
    """The block's text as it is read, its kind before it where it is no paragraph."""
    kind = str(one.get("type", ""))
    inner = one.get(kind)
    texts = inner.get("rich_text") if isinstance(inner, Mapping) else None
    found = "".join(_plain(text) for text in texts) if isinstance(texts, list | tuple) else ""
    return found if kind == "paragraph" else f"{kind}: {found}" if found else kind


def _plain(text: Json) -> str:
    if not isinstance(text, Mapping):
        return ""
    inner = text.get("text")
    content = inner.get("content") if isinstance(inner, Mapping) else None
    return str(text.get("plain_text") or content or "")


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput(f"notion: the title has {len(title)} characters; give 1 to {LONGEST_TITLE}")
    return title


def parent_of(parent: Json) -> Mapping[str, Json]:
    """A page by id or address, or what `page-id`, `database-id` or `data-source-id` names. Raises `BadInput`."""
    kind, value = "page-id", parent
    if isinstance(parent, Mapping):
        if len(parent) != 1 or next(iter(parent)) not in _PARENTS:
            raise BadInput("notion: parent is an id, or a mapping of page-id, database-id or data-source-id to one")
        kind, value = next(iter(parent.items()))
    text = str(value).strip()
    bare = text.replace("-", "") if re.fullmatch(r"[0-9a-fA-F-]{36}", text) else text
    match = _ID.fullmatch(bare)
    if not match:
        raise BadInput(f"notion: parent {text[:100]!r} is no Notion id (32 hex digits) and no page's address")
    return {kind.replace("-", "_"): match.group(1).lower()}


def _ids_from_the_end(those: Sequence[Block]) -> tuple[str, ...]:
    return tuple(str(one.get("id", "")) for one in reversed(those))


def _batches(everything: Sequence[Block], *, marked: bool = True) -> tuple[tuple[Block, ...], ...]:
    """At least one batch; each holds as many blocks as a request may, the first one less for the mark."""
    batches: list[list[Block]] = [[]]
    size = 0
    for one in everything:
        length = len(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"))
        most = MOST_CHILDREN - (marked and len(batches) == 1)
        if len(batches[-1]) == most or (batches[-1] and size + length > LARGEST_PAYLOAD):
            batches.append([])
            size = 0
        batches[-1].append(one)
        size += length
    return tuple(tuple(batch) for batch in batches)

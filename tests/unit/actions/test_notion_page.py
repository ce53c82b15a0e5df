"""Pages for Notion as values: requests within the limits, the mark, and what mends a page that is there."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.base import BadInput, Draft
from automation.actions.notion import prepare
from automation.actions.notion_page import Block, Mark, Mend, Page, mark_of, mend, page_of, text_of
from automation.plan.model import Json
from tests.fakes import a_call

PARENT = "0123456789abcdef0123456789abcdef"


def page(markdown: str = "One.\n\nTwo.", key: str = "k/1", title: str = "T") -> Page:
    return page_of(PARENT, title, markdown, key)


def there(*texts: str) -> list[Block]:
    """A page's blocks as Notion tells them."""
    return [
        {"id": f"b{at}", "type": "paragraph", "paragraph": {"rich_text": [{"plain_text": text}]}}
        for at, text in enumerate(texts)
    ]


def mark(one: Page, digest: str = "") -> str:
    return f"ZTR key: {one.key} · {digest or one.digest}"


def test_the_exact_request_is_recorded() -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": " De\n sign ", "markdown": "# One", "key": "k/1"}
    digest = page_of(PARENT, "De sign", "# One", "k/1").digest
    gray = {"type": "text", "text": {"content": f"ZTR key: k/1 · {digest}"}, "annotations": {"color": "gray"}}
    one = {"rich_text": [{"type": "text", "text": {"content": "One"}}]}
    body = {
        "parent": {"page_id": PARENT},
        "properties": {"title": {"title": [{"type": "text", "text": {"content": "De sign"}}]}},
        "children": [
            {"object": "block", "type": "paragraph", "paragraph": {"rich_text": [gray]}},
            {"object": "block", "type": "heading_1", "heading_1": one},
        ],
    }
    headers = {"Authorization": "Bearer ${NOTION_API_KEY}", "Notion-Version": "2025-09-03"}
    url = "https://api.notion.com/v1/pages"
    expected = Draft(f"POST {url}", {"method": "POST", "url": url, "headers": headers, "json": cast(Json, body)})
    assert prepare(a_call(inputs)) == (expected,)


def test_a_long_page_is_unfinished_until_its_last_request() -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown": "- x\n" * 250, "key": "k"}
    drafts = prepare(a_call(inputs))
    assert [draft.target.rpartition("/v1/")[2] for draft in drafts] == [
        "pages",
        "blocks/{page}/children",
        "blocks/{page}/children",
        "blocks/{mark}",
    ]
    bodies = [cast("dict[str, dict[str, list[Block]]]", draft.request)["json"] for draft in drafts]
    assert [len(body["children"]) for body in bodies[:3]] == [100, 100, 51]
    assert mark_of(bodies[0]["children"][0]) == Mark("k", "unfinished")


def test_requests_stay_below_the_size_limit() -> None:
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown": ("x" * 9000 + "\n\n") * 90}
    drafts = prepare(a_call(inputs))
    assert len(drafts) == 4
    assert max(len(json.dumps(draft.request)) for draft in drafts) < 500_000


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (PARENT.upper(), {"page_id": PARENT}),
        ("01234567-89ab-cdef-0123-456789abcdef", {"page_id": PARENT}),
        (f"https://www.notion.so/team/My-page-{PARENT}?pvs=4", {"page_id": PARENT}),
        ({"database-id": PARENT}, {"database_id": PARENT}),
        ({"data-source-id": PARENT}, {"data_source_id": PARENT}),
    ],
)
def test_a_parent_may_be_an_id_or_an_address(parent: Json, expected: Json) -> None:
    assert page_of(parent, "t", "x", "k").parent == expected


@pytest.mark.parametrize("parent", ["x", {"page": PARENT}, {}, {"page-id": PARENT, "database-id": PARENT}])
def test_what_is_no_parent_is_refused(parent: Json) -> None:
    with pytest.raises(BadInput, match="parent"):
        page_of(parent, "t", "x", "k")


@pytest.mark.parametrize("title", ["", " \n ", "x" * 2001])
def test_what_is_no_title_is_refused(title: str) -> None:
    with pytest.raises(BadInput, match="title"):
        page_of(PARENT, title, "x", "k")


@given(key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(lambda key: key.isprintable()))
def test_every_key_is_read_back_from_its_mark(key: str) -> None:
    one = page(key=key)
    children = cast("list[Block]", one.creation["children"])
    assert mark_of(children[0]) == Mark(key, one.digest)


def test_the_hash_is_of_title_and_content_and_not_of_the_key() -> None:
    digests = {page().digest, page(key="other").digest}
    assert len(digests) == 1
    assert len(digests | {page(title="U").digest, page("One.").digest}) == 3


def test_a_text_is_read_whatever_the_block() -> None:
    blocks: list[Block] = [
        {"type": "divider", "divider": {}},
        {"type": "quote", "quote": {"rich_text": [{"text": {"content": "a"}}, {"plain_text": "b"}, 1]}},
        {"type": "paragraph", "paragraph": {"rich_text": None}},
        {},
    ]
    assert [text_of(one) for one in blocks] == ["divider", "quote: ab", "", ""]


def test_a_page_with_other_content_gets_the_new_and_loses_the_old_from_its_end() -> None:
    one = page()
    old = there(mark(one, "0" * 16), "Old.", "Older.")
    assert mend(one, old) == Mend(append=one.replacement, delete=("b2", "b1", "b0"))


def test_a_whole_new_copy_that_is_there_is_kept() -> None:
    one = page()
    old = there(mark(one, "0" * 16), "Old.", mark(one), "One.", "Two.", "Added by hand.")
    assert mend(one, old) == Mend(delete=("b5", "b1", "b0"))


def test_a_copy_that_is_not_whole_is_made_anew() -> None:
    one = page()
    old = there(mark(one, "0" * 16), mark(one), "One.")
    assert mend(one, old) == Mend(append=one.replacement, delete=("b2", "b1", "b0"))


@pytest.mark.parametrize("arrived", [0, 1, 2])
def test_an_unfinished_page_gets_what_is_missing(arrived: int) -> None:
    one = page()
    old = there(mark(one, "unfinished"), *["One.", "Two."][:arrived])
    rest = (tuple(one.blocks[arrived:]),) if arrived < 2 else ()
    assert mend(one, old) == Mend(append=rest, finish="b0")


def test_a_page_of_another_key_is_replaced() -> None:
    one = page()
    assert mend(one, there(mark(page(key="other"), "unfinished"))).delete == ("b0",)

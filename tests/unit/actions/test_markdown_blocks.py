"""Markdown as Notion's blocks."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.actions.markdown_blocks import LONGEST_TEXT, MOST_TEXTS, blocks, rich_text
from automation.plan.model import Json


def kinds(markdown: str) -> list[tuple[str, str]]:
    return [(str(one["type"]), text_of(one)) for one in blocks(markdown)]


def text_of(one: Mapping[str, Json]) -> str:
    content = one[str(one["type"])]
    texts = content.get("rich_text", []) if isinstance(content, Mapping) else []
    assert isinstance(texts, list)
    return "".join(part["text"]["content"] for part in texts)


def test_each_form_becomes_its_block() -> None:
    document = """# One
## Two ##
#### Four
A paragraph
of two lines.

- a bullet
  * nested
1. first
2) second
> said
---
```python
x = 1

- no bullet
```
end"""
    assert kinds(document) == [
        ("heading_1", "One"),
        ("heading_2", "Two"),
        ("heading_3", "Four"),
        ("paragraph", "A paragraph of two lines."),
        ("bulleted_list_item", "a bullet"),
        ("bulleted_list_item", "nested"),
        ("numbered_list_item", "first"),
        ("numbered_list_item", "second"),
        ("quote", "said"),
        ("divider", ""),
        ("code", "x = 1\n\n- no bullet"),
        ("paragraph", "end"),
    ]


@pytest.mark.parametrize(
    ("fence", "language"),
    [("```python", "python"), ("```nonsense", "plain text"), ("~~~", "plain text"), ("```YAML", "yaml")],
)
def test_code_has_a_language_that_notion_knows(fence: str, language: str) -> None:
    assert blocks(f"{fence}\nx\n{fence[:3]}") == [
        {
            "object": "block",
            "type": "code",
            "code": {"rich_text": [{"type": "text", "text": {"content": "x"}}], "language": language},
        }
    ]


def test_code_without_an_end_goes_on_to_the_end_of_the_document() -> None:
    assert kinds("```\na\n# b") == [("code", "a\n# b")]


def test_empty_documents_have_no_blocks() -> None:
    assert blocks("\n \r\n") == []


def test_inline_forms_become_annotations_and_links() -> None:
    assert rich_text("a `b` **c** [d](https://e.f/g) [h](javascript:x)") == [
        {"type": "text", "text": {"content": "a "}},
        {"type": "text", "text": {"content": "b"}, "annotations": {"code": True}},
        {"type": "text", "text": {"content": " "}},
        {"type": "text", "text": {"content": "c"}, "annotations": {"bold": True}},
        {"type": "text", "text": {"content": " "}},
        {"type": "text", "text": {"content": "d", "link": {"url": "https://e.f/g"}}},
        {"type": "text", "text": {"content": " [h](javascript:x)"}},
    ]


def test_a_link_that_is_too_long_for_notion_stays_a_text() -> None:
    assert rich_text(f"[d](https://e.f/{'g' * 2000})") == [{"type": "text", "text": {"content": "d"}}]


def test_long_texts_are_cut_at_notions_limit_counted_in_utf16() -> None:
    assert [len(str(part["text"])) > 0 for part in rich_text("x" * 4001)] == [True] * 3
    assert len(rich_text("😀" * 1001)) == 2


def test_a_paragraph_of_more_texts_than_a_block_takes_becomes_several_blocks() -> None:
    made = blocks("x" * (LONGEST_TEXT * MOST_TEXTS + 1))
    assert [text_of(one) for one in made] == ["x" * LONGEST_TEXT * MOST_TEXTS, "x"]


@given(st.text(alphabet=st.sampled_from("# -*`~>1.)\n ab[](:/")))
def test_no_document_breaks_it_and_no_letter_is_lost(markdown: str) -> None:
    made = "".join(text_of(one) for one in blocks(markdown))
    assert made.count("a") <= markdown.count("a")
    if not set(markdown) & set("`~[]"):
        assert made.count("a") == markdown.count("a")
        assert made.count("b") == markdown.count("b")

"""Foreign text shows itself and does nothing, wherever it is put."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from monitoring.render.escape import DASH, JOINER, code, html, label, line, markdown

ORACLE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

# What GitHub makes something of, beside what random text finds by itself.
PIECES = [
    "@octocat", "#12", "GH-7", "acme/demo#3", "fixes #1", "https://evil.example/x", "www.evil.example", "a@b.example",
    "<img src=x onerror=alert(1)>", "<!-- ztr:v1 plan=demo mac=00 -->", "-->", "- [x] ", "- [ ] <!-- ztr:run -->",
    "![i](u)", "[l](u)", "[r]: u", "`", "``", "```\n", "~~~", "|", "\\|", "\\", "---", "===", "# ", "> ", "1. ",
    "1) ", "+ ", "* ", "**b**", "__b__", "~~s~~", "$x$", "&amp;", "&#64;", "<details>", "</td></tr></table>", ":x:",
    ":+1:", "::error::", "##[error]", "\x1b[31m", "\x1b]0;t\x07", "\r\n", "\n\n", "\u202e", "\u2060", "\t", "    ",
    "deadbeefcafe", "mailto:a@b.example", "\ud800", "x", " ", "0.85",
]  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=8).map("".join)

ALIVE = re.compile(
    r"@\w|#\d|\bgh-\d|://|www\.|mailto:|\b(?=\d*[a-f])[0-9a-f]{7,40}\b|:(?!\d\d:)[\w+-]+:", re.IGNORECASE
)


def shown(tokens: list[Token]) -> str:
    """The text that a reader sees of inline tokens, which must be text and nothing else."""
    assert [token.type for token in tokens if token.type not in ("text", "text_special")] == []
    return "".join(token.content for token in tokens)


@given(HOSTILE)
@example("\\|")
@example("1. one")
@example("&#64;octocat")
@example("a`b`c")
def test_escaped_text_is_one_paragraph_that_shows_the_text(text: str) -> None:
    tokens = ORACLE.parse(markdown(text))
    if not line(text):
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1].children or []).replace(JOINER, "") == line(text)


@given(HOSTILE)
@example("\\|")
@example("\\\\|`|`")
def test_escaped_text_stays_in_its_table_cell(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {markdown(text)} | {code(text)} |\n\nafter"
    tokens = ORACLE.parse(table)
    cells = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 2
    assert shown(cells[0].children or []).replace(JOINER, "") == line(text)
    assert tokens[-2].content == "after"


@given(HOSTILE)
def test_escaped_text_stays_in_its_list_item_and_heading(text: str) -> None:
    item = ORACLE.parse(f"- {code('t')} failed: {markdown(text)}\n  Next step: {markdown(text)}\n")
    assert [t.type for t in item if t.nesting == 1] == ["bullet_list_open", "list_item_open", "paragraph_open"]
    heading = ORACLE.parse(f"### {markdown(text)}x\n")
    assert [t.type for t in heading if t.nesting == 1] == ["heading_open"]


@given(HOSTILE)
def test_escaped_text_neither_mentions_nor_links_nor_forges_a_marker(text: str) -> None:
    rendered = unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown(text)))
    assert ALIVE.search(rendered) is None
    assert "<!--" not in markdown(text)


@given(HOSTILE)
def test_a_code_span_shows_the_text_and_holds_no_marker(text: str) -> None:
    span = code(text)
    assert "<!--" not in span
    tokens = ORACLE.parse(f"a {span} b")[1].children or []
    visible = "".join(token.content for token in tokens if token.type != "html_inline")
    assert visible.replace(JOINER, "") == f"a {line(text, 200) or DASH} b"
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<code>", "</code>"}


@given(HOSTILE)
def test_a_line_is_one_line_without_commands_and_control_sequences(text: str) -> None:
    flat = line(text)
    assert flat == line(flat)
    assert re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\n]", flat) is None
    assert not flat.startswith("::")
    assert "##[" not in flat


@given(HOSTILE)
def test_html_holds_no_tag_and_no_open_quote(text: str) -> None:
    assert re.search(r"[<>\"']", html(text)) is None


@given(HOSTILE)
def test_a_label_value_ends_where_it_should(text: str) -> None:
    value = label(text)
    assert "\n" not in value
    assert re.fullmatch(r'(?:[^"\\]|\\["\\n])*', value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gate missed: 0.85 > 0.9 (a_b)", "gate missed: 0.85 > 0.9 (a\\_b)"),
        ("06:17:02 on 2025-09-08", "06:17:02 on 2025-09-08"),
        ("- item", "\\- item"),
        ("-5 degrees", "-5 degrees"),
        ("a | b", "a &#124; b"),
    ],
)
def test_harmless_text_stays_readable_in_its_source(text: str, expected: str) -> None:
    assert markdown(text) == expected


def test_a_simple_name_is_a_code_span() -> None:
    assert (code("session-store"), code(""), code("a|b")) == (
        "`session-store`",
        DASH,
        "<code>a&#124;b</code>",
    )


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert line("word " * 200, 20) == "word word word word…"

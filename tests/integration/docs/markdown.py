"""What the tests of the documentation read from a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[3]
PAGES = tuple(
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], key=lambda page: page.relative_to(ROOT).as_posix())
)
"""Every page that is written for people, in the root and in docs/."""

_MARKDOWN = MarkdownIt("commonmark").enable("table")


class Block(NamedTuple):
    """A fenced block: the words behind the fence, its text, and its line from 1."""

    info: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    tokens = (token for token in _tokens(page) if token.type == "fence")
    return [Block(token.info.strip(), token.content, (token.map or [0])[0] + 1) for token in tokens]


def links(page: Path) -> list[str]:
    """The targets of all links and pictures."""
    inner = [child for token in _tokens(page) for child in token.children or ()]
    found = [child.attrGet("href") or child.attrGet("src") for child in inner if child.type in ("link_open", "image")]
    return [str(target) for target in found if target]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the page's headings."""
    tokens = _tokens(page)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {_slug(title) for title in titles}


def table(page: Path, header: str) -> list[list[str]]:
    """The cells of the rows of the first table whose header begins with that cell."""
    lines = iter(page.read_text("utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {header} |"):
            next(lines)
            return list(_rows(lines))
    raise LookupError(f"{page.name} has no table that begins with {header!r}")


def verbs_named(page: Path) -> set[str]:
    """Each `ztr VERB` in code, in a span or at the start of a command in a block."""
    spans = [child.content for token in _tokens(page) for child in token.children or () if child.type == "code_inline"]
    commands = [line for block in blocks(page) if block.info in ("sh", "console") for line in block.text.splitlines()]
    return {verb for text in (*spans, *commands) for verb in re.findall(r"(?:^|\s|&& )ztr ([a-z]+)", text)}


def _rows(lines: Iterator[str]) -> Iterator[list[str]]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _tokens(page: Path) -> list[Token]:
    return _MARKDOWN.parse(page.read_text("utf-8"))


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")

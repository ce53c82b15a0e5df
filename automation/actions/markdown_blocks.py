"""Markdown to Notion's blocks: headings, paragraphs, bullets, numbered lists, quotes, rules and code (pure).

Limits are those of Notion's API: 2,000 characters in a rich text, 100 rich texts in a block, headings of three levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from automation.plan.model import Json

LONGEST_TEXT = 2000
MOST_TEXTS = 100
_LONGEST_LINK = 2000

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)")
_NUMBERED = re.compile(r"\s*\d{1,9}[.)]\s+(.*)")
_QUOTE = re.compile(r"\s*>\s?(.*)")
_RULE = re.compile(r"\s*([-*_])\s*(\1\s*){2,}")
_FENCE = re.compile(r"\s*(```+|~~~+)\s*([\w+#.-]*)\s*")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<label>[^\]\[]+)\]\((?P<link>https?://[^\s()]+)\)"
)

# Notion refuses names of languages that it does not know; these are the ones that plans are likely to hold.
_LANGUAGES = frozenset(
    {
        "bash",
        "c",
        "css",
        "diff",
        "go",
        "html",
        "java",
        "javascript",
        "json",
        "markdown",
        "python",
        "rust",
        "shell",
        "sql",
    }
    | {"typescript", "xml", "yaml"}
)


def blocks(markdown: str) -> list[Mapping[str, Json]]:
    """The document as blocks, in order. What is none of the known forms is a paragraph; nothing is lost."""
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    made: list[Mapping[str, Json]] = []
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        fence = _FENCE.fullmatch(lines[at])
        special = () if fence else _special(lines[at])
        if fence or special or not lines[at].strip():
            made += _text_blocks("paragraph", " ".join(paragraph)) if paragraph else []
            paragraph = []
            made += special
        else:
            paragraph.append(lines[at].strip())
        at += 1
        if fence:
            code, at = _code(lines, at, fence.group(1))
            made += _code_blocks(code, fence.group(2).lower())
    return [*made, *(_text_blocks("paragraph", " ".join(paragraph)) if paragraph else [])]


def rich_text(text: str) -> list[Mapping[str, Json]]:
    """Text with `code`, **bold** and [links](https://…) as rich texts, none longer than Notion takes."""
    made: list[Mapping[str, Json]] = []
    at = 0
    for match in _INLINE.finditer(text):
        made += _plain(text[at : match.start()])
        at = match.end()
        if match["code"]:
            made += _plain(match["code"], {"code": True})
        elif match["bold"]:
            made += _plain(match["bold"], {"bold": True})
        else:
            made += _plain(match["label"], link=match["link"] if len(match["link"]) <= _LONGEST_LINK else "")
    return made + _plain(text[at:])


def block(kind: str, texts: Sequence[Json], **more: Json) -> Mapping[str, Json]:
    """One block of that kind."""
    return {"object": "block", "type": kind, kind: {"rich_text": texts, **more}}


def _special(line: str) -> tuple[Mapping[str, Json], ...]:
    """The blocks of a line that stands for itself, or none."""
    heading = _HEADING.fullmatch(line.rstrip())
    if heading:
        return tuple(_text_blocks(f"heading_{min(len(heading.group(1)), 3)}", heading.group(2).rstrip("# ")))
    if _RULE.fullmatch(line):
        return ({"object": "block", "type": "divider", "divider": {}},)
    for pattern, kind in ((_BULLET, "bulleted_list_item"), (_NUMBERED, "numbered_list_item"), (_QUOTE, "quote")):
        match = pattern.fullmatch(line)
        if match:
            return tuple(_text_blocks(kind, match.group(1)))
    return ()


def _text_blocks(kind: str, text: str) -> list[Mapping[str, Json]]:
    texts = rich_text(text)
    return [block(kind, texts[at : at + MOST_TEXTS]) for at in range(0, max(1, len(texts)), MOST_TEXTS)]


def _code_blocks(code: str, language: str) -> list[Mapping[str, Json]]:
    name = language if language in _LANGUAGES else "plain text"
    texts = _plain(code)
    return [
        block("code", texts[at : at + MOST_TEXTS], language=name) for at in range(0, max(1, len(texts)), MOST_TEXTS)
    ]


def _code(lines: list[str], at: int, fence: str) -> tuple[str, int]:
    """The lines up to the closing fence (or the end), and where to go on."""
    start = at
    while at < len(lines) and not (lines[at].strip().startswith(fence) and not lines[at].strip().strip(fence[0])):
        at += 1
    return "\n".join(lines[start:at]), at + 1


def _plain(text: str, annotations: Mapping[str, Json] | None = None, link: str = "") -> list[Mapping[str, Json]]:
    return [_one(part, annotations, link) for part in _pieces(text)]


def _one(text: str, annotations: Mapping[str, Json] | None, link: str) -> Mapping[str, Json]:
    content: dict[str, Json] = {"content": text, **({"link": {"url": link}} if link else {})}
    made: dict[str, Json] = {"type": "text", "text": content}
    return {**made, "annotations": annotations} if annotations else made


def _pieces(text: str) -> Iterator[str]:
    """Pieces that Notion takes. It counts UTF-16 units, so a letter beyond the first plane counts twice."""
    piece: list[str] = []
    size = 0
    for letter in text:
        width = 2 if ord(letter) > 0xFFFF else 1  # noqa: PLR2004 - the end of the first plane
        if size + width > LONGEST_TEXT:
            yield "".join(piece)
            piece, size = [], 0
        piece.append(letter)
        size += width
    if piece:
        yield "".join(piece)

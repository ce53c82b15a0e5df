"""Blocks of whole rows made to fit a limit: what has no room is counted, never cut in the middle. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

Size = Callable[[str], int]
"""The length of a text in whatever the limit is measured in."""


class Block(NamedTuple):
    """A piece of a page. `share` is how much it may take; what it does not need goes to those after it.

    `rows` stand one a line between `head` and `foot`; `short` are briefer ones to go on with when the room gets scarce,
    row for row as many as `rows` or none. `beyond` counts rows that are not even handed in. A block without rows is its
    head.
    """

    head: str
    share: int
    rows: Sequence[str] = ()
    foot: str = ""
    short: Sequence[str] = ()
    more: str = "+{number} more"
    beyond: int = 0


def utf16(text: str) -> int:
    """The length in UTF-16 units: the most that any of GitHub's limits can count for it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8(text: str) -> int:
    """The length in bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def fit(blocks: Sequence[Block], size: Size = utf16) -> str:
    """The blocks under each other, each within its share and what those before it left. The result is never longer
    than the sum of the shares, if each head and foot fits its own.
    """
    left, found = 0, []
    for block in blocks:
        left += block.share
        text = _fitted(block, left - len(_BETWEEN), size)
        if text:
            found.append(text)
            left -= size(text) + len(_BETWEEN)
    return _BETWEEN.join(found)


_BETWEEN = "\n\n"


def _fitted(block: Block, room: int, size: Size) -> str:
    if not block.rows:
        return block.head if block.head and size(block.head) <= room else ""
    frame = size(block.head) + size(block.foot) + 2 + size(_more(block, len(block.rows) + block.beyond))
    rows = _chosen(block, room - frame, size)
    if not rows:
        return ""
    left = len(block.rows) + block.beyond - len(rows)
    tail = [_more(block, left)] if left else []
    return "\n".join([*([block.head] if block.head else []), *rows, *tail, *([block.foot] if block.foot else [])])


def _chosen(block: Block, room: int, size: Size) -> list[str]:
    """As many rows as there is room for; where they do not all fit, brief ones from the middle on."""
    sizes = [size(row) + 1 for row in block.rows]
    if sum(sizes) <= room or not block.short:
        return _within(block.rows, sizes, room)
    full = _within(block.rows, sizes, room // 2)
    brief = block.short[len(full) :]
    rest = room - sum(sizes[: len(full)])
    return full + _within(brief, [size(row) + 1 for row in brief], rest)


def _within(rows: Sequence[str], sizes: Sequence[int], room: int) -> list[str]:
    found: list[str] = []
    for row, length in zip(rows, sizes, strict=True):
        room -= length
        if room < 0:
            break
        found.append(row)
    return found


def _more(block: Block, number: int) -> str:
    return block.more.format(number=f"{number:,}") if block.more else ""

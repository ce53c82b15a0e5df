"""Captured output made harmless: no workflow command, no terminal control, no text in another order than it is."""

from __future__ import annotations

import re
from functools import cache

# .NET compares text by culture, which passes over format characters: U+200B in front of `::` hides nothing from the
# runner.
_IGNORABLE = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BLANK = "\t\x0b\x0c \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"

# None of these may need more than linear time, for the text is a stranger's: no repeat runs over a place where another
# match of the same expression could begin.
_SUSPECT = f"[{_CONTROL}{_BIDI}]|:[{_IGNORABLE}]*:|#[{_IGNORABLE}]*#[{_IGNORABLE}]*\\["
_LINE_END = "\r\n?"
_ESCAPE_SEQUENCE = (
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor, erase
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\\\|\x9c)"  # titles, links
    "|\x1b[ -/]*[0-Z\\\\^-~]"
)
_LEFT_OVER = f"[{_CONTROL}{_BIDI}]"
_COMMAND = f"(?m)^([{_BLANK}{_IGNORABLE}]*):([{_IGNORABLE}]*):"
_LEGACY_COMMAND = f"#([{_IGNORABLE}]*)#([{_IGNORABLE}]*)\\["
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}


def neutralise(text: str) -> str:
    """The same text without any power over the GitHub runner, a terminal or a reader.

    `::` at the start of a line (after whatever the runner passes over) becomes `: :`, `##[` becomes `## [` anywhere. A
    carriage return ends a line. Escape sequences are taken out; other control characters are shown as their pictures
    (`␀`), those that change the direction of text as `\ufffd`. Line feeds and tabs stay. Neutralising twice changes
    nothing more.

    The rules of the runner: `ActionCommand.TryParse` and `TryParseV2` of actions/runner.
    """
    if _is_plain(text) or not _compiled(_SUSPECT).search(text):
        return text
    text = _compiled(_LINE_END).sub("\n", text)
    text = _compiled(_ESCAPE_SEQUENCE).sub("", text)
    text = _compiled(_LEFT_OVER).sub(_picture, text)
    text = _compiled(_COMMAND).sub(r"\1: \2:", text)
    return _compiled(_LEGACY_COMMAND).sub(r"#\1# \2[", text)


def _is_plain(text: str) -> bool:
    """What most output is, told without a regular expression: these are only compiled once one is needed."""
    if not text.isascii() or "::" in text or "##[" in text:
        return False
    return text.replace("\n", "").replace("\t", "").isprintable()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _picture(match: re.Match[str]) -> str:
    return _PICTURES.get(ord(match.group()), "\ufffd")

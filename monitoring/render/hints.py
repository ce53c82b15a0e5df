"""Hints that can be copied: the commands in them name the plan and the state that this call was about."""

from __future__ import annotations

import re

_COMMAND = re.compile(
    r"`ztr (?:run|plan|status|report|graph|secrets(?: check)?|retry|skip|reset|approve|reject|pause|teardown"
    r"|state (?:show|rebuild|pull|push))(?=[ `])(?![^`]* --(?:plan|state|var)\b)"
)


def repeated(text: str, options: str) -> str:
    """The text with `options` in each command between backquotes that takes them and does not have its own."""
    return _COMMAND.sub(lambda found: f"{found[0]} {options}", text) if options else text

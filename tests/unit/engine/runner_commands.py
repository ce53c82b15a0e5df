"""What GitHub's runner takes for a command: its two parsers, as the oracle for neutralised text.

After `ActionCommand` in actions/runner: `TryParseV2` wants `::` at the start of a line after trimming white space,
`TryParse` finds `##[` anywhere. .NET compares by culture there: characters that collation ignores are dropped first.
"""

from __future__ import annotations

import re
import unicodedata

NAMES = frozenset(
    {"internal-set-repo-path", "set-env", "set-output", "save-state", "add-mask", "add-path", "add-matcher"}
    | {"remove-matcher", "debug", "warning", "error", "notice", "group", "endgroup", "echo", "stop-commands"}
)


def commands(output: str) -> list[str]:
    """The commands that the runner would obey in this output."""
    lines = re.split("\r\n|\r|\n", output)
    found = [name for line in lines for name in (_legacy(_compared(line)), _second(_compared(line))) if name]
    return [*found, *(name for line in lines for name in (_legacy(line), _second(line)) if name)]


def _compared(line: str) -> str:
    """As culture-sensitive comparison sees it: without format characters, controls and variation selectors."""
    return "".join(c for c in line if unicodedata.category(c) != "Cf" and not _ignored(c))


def _ignored(character: str) -> bool:
    space = character in "\t\x0b\x0c\x85"
    return (unicodedata.category(character) == "Cc" and not space) or 0xFE00 <= ord(character) <= 0xFE0F


def _second(line: str) -> str:
    line = line.lstrip()
    if not line.startswith("::"):
        return ""
    end = line.find("::", 2)
    return _registered(line[2:end]) if end >= 0 else ""


def _legacy(line: str) -> str:
    start = line.find("##[")
    end = line.find("]", start)
    return _registered(line[start + 3 : end]) if start >= 0 and end >= 0 else ""


def _registered(info: str) -> str:
    name = info.partition(" ")[0].lower()
    return name if name in NAMES else ""

"""Reads what a command wrote to $ZTR_OUTPUT: GitHub's format, `name=value` or `name<<END`, lines, `END` (pure)."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")


def parse_outputs(content: bytes) -> dict[str, str]:
    """Name to text, the last of a name counts. Raises `ValueError` that names the line which is neither form."""
    lines = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    found: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if not line.strip():
            continue
        name, value, at = _entry(lines, line, at)
        if not _NAME.fullmatch(name):
            raise ValueError(f"line {at}: {name[:60]!r} is not a name for an output; write name=value")
        found[name] = value
    return found


def _entry(lines: list[str], line: str, at: int) -> tuple[str, str, int]:
    """Name, value and the number of the next line of the entry that starts with `line`."""
    equals, heredoc = line.find("="), line.find("<<")
    if heredoc >= 0 and (equals < 0 or heredoc < equals):
        name, end = line[:heredoc], line[heredoc + 2 :]
        try:
            stop = lines.index(end, at)
        except ValueError:
            raise ValueError(f"line {at}: the text of {name[:60]!r} never ends; {end[:60]!r} is missing") from None
        return name, "\n".join(lines[at:stop]), stop + 1
    if equals < 0:
        raise ValueError(f"line {at}: {line[:60]!r} has no '='; write name=value")
    return line[:equals], line[equals + 1 :], at

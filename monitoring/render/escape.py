"""Foreign text made harmless for where it is shown: what tasks and services say is never markup, command or link.

Sources: the GitHub Flavored Markdown specification 0.29 (§4.10 tables, §6.1 backslash escapes, §6.2 entities, §6.9
autolinks), GitHub's mention, reference and commit autolinks, and the workflow commands of the Actions runner (`::` at
the start of a line, `##[` anywhere in it).
"""

from __future__ import annotations

import re

JOINER = "\u2060"
"""An invisible character that keeps GitHub from seeing a mention, a reference, a link or a marker where it stands."""

DASH = "\N{EN DASH}"
"""Stands where there is nothing to show."""

_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
# Controls but for white space, characters that turn the direction of text or are not to be seen (the runner passes over
# them when it looks for a command), and lone surrogates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", "|": "&#124;", "\\": "&#92;"})
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_PUNCTUATION = re.compile(r"([`*_\[\]~$])")
_LINE_START = re.compile(r"^(?=>|[#+\-:](?![0-9A-Za-z])|=+\s*$)|^(\d+)(?=[.)](?:\s|$))")
_ALIVE = re.compile(
    r"@(?=\S)|#(?=\d)|\bgh(?=-\d)|:(?=//)|www(?=\.)|:(?=[\w+-]+:)(?!\d\d:)|(?:mailto|xmpp)(?=:)"
    r"|\b(?=\d*[a-f])[0-9a-f]{7,40}\b",
    re.IGNORECASE,
)
_COMMIT = 7
"""So many hex digits GitHub takes for a commit."""
_PLAIN_CODE = re.compile(r"[^`|\\<>&\s](?:[^`|\\<>&]*[^`|\\<>&\s])?")


def line(text: str, limit: int = 500) -> str:
    """The text as one line for a terminal or a log: no control sequence, no workflow command, at most `limit` long."""
    flat = _SPACE.sub(" ", _CONTROLS.sub("", _SEQUENCES.sub("", text))).strip()
    if len(flat) > limit:
        flat = flat[: limit - 1].rstrip() + "…"
    if flat.startswith("::"):
        flat = ": " + flat[1:]
    return flat.replace("##[", "## [")


def markdown(text: str, limit: int = 500) -> str:
    """The text as inline GitHub Markdown (paragraph, list, table cell, heading): it shows itself and does nothing."""
    flat = _ALIVE.sub(_broken, line(text, limit))
    flat = _PUNCTUATION.sub(r"\\\1", flat.translate(_ENTITIES))
    return _LINE_START.sub(r"\1\\", flat)


def code(text: str, limit: int = 200) -> str:
    """The text in a code span, good wherever `markdown` is."""
    flat = line(text, limit)
    if not flat:
        return DASH
    return f"`{flat}`" if _PLAIN_CODE.fullmatch(flat) else f"<code>{markdown(flat, limit)}</code>"


def html(text: str) -> str:
    """The text for an HTML element or a quoted attribute."""
    return _CONTROLS.sub("", _SEQUENCES.sub("", text)).translate(_HTML)


def label(text: str) -> str:
    r"""The text for a quoted label value of OpenMetrics 1.0 (ABNF `escaped-string`): `\`, `"` and line feed escaped."""
    shown = _CONTROLS.sub("", text)
    return shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")


def _broken(found: re.Match[str]) -> str:
    text, most = found.group(), _COMMIT - 1
    if len(text) <= most:
        return text + JOINER
    return JOINER.join(text[at : at + most] for at in range(0, len(text), most))

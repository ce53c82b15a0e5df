"""What must not be in an answer: live markup, links that carry data away, the assistant's own instructions, help with
harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from automation.hal.guardrails.concepts import Token, marks, meaning, tokens

_FENCE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_LIVE_ELEMENT = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|form|applet|base|meta|link|style|frame)\b[^>]{0,2000}>?"
    r"|<\s*[a-z][\w-]*\b[^>]{0,2000}?\son\w{3,20}\s*=[^>]{0,2000}>?",
    re.IGNORECASE,
)
_LIVE_ADDRESS = re.compile(r"(?:javascript|vbscript)\s*:|data\s*:\s*text/html", re.IGNORECASE)
_LOADED = re.compile(
    r"!\[[^\]\n]{0,500}\]\(\s*(?P<md>[^)\s]{1,4000})|<\s*img\b[^>]{0,500}?\bsrc\s*=\s*[\"']?(?P<html>[^\"'\s>]{1,4000})",
    re.IGNORECASE,
)
_MIN_CARRIED_WORDS = 4
_MIN_CARRIED_CODE = 20
_NEAR = 6
_OPENING = 400
_SAID = frozenset({"instruction", "told", "text"})
_OF_THE_ASSISTANT = frozenset({"hidden", "maker", "ask_me", "told"})
_BINDING = frozenset({"you", "must"})
_HARM = frozenset({"weapon", "malware", "drug", "fraud", "violence", "intrude"})
_PROCEDURE = frozenset({"howto", "make", "act"})
_WILLING = frozenset(
    [
        "sure",
        "course",
        "problem",
        "certainly",
        "gladly",
        "absolutely",
        "happy",
        "okay",
        "ok",
        "yes",
        "pleasure",
        "willingly",
        "naturally",
        "fine",
        "alright",
    ]
)


@dataclass(frozen=True, slots=True)
class OutputHit:
    """A category of output violation and where it stands (end exclusive)."""

    category: str
    start: int
    end: int


def output_hits(text: str) -> tuple[OutputHit, ...]:
    """Everything found in an answer. Markup in code blocks is shown, not run, and does not count."""
    shown = _FENCE.sub(lambda match: " " * len(match.group()), text) if "`" in text else text
    return (*_live(shown), *_carriers(shown), *_leaks(shown), *_compliance(tokens(shown[:_OPENING])))


def _live(text: str) -> Iterator[OutputHit]:
    for pattern in (_LIVE_ELEMENT, _LIVE_ADDRESS):
        for match in pattern.finditer(text):
            yield OutputHit("active-content", *match.span())


def _carriers(text: str) -> Iterator[OutputHit]:
    for match in _LOADED.finditer(text):
        if _carries_data(match["md"] or match["html"]):
            yield OutputHit("exfiltration-link", *match.span())


def _carries_data(address: str) -> bool:
    """Whether a value in the query reads as a sentence or as a long code."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return True  # an address that no parser understands has no business in an image
    values = [value for _, value in parse_qsl(query, keep_blank_values=True)] or [unquote_plus(query)]
    return any(len(value.split()) >= _MIN_CARRIED_WORDS or len(value) >= _MIN_CARRIED_CODE for value in values)


def _leaks(text: str) -> Iterator[OutputHit]:
    """Someone's instructions are named, a colon follows, and what follows addresses or binds an assistant."""
    if ":" not in text:
        return
    row = marks(text)
    before = -1
    for colon in [place for place, mark in enumerate(row) if text.startswith(":", mark.start())]:
        first = max(before + 1, colon - _NEAR - 1)
        before = colon
        named = _meanings(row[first:colon])
        after = row[colon + 1 : colon + 1 + _NEAR]
        if named & _SAID and named & _OF_THE_ASSISTANT and _meanings(after) & _BINDING:
            yield OutputHit("prompt-leak", row[first].start(), after[-1].end())
            return


def _meanings(row: Sequence[re.Match[str]]) -> set[str]:
    return set().union(*map(meaning, row))


def _compliance(row: Sequence[Token]) -> Iterator[OutputHit]:
    """A willing opening, then a harmful thing with a colon or next to a word for a procedure."""
    opening = row[:4]
    if not any(token.text in _WILLING for token in opening):
        return
    first = row[:20]
    meant = {concept for token in first for concept in token.concepts}
    announced = any(token.text.startswith(":") for token in first)
    if meant & _HARM and (announced or meant & _PROCEDURE):
        yield OutputHit("unsafe-compliance", first[0].start, first[-1].end)

"""Finds personal data and secrets that have a recognisable form, and puts a label in their place.

Everything outside a found item stays as it was, character by character. Names and addresses have no such form and
are not looked for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from automation.hal.guardrails import checksums


@dataclass(frozen=True, slots=True)
class Item:
    """Something found: its kind, its class (``pii`` or ``secret``) and where it stands (end exclusive)."""

    kind: str
    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A pattern, and what a text must have for it to be tried: one of the fragments (lower case), and digits."""

    kind: str
    category: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    fragments: tuple[str, ...]
    digits: int


MIN_ENTROPY = 3.0
"""Bits a character from which the value behind a word for a secret is taken for one."""


def find(text: str) -> tuple[Item, ...]:
    """Items in the order of the text, none overlapping; where two overlap, the one that comes first in the list of
    forms wins.
    """
    found: list[Item] = []
    lowered, digits = text.lower(), sum(map(text.count, "0123456789"))
    for form in _FORMS:
        if digits < form.digits or not any(fragment in lowered for fragment in form.fragments):
            continue
        for match in form.pattern.finditer(text):
            start, end = match.span("item") if "item" in form.pattern.groupindex else match.span()
            if form.holds(text[start:end]) and not any(item.start < end and start < item.end for item in found):
                found.append(Item(form.kind, form.category, start, end))
    return tuple(sorted(found, key=lambda item: item.start))


def redact(text: str, items: Iterable[Item] | None = None) -> str:
    """The text with ``[kind]`` in place of each item; items default to those that `find` finds."""
    pieces, end = [], 0
    for item in find(text) if items is None else items:
        pieces += [text[end : item.start], f"[{item.kind}]"]
        end = item.end
    return "".join([*pieces, text[end:]])


def _always(_text: str) -> bool:
    return True


def _looks_random(text: str) -> bool:
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) >= MIN_ENTROPY and any(char.isdigit() for char in text)


def _is_phone(text: str) -> bool:
    return 9 <= _digits_before_extension(text) <= 15  # noqa: PLR2004 - the bounds that E.164 sets for a number


def _is_short_phone(text: str) -> bool:
    return 7 <= _digits_before_extension(text) <= 15  # noqa: PLR2004 - a local number, up to what E.164 allows


def _digits_before_extension(text: str) -> int:
    return sum(char.isdigit() for char in text.partition("x")[0])


def _form(
    kind: str,
    category: str,
    pattern: str,
    holds: Callable[[str], bool] = _always,
    *,
    having: tuple[str, ...] = ("",),
    digits: int = 0,
) -> _Form:
    return _Form(kind, category, re.compile(pattern, re.ASCII), holds, having, digits)


_WORD_FOR_SECRET = r"(?i:pass(?:word|wd|phrase)|secret|api[_-]?key|access[_-]?key|token)"  # noqa: S105 - a pattern
_WORD_FOR_PHONE = (
    r"\b(?i:phone|mobile|cell|fax|desk|tel|telephone|call|ring|dial|reach|whatsapp|sms|answering|messages?|text"
    r"|registered)"
)
_FORMS = (
    _form(
        "private-key",
        "secret",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{1,8000}-----END [A-Z ]{0,30}PRIVATE KEY-----",
        having=("private key",),
    ),
    _form("jwt", "secret", r"\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,1000}", having=("eyj",)),
    _form("github-token", "secret", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})", having=("gh",)),
    _form("aws-key", "secret", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", having=("akia", "asia")),
    _form("slack-token", "secret", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}", having=("xox",)),
    _form(
        "slack-webhook",
        "secret",
        r"https://hooks\.slack\.com/(?:services|workflows)/[\w/-]{20,200}",
        having=("hooks.slack",),
    ),
    _form("openai-key", "secret", r"\bsk-(?:proj-|ant-|live-)?[\w-]{20,200}", having=("sk-",)),
    _form("notion-key", "secret", r"\b(?:ntn|secret)_[A-Za-z0-9]{40,60}\b", having=("ntn_", "secret_")),
    _form("airtable-key", "secret", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b", having=("pat",)),
    _form(
        "password",
        "secret",
        _WORD_FOR_SECRET + r"[\"']?\s{0,3}(?::|=|is)\s{0,3}[\"']?(?P<item>[^\s\"',;<>\[\]»”]{8,200})",
        _looks_random,
        having=("pass", "secret", "key", "token"),
        digits=1,
    ),
    _form(
        "email", "pii", r"\b[A-Za-z0-9](?:[\w.%+-]{0,63})@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}\b", having=("@",)
    ),
    _form(
        "iban", "pii", r"\b(?i:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b", checksums.is_iban, digits=2
    ),
    _form("emirates-id", "pii", r"\b784-?\d{4}-?\d{7}-?\d\b", checksums.is_emirates_id, having=("784",), digits=15),
    _form("card", "pii", r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])", checksums.is_card, digits=12),
    _form(
        "social-security",
        "pii",
        r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",
        checksums.is_us_social_security,
        having=("-",),
        digits=9,
    ),
    _form(
        "phone",
        "pii",
        r"(?<![\w+])\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}(?:x\d{1,5})?(?!\w)"
        r"|(?<![\w+.-])(?:(?:00)?1[-. ])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-. ]\d{4}(?:x\d{1,5})?(?![\w-])",
        _is_phone,
        digits=8,
    ),
    _form(
        "phone",
        "pii",
        _WORD_FOR_PHONE + r"[^\w\n]{0,3}\s{0,3}(?:(?:me|us|him|her|is|at|on|to|number) ){0,2}"
        r"(?P<item>\+?(?:\(\d{1,5}\) ?)?\d[\d .()/-]{3,20}\d(?:x\d{1,5})?)(?![\w-])",
        _is_short_phone,
        digits=7,
    ),
    _form(
        "ip-address", "pii", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", checksums.is_ipv4, having=(".",), digits=4
    ),
    _form(
        "ip-address",
        "pii",
        r"(?<![\w:.])(?i:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7})(?![\w:.]*\w)",
        checksums.is_ipv6,
        having=(":",),
    ),
)
KINDS = tuple(dict.fromkeys(form.kind for form in _FORMS))
"""The kinds of item, the most telling first."""

"""Made-up personal data and secrets, valid by their check digits, to plant into texts and look for.

They are made when they are needed: no file of the project holds anything that looks like a secret.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
from collections.abc import Callable
from types import MappingProxyType

_ALNUM = string.ascii_letters + string.digits
_MARK = re.compile(r"<<([a-z-]+)>>")


def fill(text: str, rng: random.Random) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The text with each ``<<kind>>`` replaced by an item, and where the items stand (start, end, kind).

    Raises ValueError for a kind that nobody makes.
    """
    pieces: list[str] = []
    spans, length, end = [], 0, 0
    for match in _MARK.finditer(text):
        before = text[end : match.start()]
        item = make(match.group(1), rng)
        spans.append((length + len(before), length + len(before) + len(item), match.group(1)))
        pieces += [before, item]
        length += len(before) + len(item)
        end = match.end()
    return "".join([*pieces, text[end:]]), tuple(spans)


def make(kind: str, rng: random.Random) -> str:
    """One item of a kind; ValueError for an unknown kind."""
    if kind not in MAKERS:
        raise ValueError(f"no maker for items of kind {kind!r}; known are {', '.join(MAKERS)}")
    return MAKERS[kind](rng)


def _some(alphabet: str, count: int, rng: random.Random) -> str:
    return "".join(rng.choices(alphabet, k=count))


def _with_luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return body + str(-total % 10)


def _card(rng: random.Random) -> str:
    number = _with_luhn(rng.choice("45") + _some(string.digits, 14, rng))
    separator = rng.choice(["", " ", "-"])
    return separator.join(number[start : start + 4] for start in range(0, 16, 4))


def _iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 18), ("AE", 19), ("NL", 14)])
    body = ("INGB" + _some(string.digits, 10, rng)) if country == "NL" else _some(string.digits, length, rng)
    value = int("".join(str(int(char, 36)) for char in f"{body}{country}00"))
    iban = f"{country}{98 - value % 97:02}{body}"
    return iban if rng.random() < 0.5 else " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))  # noqa: PLR2004 - as the format of the item wants it


def _emirates(rng: random.Random) -> str:
    number = _with_luhn("784" + str(rng.randint(1950, 2005)) + _some(string.digits, 7, rng))
    return f"{number[:3]}-{number[3:7]}-{number[7:14]}-{number[14]}"


def _jwt(rng: random.Random) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": str(rng.randint(1000, 9999))}).encode()).decode().rstrip("=")
    return f"{head}.{body}.{_some(_ALNUM, 43, rng)}"


def _pem(rng: random.Random) -> str:
    lines = "\n".join(_some(_ALNUM, 64, rng) for _ in range(3))
    return f"-----BEGIN {'PRIVATE'} KEY-----\n{lines}\n-----END {'PRIVATE'} KEY-----"


def _email(rng: random.Random) -> str:
    name = rng.choice(["ada", "l.meyer", "info+test", "k_okafor"])
    return f"{name}{rng.randint(1, 99)}@{rng.choice(['mail', 'post', 'dept.uni'])}.example"


def _phone(rng: random.Random) -> str:
    number = _some(string.digits, 7, rng)
    return rng.choice([f"+971 50 {number[:3]} {number[3:]}", f"+4930{number}1", f"(202) 555-{number[:4]}"])


MAKERS: MappingProxyType[str, Callable[[random.Random], str]] = MappingProxyType(
    {
        "card": _card,
        "iban": _iban,
        "emirates-id": _emirates,
        "ssn": lambda rng: f"{rng.randint(100, 599)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        "email": _email,
        "phone": _phone,
        "ip": lambda rng: f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
        "github": lambda rng: "ghp" + "_" + _some(_ALNUM, 36, rng),
        "aws": lambda rng: "AK" + "IA" + _some(string.ascii_uppercase + string.digits, 16, rng),
        "openai": lambda rng: "sk" + "-proj-" + _some(_ALNUM, 48, rng),
        "slack": lambda rng: "xox" + "b-" + _some(string.digits, 12, rng) + "-" + _some(_ALNUM, 24, rng),
        "jwt": _jwt,
        "pem": _pem,
        "password": lambda rng: _some(_ALNUM, 10, rng) + "7x",
    }
)
"""Makers by the name that stands between ``<<`` and ``>>``."""

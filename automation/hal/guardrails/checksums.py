"""Check digits, by which a number that looks like a card or an account is told from any other number."""

from __future__ import annotations

import ipaddress

_IBAN_LENGTHS = {
    "AE": 23, "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "GR": 27, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SA": 24, "SE": 24, "TR": 26,
}  # fmt: skip
# First digits of the issuers (lowest, highest) and how many digits their numbers have: ISO/IEC 7812 and what the
# networks publish of their ranges.
_ISSUERS = (
    ("4", "4", range(13, 20)),
    ("51", "55", range(16, 17)),
    ("2221", "2720", range(16, 17)),
    ("34", "34", range(15, 16)),
    ("37", "37", range(15, 16)),
    ("36", "36", range(14, 20)),
    ("38", "39", range(14, 20)),
    ("300", "305", range(14, 20)),
    ("35", "35", range(16, 20)),
    ("1800", "1800", range(15, 16)),
    ("2131", "2131", range(15, 16)),
    ("50", "50", range(12, 20)),
    ("56", "69", range(12, 20)),
)


def is_card(text: str) -> bool:
    """12 to 19 digits of a known issuer's range with a valid Luhn check digit (ISO/IEC 7812)."""
    digits = _digits(text)
    issued = any(low <= digits[: len(low)] <= high and len(digits) in sizes for low, high, sizes in _ISSUERS)
    return issued and len(set(digits)) > 1 and luhn(digits)


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others by the Luhn sum."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - digit sum
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """A country's length and a remainder of 1 modulo 97 (ISO 13616)."""
    compact = "".join(text.split()).upper()
    if len(compact) != _IBAN_LENGTHS.get(compact[:2]):
        return False
    turned = compact[4:] + compact[:4]
    return turned.isalnum() and turned.isascii() and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def is_us_social_security(text: str) -> bool:
    """Nine digits in an area, group and serial that are given out (no area 000, 666 or 9xx, no zeros)."""
    area, group, serial = text.split("-")
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def is_emirates_id(text: str) -> bool:
    """Fifteen digits that begin with 784 and end with a Luhn check digit."""
    digits = _digits(text)
    return len(digits) == 15 and digits.startswith("784") and luhn(digits)  # noqa: PLR2004 - length of the number


def is_ipv4(text: str) -> bool:
    """Four numbers up to 255."""
    return all(int(part) < 256 for part in text.split("."))  # noqa: PLR2004 - a byte


def is_ipv6(text: str) -> bool:
    """An address of version 6 in any form (RFC 4291), none of the short ones that stand for no host."""
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")

"""`${NAME}` in addresses and headers stands for a secret: recorded as it is, filled in when it is sent (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def names_in(text: str) -> tuple[str, ...]:
    """The secrets that the text asks for, in order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, secrets: Mapping[str, str]) -> str:
    """The text with each secret in its place, in one pass: what a secret holds is never read as a placeholder.

    Raises `KeyError` with the name of a secret that is not there.
    """
    return _PLACEHOLDER.sub(lambda match: secrets[match.group(1)], text)


def header_safe(value: str) -> bool:
    """Whether a header can carry the text: no line breaks or other control characters, nothing beyond Latin-1."""
    return all(" " <= letter <= "\xff" and letter != "\x7f" for letter in value)

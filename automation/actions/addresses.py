"""What an address has to look like before the network is asked (pure). Where it leads is checked by the HTTP port."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 8000  # what servers and proxies commonly take (RFC 9110, 4.1)


def address_problem(url: str, *, secret: bool = False) -> str:
    """Why nothing may be sent there, or an empty text. With `secret` plain http is fine for loopback only."""
    if any(letter <= " " or letter == "\x7f" for letter in url) or len(url) > LONGEST:
        return "it holds blanks or control characters, or is too long"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"it is no address ({error})"
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "it is no http or https address"
    if parts.username is not None or parts.password is not None:
        return "it holds a user name or password: use a header with ${SECRET}"
    if secret and parts.scheme == "http" and not is_loopback(url):
        return "it would carry a secret in the clear: use https"
    return ""


def is_loopback(url: str) -> bool:
    """Whether the address names this very machine, in the usual spellings."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    octets = host.split(".")
    numeric = len(octets) == 4 and all(part.isdigit() and len(part) <= 3 for part in octets)  # noqa: PLR2004 - IPv4
    return host in {"localhost", "::1"} or (numeric and octets[0] == "127")

"""The forms in which a secret may turn up: encoded by a library, quoted by a shell, dumped by an attacker."""

from __future__ import annotations

from collections.abc import Iterator

DERIVED_AT_LEAST = 8
RAW_AT_LEAST = 4

_JAVASCRIPT_SAFE = "!~*'()"
_WHOLE_URL_SAFE = "/!~*'();:@&=+$,?#[]"
_SHIFT_CUTS = (0, 2, 3)


def forms(secret: str) -> frozenset[str]:
    """All forms to look for. Encodings are only derived from pieces of at least 8 characters; below 4 there is none at
    all.

    Base64 is given in the three alignments that it can have inside of a longer encoded text, without the characters at
    the ends that its neighbours have a share in.
    """
    found: set[str] = set()
    for piece in _pieces(secret):
        if len(piece) >= DERIVED_AT_LEAST:
            found.update(form for form in _derived(piece) if len(form) >= DERIVED_AT_LEAST)
        elif len(piece) >= RAW_AT_LEAST:
            found.add(piece)
    return frozenset(found)


def _pieces(secret: str) -> Iterator[str]:
    yield secret
    yield secret.strip()
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= DERIVED_AT_LEAST)


def _derived(piece: str) -> Iterator[str]:
    data = piece.encode("utf-8", "surrogatepass")
    yield piece
    yield from _quoted(piece)
    yield from _percent(data)
    yield from (data.hex(), data.hex().upper())
    for once in _base64(data):
        yield once
        yield from _base64(once.encode())


def _quoted(piece: str) -> Iterator[str]:
    import html
    import json

    for ascii_only in (True, False):
        once = json.dumps(piece, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]
    yield repr(piece)[1:-1]
    yield ascii(piece)[1:-1]
    yield repr(piece.encode("utf-8", "surrogatepass"))[2:-1]
    yield piece.replace("'", "'\"'\"'")
    yield piece.replace("'", "'\\''")
    entities = html.escape(piece)
    yield from (entities, html.escape(piece, quote=False))
    yield entities.replace("&#x27;", "&#39;")
    yield entities.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield entities.replace("&#x27;", "&apos;")


def _percent(data: bytes) -> Iterator[str]:
    from urllib.parse import quote_from_bytes

    for safe in ("", "/", _JAVASCRIPT_SAFE, _WHOLE_URL_SAFE):
        upper = quote_from_bytes(data, safe=safe)
        lower = _lower_escapes(upper)
        yield from (upper, lower, upper.replace("%20", "+"), lower.replace("%20", "+"))


def _lower_escapes(quoted: str) -> str:
    import re

    return re.sub("%[0-9A-F]{2}", lambda escape: escape.group().lower(), quoted)


def _base64(data: bytes) -> Iterator[str]:
    import base64

    for shift, cut in enumerate(_SHIFT_CUTS):
        encoded = base64.b64encode(b"\0" * shift + data).rstrip(b"=")
        shared = (shift + len(data)) % 3 != 0
        core = encoded[cut : len(encoded) - shared].decode()
        yield core
        yield core.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")

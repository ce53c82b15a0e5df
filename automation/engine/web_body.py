"""An answer's body, unpacked here: its size after decompression counts, and a bomb must never be unpacked whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

_GZIP, _ZLIB, _BARE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class TooLarge(Exception):
    """The body is larger than allowed."""


class Garbled(Exception):
    """The body cannot be unpacked: cut off, damaged, or in an encoding that was not asked for."""


def unpack(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body's bytes. Raises `TooLarge` as soon as more than `limit` bytes have come out, `Garbled`."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _gathered(pieces, limit)
    if encoding in ("gzip", "x-gzip"):
        return _inflated(iter(pieces), _GZIP, limit)
    if encoding == "deflate":
        return _inflated(*_deflate(iter(pieces)), limit)
    raise Garbled(f"its encoding is {encoding[:40]!r}, which was not asked for")


def _gathered(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def _deflate(pieces: Iterator[bytes]) -> tuple[Iterator[bytes], int]:
    """The pieces and their format: `deflate` means zlib's (RFC 9110, 8.4.1.2), but some servers send it bare."""
    head = b""
    while len(head) < 2 and (piece := next(pieces, b"")):  # noqa: PLR2004 - zlib's header
        head += piece
    is_zlib = head[:1] and head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
    return chain([head], pieces), _ZLIB if is_zlib else _BARE


def _inflated(pieces: Iterator[bytes], form: int, limit: int) -> bytes:
    body = bytearray()
    unpacker = None
    for piece in pieces:
        data = piece
        while data:
            unpacker = unpacker or zlib.decompressobj(form)
            try:
                body += unpacker.decompress(data, limit + 1 - len(body))
            except zlib.error as problem:
                raise Garbled(str(problem)) from None
            if len(body) > limit:
                raise TooLarge
            data = unpacker.unconsumed_tail
            if unpacker.eof:  # gzip may have several members, one behind the other
                data, unpacker = unpacker.unused_data, None
    if unpacker is not None:
        raise Garbled("it ends in the middle")
    return bytes(body)

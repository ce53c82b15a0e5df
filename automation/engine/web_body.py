"""An answer's body, unpacked here: its size after decompression counts, and a bomb must never be unpacked whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS


class TooLarge(Exception):
    """The body is larger than allowed."""


class Garbled(Exception):
    """The body cannot be unpacked: cut off, damaged, or in an encoding that was not asked for."""


def unpack(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body's bytes. Raises `TooLarge` as soon as more than `limit` bytes have come out, `Garbled`."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _gathered(pieces, limit)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(pieces, limit)
    raise Garbled(f"its encoding is {encoding[:40]!r}, which was not asked for")


def _gathered(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def _inflated(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    unpacker = None
    for piece in pieces:
        data = piece
        while data:
            unpacker, out = _unpacked(unpacker, data, limit + 1 - len(body), first=not body)
            body += out
            if len(body) > limit:
                raise TooLarge
            data = unpacker.unconsumed_tail
            if unpacker.eof:  # gzip may have several members, one behind the other
                data, unpacker = unpacker.unused_data, None
    if unpacker is not None:
        raise Garbled("it ends in the middle")
    return bytes(body)


def _unpacked(
    unpacker: zlib._Decompress | None, data: bytes, room: int, *, first: bool
) -> tuple[zlib._Decompress, bytes]:
    try:
        used = unpacker or zlib.decompressobj(_GZIP_OR_ZLIB)
        return used, used.decompress(data, room)
    except zlib.error as problem:
        if not first or unpacker is not None:
            raise Garbled(str(problem)) from None
    try:  # some servers mean the bare format by `deflate`
        used = zlib.decompressobj(_RAW_DEFLATE)
        return used, used.decompress(data, room)
    except zlib.error as problem:
        raise Garbled(str(problem)) from None

"""Texts that arrive in pieces: the verdict is that on the whole, wherever they were cut.

Nothing may pass before the end is there. A secret or an attack can begin in one piece and end in the next, so whoever
lets pieces pass one by one lets through what no piece shows.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from automation.hal.guardrails.verdict import Verdict

MAX_HELD = 8_000_000
"""Characters that a stream holds back at most; longer ones are refused."""


class StreamTooLong(ValueError):
    """More came than a stream may hold back."""


class GuardedStream:
    """Collects pieces and checks them as one text: `GuardedStream(guard.check_output)`."""

    def __init__(self, check: Callable[[str], Verdict]) -> None:
        self._check = check
        self._pieces: list[str] = []
        self._held = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, piece: str | bytes) -> None:
        """Takes the next piece: characters, or UTF-8 bytes that may be cut within a character. StreamTooLong beyond
        `MAX_HELD`.
        """
        text = self._decoder.decode(piece) if isinstance(piece, bytes) else piece
        self._held += len(text)
        if self._held > MAX_HELD:
            raise StreamTooLong(f"more than {MAX_HELD:,} characters came in one stream; check the text in parts")
        self._pieces.append(text)

    def close(self) -> Verdict:
        """The verdict on all pieces together; bytes of a character that never ended count as unreadable."""
        self._pieces.append(self._decoder.decode(b"", final=True))
        return self._check("".join(self._pieces))

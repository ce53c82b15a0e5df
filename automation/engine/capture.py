"""What a child process prints, on its way to a log file and to what is kept: bounded, redacted, neutralised."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from automation.engine.neutral import neutralise
from automation.engine.redact import Redactor, Stream

LOG_LIMIT = 10_000_000


class Capture:
    """Takes raw bytes in any pieces; memory stays near `keep` bytes however much comes.

    The log gets the first `log_limit` bytes and then one line that counts what was dropped; it is only made when there
    is something to write, and is added to if it exists. A line that is too long is broken in the log.
    """

    def __init__(self, redactor: Redactor, log: Path | None, keep: int, log_limit: int = LOG_LIMIT) -> None:
        self._redactor = redactor
        self._keep = keep
        self._margin = keep + 4 * redactor.max_len
        self._tail = bytearray()
        self._seen = 0
        self._log = _Log(log, redactor, log_limit) if log else None

    def feed(self, piece: bytes) -> None:
        self._seen += len(piece)
        self._tail += piece
        if len(self._tail) > 2 * self._margin:
            del self._tail[: -self._margin]
        if self._log:
            self._log.feed(piece)

    def finish(self) -> tuple[str, int]:
        """What is kept, as text of at most `keep` bytes, and how many bytes are not in it. Closes the log."""
        if self._log:
            self._log.finish()
        if not self._seen:
            return "", 0
        cut = self._seen - len(self._tail)
        text = clean(bytes(self._tail).decode("utf-8", "replace"), self._redactor)
        if cut:  # the first characters may be the end of a secret whose beginning is gone
            text = text[self._redactor.max_len :]
        kept, over = _last(text, self._keep)
        return kept, max(cut, self._seen - self._keep) if cut or over else 0


def clean(text: str, redactor: Redactor) -> str:
    """Redacted and neutralised: redacted again where neutralising took something out of the middle of a secret."""
    once = redactor.text(text)
    harmless = neutralise(once)
    return harmless if harmless is once else redactor.text(harmless)


def _last(text: str, keep: int) -> tuple[str, bool]:
    data = text.encode("utf-8", "replace")
    if len(data) <= keep:
        return text, False
    # Cutting may put `::` at the start of the text, hence once more.
    return neutralise(data[len(data) - keep :].decode("utf-8", "ignore"))[-keep:], True


class _Log:
    def __init__(self, path: Path, redactor: Redactor, limit: int) -> None:
        self._path = path
        self._redactor = redactor
        self._left = limit
        self._dropped = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stream = Stream(redactor)
        self._file: BinaryIO | None = None

    def feed(self, piece: bytes) -> None:
        taken = piece[: self._left]
        self._left -= len(taken)
        self._dropped += len(piece) - len(taken)
        if taken:
            self._write(self._stream.feed(self._decoder.decode(taken)))

    def finish(self) -> None:
        self._write(self._stream.feed(self._decoder.decode(b"", final=True)) + self._stream.finish())
        if self._dropped:
            self._write(f"{self._dropped} bytes dropped: a log is cut at its limit\n")
        if self._file:
            self._file.close()

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
        # Each piece ends a line, so that no command can come together from two harmless halves.
        whole = text if text.endswith("\n") else text + "\n"
        self._file.write(clean(whole, self._redactor).encode("utf-8", "replace"))

"""The journal on a real disk: whole lines or nothing, and every damage found and named."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from automation.engine.events import Event, Opened, StepFinished, TaskFinished, TaskStarted
from automation.engine.journal import Damaged, JournalFull, JournalWriter, read_journal
from automation.errors import StateError

EVENTS: tuple[Event, ...] = (
    Opened("t0", "r1", 1, "local:demo", "demo"),
    TaskStarted("t1", "a", "once", "def-1"),
    StepFinished("t2", "a", "once", "s", "done", outputs={"text": "Zürich \udc80 \n ✓"}),
    TaskFinished("t3", "a", "once", "done"),
)


def same(text: str) -> str:
    return text


def written(path: Path, events: tuple[Event, ...] = EVENTS) -> Path:
    writer = JournalWriter(path, same)
    for event in events:
        writer.append(event)
    writer.sync()
    writer.close()
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    journal = read_journal(written(tmp_path / "j.jsonl"))
    assert (journal.events, journal.torn) == (EVENTS, 0)


def test_every_flipped_byte_is_found_and_its_line_named(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl")
    good = path.read_bytes()
    for offset in range(len(good)):
        for mask in (0x01, 0x20, 0x80):
            path.write_bytes(good[:offset] + bytes([good[offset] ^ mask]) + good[offset + 1 :])
            with pytest.raises(Damaged) as found:
                read_journal(path)
            assert found.value.line in (good[:offset].count(b"\n") + 1, good[:offset].count(b"\n") + 2)
            assert "ztr state rebuild" in found.value.remedy


def test_every_truncation_leaves_the_whole_lines_before_it(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl")
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        if length and good[length : length + 1] == b"\n":
            with pytest.raises(Damaged, match="line break"):  # no torn line: a whole one without its end
                read_journal(path)
            continue
        journal = read_journal(path)
        whole = good[:length].count(b"\n")
        assert journal.events == EVENTS[:whole]
        assert journal.torn == length - (good[:length].rfind(b"\n") + 1)


def test_a_line_that_is_missing_or_moved_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    for changed in ([lines[0], *lines[2:]], [lines[0], lines[2], lines[1], lines[3]], [*lines, lines[3]]):
        path.write_bytes(b"".join(changed))
        with pytest.raises(Damaged, match="checksum"):
            read_journal(path)


def test_a_good_line_with_an_event_of_the_future_is_named(tmp_path: Path) -> None:
    from zlib import crc32

    body = b'{"type":"from-the-future"'
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'%s,"crc":"%08x"}\n' % (body, crc32(body)))
    with pytest.raises(Damaged, match="unknown event type 'from-the-future'"):
        read_journal(path)


def test_secrets_are_redacted_before_a_line_is_written_and_in_the_event_given_back(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "j.jsonl", lambda text: text.replace("hunter2-hunter2", "***"))
    back = writer.append(TaskFinished("t", "a", "once", "failed", "said hunter2-hunter2"))
    writer.close()
    assert back.reason == "said ***"
    assert b"hunter2" not in (tmp_path / "j.jsonl").read_bytes()


def test_a_journal_is_never_written_over(tmp_path: Path) -> None:
    written(tmp_path / "j.jsonl")
    with pytest.raises(StateError, match="File exists"):
        JournalWriter(tmp_path / "j.jsonl", same)


def test_a_journal_that_was_never_acted_on_can_be_discarded(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "j.jsonl", same)
    writer.discard()
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        read_journal(tmp_path / "none.jsonl")


def test_a_full_disk_cuts_the_torn_line_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j.jsonl"
    writer = JournalWriter(path, same)
    writer.append(EVENTS[0])
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:5]))
    with pytest.raises(JournalFull, match="the disk is full"):
        writer.append(EVENTS[1])
    monkeypatch.undo()
    writer.close()
    assert read_journal(path).events == EVENTS[:1]


def test_a_disk_that_refuses_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = JournalWriter(tmp_path / "j.jsonl", same)

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", refuse)
    monkeypatch.setattr(os, "fdatasync", refuse)
    for call in (lambda: writer.append(EVENTS[0]), writer.sync):
        with pytest.raises(JournalFull, match="No space left on device"):
            call()

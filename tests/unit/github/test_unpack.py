"""A state branch's archive: read as it is, and refused when it cannot be one."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

import pytest

from automation.errors import StateError
from automation.github import branch
from automation.github.branch import unpack

COMMIT = "c" * 40


def archive(members: Iterable[tuple[tarfile.TarInfo, bytes]], comment: str = COMMIT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", pax_headers={"comment": comment} if comment else {}) as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def file(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, target
    return found


def test_the_outermost_folder_is_left_out() -> None:
    told = archive([(file("o-r-c/ztr.json"), b"{}"), (file("o-r-c/plans/p/state.json"), b"s")])
    assert dict(unpack(told, COMMIT)) == {"ztr.json": b"{}", "plans/p/state.json": b"s"}


def test_links_folders_and_devices_are_no_files() -> None:
    kinds = ((tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "x"), (tarfile.DIRTYPE, ""), (tarfile.FIFOTYPE, ""))
    told = archive([(file(f"top/{number}", kind, target), b"") for number, (kind, target) in enumerate(kinds)])
    assert dict(unpack(told, COMMIT)) == {}


def test_the_archive_of_another_commit_is_refused() -> None:
    with pytest.raises(StateError, match="instead of"):
        dict(unpack(archive([(file("top/a"), b"")], "d" * 40), COMMIT))


def test_an_archive_that_names_no_commit_is_taken_for_the_one_that_was_asked_for() -> None:
    assert dict(unpack(archive([(file("top/a"), b"x")], ""), COMMIT)) == {"a": b"x"}


@pytest.mark.parametrize(
    "content", [b"", b"no archive", archive([(file("top/a"), b"x" * 5_000)])[:60]], ids=["empty", "text", "cut"]
)
def test_what_is_no_archive_is_told(content: bytes) -> None:
    with pytest.raises(StateError, match="is damaged"):
        dict(unpack(content, COMMIT))


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch, "MOST_FILES", 3)
    with pytest.raises(StateError, match="too large"):
        dict(unpack(archive([(file(f"top/{number}"), b"") for number in range(4)]), COMMIT))


def test_a_bomb_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch, "LARGEST_BRANCH", 1_000)
    with pytest.raises(StateError, match="too large"):
        dict(unpack(archive([(file("top/a"), b"0" * 2_000)]), COMMIT))

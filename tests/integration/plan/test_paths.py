"""Files below a root directory, with everything that could lead out of it."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.plan import paths
from automation.plan.paths import UnsafePath, inside, open_inside, read_inside, write_inside


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a file, beside a file that nobody may reach."""
    (tmp_path / "outside.txt").write_text("secret")
    top = tmp_path / "root"
    (top / "sub").mkdir(parents=True)
    (top / "sub" / "a.txt").write_text("hello")
    return top


def test_a_file_below_the_root_is_found_read_and_written(root: Path) -> None:
    assert inside(root, "sub/a.txt") == (root / "sub" / "a.txt").resolve()
    assert read_inside(root, "sub/a.txt", 5) == b"hello"
    assert write_inside(root, "new/deep/b.bin", iter([b"1", b"2"])) == (root / "new/deep/b.bin").resolve()
    assert (root / "new/deep/b.bin").read_bytes() == b"12"


def test_a_write_replaces_the_whole_file_and_leaves_nothing_else(root: Path) -> None:
    write_inside(root, "sub/a.txt", b"bye")
    assert (root / "sub/a.txt").read_bytes() == b"bye"
    assert os.listdir(root / "sub") == ["a.txt"]  # noqa: PTH208 - names, temporary files included


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(root: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_inside(root, "sub/a.txt", chunks())
    assert (root / "sub/a.txt").read_text() == "hello"
    assert len(list((root / "sub").iterdir())) == 1


def test_links_that_lead_out_are_refused_for_reading_and_writing(root: Path) -> None:
    (root / "file").symlink_to("../outside.txt")
    (root / "folder").symlink_to("..")
    (root / "absolute").symlink_to("/etc")
    for name in ("file", "folder/outside.txt", "absolute/passwd"):
        for use in (inside, open_inside):
            with pytest.raises(UnsafePath, match="leads out"):
                use(root, name)
        with pytest.raises(UnsafePath, match="leads out"):
            write_inside(root, name, b"x")
    assert (root.parent / "outside.txt").read_text() == "secret"


def test_links_that_stay_inside_are_followed(root: Path) -> None:
    (root / "link").symlink_to("sub")
    assert read_inside(root, "link/a.txt", 10) == b"hello"


def test_links_into_git_and_in_circles_are_refused(root: Path) -> None:
    (root / ".git").mkdir()
    (root / "innocent").symlink_to(".git")
    (root / "round").symlink_to("round")
    with pytest.raises(UnsafePath, match="git"):
        inside(root, "innocent/config")
    with pytest.raises(UnsafePath, match=r"circle|followed|leads out|link"):
        read_inside(root, "round", 10)


def test_a_link_that_is_put_there_after_the_check_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = inside(root, "sub/a.txt")
    monkeypatch.setattr(paths, "inside", lambda _root, _relative: checked)
    (root / "sub/a.txt").unlink()
    (root / "sub/a.txt").symlink_to(root.parent / "outside.txt")
    with pytest.raises(UnsafePath, match="link or special file"):
        read_inside(root, "sub/a.txt", 10)
    (root / "sub/a.txt").unlink()
    (root / "sub").rmdir()
    (root / "sub").symlink_to(root.parent)
    for use in (lambda: open_inside(root, "sub/a.txt"), lambda: write_inside(root, "sub/a.txt", b"x")):
        with pytest.raises((UnsafePath, OSError)):
            use()
    assert sorted(path.name for path in root.parent.iterdir()) == ["outside.txt", "root"]


def test_special_files_and_directories_are_no_files(root: Path) -> None:
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "sock"))
        for name in ("fifo", "sock"):
            with pytest.raises(UnsafePath, match="neither a file nor a directory"):
                inside(root, name)
    with pytest.raises(UnsafePath, match="not a plain file"):
        open_inside(root, "sub")
    with pytest.raises(UnsafePath, match="it is a directory"):
        write_inside(root, "sub", b"x")


def test_a_fifo_that_is_put_there_after_the_check_does_not_hang(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = inside(root, "later")
    monkeypatch.setattr(paths, "inside", lambda _root, _relative: checked)
    os.mkfifo(root / "later")
    with pytest.raises(UnsafePath, match="not a plain file"):
        open_inside(root, "later")


def test_a_file_that_is_too_large_or_not_there_is_said_so(root: Path) -> None:
    with pytest.raises(UnsafePath, match="larger than 4 bytes"):
        read_inside(root, "sub/a.txt", 4)
    with pytest.raises(FileNotFoundError) as error:
        read_inside(root, "sub/none.txt", 4)
    assert error.value.filename == "sub/none.txt"
    with pytest.raises(FileNotFoundError):
        read_inside(root, "none/none.txt", 4)
    with pytest.raises(NotADirectoryError):
        write_inside(root, "sub/a.txt/b", b"")


def test_a_long_path_is_shown_cut(root: Path) -> None:
    with pytest.raises(UnsafePath, match=r"a{100}…"):
        inside(root, "a" * 3000)

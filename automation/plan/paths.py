"""Files below a root directory that tasks may name: nothing outside of it is ever read, written or created.

A path is judged twice: by its text and by where it leads (`inside`). Then every directory on the way is opened without
following links, so that a link that is put there in between is refused, too.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from automation.plan.relative import path_problem

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # not blocking: a FIFO without a writer
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class UnsafePath(ValueError):
    """A path that leads out of its root, or to what is no plain file. The message names it and says why."""


def inside(root: Path, relative: str) -> Path:
    """The real path below the real `root`. Refuses (`UnsafePath`) what leads out, into .git or to a special file.

    The file need not be there. Links that stay below the root are followed.
    """
    problem = path_problem(relative)
    if problem:
        raise UnsafePath(f"path {_shown(relative)}: {problem}")
    top = root.resolve()
    try:
        real = (top / relative).resolve()
        kind = real.stat().st_mode if real.exists() else stat.S_IFREG
    except (OSError, RuntimeError) as error:
        raise UnsafePath(f"path {_shown(relative)}: it cannot be followed ({_reason(error)})") from error
    if not real.is_relative_to(top) or real == top:
        raise UnsafePath(f"path {_shown(relative)}: it leads out of the work directory")
    if path_problem(real.relative_to(top).as_posix()):
        raise UnsafePath(f"path {_shown(relative)}: it leads into .git")
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise UnsafePath(f"path {_shown(relative)}: it is neither a file nor a directory")
    return real


def open_inside(root: Path, relative: str) -> int:
    """A file descriptor for reading a plain file. Raises `UnsafePath`, or `OSError` when the file cannot be read."""
    top = root.resolve()
    parts = inside(root, relative).relative_to(top).parts
    folder = _open_folder(top, parts[:-1], relative)
    try:
        descriptor = os.open(parts[-1], _READ, dir_fd=folder)
    except OSError as error:
        raise _refused(error, relative) from error
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnsafePath(f"path {_shown(relative)}: it is not a plain file")
    return descriptor


def read_inside(root: Path, relative: str, limit: int) -> bytes:
    """The whole file. Raises `UnsafePath`, also when it is larger than `limit` bytes, or `OSError`."""
    with os.fdopen(open_inside(root, relative), "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise UnsafePath(f"path {_shown(relative)}: the file is larger than {limit:,} bytes")
    return content


def write_inside(root: Path, relative: str, content: bytes | Iterable[bytes]) -> Path:
    """Put `content` there in one stroke: whoever reads sees the old file or the new one. Folders are made as needed."""
    real = inside(root, relative)
    if real.is_dir():
        raise UnsafePath(f"path {_shown(relative)}: it is a directory")
    top = root.resolve()
    parts = real.relative_to(top).parts
    folder = _open_folder(top, parts[:-1], relative, create=True)
    try:
        _replace(folder, parts[-1], (content,) if isinstance(content, bytes) else content)
    finally:
        os.close(folder)
    return real


def _replace(folder: int, name: str, chunks: Iterable[bytes]) -> None:
    temporary = f".ztr-{os.urandom(8).hex()}"
    descriptor = os.open(temporary, _CREATE, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _open_folder(top: Path, parts: tuple[str, ...], relative: str, *, create: bool = False) -> int:
    descriptor = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts:
            descriptor = _step_into(descriptor, part, create=create)
    except OSError as error:
        os.close(descriptor)
        raise _refused(error, relative) from error
    return descriptor


def _step_into(folder: int, name: str, *, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, 0o777, dir_fd=folder)
    below = os.open(name, _DIRECTORY, dir_fd=folder)
    os.close(folder)
    return below


def _refused(error: OSError, relative: str) -> Exception:
    """A link or device where a plain file should be is `UnsafePath`; all else stays, named as the user wrote it."""
    if error.errno in {errno.ELOOP, errno.ENXIO}:
        return UnsafePath(f"path {_shown(relative)}: a link or special file is in the way")
    return OSError(error.errno, error.strerror, relative)


def _shown(relative: str) -> str:
    return repr(relative if len(relative) <= 100 else relative[:100] + "…")  # noqa: PLR2004 - enough to recognise it


def _reason(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "links in a circle"

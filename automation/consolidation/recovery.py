"""Phase 14: a backup of a target and of the run's state, restored into a new folder and compared byte for byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown, write_json
from automation.consolidation.git import GitFailed, git
from automation.consolidation.study import Study

LARGEST = 2_000_000_000
"""Bytes of a target beyond which no backup is made here."""


class Copied(NamedTuple):
    """One backup: entries, bytes, entries that came back otherwise or not at all, and the seconds of both ways."""

    what: str
    entries: int
    size: int
    differing: tuple[str, ...]
    saved: float
    restored: float
    digest: str
    reason: str = ""


def rehearse(studies: Sequence[Study], state: Path, folder: Path) -> Result:
    """Back up everything, restore it and compare; `manifest.json` in the folder has the checksums."""
    copies = [copy for study in studies for copy in (_files(study), _history(study))]
    copies.append(back_up("state of the run", state, _state_files(state)))
    write_json(folder / "manifest.json", [one._asdict() for one in copies])
    made = [one for one in copies if not one.reason]
    entries = sum(one.entries for one in made)
    lost = sum(len(one.differing) for one in made)
    metrics: dict[str, int | float] = {
        "backups": len(made),
        "entries": entries,
        "bytes": sum(one.size for one in made),
        "restored": round((entries - lost) / entries, 6) if entries else 1.0,
        "backup-seconds": round(sum(one.saved for one in made), 2),
        "restore-seconds": round(sum(one.restored for one in made), 2),
    }
    findings = [
        Finding(
            "not-restored",
            "critical",
            one.what,
            path,
            0,
            "it came back otherwise than it was saved",
            "look at the disk before anything else",
        )
        for one in made
        for path in one.differing
    ]
    unchecked = [Unchecked("backup", one.what, one.reason) for one in copies if one.reason]
    details: dict[str, Json] = {
        one.what: {"entries": one.entries, "bytes": one.size, "sha256": one.digest} for one in made
    }
    return Result(metrics, findings, unchecked, details)


def back_up(what: str, root: Path, paths: Iterable[str]) -> Copied:
    """Write the paths below `root` into an archive, unpack it elsewhere, and compare what came back."""
    with tempfile.TemporaryDirectory(prefix="ztr-recovery-") as scratch:
        archive, target = Path(scratch, "backup.tar"), Path(scratch, "restored")
        target.mkdir()
        begun = time.monotonic()
        try:
            kept, size = _save(archive, root, paths)
            saved = time.monotonic() - begun
            _restore(archive, target)
            restored = time.monotonic() - begun - saved
        except (OSError, tarfile.TarError) as error:
            return Copied(what, 0, 0, (), 0.0, 0.0, "", f"no backup could be made: {error}")
        differing = tuple(sorted(shown(path) for path, content in kept.items() if _digest_of(target, path) != content))
    digest = hashlib.sha256(
        "\n".join(f"{shown(path)} {content}" for path, content in sorted(kept.items())).encode()
    ).hexdigest()
    return Copied(what, len(kept), size, differing, round(saved, 3), round(restored, 3), digest)


class _Hashing:
    """A file that is hashed as it is read: what came back is compared with what was saved, whoever writes meanwhile."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _save(archive: Path, root: Path, paths: Iterable[str]) -> tuple[dict[str, str], int]:
    kept: dict[str, str] = {}
    size = 0
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape") as tar:
        for path in paths:
            place = os.path.join(root, path)  # noqa: PTH118 - undecodable names
            try:
                found = os.lstat(place)
            except OSError:
                continue  # it was there a moment ago
            if stat.S_ISLNK(found.st_mode):
                tar.add(place, path, recursive=False)
                kept[path] = f"link {os.readlink(place)}"  # noqa: PTH115 - undecodable names
            elif stat.S_ISREG(found.st_mode):
                with open(place, "rb") as file:  # noqa: PTH123 - undecodable names
                    told = tar.gettarinfo(arcname=path, fileobj=file)
                    told.type, told.linkname = tarfile.REGTYPE, ""  # a second name of a file is a file
                    told.size = os.fstat(file.fileno()).st_size
                    hashed = _Hashing(file)
                    tar.addfile(told, hashed)
                kept[path] = f"{told.mode & 0o777:o} {hashed.digest.hexdigest()}"
                size += told.size
    return kept, size


def _restore(archive: Path, target: Path) -> None:
    """Unpack an archive of ours. Links are made last: no file is ever written through one."""
    links = []
    with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as tar:
        for member in tar:
            place = os.path.join(target, member.name)  # noqa: PTH118 - undecodable names
            os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - undecodable names
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                links.append((member.linkname, place))
                continue
            with open(place, "wb") as file:  # noqa: PTH123 - undecodable names
                shutil.copyfileobj(content, file, 1 << 20)
            os.chmod(place, member.mode & 0o777)  # noqa: PTH101 - undecodable names
    for goal, place in links:
        os.symlink(goal, place)  # noqa: PTH211 - undecodable names


def _digest_of(root: Path, path: str) -> str:
    place = os.path.join(root, path)  # noqa: PTH118 - undecodable names
    try:
        found = os.lstat(place)
        if stat.S_ISLNK(found.st_mode):
            return f"link {os.readlink(place)}"  # noqa: PTH115 - undecodable names
        with open(place, "rb") as file:  # noqa: PTH123 - undecodable names
            return f"{found.st_mode & 0o777:o} {hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError:
        return "missing"


def _files(study: Study) -> Copied:
    """The tracked files, and those that git would track if it was told to; what it ignores can be made again."""
    what = f"{shown(study.name)}: files"
    if study.target.bare:
        return Copied(what, 0, 0, (), 0.0, 0.0, "", "nothing is checked out")
    paths = [one.path for one in study.files if one.entry.kind in ("file", "huge", "symlink")]
    try:
        other = git(study.target.root, "ls-files", "--others", "--exclude-standard", "-z").split(b"\0")
        paths += [os.fsdecode(name) for name in other if name and not name.endswith(b"/")]
    except GitFailed as error:
        return Copied(what, 0, 0, (), 0.0, 0.0, "", str(error))
    return _within(what, study.target.root, paths)


def _history(study: Study) -> Copied:
    """The folder of objects and references, as it is: that holds for an empty and for a shallow repository, too."""
    what = f"{shown(study.name)}: history"
    try:
        told = git(study.target.root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    except GitFailed as error:
        return Copied(what, 0, 0, (), 0.0, 0.0, "", str(error))
    root = Path(os.fsdecode(told.rstrip(b"\n")))
    return _within(what, root, [path for path in walk(root) if not path.endswith(".lock")])


def _within(what: str, root: Path, paths: Sequence[str]) -> Copied:
    size = sum(_size(os.path.join(root, path)) for path in paths)  # noqa: PTH118 - undecodable names
    if size > LARGEST:
        reason = f"its {size / 1e9:.1f} GB are more than the {LARGEST / 1e9:g} GB that are tried here"
        return Copied(what, 0, 0, (), 0.0, 0.0, "", reason)
    return back_up(what, root, paths)


def walk(root: Path) -> Iterator[str]:
    """The files and links below a folder, by their paths inside it."""
    for folder, folders, names in os.walk(root):
        base = os.path.relpath(folder, root)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118 - undecodable names
        yield from (os.path.normpath(os.path.join(base, name)) for name in (*names, *links))  # noqa: PTH118 - undecodable names


def _state_files(state: Path) -> list[str]:
    """What a run needs to go on elsewhere: journals, the snapshot, and the documents so far."""
    kept = ("journal", "state.json", "work/consolidation")
    hidden = f"{os.sep}."
    return [path for path in walk(state) if path.startswith(kept) and hidden not in f"{os.sep}{path}"]


def _size(place: str) -> int:
    try:
        return os.lstat(place).st_size
    except OSError:
        return 0

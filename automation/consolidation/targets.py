"""The repositories that a run looks at: opened, or refused with a reason and a remedy."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.git import GitFailed, git


class Target(NamedTuple):
    """A repository: where its files lie (for a bare one: its objects), what is checked out, and what it lacks."""

    name: str
    root: Path
    head: str = ""
    bare: bool = False
    shallow: bool = False
    notes: tuple[str, ...] = ()

    @property
    def has_history(self) -> bool:
        """Whether there is a commit to look at."""
        return bool(self.head)


class Refused(NamedTuple):
    """A target that cannot be looked at, in the words in which it was given."""

    given: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"target {self.given}: {self.reason}; {self.remedy}"


class NoTargets(ValueError):
    """Some target cannot be looked at; the message says which, why, and what to do."""


def named(given: str | Sequence[str]) -> tuple[str, ...]:
    """Targets as a plan gives them: a list, or one text with commas or new lines between."""
    words = given.replace("\n", ",").split(",") if isinstance(given, str) else given
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def started_in() -> Path:
    """The folder that ztr was started in: a worker finds callables there first, and relative targets start there."""
    return Path(next((entry for entry in sys.path if entry and Path(entry).is_dir()), "."))


def open_all(given: str | Sequence[str], start: Path, workdir: Path) -> tuple[Target, ...]:
    """All targets, with names that differ. Raises `NoTargets` that names every one that cannot be opened."""
    words = named(given)
    if not words:
        raise NoTargets("the plan names no target; set its variable `targets` to a folder with a git repository")
    found = [open_one(word, start, workdir) for word in words]
    refused = [str(one) for one in found if isinstance(one, Refused)]
    if refused:
        raise NoTargets("; ".join(refused))
    return _with_names(one for one in found if isinstance(one, Target))


def check(targets: str | Sequence[str]) -> None:
    """That every target can be opened, before anything is run. Raises `NoTargets` that names every one that cannot."""
    # ztr tells a check where the state is; no file of the plan has been written there yet.
    open_all(targets, started_in(), Path(os.environ.get("ZTR_STATE") or os.devnull))


def open_one(given: str, start: Path, workdir: Path) -> Target | Refused:
    """One target, or why not."""
    try:
        folder = (start / given).resolve()
        there = folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:  # not permitted, too long, a loop of links, a NUL
        return Refused(given, f"it cannot be opened ({error})", "check the path and who may read it")
    if not there:
        return Refused(given, f"there is no folder {folder}", "check the path, or clone the repository there")
    state = workdir.parents[1] if (workdir.parent / "journal").is_dir() else workdir
    if folder.is_relative_to(state):
        remedy = "clone the repository elsewhere, or keep the state elsewhere with --state"
        return Refused(given, "it lies inside the run's own state folder, which changes while it is read", remedy)
    try:
        # git gives a path as bytes with a new line at its end; of a bare repository there is no top level.
        bare = git(folder, "rev-parse", "--is-bare-repository").strip() == b"true"
        root = folder if bare else Path(_line(git(folder, "rev-parse", "--show-toplevel")))
    except GitFailed as error:
        return Refused(given, f"it is not a git repository ({error})", "run `git init` and commit, or clone one there")
    if not folder.is_relative_to(root):
        return Refused(given, f"its configuration says that its files lie in {root}", "take core.worktree out of it")
    named = _quiet(root, "rev-parse", "--verify", "--quiet", "HEAD")
    if named and not _quiet(root, "rev-parse", "--verify", "--quiet", "HEAD^{tree}"):
        reason = f"its HEAD is {named[:12]}, which cannot be read: the repository is damaged"
        return Refused(given, reason, "look at it with `git fsck`, or clone it anew")
    return _described(root, bare=bare)


def _described(root: Path, *, bare: bool) -> Target:
    head = _quiet(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    shallow = _quiet(root, "rev-parse", "--is-shallow-repository") == "true"
    notes = []
    if not head:
        notes.append("it has no commit yet: there is no history to look at")
    if bare:
        notes.append("it is a bare repository: the files of its HEAD are read, nothing is checked out")
    if shallow:
        notes.append("it is a shallow clone: history before its cut is missing; `git fetch --unshallow` brings it")
    return Target(root.name.removesuffix(".git") or "root", root, head, bare, shallow, tuple(notes))


def _with_names(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Each with a name of its own, and each repository once, however many of its folders were given."""
    kept: dict[Path, Target] = {}
    names: set[str] = set()
    for target in targets:
        if target.root in kept:
            continue
        name, number = target.name, 2
        while name in names:
            name, number = f"{target.name}-{number}", number + 1
        names.add(name)
        kept[target.root] = target._replace(name=name)
    return tuple(kept.values())


def _quiet(root: Path, *arguments: str) -> str:
    try:
        return _line(git(root, *arguments))
    except GitFailed:
        return ""


def _line(output: bytes) -> str:
    return os.fsdecode(output.rstrip(b"\n"))

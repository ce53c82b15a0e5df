"""The targets of a run with what is known of their files: what every phase starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from automation.consolidation.facts import FileFacts, Say, facts_of
from automation.consolidation.targets import Target, open_all, started_in
from automation.consolidation.tree import content

FACTS = Path("consolidation/.facts")


class Study:
    """One target and the facts of its files."""

    def __init__(self, target: Target, files: Sequence[FileFacts]) -> None:
        self.target = target
        self.files = files

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target.name

    @cached_property
    def by_path(self) -> dict[str, FileFacts]:
        """The files by their paths."""
        return {one.path: one for one in self.files}

    @cached_property
    def product(self) -> list[FileFacts]:
        """The files of source code that are neither tests nor vendored."""
        return [one for one in self.files if one.role in ("product", "docs") and one.language not in ("", "binary")]

    @cached_property
    def fingerprint(self) -> str:
        """One hash of all tracked files: paths, modes and contents, and the commit that is checked out."""
        told = hashlib.sha256(self.target.head.encode())
        for one in self.files:
            line = f"{one.path}\0{one.entry.mode:o}\0{one.entry.kind}\0{one.digest}\n"
            told.update(line.encode("utf-8", "surrogateescape"))
        return told.hexdigest()

    def named(self, *names: str) -> list[FileFacts]:
        """The files that are called so, in any folder that is not vendored; the shallowest first."""
        found = [one for one in self.files if one.path.rpartition("/")[2] in names and one.role != "vendored"]
        return sorted(found, key=lambda one: (one.path.count("/"), one.path))

    def ending(self, *endings: str) -> list[FileFacts]:
        """The files with such an ending that are not vendored."""
        return [one for one in self.files if one.path.endswith(endings) and one.role != "vendored"]

    def bytes_of(self, path: str) -> bytes:
        """The content of a file; empty where it is not read."""
        found = self.by_path.get(path)
        return content(self.target, found.entry) if found is not None and found.entry.readable else b""

    def text_of(self, path: str) -> str:
        """The content as text; what is not UTF-8 is replaced."""
        return self.bytes_of(path).decode("utf-8", "replace")


def open_studies(given: str | Sequence[str], say: Say = print) -> list[Study]:
    """All targets with their facts, for a step whose work directory is the current one. Raises `NoTargets`."""
    workdir = Path.cwd()
    targets = open_all(given, started_in(), workdir)
    return [Study(target, facts_of(target, workdir / FACTS, say)) for target in targets]

"""A git object store in memory, with git's real object names, and refs that move only as GitHub lets them."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

FILE, EXECUTABLE, DIRECTORY = "100644", "100755", "040000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree."""

    name: str
    mode: str
    sha: str

    @property
    def kind(self) -> str:
        return "tree" if self.mode == DIRECTORY else "blob"


@dataclass(frozen=True, slots=True)
class Commit:
    tree: str
    parents: tuple[str, ...]
    message: str
    author: Mapping[str, str]
    committer: Mapping[str, str]


@dataclass(slots=True)
class Git:
    """What one repository holds."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def blob(self, content: bytes) -> str:
        sha = _name("blob", content)
        self.blobs[sha] = content
        return sha

    def tree(self, entries: Iterable[Entry]) -> str:
        # git sorts a directory as if its name ended in a slash
        lines = tuple(sorted(entries, key=lambda e: e.name + ("/" if e.mode == DIRECTORY else "")))
        raw = b"".join(f"{e.mode.lstrip('0')} {e.name}\0".encode() + bytes.fromhex(e.sha) for e in lines)
        sha = _name("tree", raw)
        self.trees[sha] = lines
        return sha

    def commit(self, made: Commit) -> str:
        def who(one: Mapping[str, str]) -> str:
            return f"{one['name']} <{one['email']}> {one['date']}"

        parents = "".join(f"parent {p}\n" for p in made.parents)
        raw = f"tree {made.tree}\n{parents}author {who(made.author)}\ncommitter {who(made.committer)}\n\n{made.message}"
        sha = _name("commit", raw.encode())
        self.commits[sha] = made
        return sha

    def edited(self, base: str | None, changes: Mapping[str, tuple[str, str] | None]) -> str:
        """The tree *base* with *changes*: path → (mode, sha), None deletes. A directory left empty goes away."""
        here = {e.name: e for e in self.trees[base]} if base else {}
        below: dict[str, dict[str, tuple[str, str] | None]] = {}
        for path, change in changes.items():
            head, slash, rest = path.partition("/")
            if slash:
                below.setdefault(head, {})[rest] = change
            elif change is None:
                here.pop(head, None)
            else:
                here[head] = Entry(head, *change)
        for name, inner in below.items():
            old = here.get(name)
            sub = self.edited(old.sha if old and old.mode == DIRECTORY else None, inner)
            if self.trees[sub]:
                here[name] = Entry(name, DIRECTORY, sub)
            else:
                here.pop(name, None)
        return self.tree(here.values())

    def walk(self, tree: str, prefix: str = "") -> Iterator[tuple[str, Entry]]:
        """Every entry below *tree*, with its whole path, directories before what they hold."""
        for entry in self.trees[tree]:
            path = prefix + entry.name
            yield path, entry
            if entry.mode == DIRECTORY:
                yield from self.walk(entry.sha, path + "/")

    def files(self, commit: str) -> dict[str, bytes]:
        tree = self.commits[commit].tree
        return {path: self.blobs[e.sha] for path, e in self.walk(tree) if e.kind == "blob"}

    def at(self, tree: str, path: str) -> Entry | None:
        """The entry at *path*; the empty path is the tree itself."""
        found = Entry("", DIRECTORY, tree)
        for part in filter(None, path.split("/")):
            if found.mode != DIRECTORY:
                return None
            inside = {e.name: e for e in self.trees[found.sha]}
            if part not in inside:
                return None
            found = inside[part]
        return found

    def commit_of(self, name: str) -> str | None:
        """The commit that a full ref, a branch, a tag or an object name means."""
        for full in (name, f"refs/{name}", f"refs/heads/{name}", f"refs/tags/{name}"):
            if full in self.refs:
                return self.refs[full]
        return name if name in self.commits else None

    def tree_of(self, name: str) -> str | None:
        if name in self.trees:
            return name
        commit = self.commit_of(name)
        return self.commits[commit].tree if commit else None

    def ancestors(self, commit: str) -> Iterator[str]:
        """*commit* and all that it comes from."""
        seen: set[str] = set()
        waiting = [commit]
        while waiting:
            sha = waiting.pop()
            if sha not in seen:
                seen.add(sha)
                yield sha
                waiting += self.commits[sha].parents

    def put(self, branch: str, files: Mapping[str, bytes | str], message: str = "Set up") -> str:
        """Commits *files* on *branch* as somebody with push access would; returns the commit."""
        ref = f"refs/heads/{branch}"
        old = self.refs.get(ref)
        raw = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        changes = {path: (FILE, self.blob(content)) for path, content in raw.items()}
        who = {"name": "Somebody", "email": "somebody@example.invalid", "date": "2026-01-01T00:00:00Z"}
        tree = self.edited(self.commits[old].tree if old else None, changes)
        self.refs[ref] = self.commit(Commit(tree, (old,) if old else (), message, who, who))
        return self.refs[ref]

    def tarball(self, commit: str, folder: str) -> bytes:
        """A .tar.gz of the commit's files below one *folder*, as GitHub's archives have it."""
        out = io.BytesIO()
        tree = self.commits[commit].tree
        with tarfile.open(fileobj=out, mode="w:gz", pax_headers={"comment": commit}) as archive:
            for path, entry in self.walk(tree):
                line = tarfile.TarInfo(f"{folder}/{path}")
                if entry.kind == "tree":
                    line.type, line.mode = tarfile.DIRTYPE, 0o775
                    archive.addfile(line)
                    continue
                content = self.blobs[entry.sha]
                line.size, line.mode = len(content), 0o775 if entry.mode == EXECUTABLE else 0o664
                archive.addfile(line, io.BytesIO(content))
        return out.getvalue()


def _name(kind: str, content: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()

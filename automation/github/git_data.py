"""GitHub's Git data API: refs, trees, blobs and commits of the repository.

What is addressed by its content may be made twice: those requests are repeated when an answer is lost.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast
from urllib.parse import quote

from automation.errors import HostError
from automation.github.client import Client
from automation.github.refusals import Absent, Clash
from automation.plan.model import Json


class Entry(NamedTuple):
    """A file of a tree: its path, the hash of its blob and its size in bytes."""

    path: str
    sha: str
    size: int


class Leaf(NamedTuple):
    """A file to be put into a new tree: as text, or by its blob's hash; with neither it is removed."""

    path: str
    text: str | None = None
    sha: str | None = None


class Commit(NamedTuple):
    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str


def get_ref(client: Client, branch: str) -> str | None:
    """The commit that the branch points at, none where there is no such branch."""
    try:
        found = client.get(f"/git/ref/heads/{quote(branch)}")
    except Absent:
        return None
    except Clash as clash:
        if "empty" in clash.told.casefold():
            return None  # a repository without any commit has no branch
        raise
    return _sha(_field(found, "object"))


def get_commit(client: Client, sha: str) -> Commit:
    """A commit by its hash."""
    found = _mapping(client.get(f"/git/commits/{_hash(sha)}"))
    parents = cast(Sequence[Json], found.get("parents") or [])
    return Commit(sha, _sha(found.get("tree")), tuple(_sha(one) for one in parents), str(found.get("message", "")))


def get_tree(client: Client, sha: str) -> tuple[Entry, ...]:
    """All files below a tree or a commit. Raises `HostError` when GitHub cuts the list."""
    found = _mapping(client.get(f"/git/trees/{_hash(sha)}", recursive=1))
    if found.get("truncated"):
        raise HostError(f"the tree {sha} has more files than GitHub lists", "start the plan's state on a new branch")
    entries = [_mapping(one) for one in cast(Sequence[Json], found.get("tree") or [])]
    return tuple(
        Entry(str(one["path"]), _sha(one), int(cast(int, one.get("size") or 0)))
        for one in entries
        if one.get("type") == "blob"
    )


def get_blob(client: Client, sha: str) -> bytes:
    """The content of a blob."""
    found = _mapping(client.get(f"/git/blobs/{_hash(sha)}"))
    text = str(found.get("content", ""))
    return b64decode(text) if found.get("encoding") == "base64" else text.encode()


def get_archive(client: Client, sha: str) -> bytes:
    """Everything at a commit as one gzipped tar, the files below a folder of its own."""
    return client.download(f"/tarball/{_hash(sha)}")


def create_blob(client: Client, content: bytes) -> str:
    """The hash of the new blob."""
    body: dict[str, Json] = {"content": b64encode(content).decode(), "encoding": "base64"}
    return _sha(client.call("POST", "/git/blobs", body, repeatable=True).json)


def create_tree(client: Client, leaves: Sequence[Leaf], base: str | None) -> str:
    """The hash of a tree that is `base` (a tree or a commit) with the leaves put in or taken out."""
    body: dict[str, Json] = {"tree": [_leaf(one) for one in leaves]}
    if base is not None:
        body["base_tree"] = base
    return _sha(client.call("POST", "/git/trees", body, repeatable=True).json)


def create_commit(client: Client, message: str, tree: str, parents: Sequence[str], author: Mapping[str, str]) -> str:
    """The hash of the new commit; `author` has name, email and date, so that it is the same when made twice."""
    body: dict[str, Json] = {
        "message": message,
        "tree": tree,
        "parents": [*parents],
        "author": dict(author),
        "committer": dict(author),
    }
    return _sha(client.call("POST", "/git/commits", body, repeatable=True).json)


def create_ref(client: Client, branch: str, sha: str) -> None:
    """Make the branch. Raises `Clash` when it exists already, `Unsure` when nobody knows."""
    client.call("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})


def update_ref(client: Client, branch: str, sha: str) -> None:
    """Move the branch forward, never otherwise. Raises `Clash` when it moved on, `Unsure` when nobody knows."""
    client.call("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": sha, "force": False})


def _leaf(leaf: Leaf) -> dict[str, Json]:
    entry: dict[str, Json] = {"path": leaf.path, "mode": "100644", "type": "blob"}
    return entry | ({"content": leaf.text} if leaf.text is not None else {"sha": leaf.sha})


def _mapping(found: Json) -> Mapping[str, Json]:
    if not isinstance(found, Mapping):
        raise HostError("GitHub's answer is not what its API describes", "check GITHUB_API_URL")
    return found


def _field(found: Json, name: str) -> Json:
    return _mapping(found).get(name)


def _sha(found: Json) -> str:
    sha = _field(found, "sha")
    return _hash(sha if isinstance(sha, str) else "")


def _hash(sha: str) -> str:
    if len(sha) not in (40, 64) or not set(sha) <= set("0123456789abcdef"):
        raise HostError(f"{sha[:80]!r} is no hash of a Git object", "check GITHUB_API_URL")
    return sha

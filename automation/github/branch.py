"""A branch as a store of files, changed by compare-and-swap over the Git data API.

Knows paths and bytes, and nothing of what they mean. The branch has a history of its own, is made atomically when it is
first written, and only ever moves forward.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from automation.errors import HostError, StateError
from automation.github import git_data
from automation.github.client import Client
from automation.github.git_data import Leaf
from automation.github.refusals import Absent, Clash, Unsure

BRANCH = "ztr-state"
TRIES = 16
LARGEST_BRANCH = 1_000_000_000
"""Bytes of all files together that are read."""

MOST_FILES = 100_000
LARGEST_INLINE = 1_000_000
ALL_INLINE = 4_000_000
"""Bytes of one text, and of all texts, that go into the request for a tree; what is more becomes a blob of its own."""

LARGEST_FILE = 50_000_000
"""Bytes of the largest file: GitHub takes no blob above 100 MB, which is 75 MB as base64 in JSON."""

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Tip(NamedTuple):
    """The branch at one commit: everything in it. `commit` is none where there is no branch."""

    commit: str | None = None
    files: Mapping[str, bytes] = _NOTHING


class Change(NamedTuple):
    """Files to be put or, where none, removed; and the commit's message."""

    files: Mapping[str, bytes | None]
    message: str


class Swapped(NamedTuple):
    """The branch after a change, and how often it was tried. `changed`: a commit was made by this call."""

    tip: Tip
    tries: int
    changed: bool


Decide = Callable[[Tip], Change | None]
"""Pure: what to change, given all there is; none when nothing (any more). Called anew on every try, so that it has to
recognise its own change, which may have arrived though the answer was lost.
"""


class Moved(HostError):
    """Others kept changing the branch."""


def read(client: Client, at: str | None = None, *, branch: str = BRANCH) -> Tip:
    """All files of the branch, or of one commit of it. Raises `StateError` for what is no branch of ours."""
    commit = at or git_data.get_ref(client, branch)
    if commit is None:
        return Tip()
    return Tip(commit, MappingProxyType(dict(unpack(git_data.get_archive(client, commit), commit))))


def swap(client: Client, decide: Decide, *, tip: Tip | None = None, branch: str = BRANCH) -> Swapped:
    """Change the branch as `decide` says. `tip` saves the first reading, if it is the latest that is known.

    Raises what `decide` raises, `Moved`, and `HostError`.
    """
    known = tip
    for tries in range(1, TRIES + 1):
        known = known if known is not None else _read_again(client, branch, wanted=tries > 1)
        change = decide(known)
        if change is None:
            return Swapped(known, tries, changed=False)
        commit = _commit(client, known, change)
        if _moved(client, branch, known, commit):
            return Swapped(Tip(commit, _applied(known, change)), tries, changed=True)
        known = None
        client.clock.sleep(min(8.0, 0.2 * 2 ** min(tries, 6)) * (0.25 + client.jitter()))
    raise Moved(
        f"the branch {branch} was changed by others {TRIES} times in a row", "run again: nothing of this was written"
    )


def unpack(archive: bytes, commit: str) -> Iterator[tuple[str, bytes]]:
    """The files of a gzipped tar as GitHub makes them, its outermost folder left out. Raises `StateError`."""
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            for number, member in enumerate(tar):
                total += member.size
                if number >= MOST_FILES or total > LARGEST_BRANCH:
                    raise StateError(f"the state branch is too large at {commit}", "start the plan on a new branch")
                told = member.pax_headers.get("comment", commit)
                if told != commit:
                    raise StateError(f"GitHub sent {told[:40]} instead of {commit}", "run again")
                file = tar.extractfile(member) if member.isreg() else None
                path = member.name.partition("/")[2]
                if file is not None and path:
                    yield path, file.read()
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise StateError(f"the download of the state branch at {commit} is damaged: {error}", "run again") from error


def _read_again(client: Client, branch: str, *, wanted: bool) -> Tip:
    """What is there now. After a lost race it has to be there: a list may lag behind a branch that was just made."""
    found = read(client, branch=branch)
    if found.commit is None and wanted:
        client.clock.sleep(1.0 + client.jitter())
        found = read(client, branch=branch)
    return found


def _commit(client: Client, tip: Tip, change: Change) -> str:
    tree = git_data.create_tree(client, _leaves(client, change), tip.commit)
    now = client.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    author = {
        "name": "github-actions[bot]",
        "email": "41898282+github-actions[bot]@users.noreply.github.com",
        "date": now,
    }
    return git_data.create_commit(client, change.message, tree, [tip.commit] if tip.commit else [], author)


def _leaves(client: Client, change: Change) -> list[Leaf]:
    leaves, inline = [], 0
    for path, content in change.files.items():
        if content is None:
            leaves.append(Leaf(path))
            continue
        if len(content) > LARGEST_FILE:
            raise StateError(
                f"{path} has {len(content):,} bytes; the state branch takes files up to {LARGEST_FILE:,}",
                "produce smaller files, or keep them elsewhere and produce a list of them",
            )
        text = _text(content) if len(content) <= LARGEST_INLINE and inline + len(content) <= ALL_INLINE else None
        inline += len(content) if text is not None else 0
        leaves.append(Leaf(path, text) if text is not None else Leaf(path, sha=git_data.create_blob(client, content)))
    return leaves


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _moved(client: Client, branch: str, tip: Tip, commit: str) -> bool:
    """Point the branch at the commit; whether that is so now. False when somebody else was quicker."""
    try:
        if tip.commit is None:
            git_data.create_ref(client, branch, commit)
        else:
            git_data.update_ref(client, branch, commit)
    except Clash as clash:
        if tip.commit is None and "empty" in clash.told.casefold():
            raise StateError("the repository has no commit yet", "push the plan first; then run again") from clash
        if any(word in clash.told.casefold() for word in ("rule violation", "protected")):
            raise HostError(clash.message, f"let Actions write to {branch}: Settings → Rules → Rulesets") from clash
        return False
    except Absent:
        if tip.commit is None:
            raise
        return False  # deleted meanwhile: `decide` sees that on the next try
    except Unsure:
        return git_data.get_ref(client, branch) == commit
    return True


def _applied(tip: Tip, change: Change) -> Mapping[str, bytes]:
    files = {**tip.files, **change.files}
    return MappingProxyType({path: content for path, content in files.items() if content is not None})

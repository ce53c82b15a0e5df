"""Refs, commits, trees, blobs, contents and archives."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .git import DIRECTORY, FILE, Commit
from .routing import PAGING, Answer, Asked, Needs, Refused, Routes

ROUTES = Routes()
READ: Needs = ("contents", "read")
WRITE: Needs = ("contents", "write")
_DOCUMENTED_LIMIT = 100_000_000  # bytes of a blob, and of a request


def _not_empty(asked: Asked) -> None:
    if not asked.repository.git.commits:
        raise Refused(409, "Git Repository is empty.")


@ROUTES.on("GET", "/git/ref/{name*}", READ, gives="GitRef")
def get_ref(asked: Asked, name: str) -> Answer:
    _not_empty(asked)
    if f"refs/{name}" not in asked.repository.git.refs:
        raise Refused(404, "Not Found")
    return Answer(body=asked.answers.ref(f"refs/{name}"))


@ROUTES.on("GET", "/git/matching-refs/{name*}", READ, gives="[]GitRef", query=PAGING)
def matching_refs(asked: Asked, name: str) -> Answer:
    found = sorted(ref for ref in asked.repository.git.refs if ref.startswith(f"refs/{name}"))
    return Answer(listed=[asked.answers.ref(ref) for ref in found])


@ROUTES.on("POST", "/git/refs", WRITE, "ReposOwnerRepoGitRefsPostBody", "GitRef")
def create_ref(asked: Asked) -> Answer:
    git = asked.repository.git
    name, sha = asked.body["ref"], asked.body["sha"]
    _not_empty(asked)
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refused(422, "Reference name must start with 'refs/' and have at least two slashes")
    if sha not in git.commits:
        raise Refused(422, "Object does not exist")
    if name in git.refs:
        raise Refused(422, "Reference already exists")
    git.refs[name] = sha
    return Answer(201, asked.answers.ref(name))


@ROUTES.on("PATCH", "/git/refs/{name*}", WRITE, "ReposOwnerRepoGitRefsRefPatchBody", "GitRef")
def update_ref(asked: Asked, name: str) -> Answer:
    """Moves a ref: forwards only, unless forced."""
    git = asked.repository.git
    full, sha = f"refs/{name}", asked.body["sha"]
    if full not in git.refs:
        raise Refused(422, "Reference does not exist")
    if sha not in git.commits:
        raise Refused(422, "Object does not exist")
    if not asked.body.get("force", False) and git.refs[full] not in set(git.ancestors(sha)):
        raise Refused(422, "Update is not a fast forward")
    git.refs[full] = sha
    return Answer(body=asked.answers.ref(full))


@ROUTES.on("DELETE", "/git/refs/{name*}", WRITE)
def delete_ref(asked: Asked, name: str) -> Answer:
    if asked.repository.git.refs.pop(f"refs/{name}", None) is None:
        raise Refused(422, "Reference does not exist")
    return Answer(204)


@ROUTES.on("GET", "/git/commits/{sha}", READ, gives="GitCommit")
def get_commit(asked: Asked, sha: str) -> Answer:
    if sha not in asked.repository.git.commits:
        raise Refused(404, "Not Found")
    return Answer(body=asked.answers.commit(sha))


@ROUTES.on("POST", "/git/commits", WRITE, "ReposOwnerRepoGitCommitsPostBody", "GitCommit")
def create_commit(asked: Asked) -> Answer:
    git = asked.repository.git
    tree, parents = asked.body["tree"], tuple(asked.body.get("parents", ()))
    if tree not in git.trees:
        raise Refused(422, "Tree SHA does not exist")
    if any(parent not in git.commits for parent in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    me = {"name": asked.token.login, "email": f"{asked.token.login}@users.noreply.github.com", "date": asked.now}
    author = me | dict(asked.body.get("author", {}))
    committer = author | dict(asked.body.get("committer", {}))
    sha = git.commit(Commit(tree, parents, asked.body["message"], author, committer))
    return Answer(201, asked.answers.commit(sha))


@ROUTES.on("GET", "/git/trees/{name*}", READ, gives="GitTree", query=("recursive",))
def get_tree(asked: Asked, name: str) -> Answer:
    """By tree, commit or branch; any value of ``recursive`` counts, "0" and "false" too."""
    _not_empty(asked)
    tree = asked.repository.git.tree_of(name)
    if tree is None:
        raise Refused(404, "Not Found")
    return Answer(body=asked.answers.tree(tree, "recursive" in asked.query))


@ROUTES.on("POST", "/git/trees", WRITE, "ReposOwnerRepoGitTreesPostBody", "GitTree")
def create_tree(asked: Asked) -> Answer:
    git = asked.repository.git
    base = asked.body.get("base_tree")
    if base and git.tree_of(base) is None:
        raise Refused(404, "Not Found")
    changes = dict(_change(asked, line) for line in asked.body["tree"])
    sha = git.edited(git.tree_of(base) if base else None, changes)
    if not git.trees[sha]:
        raise Refused(422, "Invalid tree info")  # GitHub makes no empty tree
    return Answer(201, asked.answers.tree(sha, recursive=False))


def _change(asked: Asked, line: dict[str, Any]) -> tuple[str, tuple[str, str] | None]:
    git, path, mode = asked.repository.git, line["path"], line.get("mode", FILE)
    if path.startswith("/") or any(part in ("", ".", "..", ".git") for part in path.split("/")):
        raise Refused(422, f"tree.path contains a malformed path component: {path}")
    if ("content" in line) == ("sha" in line):
        raise Refused(422, "Must supply either tree.sha or tree.content, not both")
    if "content" in line:
        return path, (mode, git.blob(line["content"].encode()))
    if line["sha"] is None:
        return path, None
    if line["sha"] not in (git.trees if mode == DIRECTORY else git.blobs):
        raise Refused(422, f"tree.sha {line['sha']} is not a valid {'tree' if mode == DIRECTORY else 'blob'}")
    return path, (mode, line["sha"])


@ROUTES.on("GET", "/git/blobs/{sha}", READ, gives="Blob")
def get_blob(asked: Asked, sha: str) -> Answer:
    if sha not in asked.repository.git.blobs:
        raise Refused(404, "Not Found")
    if asked.raw:
        return Answer(content=asked.repository.git.blobs[sha])
    return Answer(body=asked.answers.blob(sha))


@ROUTES.on("POST", "/git/blobs", WRITE, "ReposOwnerRepoGitBlobsPostBody", "ShortBlob")
def create_blob(asked: Asked) -> Answer:
    content = asked.body["content"].encode()
    if asked.body.get("encoding", "utf-8") == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            raise Refused(422, "content is not valid Base64") from None
    if len(content) > _DOCUMENTED_LIMIT:
        raise Refused(422, "Blob is too large")
    sha = asked.repository.git.blob(content)
    return Answer(201, {"sha": sha, "url": f"{asked.answers.here}/git/blobs/{sha}"})


@ROUTES.on("GET", "/branches/{name*}", READ, gives="BranchWithProtection")
def get_branch(asked: Asked, name: str) -> Answer:
    if f"refs/heads/{name}" not in asked.repository.git.refs:
        raise Refused(404, "Branch not found")
    return Answer(body=asked.answers.branch(name))


@ROUTES.on(
    "GET",
    "/commits",
    READ,
    gives="[]Commit",
    query=("sha", "path", "since", "until", "author", *PAGING),
)
def list_commits(asked: Asked) -> Answer:
    """Newest first; *path* keeps those that changed something there."""
    git = asked.repository.git
    _not_empty(asked)
    tip = git.commit_of(asked.query.get("sha", asked.repository.default_branch))
    if tip is None:
        raise Refused(404, "Not Found")
    path = asked.query.get("path", "")
    found = [sha for sha in git.ancestors(tip) if not path or _changed(asked, sha, path)]
    return Answer(listed=[asked.answers.history_commit(sha) for sha in found])


def _changed(asked: Asked, sha: str, path: str) -> bool:
    git = asked.repository.git
    one = git.commits[sha]
    before = [git.at(git.commits[p].tree, path) for p in one.parents] or [None]
    return git.at(one.tree, path) not in before


@ROUTES.on("GET", "/commits/{name*}", READ, gives="Commit", query=PAGING)
def get_history_commit(asked: Asked, name: str) -> Answer:
    sha = asked.repository.git.commit_of(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return Answer(body=asked.answers.history_commit(sha))


@ROUTES.on("GET", "/contents/{path*}", READ, query=("ref",))
def get_contents(asked: Asked, path: str) -> Answer:
    git = asked.repository.git
    ref = asked.query.get("ref", asked.repository.default_branch)
    commit = git.commit_of(ref)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    entry = git.at(git.commits[commit].tree, path)
    if entry is None:
        raise Refused(404, "Not Found")
    if entry.kind == "tree":
        inside = git.trees[entry.sha]
        return Answer(body=[asked.answers.content(f"{path}/{e.name}", e, ref, whole=False) for e in inside])
    if asked.raw:
        return Answer(content=git.blobs[entry.sha])
    return Answer(body=asked.answers.content(path, entry, ref, whole=True))


@ROUTES.on("PUT", "/contents/{path*}", WRITE, "ReposOwnerRepoContentsPathPutBody", "FileCommit")
def put_contents(asked: Asked, path: str) -> Answer:
    git = asked.repository.git
    branch = asked.body.get("branch", asked.repository.default_branch)
    tip = git.refs.get(f"refs/heads/{branch}")
    if tip is None:
        raise Refused(404, f"Branch {branch} not found")
    old = git.at(git.commits[tip].tree, path)
    if old is not None and "sha" not in asked.body:
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if old is not None and old.sha != asked.body["sha"]:
        raise Refused(409, f"{path} does not match {asked.body['sha']}")
    sha = git.put(branch, {path: base64.b64decode(asked.body["content"])}, asked.body["message"])
    entry = git.at(git.commits[sha].tree, path)
    return Answer(200 if old else 201, asked.answers.written(path, entry, branch, sha))


@ROUTES.on("GET", "/tarball(?:/(?P<name>.+))?", READ)
def tarball(asked: Asked, name: str | None) -> Answer:
    """Sends on to another address, as GitHub does, with a token of its own in the query."""
    wanted = name or asked.repository.default_branch
    if asked.repository.git.commit_of(wanted) is None:
        raise Refused(404, "Not Found")
    full = asked.repository.full_name
    return Answer(
        302, headers={"Location": f"{asked.answers.base}/_codeload/{full}/legacy.tar.gz/{wanted}?token=short-lived"}
    )

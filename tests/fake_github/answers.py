"""What GitHub answers, built from the state: complete objects, with every key that the description requires."""

from __future__ import annotations

import base64
from typing import Any

from .git import Commit, Entry
from .state import Artifact, Comment, Issue, Reaction, Repository, Run, Workflow

Json = dict[str, Any]
_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")

# Each is the address of one kind of thing in a repository.
_HOOKS = (
    "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents",
    "contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks",
    "issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones",
    "notifications", "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams",
    "trees",
)  # fmt: skip
# The short form of a repository is a part of the whole one.
_SHORT = (
    "id", "node_id", "name", "full_name", "owner", "private", "html_url", "description", "fork", "url",
    "archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url", "comments_url", "commits_url",
    "compare_url", "contents_url", "contributors_url", "deployments_url", "downloads_url", "events_url",
    "forks_url", "git_commits_url", "git_refs_url", "git_tags_url", "hooks_url", "issue_comment_url",
    "issue_events_url", "issues_url", "keys_url", "labels_url", "languages_url", "merges_url", "milestones_url",
    "notifications_url", "pulls_url", "releases_url", "stargazers_url", "statuses_url", "subscribers_url",
    "subscription_url", "tags_url", "teams_url", "trees_url",
)  # fmt: skip


class Answers:
    """Answers about one repository, with addresses below *base*."""

    def __init__(self, repository: Repository, base: str) -> None:
        self.of = repository
        self.base = base
        self.here = f"{base}/repos/{repository.full_name}"
        self.page = f"{base}/{repository.full_name}"

    def user(self, login: str) -> Json:
        person = self.of.person(login)
        api = f"{self.base}/users/{login}"
        return {
            "login": login, "id": person.number, "node_id": f"U_{person.number}",
            "avatar_url": f"{self.base}/avatars/{login}", "gravatar_id": "", "url": api,
            "html_url": f"{self.base}/{login}", "followers_url": f"{api}/followers",
            "following_url": f"{api}/following{{/other_user}}", "gists_url": f"{api}/gists{{/gist_id}}",
            "starred_url": f"{api}/starred{{/owner}}{{/repo}}", "subscriptions_url": f"{api}/subscriptions",
            "organizations_url": f"{api}/orgs", "repos_url": f"{api}/repos", "events_url": f"{api}/events{{/privacy}}",
            "received_events_url": f"{api}/received_events", "type": person.kind, "site_admin": False,
        }  # fmt: skip

    def repository(self) -> Json:
        one = self.of
        stamp = "2026-01-01T00:00:00Z"
        return {
            "id": one.number, "node_id": f"R_{one.number}", "name": one.name, "full_name": one.full_name,
            "owner": self.user(one.owner), "private": one.private, "html_url": self.page, "description": None,
            "fork": one.fork, "url": self.here, **{f"{hook}_url": f"{self.here}/{hook}" for hook in _HOOKS},
            "git_url": f"git://127.0.0.1/{one.full_name}.git", "ssh_url": f"git@127.0.0.1:{one.full_name}.git",
            "clone_url": f"{self.page}.git", "mirror_url": None, "svn_url": self.page, "homepage": None,
            "language": "Python", "forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "size": 1,
            "default_branch": one.default_branch,
            "open_issues_count": sum(i.state == "open" for i in one.issues.values()), "topics": [],
            "has_issues": one.has_issues, "has_projects": False, "has_wiki": False, "has_pages": False,
            "has_discussions": False, "archived": one.archived, "disabled": False,
            "visibility": "private" if one.private else "public", "pushed_at": stamp, "created_at": stamp,
            "updated_at": stamp, "permissions": {"admin": False, "push": False, "pull": True}, "subscribers_count": 0,
            "network_count": 0, "license": None, "forks": 0, "open_issues": 0, "watchers": 0, "allow_forking": True,
            "web_commit_signoff_required": False,
        }  # fmt: skip

    def ref(self, name: str) -> Json:
        sha = self.of.git.refs[name]
        target = {"type": "commit", "sha": sha, "url": f"{self.here}/git/commits/{sha}"}
        return {"ref": name, "node_id": f"REF_{name}", "url": f"{self.here}/git/{name}", "object": target}

    def commit(self, sha: str) -> Json:
        one = self.of.git.commits[sha]
        return {"sha": sha, "node_id": f"C_{sha}", "url": f"{self.here}/git/commits/{sha}", **self._described(one, sha)}

    def _described(self, one: Commit, sha: str) -> Json:
        return {
            "html_url": f"{self.page}/commit/{sha}", "author": dict(one.author), "committer": dict(one.committer),
            "message": one.message, "tree": {"sha": one.tree, "url": f"{self.here}/git/trees/{one.tree}"},
            "parents": [self._parent(p) for p in one.parents],
            "verification": _UNSIGNED,
        }  # fmt: skip

    def _parent(self, sha: str) -> Json:
        return {"sha": sha, "url": f"{self.here}/git/commits/{sha}", "html_url": f"{self.page}/commit/{sha}"}

    def history_commit(self, sha: str) -> Json:
        """A commit as /commits has it."""
        one = self.of.git.commits[sha]
        inner = self._described(one, sha)
        parents = inner.pop("parents")
        page = inner.pop("html_url")
        inner |= {"url": f"{self.here}/git/commits/{sha}", "comment_count": 0}
        return {
            "sha": sha, "node_id": f"C_{sha}", "commit": inner, "url": f"{self.here}/commits/{sha}", "html_url": page,
            "comments_url": f"{self.here}/commits/{sha}/comments", "author": None, "committer": None,
            "parents": parents,
        }  # fmt: skip

    def branch(self, name: str) -> Json:
        commit = self.history_commit(self.of.git.refs[f"refs/heads/{name}"])
        here = f"{self.here}/branches/{name}"
        links = {"html": f"{self.page}/tree/{name}", "self": here}
        protection = {"enabled": False, "required_status_checks": {"contexts": [], "checks": []}}
        return {
            "name": name, "commit": commit, "_links": links, "protected": False, "protection": protection,
            "protection_url": f"{here}/protection",
        }  # fmt: skip

    def tree(self, sha: str, recursive: bool, limit: int = 100_000) -> Json:
        git = self.of.git
        lines = list(git.walk(sha)) if recursive else [(e.name, e) for e in git.trees[sha]]
        listed = [self._line(path, entry) for path, entry in lines[:limit]]
        return {"sha": sha, "url": f"{self.here}/git/trees/{sha}", "tree": listed, "truncated": len(lines) > limit}

    def _line(self, path: str, entry: Entry) -> Json:
        where = f"{self.here}/git/{entry.kind}s/{entry.sha}"
        line: Json = {"path": path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha, "url": where}
        if entry.kind == "blob":
            line["size"] = len(self.of.git.blobs[entry.sha])
        return line

    def blob(self, sha: str) -> Json:
        content = self.of.git.blobs[sha]
        text = base64.encodebytes(content).decode()
        where = f"{self.here}/git/blobs/{sha}"
        return {
            "sha": sha, "node_id": f"B_{sha}", "size": len(content), "url": where, "content": text,
            "encoding": "base64",
        }  # fmt: skip

    def content(self, path: str, entry: Entry, ref: str, *, whole: bool) -> Json:
        """A file or folder as /contents has it; over 1 MB GitHub leaves the content out."""
        kind = "dir" if entry.kind == "tree" else "file"
        size = 0 if kind == "dir" else len(self.of.git.blobs[entry.sha])
        where = f"{self.here}/contents/{path}?ref={ref}"
        object_at = f"{self.here}/git/{entry.kind}s/{entry.sha}"
        page = f"{self.page}/{entry.kind}/{ref}/{path}"
        one: Json = {
            "type": kind,
            "size": size, "name": path.rpartition("/")[2], "path": path, "sha": entry.sha, "url": where,
            "git_url": object_at, "html_url": page,
            "download_url": None if kind == "dir" else f"{self.page}/raw/{ref}/{path}",
            "_links": {"self": where, "git": object_at, "html": page},
        }  # fmt: skip
        if whole and kind == "file":
            fits = size <= 1_000_000
            one["content"] = base64.encodebytes(self.of.git.blobs[entry.sha]).decode() if fits else ""
            one["encoding"] = "base64" if fits else "none"
        return one

    def written(self, path: str, entry: Entry | None, ref: str, commit: str) -> Json:
        described = {"sha": commit, "node_id": f"C_{commit}", "url": f"{self.here}/git/commits/{commit}"}
        described |= self._described(self.of.git.commits[commit], commit)
        content = None if entry is None else self.content(path, entry, ref, whole=False)
        return {"content": content, "commit": described}

    def label(self, name: str) -> Json:
        number = 1 + list(self.of.labels).index(name)
        return {
            "id": number, "node_id": f"L_{number}", "url": f"{self.here}/labels/{name}", "name": name,
            "description": None, "color": self.of.labels[name], "default": False,
        }  # fmt: skip

    def own_label(self, name: str) -> Json:
        """A label by itself tells more than one of an issue."""
        return {**self.label(name), "archived_at": None, "archived_by": None}

    def rollup(self, reactions: list[Reaction], url: str) -> Json:
        counts = {key: sum(r.content == key for r in reactions) for key in _REACTIONS}
        return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}

    def reaction(self, one: Reaction) -> Json:
        return {
            "id": one.number, "node_id": f"REA_{one.number}", "user": self.user(one.login), "content": one.content,
            "created_at": one.created,
        }  # fmt: skip

    def issue(self, one: Issue) -> Json:
        where = f"{self.here}/issues/{one.number}"
        answer: Json = {
            "id": 10_000 + one.number, "node_id": f"I_{one.number}", "url": where, "repository_url": self.here,
            "labels_url": f"{where}/labels{{/name}}", "comments_url": f"{where}/comments",
            "events_url": f"{where}/events", "html_url": f"{self.page}/issues/{one.number}", "number": one.number,
            "state": one.state, "state_reason": one.state_reason, "title": one.title, "body": one.body,
            "user": self.user(one.login), "labels": [self.label(name) for name in one.labels],
            "assignees": [self.user(login) for login in one.assignees], "milestone": None, "locked": one.locked,
            "active_lock_reason": one.lock_reason, "comments": len(one.comments), "closed_at": one.closed,
            "created_at": one.created, "updated_at": one.updated, "author_association": self._association(one.login),
            "closed_by": self.user(one.closed_by) if one.closed_by else None,
            "reactions": self.rollup(one.reactions, where), "performed_via_github_app": None,
        }  # fmt: skip
        if one.pull_request:
            answer["pull_request"] = {"diff_url": None, "html_url": None, "patch_url": None, "url": None}
        return answer

    def _association(self, login: str) -> str:
        return {"admin": "OWNER", "write": "COLLABORATOR"}.get(self.of.person(login).permission, "NONE")

    def comment(self, one: Comment, issue: int) -> Json:
        where = f"{self.here}/issues/comments/{one.number}"
        return {
            "id": one.number, "node_id": f"IC_{one.number}", "url": where, "body": one.body,
            "html_url": f"{self.page}/issues/{issue}#issuecomment-{one.number}", "user": self.user(one.login),
            "created_at": one.created, "updated_at": one.updated, "issue_url": f"{self.here}/issues/{issue}",
            "author_association": self._association(one.login), "reactions": self.rollup(one.reactions, where),
            "performed_via_github_app": None,
        }  # fmt: skip

    def permission(self, login: str) -> Json:
        person = self.of.person(login)
        level = ["none", "read", "write", "admin"].index(person.permission)
        granted = {
            "pull": level >= 1, "triage": level >= 2, "push": level >= 2, "maintain": level >= 3, "admin": level >= 3,
        }  # fmt: skip
        user = self.user(login) | {"permissions": granted, "role_name": person.role or person.permission}
        return {"permission": person.permission, "role_name": person.role or person.permission, "user": user}

    def workflow(self, one: Workflow) -> Json:
        where = f"{self.here}/actions/workflows/{one.number}"
        branch = self.of.default_branch
        stamp = "2026-01-01T00:00:00Z"
        return {
            "id": one.number, "node_id": f"W_{one.number}", "name": one.name, "path": one.path, "state": one.state,
            "created_at": stamp, "updated_at": stamp, "url": where,
            "html_url": f"{self.page}/blob/{branch}/{one.path}",
            "badge_url": f"{self.page}/workflows/{one.name}/badge.svg",
        }  # fmt: skip

    def run(self, one: Run) -> Json:
        where = f"{self.here}/actions/runs/{one.number}"
        workflow = next(w for w in self.of.workflows.values() if w.number == one.workflow)
        small = self._minimal()
        links = ("jobs", "logs", "artifacts", "cancel", "rerun")
        return {
            "id": one.number, "name": workflow.name, "node_id": f"WFR_{one.number}", "head_branch": one.branch,
            "head_sha": self.of.git.refs.get(f"refs/heads/{one.branch}", "0" * 40), "path": workflow.path,
            "run_number": 1, "run_attempt": one.attempt, "event": one.event, "status": one.status,
            "conclusion": one.conclusion, "workflow_id": one.workflow, "url": where,
            "html_url": f"{self.page}/actions/runs/{one.number}", "pull_requests": [], "created_at": one.created,
            "updated_at": one.created, "actor": self.user(one.login), "triggering_actor": self.user(one.login),
            "run_started_at": one.created, "check_suite_url": f"{where}/suite",
            **{f"{link}_url": f"{where}/{link}" for link in links},
            "workflow_url": f"{self.here}/actions/workflows/{one.workflow}", "head_commit": None, "repository": small,
            "head_repository": small, "display_title": workflow.name, "previous_attempt_url": None,
        }  # fmt: skip

    def _minimal(self) -> Json:
        whole = self.repository()
        return {key: whole[key] for key in _SHORT}

    def artifact(self, one: Artifact) -> Json:
        where = f"{self.here}/actions/artifacts/{one.number}"
        return {
            "id": one.number, "node_id": f"A_{one.number}", "name": one.name, "size_in_bytes": len(one.content),
            "url": where, "archive_download_url": f"{where}/zip", "expired": False, "created_at": one.created,
            "expires_at": one.created, "updated_at": one.created,
        }  # fmt: skip

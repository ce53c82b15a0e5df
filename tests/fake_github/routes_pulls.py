"""Pull requests: opened, listed, changed, closed. They are issues, too, and share their numbers."""

from __future__ import annotations

from typing import Any

from .routing import PAGING, Answer, Asked, Needs, Refused, Routes
from .state import Issue

ROUTES = Routes()
READ: Needs = ("pull_requests", "read")
WRITE: Needs = ("pull_requests", "write")
_WHOLE_ALONE = ("subscribers_count", "network_count")  # what a repository tells only when it is asked for itself
_LINKS = ("html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses", "self")


@ROUTES.on("POST", "/pulls", WRITE, "ReposOwnerRepoPullsPostBody", "PullRequest")
def create_pull(asked: Asked) -> Answer:
    repository, body = asked.repository, asked.body
    head, base = str(body["head"]), str(body["base"])
    for name, field in ((head, "head"), (base, "base")):
        if f"refs/heads/{name}" not in repository.git.refs:
            raise Refused(422, "Validation Failed", [{"resource": "PullRequest", "field": field, "code": "invalid"}])
    if repository.git.refs[f"refs/heads/{head}"] == repository.git.refs[f"refs/heads/{base}"]:
        told = {"resource": "PullRequest", "code": "custom", "message": f"No commits between {base} and {head}"}
        raise Refused(422, "Validation Failed", [told])
    if any(one.state == "open" and branches == (head, base) for one, branches in _all(asked)):
        message = f"A pull request already exists for {repository.owner}:{head}."
        raise Refused(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}])
    number = 1 + max(repository.issues, default=0)
    one = Issue(
        number, body["title"], asked.token.login, body.get("body") or "", asked.now, asked.now, pull_request=True
    )
    repository.issues[number] = one
    repository.pulls[number] = (head, base)
    return Answer(201, _whole(asked, one))


@ROUTES.on(
    "GET", "/pulls", READ, gives="[]PullRequestSimple", query=("state", "head", "base", "sort", "direction", *PAGING)
)
def list_pulls(asked: Asked) -> Answer:
    state, head, base = asked.query.get("state", "open"), asked.query.get("head", ""), asked.query.get("base", "")
    owner = asked.repository.owner
    found = [
        one
        for one, branches in _all(asked)
        if state in ("all", one.state) and head in ("", f"{owner}:{branches[0]}") and base in ("", branches[1])
    ]
    return Answer(listed=[_short(asked, one) for one in found[::-1]])


@ROUTES.on("GET", "/pulls/{number}", READ, gives="PullRequest")
def get_pull(asked: Asked, number: str) -> Answer:
    return Answer(body=_whole(asked, _one(asked, number)))


@ROUTES.on("PATCH", "/pulls/{number}", WRITE, "ReposOwnerRepoPullsPullNumberPatchBody", "PullRequest")
def edit_pull(asked: Asked, number: str) -> Answer:
    one = _one(asked, number)
    one.title, one.body = asked.body.get("title", one.title), asked.body.get("body", one.body)
    one.state = asked.body.get("state", one.state)
    one.closed = asked.now if one.state == "closed" else None
    return Answer(body=_whole(asked, one))


def _all(asked: Asked) -> list[tuple[Issue, tuple[str, str]]]:
    return [(asked.repository.issues[number], branches) for number, branches in asked.repository.pulls.items()]


def _one(asked: Asked, number: str) -> Issue:
    if not number.isdigit() or int(number) not in asked.repository.pulls:
        raise Refused(404, "Not Found")
    return asked.repository.issues[int(number)]


def _end(asked: Asked, branch: str) -> dict[str, Any]:
    owner = asked.repository.owner
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": asked.repository.git.refs.get(f"refs/heads/{branch}", "0" * 40),
        "user": asked.answers.user(owner),
        "repo": {name: value for name, value in asked.answers.repository().items() if name not in _WHOLE_ALONE},
    }


def _short(asked: Asked, one: Issue) -> dict[str, Any]:
    head, base = asked.repository.pulls[one.number]
    where, page = f"{asked.answers.here}/pulls/{one.number}", f"{asked.answers.page}/pull/{one.number}"
    issue = asked.answers.issue(one)
    kept = ("number", "state", "locked", "title", "user", "body", "labels", "milestone", "created_at", "updated_at")
    return {
        **{name: issue[name] for name in (*kept, "closed_at", "author_association", "id", "node_id")},
        "url": where,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue["url"],
        "commits_url": f"{where}/commits",
        "review_comments_url": f"{where}/comments",
        "review_comment_url": f"{asked.answers.here}/pulls/comments{{/number}}",
        "comments_url": f"{issue['url']}/comments",
        "statuses_url": f"{asked.answers.here}/statuses/x",
        "merged_at": None,
        "head": _end(asked, head),
        "base": _end(asked, base),
        "_links": {name: {"href": where} for name in _LINKS},
        "auto_merge": None,
    }


def _whole(asked: Asked, one: Issue) -> dict[str, Any]:
    counts = dict.fromkeys(("comments", "review_comments", "commits", "additions", "deletions", "changed_files"), 0)
    return {
        **_short(asked, one),
        **counts,
        "merged": False,
        "mergeable": None,
        "mergeable_state": "unknown",
        "merged_by": None,
        "maintainer_can_modify": False,
    }

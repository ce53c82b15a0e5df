"""Issues, comments, reactions and labels."""

from __future__ import annotations

from typing import Any

from .routing import PAGING, Answer, Asked, Needs, Refused, Routes
from .state import Comment, Issue, Reaction

ROUTES = Routes()
READ: Needs = ("issues", "read")
WRITE: Needs = ("issues", "write")
BODY_LIMIT, TITLE_LIMIT = 65_536, 256
_LIST = (
    "state",
    "labels",
    "sort",
    "direction",
    "since",
    "creator",
    "assignee",
    "mentioned",
    "milestone",
    "type",
    *PAGING,
)


def _issue(asked: Asked, number: str) -> Issue:
    if not asked.repository.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    one = asked.repository.issues.get(int(number)) if number.isdigit() else None
    if one is None:
        raise Refused(404, "Not Found")
    if one.deleted:
        raise Refused(410, "This issue was deleted")
    return one


def _check_texts(body: Any) -> None:
    """The longest that GitHub takes, counted in UTF-16 units as the strictest reading."""
    if len((body.get("body") or "").encode("utf-16-le")) // 2 > BODY_LIMIT:
        message = f"body is too long (maximum is {BODY_LIMIT} characters)"
        raise Refused(
            422, "Validation Failed", [{"resource": "Issue", "code": "custom", "field": "body", "message": message}]
        )
    if len(str(body.get("title") or "")) > TITLE_LIMIT:
        message = f"title is too long (maximum is {TITLE_LIMIT} characters)"
        raise Refused(
            422, "Validation Failed", [{"resource": "Issue", "code": "custom", "field": "title", "message": message}]
        )


def _label_names(asked: Asked, wanted: list[Any]) -> list[str]:
    """Labels that are not there yet come into being, as they do for whoever may write."""
    names = [one if isinstance(one, str) else one["name"] for one in wanted]
    for name in names:
        asked.repository.labels.setdefault(name, "ededed")
    return list(dict.fromkeys(names))


@ROUTES.on("POST", "/issues", WRITE, "ReposOwnerRepoIssuesPostBody", "Issue")
def create_issue(asked: Asked) -> Answer:
    repository, body = asked.repository, asked.body
    if not repository.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    if not body["title"]:
        missing = {"resource": "Issue", "code": "missing_field", "field": "title"}
        raise Refused(422, "Validation Failed", [missing])
    _check_texts(body)
    number = 1 + max(repository.issues, default=0)
    labels = _label_names(asked, body.get("labels", []))
    one = Issue(
        number, str(body["title"]), asked.token.login, body.get("body") or "", asked.now, asked.now, labels=labels
    )
    one.assignees = list(body.get("assignees", []))
    repository.issues[number] = one
    return Answer(201, asked.answers.issue(one))


@ROUTES.on("GET", "/issues", READ, gives="[]Issue", query=_LIST)
def list_issues(asked: Asked) -> Answer:
    """Pull requests are issues too; deleted ones are gone."""
    if not asked.repository.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    state = asked.query.get("state", "open")
    labels = {name for name in asked.query.get("labels", "").split(",") if name}
    creator = asked.query.get("creator", "")
    since = asked.query.get("since", "")
    found = [
        one
        for one in asked.repository.issues.values()
        if not one.deleted
        and state in ("all", one.state)
        and labels <= set(one.labels)
        and creator in ("", one.login)
        and one.updated >= since
        and (asked.known_up_to is None or one.number <= asked.known_up_to)
    ]
    sort = asked.query.get("sort", "created")
    key = {"created": lambda i: (i.number,), "updated": lambda i: (i.updated, i.number)}.get(sort)
    if key is None:
        key = lambda i: (len(i.comments), i.number)  # noqa: E731  # the third and last order that GitHub has
    found.sort(key=key, reverse=asked.query.get("direction", "desc") == "desc")
    return Answer(listed=[asked.answers.issue(one) for one in found])


@ROUTES.on("GET", "/issues/{number}", READ, gives="Issue")
def get_issue(asked: Asked, number: str) -> Answer:
    return Answer(body=asked.answers.issue(_issue(asked, number)))


@ROUTES.on("PATCH", "/issues/{number}", WRITE, "ReposOwnerRepoIssuesIssueNumberPatchBody", "Issue")
def update_issue(asked: Asked, number: str) -> Answer:
    one, body = _issue(asked, number), asked.body
    _check_texts(body)
    if body.get("title") is not None:
        one.title = str(body["title"])
    if "body" in body:
        one.body = body["body"] or ""
    if "labels" in body:
        one.labels = _label_names(asked, body["labels"])
    if "assignees" in body:
        one.assignees = list(body["assignees"])
    if "state" in body:
        _set_state(asked, one, body["state"], body.get("state_reason"))
    one.updated = asked.now
    return Answer(body=asked.answers.issue(one))


def _set_state(asked: Asked, one: Issue, state: str, reason: str | None) -> None:
    if state == "closed":
        one.closed, one.closed_by = asked.now, asked.token.login
        one.state_reason = reason or "completed"
    elif one.state == "closed":
        one.closed = one.closed_by = None
        one.state_reason = "reopened"
    one.state = state


@ROUTES.on("PUT", "/issues/{number}/lock", WRITE, "ReposOwnerRepoIssuesIssueNumberLockPutBody")
def lock(asked: Asked, number: str) -> Answer:
    one = _issue(asked, number)
    one.locked, one.lock_reason = True, asked.body.get("lock_reason")
    return Answer(204)


@ROUTES.on("DELETE", "/issues/{number}/lock", WRITE)
def unlock(asked: Asked, number: str) -> Answer:
    one = _issue(asked, number)
    one.locked, one.lock_reason = False, None
    return Answer(204)


@ROUTES.on("GET", "/issues/{number}/comments", READ, gives="[]IssueComment", query=("since", *PAGING))
def list_comments(asked: Asked, number: str) -> Answer:
    one = _issue(asked, number)
    since = asked.query.get("since", "")
    return Answer(listed=[asked.answers.comment(c, one.number) for c in one.comments if c.updated >= since])


@ROUTES.on(
    "POST",
    "/issues/{number}/comments",
    WRITE,
    "ReposOwnerRepoIssuesIssueNumberCommentsPostBody",
    "IssueComment",
)
def create_comment(asked: Asked, number: str) -> Answer:
    one = _issue(asked, number)
    if one.locked and asked.repository.person(asked.token.login).permission not in ("write", "admin"):
        raise Refused(403, "Unable to create comment because issue is locked.")
    _check_texts(asked.body)
    made = Comment(asked.repository.next(), asked.token.login, asked.body["body"], asked.now, asked.now)
    one.comments.append(made)
    one.updated = asked.now
    return Answer(201, asked.answers.comment(made, one.number))


def _comment(asked: Asked, comment: str) -> tuple[Issue, Comment]:
    for issue in asked.repository.issues.values():
        for one in issue.comments:
            if str(one.number) == comment and not issue.deleted:
                return issue, one
    raise Refused(404, "Not Found")


@ROUTES.on("GET", "/issues/comments/{comment}", READ, gives="IssueComment")
def get_comment(asked: Asked, comment: str) -> Answer:
    issue, one = _comment(asked, comment)
    return Answer(body=asked.answers.comment(one, issue.number))


@ROUTES.on(
    "PATCH",
    "/issues/comments/{comment}",
    WRITE,
    "ReposOwnerRepoIssuesCommentsCommentIdPatchBody",
    "IssueComment",
)
def update_comment(asked: Asked, comment: str) -> Answer:
    issue, one = _comment(asked, comment)
    _check_texts(asked.body)
    one.body, one.updated = asked.body["body"], asked.now
    return Answer(body=asked.answers.comment(one, issue.number))


@ROUTES.on("DELETE", "/issues/comments/{comment}", WRITE)
def delete_comment(asked: Asked, comment: str) -> Answer:
    issue, one = _comment(asked, comment)
    issue.comments.remove(one)
    return Answer(204)


def _react(asked: Asked, reactions: list[Reaction]) -> Answer:
    """Once per person and kind; the second time the first one is the answer, with 200."""
    content = asked.body["content"]
    for old in reactions:
        if (old.login, old.content) == (asked.token.login, content):
            return Answer(200, asked.answers.reaction(old))
    made = Reaction(asked.repository.next(), asked.token.login, content, asked.now)
    reactions.append(made)
    return Answer(201, asked.answers.reaction(made))


@ROUTES.on(
    "POST",
    "/issues/comments/{comment}/reactions",
    WRITE,
    "ReposOwnerRepoIssuesCommentsCommentIdReactionsPostBody",
    "Reaction",
)
def react_to_comment(asked: Asked, comment: str) -> Answer:
    return _react(asked, _comment(asked, comment)[1].reactions)


@ROUTES.on(
    "POST",
    "/issues/{number}/reactions",
    WRITE,
    "ReposOwnerRepoIssuesIssueNumberReactionsPostBody",
    "Reaction",
)
def react_to_issue(asked: Asked, number: str) -> Answer:
    return _react(asked, _issue(asked, number).reactions)


@ROUTES.on("GET", "/issues/comments/{comment}/reactions", READ, gives="[]Reaction", query=("content", *PAGING))
def reactions_of_comment(asked: Asked, comment: str) -> Answer:
    return Answer(listed=[asked.answers.reaction(one) for one in _comment(asked, comment)[1].reactions])


@ROUTES.on("GET", "/issues/{number}/reactions", READ, gives="[]Reaction", query=("content", *PAGING))
def reactions_of_issue(asked: Asked, number: str) -> Answer:
    return Answer(listed=[asked.answers.reaction(one) for one in _issue(asked, number).reactions])


@ROUTES.on("GET", "/labels", READ, gives="[]Label", query=PAGING)
def list_labels(asked: Asked) -> Answer:
    return Answer(listed=[asked.answers.own_label(name) for name in asked.repository.labels])


@ROUTES.on("GET", "/labels/{name}", READ, gives="Label")
def get_label(asked: Asked, name: str) -> Answer:
    if name not in asked.repository.labels:
        raise Refused(404, "Not Found")
    return Answer(body=asked.answers.own_label(name))


@ROUTES.on("POST", "/labels", WRITE, "ReposOwnerRepoLabelsPostBody", "Label")
def create_label(asked: Asked) -> Answer:
    name = asked.body["name"]
    if name in asked.repository.labels:
        exists = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise Refused(422, "Validation Failed", [exists])
    asked.repository.labels[name] = asked.body.get("color", "ededed")
    return Answer(201, asked.answers.own_label(name))


@ROUTES.on("GET", "/issues/{number}/labels", READ, gives="[]Label", query=PAGING)
def labels_of_issue(asked: Asked, number: str) -> Answer:
    return Answer(listed=[asked.answers.own_label(name) for name in _issue(asked, number).labels])


@ROUTES.on("POST", "/issues/{number}/labels", WRITE, gives="[]Label")
def add_labels(asked: Asked, number: str) -> Answer:
    one = _issue(asked, number)
    one = _issue(asked, number)
    given: Any = asked.body  # an object, or just the list
    wanted = given if isinstance(given, list) else given.get("labels", [])
    one.labels = _label_names(asked, [*one.labels, *wanted])
    return Answer(body=[asked.answers.own_label(name) for name in one.labels])


@ROUTES.on("DELETE", "/issues/{number}/labels/{name}", WRITE, gives="[]Label")
def remove_label(asked: Asked, number: str, name: str) -> Answer:
    one = _issue(asked, number)
    if name not in one.labels:
        raise Refused(404, "Label does not exist")
    one.labels.remove(name)
    return Answer(body=[asked.answers.own_label(label) for label in one.labels])

"""GitHub's issues, comments, labels and reactions, of what is asked of them here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, cast

from automation.errors import HostError
from automation.github.client import Client
from automation.plan.model import Json

Reaction = Literal["+1", "-1", "eyes", "rocket", "confused"]


class Issue(NamedTuple):
    """An issue as it is. `author` is a login, `kind` its account's (`User`, `Bot`)."""

    number: int
    title: str
    body: str
    state: Literal["open", "closed"]
    locked: bool = False
    author: str = ""
    kind: str = "User"
    url: str = ""
    labels: tuple[str, ...] = ()
    created: str = ""
    reason: str = ""


def get_issue(client: Client, number: int) -> Issue:
    """That issue. Raises `Absent` (also for a deleted one, which GitHub tells by 410 or 404), `IssuesDisabled`."""
    return _issue(client.get(f"/issues/{number}"))


def list_issues(client: Client, *, state: Literal["open", "closed", "all"] = "all") -> Iterator[Issue]:
    """All issues, newest first, without pull requests; no filter by label, which can lag behind."""
    for one in client.pages("/issues", state=state, sort="created", direction="desc"):
        if isinstance(one, Mapping) and "pull_request" not in one:
            yield _issue(one)


def create_issue(client: Client, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
    """A new issue. Raises `Unsure` when nobody knows whether it was made: look for it before anything else."""
    told: dict[str, Json] = {"title": title, "body": body}
    if labels:
        told["labels"] = [*labels]
    return _issue(client.call("POST", "/issues", told).json)


def update_issue(
    client: Client,
    number: int,
    *,
    title: str | None = None,
    body: str | None = None,
    state: Literal["open", "closed"] | None = None,
    reason: Literal["completed", "not_planned", "duplicate", "reopened"] | None = None,
) -> Issue:
    """Change what is given; once more does the same, so that it is repeated when an answer is lost."""
    told: dict[str, Json] = {"title": title, "body": body, "state": state, "state_reason": reason}
    told = {name: value for name, value in told.items() if value is not None}
    return _issue(client.call("PATCH", f"/issues/{number}", told, repeatable=True).json)


def create_comment(client: Client, number: int, body: str) -> int:
    """The id of the new comment. Raises `Unsure`."""
    return _number(client.call("POST", f"/issues/{number}/comments", {"body": body}).json, "id")


def react_to_comment(client: Client, comment: int, reaction: Reaction) -> None:
    """Add a reaction; the same one twice is one."""
    client.call("POST", f"/issues/comments/{comment}/reactions", {"content": reaction}, repeatable=True)


def _issue(found: Json) -> Issue:
    if not isinstance(found, Mapping) or not isinstance(found.get("number"), int):
        raise HostError("GitHub's answer is no issue", "check GITHUB_API_URL")
    user = found.get("user")
    user = user if isinstance(user, Mapping) else {}
    labels = [
        one.get("name") if isinstance(one, Mapping) else one for one in cast(list[Json], found.get("labels") or [])
    ]
    return Issue(
        number=_number(found, "number"),
        title=str(found.get("title") or ""),
        body=str(found.get("body") or ""),
        state="closed" if found.get("state") == "closed" else "open",
        locked=found.get("locked") is True,
        author=str(user.get("login") or ""),
        kind=str(user.get("type") or "User"),
        url=str(found.get("html_url") or ""),
        labels=tuple(str(name) for name in labels),
        created=str(found.get("created_at") or ""),
        reason=str(found.get("state_reason") or ""),
    )


def _number(found: Json, name: str) -> int:
    value = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(value, int):
        raise HostError(f"GitHub's answer has no {name}", "check GITHUB_API_URL")
    return value

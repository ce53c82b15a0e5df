"""Issues, comments and labels of the action `github`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, cast

from automation.actions.base import Call, Change, Done, Failed, Found, Outcome
from automation.actions.github_hub import PAGES, Hub, is_ours, mark, marked, request, texts, without_mark
from automation.actions.service import Prepared
from automation.plan.model import Json

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.IssueComment import IssueComment
    from github.Repository import Repository

_MONTH = timedelta(days=30)
_TOO_MANY = f"the first {PAGES:,} comments hold no mark of this effect, and there are more; look by hand"


def issue_requests(call: Call) -> list[Prepared]:
    """The one that opens the issue."""
    body: dict[str, Json] = {"title": _title(call), "body": marked(call, str(call.inputs.get("body", "")))}
    labels = texts(call.inputs.get("labels"))
    return [request(call, "POST", "/issues", {**body, "labels": [*labels]} if labels else body)]


def open_issue(call: Call) -> Outcome:
    """Open it, or change the one that is there."""
    hub, (wanted,) = Hub(call), issue_requests(call)
    if call.existing:
        return _edit_issue(hub, _id(call.existing), wanted)
    body = cast("dict[str, Json]", wanted.json)
    labels = {"labels": texts(body["labels"])} if "labels" in body else {}
    made = hub.ask(lambda repo: _told(repo.create_issue(str(body["title"]), body=str(body["body"]), **labels)))  # type: ignore[arg-type]  # labels alone
    return made if isinstance(made, Failed) else Done(made.outputs, made.remote)


def find_issues(call: Call) -> tuple[Found, ...] | Failed:
    """The issues that carry the effect's mark, the lowest number first."""
    there, body = _issues(Hub(call)), cast("dict[str, Json]", issue_requests(call)[0].json)
    if isinstance(there, Failed):
        return there
    update = bool(call.inputs.get("update"))
    return tuple(_told(one, complete=not update or not _differs(one, body)) for one in there)


def inspect_issue(call: Call) -> tuple[Change, ...] | Failed:
    """A new issue, or how the one that is there differs."""
    hub, body = Hub(call), cast("dict[str, Json]", issue_requests(call)[0].json)
    there = _issues(hub)
    if isinstance(there, Failed):
        return there
    if not there:
        return (Change("create", f"issue {body['title']!r}", after=body),)
    one, what = there[0], f"issue #{there[0].number}"
    if not call.inputs.get("update") or not _differs(one, body):
        return (Change("unchanged", what),)
    before: dict[str, Json] = {"title": one.title, "body": one.body, "labels": [label.name for label in one.labels]}
    return (Change("update", what, {name: before[name] for name in body}, body),)


def close_issue(call: Call, remote: str) -> Outcome:
    """Close it as not planned, and take the mark out: an issue cannot be deleted by a program."""
    hub, number = Hub(call), _id(remote)

    def close(issue: Issue) -> None:
        text = without_mark(issue.body or "", mark(call))
        issue.edit(state="closed", state_reason="not_planned", body=text)

    done = hub.ask(lambda repo: close(repo.get_issue(number)))
    return _gone(hub, done, remote)


def comment_requests(call: Call) -> list[Prepared]:
    """The one that comments."""
    number = cast("int", call.inputs["issue"])
    return [request(call, "POST", f"/issues/{number}/comments", {"body": marked(call, str(call.inputs["body"]))})]


def comment(call: Call) -> Outcome:
    """Comment, or change the comment that is there."""
    hub, text = Hub(call), _body(comment_requests(call)[0])

    def put(issue: Issue) -> Found:
        if not call.existing:
            return _said(issue.create_comment(text))
        one = issue.get_comment(_id(call.existing))
        one.edit(text)
        return _said(one)

    made = hub.ask(lambda repo: put(repo.get_issue(_number(call))))
    return made if isinstance(made, Failed) else Done(made.outputs, made.remote)


def find_comments(call: Call) -> tuple[Found, ...] | Failed:
    """The comments on the issue that carry the effect's mark, the oldest first."""
    there, text = _comments(Hub(call)), _body(comment_requests(call)[0])
    if isinstance(there, Failed):
        return there
    return tuple(_said(one, complete=not call.inputs.get("update") or one.body == text) for one in there)


def inspect_comment(call: Call) -> tuple[Change, ...] | Failed:
    """A new comment, or how the one that is there differs."""
    what, text = f"comment on issue #{_number(call)}", _body(comment_requests(call)[0])
    there = _comments(Hub(call))
    if isinstance(there, Failed):
        return there
    if not there:
        return (Change("create", what, after=text),)
    if there[0].body == text or not call.inputs.get("update"):
        return (Change("unchanged", what),)
    return (Change("update", what, there[0].body, text),)


def delete_comment(call: Call, remote: str) -> Outcome:
    """Delete it."""
    hub, number = Hub(call), _id(remote)
    done = hub.ask(lambda repo: repo.get_issue(_number(call)).get_comment(number).delete())
    return _gone(hub, done, remote)


def label_requests(call: Call) -> list[Prepared]:
    """The one that adds the labels."""
    return [request(call, "POST", f"/issues/{_number(call)}/labels", [*texts(call.inputs["labels"])])]


def label(call: Call) -> Outcome:
    """Add the labels. What is there already stays, and is not counted as added."""
    hub, wanted = Hub(call), texts(call.inputs["labels"])
    there = hub.ask(lambda repo: [one.name for one in repo.get_issue(_number(call)).labels], reads=True)
    if isinstance(there, Failed):
        return there
    added = [name for name in wanted if name.lower() not in {one.lower() for one in there}]
    done = hub.ask(lambda repo: repo.get_issue(_number(call)).add_to_labels(*wanted))
    if isinstance(done, Failed):
        return done
    return Done({"number": _number(call)}, remote=f"labels:{','.join(added)}" if added else "")


def inspect_labels(call: Call) -> tuple[Change, ...] | Failed:
    """Which labels the issue lacks."""
    there = Hub(call).ask(lambda repo: [one.name for one in repo.get_issue(_number(call)).labels], reads=True)
    if isinstance(there, Failed):
        return there
    lacking = [name for name in texts(call.inputs["labels"]) if name not in there]
    what = f"labels of issue #{_number(call)}"
    return (Change("update", what, [*there], [*there, *lacking]) if lacking else Change("unchanged", what),)


def remove_labels(call: Call, remote: str) -> Outcome:
    """Take off what this step added."""
    hub = Hub(call)
    for name in filter(None, remote.partition(":")[2].split(",")):
        done = hub.ask(partial(_take_off, number=_number(call), name=name))
        if isinstance(done, Failed) and not hub.is_missing():
            return done
    return Done(remote=remote)


def _take_off(repo: Repository, *, number: int, name: str) -> None:
    repo.get_issue(number).remove_from_labels(name)


def _issues(hub: Hub) -> list[Issue] | Failed:
    """Without a filter by label, whose index has been empty in incidents; the oldest first."""
    line = mark(hub.call)

    def look(issues: list[Issue]) -> list[Issue]:
        return sorted((one for one in issues if is_ours(one, line)), key=lambda one: one.number)

    return hub.ask(lambda repo: look(list(_newest(hub, repo))), reads=True)


def _newest(hub: Hub, repo: Repository) -> Iterator[Issue]:
    """The newest thousand, pull requests among them, and all of the last month: a large repository has so many that
    nobody would read them all for one that is new.
    """
    month_ago = hub.call.tools.clock.now() - _MONTH
    for number, one in enumerate(repo.get_issues(state="all", sort="created", direction="desc"), 1):
        yield one
        if number >= PAGES and one.created_at < month_ago:
            return


def _comments(hub: Hub) -> list[IssueComment] | Failed:
    line = mark(hub.call)
    found = hub.ask(lambda repo: list(islice(repo.get_issue(_number(hub.call)).get_comments(), PAGES)), reads=True)
    if isinstance(found, Failed):
        return found
    ours = sorted((one for one in found if is_ours(one, line)), key=lambda one: one.id)
    return Failed("permanent", _TOO_MANY) if not ours and len(found) == PAGES else ours


def _edit_issue(hub: Hub, number: int, wanted: Prepared) -> Outcome:
    body = cast("dict[str, Json]", wanted.json)

    def edit(issue: Issue) -> Found:
        issue.edit(title=str(body["title"]), body=str(body["body"]))
        lacking = [name for name in texts(body.get("labels")) if name not in {one.name for one in issue.labels}]
        if lacking:
            issue.add_to_labels(*lacking)
        return _told(issue)

    done = hub.ask(lambda repo: edit(repo.get_issue(number)))
    return done if isinstance(done, Failed) else Done(done.outputs, done.remote)


def _differs(issue: Issue, body: Mapping[str, Json]) -> bool:
    """Labels that others gave do not count."""
    labels = {one.name for one in issue.labels}
    return (issue.title, issue.body) != (body["title"], body["body"]) or not labels.issuperset(
        texts(body.get("labels"))
    )


def _gone(hub: Hub, done: object, remote: str) -> Outcome:
    if isinstance(done, Failed) and not hub.is_missing():
        return done
    return Done(remote=remote)


def _told(issue: Issue, *, complete: bool = True) -> Found:
    return Found(f"issue:{issue.number}", {"number": issue.number, "url": issue.html_url}, complete)


def _said(one: IssueComment, *, complete: bool = True) -> Found:
    return Found(f"comment:{one.id}", {"number": one.id, "url": one.html_url}, complete)


def _id(remote: str) -> int:
    return int(remote.partition(":")[2] or 0)


def _title(call: Call) -> str:
    return " ".join(str(call.inputs["title"]).split())


def _number(call: Call) -> int:
    return cast("int", call.inputs["issue"])


def _body(prepared: Prepared) -> str:
    return str(cast("dict[str, Json]", prepared.json)["body"])

"""What people do on the website, and the event payload that a workflow then gets."""

from __future__ import annotations

from typing import Any

from . import description
from .answers import Answers
from .state import Comment, Issue, Repository

Payload = dict[str, Any]


class Website:
    """People at work in one repository. *now* is the stamp that their changes get."""

    def __init__(self, repository: Repository, base: str, now: str) -> None:
        self._of = repository
        self._answers = Answers(repository, base)
        self._now = now

    def edit(self, number: int, body: str, login: str) -> Payload:
        """*login* saves a new *body* of the issue: the payload of ``issues`` ``edited``."""
        issue = self._of.issues[number]
        before, issue.body, issue.updated = issue.body, body, self._now
        payload = self._about(issue, login, "edited") | {"changes": {"body": {"from": before}}}
        return _checked("WebhookIssuesEdited", payload)

    def tick(self, number: int, line: str, login: str) -> Payload:
        """*login* ticks the box of the one line that contains *line*.

        Raises:
            ValueError: not exactly one unticked line has it.
        """
        lines = self._of.issues[number].body.split("\n")
        found = [place for place, text in enumerate(lines) if line in text and "- [ ]" in text]
        if len(found) != 1:
            raise ValueError(f"{len(found)} unticked lines have {line!r}")
        lines[found[0]] = lines[found[0]].replace("- [ ]", "- [x]", 1)
        return self.edit(number, "\n".join(lines), login)

    def say(self, number: int, text: str, login: str) -> Payload:
        """*login* comments: the payload of ``issue_comment`` ``created``."""
        issue = self._of.issues[number]
        comment = Comment(self._of.next(), login, text, self._now, self._now)
        issue.comments.append(comment)
        payload = self._about(issue, login, "created") | {"comment": self._answers.comment(comment, number)}
        return _checked("WebhookIssueCommentCreated", payload)

    def _about(self, issue: Issue, login: str, action: str) -> Payload:
        return {
            "action": action,
            "issue": _as_told(self._answers.issue(issue)),
            "repository": self._answers.repository() | {"custom_properties": {}},
            "sender": self._answers.user(login),
        }


def _as_told(issue: Payload) -> Payload:
    """Events have another idea of an issue than the API's newest version."""
    return {key: value for key, value in issue.items() if key != "closed_by"} | {"assignee": None}


def _checked(name: str, payload: Payload) -> Payload:
    wrong = description.mistakes(name, payload)
    if wrong:
        raise AssertionError(f"not GitHub's payload: {wrong}")
    return payload

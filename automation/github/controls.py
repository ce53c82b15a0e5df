"""What people ask for in the summary issue: check boxes that were ticked, and lines of a comment. Pure.

Everything is read from the event's own payload: what was ticked is the difference between the body before and after
that very edit, whatever the issue says by now.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from automation.github.marks import VERBS, Control, Verb, box, newly_ticked
from automation.plan.model import Json

MOST = 20
"""Commands of one comment, or ticks of one edit, that are looked at: nobody types more by hand."""

TASKLESS = frozenset({"pause", "resume", "status", "help"})
COMMANDS = (*sorted(VERBS), "status", "help")
EVERY = "all"
"""In a comment, in the place of a task: all that the issue lists for this verb."""

_LONGEST_REASON = 500
_COMMAND = re.compile(r"^ {0,3}/ztr(?=\s|$)(.*)$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


class Ask(NamedTuple):
    """One thing that is asked for. `shown`: the definition that the person saw, empty for a typed command."""

    verb: Verb
    task: str = ""
    slot: str = ""
    shown: str = ""
    reason: str = ""
    ticked: Control | None = None


class Heard(NamedTuple):
    """An event of an issue. `id` is the same when it is delivered again; `at` is when it happened.

    `sender` made it happen, which need not be the issue's author. `comment` is 0 for an edit. `other` are the commands
    that ask for an answer only; `wrong` are lines that mean nothing, each with what is wrong.
    """

    id: str
    at: str
    number: int
    author: str
    body: str
    sender: str
    is_bot: bool
    branch: str
    comment: int = 0
    asks: tuple[Ask, ...] = ()
    other: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


class Deaf(NamedTuple):
    """An event that asks for nothing, and why."""

    why: str


def hear(event: str, payload: Json) -> Heard | Deaf:
    """What an event asks for. Raises `ValueError` for a payload that is none of GitHub's."""
    found = _mapping(payload, "the payload")
    action = str(found.get("action") or "")
    if (event, action) not in (("issues", "edited"), ("issue_comment", "created")):
        return Deaf(f"{event} {action}".strip() + " asks for nothing")
    issue = _mapping(found.get("issue"), "issue")
    if "pull_request" in issue:
        return Deaf("a pull request is no summary issue")
    return _edited(found, issue) if event == "issues" else _commented(found, issue)


def read_commands(text: str) -> tuple[list[Ask], list[str], list[str]]:
    """The commands of a comment: what is asked for, what only wants an answer, and what means nothing.

    A command is a line that begins with `/ztr`, outside of quotes and fenced code.
    """
    asks: list[Ask] = []
    other: list[str] = []
    wrong: list[str] = []
    for words in _command_lines(text)[:MOST]:
        verb, _, rest = words.strip().partition(" ")
        verb = verb.casefold() or "help"
        if verb in ("status", "help"):
            other.append(verb)
        elif verb not in VERBS:
            wrong.append(f"{verb[:60]} is no command{_meant(verb)}")
        elif verb in TASKLESS:
            asks.append(Ask(cast(Verb, verb), reason=rest.strip()[:_LONGEST_REASON]))
        else:
            ask = _about_a_task(cast(Verb, verb), rest)
            if ask is None:
                wrong.append(f"{verb} names no task: /ztr {verb} TASK")
            else:
                asks.append(ask)
    return asks, list(dict.fromkeys(other)), wrong


def _edited(found: Mapping[str, Json], issue: Mapping[str, Json]) -> Heard | Deaf:
    changes = found.get("changes")
    before = changes.get("body") if isinstance(changes, Mapping) else None
    if not isinstance(before, Mapping) or not isinstance(before.get("from"), str):
        return Deaf("the edit left the body as it was")
    was, now = str(before["from"]), str(issue.get("body") or "")
    ticked = newly_ticked(was, now)[:MOST]
    if not ticked:
        return Deaf("the edit ticked no box")
    at = str(issue.get("updated_at") or "")
    told = hashlib.sha256("\n".join(box(one) for one in ticked).encode()).hexdigest()[:12]
    name = f"tick-{_whole(issue, 'number')}-{re.sub(r'[^0-9TZ]', '', at)}-{told}"
    asks = tuple(Ask(one.verb, one.task, one.slot, one.definition, "", one) for one in ticked)
    return _heard(found, issue, name, at, was)._replace(asks=asks)


def _commented(found: Mapping[str, Json], issue: Mapping[str, Json]) -> Heard | Deaf:
    comment = _mapping(found.get("comment"), "comment")
    asks, other, wrong = read_commands(str(comment.get("body") or ""))
    if not (asks or other or wrong):
        return Deaf("the comment holds no command")
    number = _whole(comment, "id")
    heard = _heard(
        found, issue, f"comment-{number}", str(comment.get("created_at") or ""), str(issue.get("body") or "")
    )
    return heard._replace(comment=number, asks=tuple(asks), other=tuple(other), wrong=tuple(wrong))


def _heard(found: Mapping[str, Json], issue: Mapping[str, Json], name: str, at: str, body: str) -> Heard:
    sender = _mapping(found.get("sender"), "sender")
    user, repository = issue.get("user"), found.get("repository")
    login = str(sender.get("login") or "")
    return Heard(
        id=name,
        at=at,
        number=_whole(issue, "number"),
        author=str(user.get("login") or "") if isinstance(user, Mapping) else "",
        body=body,
        sender=login,
        is_bot=sender.get("type") != "User" or login.endswith("[bot]"),
        branch=str(repository.get("default_branch") or "") if isinstance(repository, Mapping) else "",
    )


def _command_lines(text: str) -> list[str]:
    found, fence = [], ""
    for line in text.replace("\r\n", "\n").split("\n"):
        edge = _FENCE.match(line)
        if edge and fence in ("", edge[1]):
            fence = "" if fence else edge[1]
        elif not fence and (match := _COMMAND.match(line)):
            found.append(match[1])
    return found


def _about_a_task(verb: Verb, rest: str) -> Ask | None:
    name, _, reason = rest.strip().partition(" ")
    task, _, slot = name.strip("`").partition("@")
    if not task and verb != "run":
        return None
    return Ask(verb, task[:200], slot[:200], "", reason.strip()[:_LONGEST_REASON])


def _meant(verb: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(verb, COMMANDS, 1)
    return f": did you mean {close[0]}?" if close else ": /ztr help tells them"


def _mapping(found: Json, what: str) -> Mapping[str, Json]:
    if not isinstance(found, Mapping):
        raise ValueError(f"{what} is no object")  # noqa: TRY004 - what is wrong is the payload's content
    return found


def _whole(found: Mapping[str, Json], name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int):
        raise ValueError(f"{name} is no number")  # noqa: TRY004 - what is wrong is the payload's content
    return value

"""Exactly one open issue for a plan, kept up to date in place.

The number in the state comes first. Without it the issue is looked for by its marker among all listed issues (never by
search, which lags behind); the lowest number wins, others are closed with a pointer. Nothing here fails a run: what
could not be done is told in a line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from automation.errors import HostError
from automation.github.client import Client
from automation.github.issues import Issue, create_comment, create_issue, get_issue, list_issues, update_issue
from automation.github.marks import Control, boxes, read_marker, tick, untick
from automation.github.refusals import Absent, Clash, Denied, IssuesDisabled, TooLong, Unsure
from automation.github.repository import WRITERS, get_permission

LABEL = "ztr"
BOT = "github-actions[bot]"
"""Who writes with a workflow's own token."""

SETTLE = 15.0
"""Seconds after a creation whose reply was lost, before it is looked for."""

DOUBT = timedelta(hours=24)
"""So long a creation without a reply may still come to light: until then no second one is tried, and a young issue is
checked for twins.
"""


AUTHORS = 20
"""So many different authors of issues with our marker are asked about; the others are strangers."""


class Known(NamedTuple):
    """What the state branch keeps of a plan's issue. `attempted`: when one was created without a reply.

    `noticed`: what waits for somebody and was told of in a comment, as keys with blanks between.
    """

    number: int = 0
    author: str = ""
    url: str = ""
    attempted: str = ""
    noticed: str = ""


class Wanted(NamedTuple):
    """What the issue should say. `serial` is that of the state shown; `closed`: everything is done."""

    plan: str
    lineage: str
    title: str
    body: str
    serial: int
    closed: bool = False


class Told(NamedTuple):
    """What became of it: `known` is to be kept for the next time, `notes` are lines for people."""

    known: Known
    notes: tuple[str, ...] = ()
    written: bool = False


class _Doubtful(Exception):
    """Whether there is an issue cannot be told now; nothing may be created."""


def upsert(client: Client, wanted: Wanted, known: Known, handled: Collection[Control] = ()) -> Told:
    """Bring the plan's issue up to date, and make it where there is none.

    Ticks that are not among the `handled` survive: their own events are still on the way.
    """
    notes: list[str] = []
    try:
        found = _find(client, wanted, known, notes)
        if found is None:
            return _create(client, wanted, known, notes)
        written = _update(client, found, wanted, handled, notes)
        return Told(Known(found.number, found.author, found.url), tuple(notes), written)
    except _Doubtful as error:
        return Told(known, (*notes, str(error)))
    except HostError as error:
        return Told(known, (*notes, _line(wanted, error)))


def decode_known(text: str | bytes | None) -> Known:
    """What `encode_known` wrote; nothing known for anything else."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return Known()
    if not isinstance(found, Mapping):
        return Known()
    number, words = found.get("number"), [found.get(name) for name in Known._fields[1:]]
    return Known(number if isinstance(number, int) else 0, *(str(word) if word else "" for word in words))


def encode_known(known: Known) -> str:
    """One JSON object, the same for the same."""
    return json.dumps(known._asdict(), indent=1) + "\n"


# ---- finding


def _find(client: Client, wanted: Wanted, known: Known, notes: list[str]) -> Issue | None:
    """The plan's issue as it is now; none when there surely is none. Raises `_Doubtful`."""
    if known.number:
        found = _by_number(client, known)
        if found is not None:
            return _without_twins(client, found, wanted, known, notes)
        notes.append(f"issue #{known.number} of the plan {wanted.plan} was deleted")
        return _listed(client, wanted, known, notes)
    listed = _listed(client, wanted, known, notes)
    if listed is None and _is_doubtful(client, known):
        raise _Doubtful(
            f"the summary issue was created at {known.attempted} without an answer and is not listed yet:"
            " the next run looks again"
        )
    return listed


def _by_number(client: Client, known: Known) -> Issue | None:
    """None for a deleted one. Raises `_Doubtful` for one that is not ours any more."""
    try:
        found = get_issue(client, known.number)
    except Absent:
        return None
    except IssuesDisabled as error:
        if "disabled" in str(error.message).casefold():
            raise
        return None  # 410 is a deleted issue's answer as well
    if known.author and found.author != known.author:
        raise _Doubtful(f"issue #{known.number} is by {found.author}, not by {known.author}: it is left alone")
    return found


def _listed(client: Client, wanted: Wanted, known: Known, notes: list[str]) -> Issue | None:
    """The one with the lowest number of all that carry our marker; the others are closed."""
    ours = sorted(_ours(client, wanted, known), key=_number)
    if not ours:
        return None
    _close_twins(client, ours[0], ours[1:], notes)
    return get_issue(client, ours[0].number)  # a list may lag behind


def _without_twins(client: Client, found: Issue, wanted: Wanted, known: Known, notes: list[str]) -> Issue:
    """A young issue is compared with what is listed: a lost creation may have come to light."""
    if not _is_young(client, found.created):
        return found
    ours = _ours(client, wanted, known, since=found.created)
    if not ours:
        return found
    first = min((found, *ours), key=_number)
    twins = [one for one in ours if one.number != first.number]
    twins += [found] if found.number != first.number and found.number not in map(_number, ours) else []
    _close_twins(client, first, twins, notes)
    return found if first.number == found.number else get_issue(client, first.number)


def _issues(client: Client, since: str) -> Iterator[Issue]:
    """The issues, newest first: back to a day before that time, or as far back as lists are read."""
    oldest = datetime.fromisoformat(since) - DOUBT if since else None
    with suppress(TooLong):  # thousands of issues: ours would be among the newer ones
        for one in list_issues(client):
            if oldest is not None and _is_before(one.created, oldest):
                return
            yield one


def _is_before(at: str, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(at) < moment
    except (ValueError, TypeError):
        return False


def _ours(client: Client, wanted: Wanted, known: Known, since: str = "") -> list[Issue]:
    """Those with our marker in the first line, written by us: what others made a bot repeat stands further down.

    Anybody may copy a marker, so each author is asked about once, and only so many are.
    """
    found: list[Issue] = []
    trusted: dict[str, bool] = {}
    for issue in _issues(client, since):
        mark = read_marker(issue.body.partition("\n")[0], wanted.lineage)
        if mark is None or mark.plan != wanted.plan:
            continue
        if issue.author not in trusted:
            ask = len(trusted) < AUTHORS or issue.author in (BOT, known.author)
            trusted[issue.author] = ask and is_trusted(client, issue.author, known)
        found += [issue] if trusted[issue.author] else []
    return found


def is_trusted(client: Client, author: str, known: Known) -> bool:
    """Whether an issue by that author can be ours: its maker so far, the workflow's bot, or somebody who may write."""
    if author in (known.author or BOT, BOT):
        return True
    return bool(author) and not author.endswith("[bot]") and get_permission(client, author) in WRITERS


def _is_doubtful(client: Client, known: Known) -> bool:
    return bool(known.attempted) and _is_young(client, known.attempted)


def _is_young(client: Client, at: str) -> bool:
    try:
        since = datetime.fromisoformat(at)
    except ValueError:
        return False
    return since.tzinfo is not None and client.now() - since < DOUBT


def _number(issue: Issue) -> int:
    return issue.number


# ---- writing


def _create(client: Client, wanted: Wanted, known: Known, notes: list[str]) -> Told:
    if wanted.closed:
        return Told(known, (*notes, "everything is done: no issue is opened for it"))
    _make_label(client)
    try:
        made = create_issue(client, wanted.title, wanted.body, [LABEL])
    except Unsure:
        client.clock.sleep(SETTLE)
        found = _listed(client, wanted, known, notes)
        if found is None:
            at = client.now().isoformat(timespec="seconds")
            doubt = "the summary issue was created without an answer and is not listed yet: the next run looks again"
            return Told(Known(0, known.author, "", at), (*notes, doubt), written=True)
        _update(client, found, wanted, (), notes)
        made = found
    return Told(Known(made.number, made.author, made.url), tuple(notes), written=True)


def _make_label(client: Client) -> None:
    about = "Written by ZTR: the state of a plan, with boxes to tick"
    with suppress(Clash, Denied, Absent, Unsure):  # it is there already, or GitHub makes it with the issue
        client.call("POST", "/labels", {"name": LABEL, "color": "5319e7", "description": about}, repeatable=True)


def _update(client: Client, now: Issue, wanted: Wanted, handled: Collection[Control], notes: list[str]) -> bool:
    """Write what differs. `now` was read just before."""
    mark = read_marker(now.body, wanted.lineage)
    if mark is not None and mark.serial > wanted.serial:
        notes.append(f"issue #{now.number} shows a newer state already")
        return _open_again(client, now, handled)
    body = tick(wanted.body, late_ticks(now.body, handled))
    state = "closed" if wanted.closed else "open"
    same = (_plain(body) == _plain(now.body), wanted.title == now.title, state == now.state)
    if all(same):
        return False
    if not same[2]:
        notes.append(_reopened(now) if state == "open" else f"everything is done: issue #{now.number} is closed")
    reasons = {"open": "reopened", "closed": "completed"}
    update_issue(
        client,
        now.number,
        body=None if same[0] else body,
        title=None if same[1] else wanted.title,
        state=None if same[2] else state,  # type: ignore[arg-type]  # one of the two words
        reason=None if same[2] else reasons[state],  # type: ignore[arg-type]  # one of the two words
    )
    return True


def _open_again(client: Client, now: Issue, handled: Collection[Control]) -> bool:
    """Of a body that is newer than ours only the ticks that were seen to are changed."""
    body = untick(now.body, handled)
    if body == now.body:
        return False
    update_issue(client, now.number, body=body)
    return True


def late_ticks(body: str, handled: Collection[Control]) -> list[Control]:
    """The ticks in a body that nobody has seen to yet."""
    return [control for control, ticked in boxes(body).items() if ticked and control not in handled]


def _reopened(now: Issue) -> str:
    return f"issue #{now.number} had been closed and is open again: the plan is not finished"


def _close_twins(client: Client, first: Issue, twins: Iterable[Issue], notes: list[str]) -> None:
    """Close the others that are open, each with a pointer to the first."""
    for twin in twins:
        if twin.state == "closed":
            continue
        _close_twin(client, twin.number)
        notes.append(f"issue #{twin.number} was a second one of #{first.number}, and is closed")
        try:
            create_comment(client, twin.number, f"Duplicate of #{first.number}, where this plan's runs are told.")
        except Unsure:
            continue  # once more might say it twice; the issue is closed either way


def _close_twin(client: Client, number: int) -> None:
    try:
        update_issue(client, number, state="closed", reason="duplicate")
    except Clash:  # an older GitHub Enterprise Server does not know the reason
        update_issue(client, number, state="closed", reason="not_planned")


def _plain(body: str) -> str:
    """Browsers send other line ends than we do."""
    return body.replace("\r\n", "\n").rstrip()


def _line(wanted: Wanted, error: HostError) -> str:
    remedy = f" ({error.remedy})" if error.remedy else ""
    return f"the summary issue of {wanted.plan} could not be written: {error.message}{remedy}"

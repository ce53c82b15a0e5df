"""What of a repository's set-up keeps ZTR from working, and the line or the page that mends it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from automation.plan.model import Json

Level = Literal["problem", "warning", "note", "fine"]
LEVELS: tuple[Level, ...] = ("problem", "warning", "note", "fine")

NEEDED: Mapping[str, str] = {
    "contents": "the state branch",
    "issues": "the summary issue",
    "actions": "run now, from the issue",
}
"""Which permissions the job that calls ztr.yml has to grant, and what for: always all of them, because GitHub does not
start a called workflow of which any job asks for more, also one that would be skipped.
"""

_CALL = re.compile(r"(?:\$/|\./|[\w.-]+/[\w.-]+/)\.github/workflows/ztr\.ya?ml(?:@(\S+))?")
_FULL = re.compile(r"[0-9a-f]{40}")
_TICKS = frozenset({"issues", "issue_comment"})


class Finding(NamedTuple):
    """Something that is right, or not. `mend` is what to write, and where, or a page; empty where nothing is to do."""

    level: Level
    about: str
    what: str
    mend: str = ""


class Caller(NamedTuple):
    """What a job says that calls ztr.yml. `ref` is empty for a file of the same repository; `granted` is none where
    neither the job nor its file says anything.
    """

    path: str
    events: frozenset[str]
    granted: Mapping[str, str] | None
    secrets: frozenset[str]
    ref: str = ""
    local: bool = False
    artifact: str = ""


class Hosted(NamedTuple):
    """What GitHub says of the repository; none of a part is what the token may not see."""

    default_branch: str
    archived: bool
    fork: bool
    has_issues: bool
    states: Mapping[str, str]
    secrets: frozenset[str] | None = None
    pinning: bool | None = None
    branch: str = ""
    branch_trouble: str = ""
    issue: int = 0
    issue_trouble: str = ""


class Facts(NamedTuple):
    """`pages` is the repository's address; `hosted` is none where GitHub was not asked, and `unasked` says why."""

    pages: str
    callers: tuple[Caller, ...]
    wanted: tuple[str, ...]
    hosted: Hosted | None = None
    unasked: str = ""
    denied: tuple[str, ...] = ()


def read_calls(path: str, document: Json) -> tuple[Caller, ...]:
    """What a workflow file says of ZTR, job by job; nothing where it does not call it."""
    whole = _mapping(document)
    events = frozenset(_events(whole.get("on")))
    found = []
    for job in _mapping(whole.get("jobs")).values():
        told = _mapping(job)
        match = _CALL.fullmatch(str(told.get("uses", "")))
        if match is None:
            continue
        granted = told.get("permissions", whole.get("permissions"))
        handed = told.get("secrets")
        secrets = {"*"} if handed == "inherit" else set(_mapping(handed))
        local = str(told["uses"]).startswith(("$/", "./"))
        artifact = str(_mapping(told.get("with")).get("artifact", "ztr-report"))
        grants = None if granted is None else _grants(granted)
        found.append(Caller(path, events, grants, frozenset(secrets), match[1] or "", local, artifact))
    return tuple(found)


def findings(facts: Facts) -> tuple[Finding, ...]:
    """All there is to say, what hinders most first."""
    found = [*_of_callers(facts), *_of_secrets(facts), *_of_host(facts)]
    return tuple(sorted(found, key=lambda one: LEVELS.index(one.level)))


def _of_callers(facts: Facts) -> Iterator[Finding]:
    if not facts.callers:
        yield Finding(
            "problem",
            "workflow",
            "no workflow of this repository calls ZTR",
            "docs/github.md has the file of twenty lines",
        )
    for caller in facts.callers:
        yield from _of_permissions(caller)
        yield from _of_pin(caller, required=bool(facts.hosted and facts.hosted.pinning))
    yield from _of_artifacts(facts.callers)
    events = {event for caller in facts.callers for event in caller.events}
    if not facts.callers:
        return
    if "schedule" not in events:
        yield Finding("note", "schedule", "nothing runs by itself", 'on:\n  schedule:\n    - cron: "17 5 * * *"')
    if missing := sorted(_TICKS - events):
        lines = {"issues": "  issues: {types: [edited]}", "issue_comment": "  issue_comment: {types: [created]}"}
        mend = "\n".join(["on:", *(lines[event] for event in missing)])
        yield Finding("warning", "controls", "ticks or comments in the summary issue do nothing", mend)
    if "workflow_dispatch" not in events:
        yield Finding(
            "warning", "by hand", "no workflow can be started by hand, nor by *run now*", "on:\n  workflow_dispatch:"
        )


def _of_permissions(caller: Caller) -> Iterator[Finding]:
    granted = caller.granted or {}
    lacking = [name for name in NEEDED if granted.get(name, "none") != "write"]
    if not lacking:
        yield Finding("fine", "permissions", f"{caller.path} grants what ZTR needs")
        return
    lines = "\n".join(f"      {name}: write # {why}" for name, why in NEEDED.items())
    mend = f"in the job that calls ztr.yml:\n    permissions:\n{lines}"
    if caller.granted is None:
        what = (
            f"{caller.path} says nothing of permissions: whether GitHub starts it depends on the repository's settings"
        )
        yield Finding("warning", "permissions", what, mend)
        return
    words = ", ".join(f"{name}: write" for name in lacking)
    what = f"{caller.path} does not grant {words}: GitHub will not start it"
    yield Finding("problem", "permissions", what, mend)


def _of_artifacts(callers: tuple[Caller, ...]) -> Iterator[Finding]:
    """Two calls in one run that leave the same artifact: the second one replaces what the first one left."""
    names = [(caller.path, caller.artifact) for caller in callers]
    for path, name in sorted({one for one in names if names.count(one) > 1}):
        what = f"{path} calls ZTR more than once with the artifact {name}: each call replaces what another one left"
        yield Finding(
            "problem", "artifact", what, f"in all but one of these jobs:\n    with:\n      artifact: {name}-2"
        )


def _of_pin(caller: Caller, *, required: bool) -> Iterator[Finding]:
    if caller.local or _FULL.fullmatch(caller.ref):
        yield Finding(
            "fine", "pin", f"{caller.path} names ZTR by a full commit" if caller.ref else f"{caller.path} is ZTR's own"
        )
        return
    what = f"{caller.path} names ZTR by {caller.ref or 'nothing'}, which somebody can move"
    if required:
        what += "; the repository's settings want full commits, so GitHub will not start it"
    mend = "write the release's 40-digit commit behind the @, and the version as a comment"
    yield Finding("problem" if required else "warning", "pin", what, mend)


def _of_secrets(facts: Facts) -> Iterator[Finding]:
    handed = {name for caller in facts.callers for name in caller.secrets}
    stored = facts.hosted.secrets if facts.hosted else None
    page = f"{facts.pages}/settings/secrets/actions"
    everything = handed & {"*", "ZTR_SECRETS"}
    for name in facts.wanted:
        if stored is not None and name not in stored and not (everything and "ZTR_SECRETS" in stored):
            yield Finding("note", "secret", f"{name} is not there: what needs it is mocked", f"{page}/new")
        elif facts.callers and name not in handed and not everything:
            mend = f"in the job that calls ztr.yml:\n    secrets:\n      {name}: ${{{{ secrets.{name} }}}}"
            yield Finding("warning", "secret", f"{name} is not handed on to ZTR: what needs it is mocked", mend)


def _of_host(facts: Facts) -> Iterator[Finding]:
    host, pages = facts.hosted, facts.pages
    if host is None:
        yield Finding(
            "note", "GitHub", f"GitHub was not asked: {facts.unasked}", "export GITHUB_TOKEN=$(gh auth token)"
        )
        return
    yield from (Finding("note", "token", f"not looked at: {what}") for what in facts.denied)
    if host.archived:
        yield Finding("problem", "repository", "it is archived, and so read-only", f"{pages}/settings: Unarchive")
    if not host.has_issues:
        mend = f"{pages}/settings: Features → Issues"
        yield Finding("warning", "issue", "issues are turned off: there is no summary issue", mend)
    if host.fork:
        mend = f"{pages}/actions: enable the workflows"
        yield Finding("note", "fork", "in a fork schedules are off until somebody turns them on", mend)
    yield from _of_states(facts.callers, host, pages)
    yield _of_branch(host)
    yield _of_issue(host)


def _of_states(callers: tuple[Caller, ...], host: Hosted, pages: str) -> Iterator[Finding]:
    for path in dict.fromkeys(caller.path for caller in callers):
        file = path.rpartition("/")[2]
        state = host.states.get(file)
        page = f"{pages}/actions/workflows/{file}"
        if state is None:
            what = f"GitHub does not know {path}: it is not on {host.default_branch}"
            yield Finding("problem", "default branch", what, f"commit it to {host.default_branch} and push")
        elif state == "disabled_inactivity":
            what = f"{file} was switched off after 60 days without a commit"
            yield Finding("problem", "workflow", what, f"{page}: Enable workflow")
        elif state and state != "active":
            yield Finding("problem", "workflow", f"{file} is switched off ({state})", f"{page}: Enable workflow")
        elif state:
            yield Finding("fine", "workflow", f"{file} is active")


def _of_branch(host: Hosted) -> Finding:
    if host.branch_trouble:
        what, _, mend = host.branch_trouble.partition("\n")
        return Finding("problem", "state", what, mend)
    if not host.branch:
        return Finding("note", "state", "there is no state branch yet; the first run makes it")
    return Finding("fine", "state", f"the state branch is at {host.branch[:7]}")


def _of_issue(host: Hosted) -> Finding:
    if host.issue_trouble:
        what, _, mend = host.issue_trouble.partition("\n")
        return Finding("warning", "issue", what, mend)
    if not host.issue:
        return Finding(
            "note", "issue", "there is no summary issue yet; the first run that has something to tell opens it"
        )
    return Finding("fine", "issue", f"the summary issue is #{host.issue}")


def _events(on: Json) -> Iterator[str]:
    if isinstance(on, str):
        yield on
    elif isinstance(on, Mapping | list):
        yield from (str(event) for event in on)


def _grants(permissions: Json) -> Mapping[str, str]:
    if permissions == "write-all":
        return dict.fromkeys(NEEDED, "write")
    return {str(name): str(level) for name, level in _mapping(permissions).items()}


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}

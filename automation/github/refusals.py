"""What GitHub's refusals mean, in our errors: each says what happened and what mends it. Pure."""

from __future__ import annotations

from automation.errors import HostError
from automation.github.policy import Reply

UNAUTHORISED, FORBIDDEN, ABSENT, CONFLICT, GONE, INVALID = 401, 403, 404, 409, 410, 422


class Absent(HostError):
    """404: it is not there, or this token may not see it."""


class Denied(HostError):
    """401 or 403: the token is not valid or may not do this."""


class Clash(HostError):
    """409 or 422: it does not fit what is there now (a ref that moved on, a name that exists), or is no valid input."""

    def __init__(self, message: str, remedy: str = "", *, status: int = INVALID, told: str = "") -> None:
        super().__init__(message, remedy)
        self.status, self.told = status, told


class IssuesDisabled(HostError):
    """410: the repository has no issues."""


class Unsure(HostError):
    """A change was sent and no answer came: nobody knows whether it was carried out."""


class TooLong(HostError):
    """A list has more pages than are read of any; those were given."""


class Unreachable(HostError):
    """GitHub did not answer, or is not ready to; the request may be made again."""


def refusal(method: str, path: str, reply: Reply) -> HostError:
    """The error of an answer of 400 and above that is not to be waited for."""
    what = f"GitHub refused {method} {path}: {reply.status} {reply.message}".rstrip()
    if reply.status == UNAUTHORISED:
        return Denied(what, "the token is revoked, expired or mistyped: run the job again, or make a new token")
    if reply.status == FORBIDDEN:
        return Denied(what, _grant(method, path, reply.message))
    if reply.status == ABSENT:
        return Absent(what, f"it is not there, or the token may not see it: {_permission(method, path)}")
    if reply.status == GONE:
        return IssuesDisabled(what, "Settings → General → Features → Issues turns them on; everything else goes on")
    if reply.status in (CONFLICT, INVALID):
        return Clash(what, status=reply.status, told=reply.message)
    return HostError(what, "https://www.githubstatus.com tells whether GitHub has trouble; then run again")


def _grant(method: str, path: str, told: str) -> str:
    words = told.casefold()
    if "archived" in words:
        return "the repository is archived, which makes it read-only: Settings → General → Unarchive"
    if "locked" in words:
        return "the issue is locked: unlock the conversation on its page"
    if "not permitted to create or approve" in words or "disabled" in words:
        return "Settings → Actions → General shows what is turned off"
    return _permission(method, path)


def _permission(method: str, path: str) -> str:
    level = "read" if method in ("GET", "HEAD") else "write"
    parts = path.partition("?")[0].split("/")
    theme = next((name for part, name in _THEMES if part in parts), "contents")
    if theme == "metadata":
        return "the token has to see the repository"
    return f"grant it in the job: `permissions: {{{theme}: {level}}}`"


_THEMES = (
    ("collaborators", "metadata"),
    ("issues", "issues"),
    ("labels", "issues"),
    ("actions", "actions"),
    ("git", "contents"),
    ("tarball", "contents"),
)

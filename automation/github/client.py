"""Requests to one repository of GitHub: paced, repeated by our own policy, with a deadline each, and counted.

The themes stand beside this file: `git_data`, `issues`, `repository`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

from automation.engine.ports import Clock
from automation.errors import HostError, UsageError
from automation.github.connection import PyGithubTransport, Raw, TooLarge, Transport
from automation.github.policy import SERVER, Again, Lost, Policy, Reply, Sent, after, pause
from automation.github.refusals import TooLong, Unreachable, Unsure, refusal
from automation.plan.model import Json

API = "https://api.github.com"
CAREFUL = Policy()
PAGES = 50
"""Pages of a list that are read at most, 100 entries each."""

LARGEST_ARCHIVE = 500_000_000

_OK, _FOUND, _BAD = 200, 302, 400
_SAFE = frozenset({"GET", "HEAD"})
T = TypeVar("T")


class Answer(NamedTuple):
    """A good answer: its status, headers by lower-case name, and JSON (none where there is no body)."""

    status: int
    headers: Mapping[str, str]
    json: Json


class Client:
    """Asks GitHub about `repository` (`owner/name`). `requests` counts what was sent, repetitions included.

    Raises `HostError` of the kinds in `refusals`; no message ever holds the token.
    """

    def __init__(
        self,
        repository: str,
        token: str,
        clock: Clock,
        *,
        api: str = API,
        policy: Policy = CAREFUL,
        jitter: Callable[[], float] = lambda: 0.5,
        transport: Transport | None = None,
    ) -> None:
        owner, slash, name = repository.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise UsageError(f"{repository or 'nothing'}: not OWNER/NAME of a repository", "set GITHUB_REPOSITORY")
        if urlsplit(api).scheme not in ("http", "https") or not urlsplit(api).hostname:
            raise UsageError(f"{api}: not the address of GitHub's API", "set GITHUB_API_URL, or leave it out")
        self.repository = repository
        self.requests = 0
        self.server_time: datetime | None = None
        self.clock, self.jitter = clock, jitter
        self._root = f"/repos/{quote(owner)}/{quote(name)}"
        self._api, self._token, self._policy = api.rstrip("/"), token, policy
        self._transport = transport or PyGithubTransport(self._api, token, policy.deadline)
        self._last_write: float | None = None

    def now(self) -> datetime:
        """GitHub's own time as its last answer told it; ours before the first one."""
        return self.server_time or self.clock.now().astimezone(UTC)

    def get(self, path: str, **query: str | int) -> Json:
        """The JSON at a path below the repository."""
        return self.call("GET", _with(path, query)).json

    def call(
        self, method: str, path: str, body: Mapping[str, Json] | None = None, *, repeatable: bool | None = None
    ) -> Answer:
        """One request below the repository. `repeatable`: may be carried out twice (GET and HEAD always are).

        Raises `Unsure` when a change that is not repeatable may have been carried out.
        """
        may = method in _SAFE or bool(repeatable)
        raw = self._exchange(
            method, path, may, lambda: self._transport.send(method, self._root + path, body, self._policy.deadline)
        )
        return Answer(raw.status, raw.headers, _json(raw, method, path))

    def pages(self, path: str, **query: str | int) -> Iterator[Json]:
        """The entries of a list, page by page as GitHub links them. Raises `HostError` for a list without an end."""
        following: str | None = self._root + _with(path, {"per_page": 100, **query})
        for _ in range(PAGES):
            here = following or ""
            raw = self._exchange(
                "GET",
                path,
                True,
                lambda at=here: self._transport.send("GET", at, None, self._policy.deadline),  # type: ignore[misc]  # binds the page
            )
            found = _json(raw, "GET", path)
            yield from cast(list[Json], found if isinstance(found, list) else _entries(found))
            following = self._next(raw.headers.get("link", ""))
            if following is None:
                return
        raise TooLong(f"GitHub's list {path} has more than {PAGES} pages", "close or delete what is no longer needed")

    def download(self, path: str, limit: int = LARGEST_ARCHIVE) -> bytes:
        """The bytes behind a path that redirects to a file, read from there without our token."""

        def ask() -> Raw:
            raw = self._transport.send("GET", self._root + path, None, self._policy.deadline)
            self._note_time(raw.headers.get("date", ""))  # the file comes from a server with a clock of its own
            place = raw.headers.get("location", "")
            if raw.status != _FOUND:
                return raw
            if urlsplit(place).scheme != "https" and urlsplit(place).netloc != urlsplit(self._api).netloc:
                raise HostError("GitHub sends the download to an address without TLS", "check GITHUB_API_URL")
            self.requests += 1
            return self._transport.fetch(place, limit, self._policy.deadline * 4)

        return self._exchange("GET", path, True, ask).body

    def _exchange(self, method: str, path: str, repeatable: bool, send: Callable[[], Raw]) -> Raw:
        attempt = 0
        while True:
            attempt += 1
            if method not in _SAFE:
                self._pace()
            outcome = self._once(method, send)
            if isinstance(outcome, Raw):
                return outcome
            following = after(
                self._policy, outcome, attempt, repeatable=repeatable, now=self.now(), jitter=self.jitter()
            )
            if isinstance(following, Again):
                self.clock.sleep(following.wait)
                continue
            raise self._error(method, path, outcome, following.unsure, following.later)

    def _once(self, method: str, send: Callable[[], Raw]) -> Raw | Reply | Lost:
        import requests

        self.requests += 1
        try:
            raw = send()
        except TooLarge as error:
            raise HostError(f"GitHub's answer cannot be used: {error}", "is the state branch this large?") from None
        except HostError:
            raise
        except (requests.RequestException, OSError, RuntimeError, AssertionError, ValueError) as error:
            return Lost(_sent(error), self._clean(_why(error)))
        finally:
            if method not in _SAFE:
                self._last_write = self.clock.monotonic()
        self._note_time(raw.headers.get("date", ""))
        return raw if raw.status < _BAD else Reply(raw.status, raw.headers, self._clean(_message(raw)))

    def _pace(self) -> None:
        last = self._last_write
        wait = pause(self._policy, None if last is None else self.clock.monotonic() - last)
        if wait > 0:
            self.clock.sleep(wait)

    def _note_time(self, date: str) -> None:
        from email.utils import parsedate_to_datetime

        try:
            moment = parsedate_to_datetime(date)
        except (ValueError, TypeError, IndexError, OverflowError):
            return
        self.server_time = moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _next(self, links: str) -> str | None:
        """The path of the next page; GitHub names it by number (`/repositories/ID/…`), on its own host."""
        for link in links.split(","):
            address, _, relation = link.partition(";")
            if 'rel="next"' in relation:
                url = urlsplit(address.strip().removeprefix("<").removesuffix(">"))
                prefix = urlsplit(self._api)
                if url.netloc != prefix.netloc:
                    raise HostError(f"GitHub names a next page on {url.netloc}", "check GITHUB_API_URL")
                return f"{url.path.removeprefix(prefix.path)}?{url.query}"
        return None

    def _error(self, method: str, path: str, outcome: Reply | Lost, unsure: bool, later: float | None) -> HostError:
        if unsure:
            why = outcome.why if isinstance(outcome, Lost) else f"{outcome.status} {outcome.message}"
            return Unsure(f"{method} {path} was sent to GitHub and no good answer came ({why})", "it is looked up")
        if isinstance(outcome, Lost):
            return Unreachable(f"GitHub does not answer {method} {path}: {outcome.why}", "run again later")
        if outcome.status >= SERVER:
            what = f"GitHub has trouble with {method} {path}: {outcome.status} {outcome.message}".rstrip()
            return Unreachable(what, "run again later; https://www.githubstatus.com tells more")
        if later is not None:
            return Unreachable(
                f"GitHub's rate limit is used up: {method} {path}: {outcome.status} {outcome.message}",
                f"run again in {max(1, round(later / 60))} minutes",
            )
        return refusal(method, path, outcome)

    def _clean(self, text: str) -> str:
        text = " ".join(text.split())[:300]
        return text.replace(self._token, "***") if self._token else text


def _with(path: str, query: Mapping[str, str | int]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _json(raw: Raw, method: str, path: str) -> Json:
    if not raw.body.strip():
        return None
    try:
        return cast(Json, json.loads(raw.body))
    except ValueError:
        raise HostError(f"GitHub's answer to {method} {path} is no JSON", "check GITHUB_API_URL; run again") from None


def _entries(found: Json) -> list[Json]:
    """The list inside an answer that counts its entries (`{"total_count": …, "workflow_runs": […]}`)."""
    if isinstance(found, Mapping):
        return next((list(value) for value in found.values() if isinstance(value, list)), [])
    return []


def _message(raw: Raw) -> str:
    try:
        found = json.loads(raw.body)
    except ValueError:
        return ""
    if not isinstance(found, Mapping):
        return ""
    text = str(found.get("message", ""))
    errors = found.get("errors")
    told = (
        [str(one.get("message") or one.get("code") or "") for one in errors if isinstance(one, Mapping)]
        if isinstance(errors, list)
        else []
    )
    return "; ".join([text, *filter(None, told)])


def _sent(error: Exception) -> Sent:
    import requests

    if isinstance(error, requests.ConnectTimeout):
        return "no"
    if isinstance(error, requests.ConnectionError) and any(
        word in str(error) for word in ("NewConnectionError", "NameResolutionError", "SSLError", "ProxyError")
    ):
        return "no"
    return "maybe"


def _why(error: Exception) -> str:
    text = str(error)
    for word, told in (("NameResolution", "its name cannot be resolved"), ("refused", "connection refused")):
        if word in text:
            return told
    return "no answer in time" if "imed out" in text else f"the connection broke ({type(error).__name__})"

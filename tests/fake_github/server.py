"""The fake GitHub itself: an HTTP server on 127.0.0.1 that keeps state and checks what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from . import description, routes_git, routes_issues, routes_pulls, routes_repository
from .answers import Answers
from .connection import Connection, Reply
from .faults import Fault
from .happenings import Website
from .ledger import Ledger, Line
from .routing import Answer, Asked, Refused, Route
from .state import Level, Repository, Token

_ROUTES = [*routes_repository.ROUTES, *routes_issues.ROUTES, *routes_git.ROUTES, *routes_pulls.ROUTES]
DOCS = "https://docs.github.com/rest"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FakeGitHub:
    """Use as a context manager; leaving it raises if any request or answer was not GitHub's.

    ``url`` is the API's address. ``tokens`` maps each token to whom it belongs and what it may do; :meth:`grant` adds
    one. ``faults`` holds what is still to go wrong. ``ledger`` is what was asked. ``violations`` is what GitHub's
    description does not allow. *now* gives the server's time, for ``Date`` headers and all stamps.
    """

    def __init__(self, repository: Repository | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        self.repository = repository or Repository()
        self.tokens: dict[str, Token] = {}
        self.faults: list[Fault] = []
        self.ledger = Ledger()
        self.violations: list[str] = []
        self.hourly_limit = 1000
        self.now = now
        self._asked_by: dict[str, int] = {}
        self._marks: dict[int, int] = {}  # for each stale fault: the highest issue when it was set
        self._late: list[tuple[int, Callable[[], object]]] = []
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.url = ""

    # -- for tests ---------------------------------------------------------------------------------------------------

    def grant(self, token: str, login: str = "github-actions[bot]", **permissions: Level) -> str:
        """Makes *token* valid, with these permissions (``contents="read"``) and no others; returns it."""
        kind: Literal["installation", "user"] = "installation" if login.endswith("[bot]") else "user"
        self.tokens[token] = Token(login, permissions, kind)
        return token

    def fail(self, *faults: Fault) -> None:
        """These go wrong from now on, each as often as it says; the first that matches a request wins."""
        for fault in faults:
            self.faults.append(fault)
            if fault.kind == "stale":
                self._marks[id(fault)] = max(self.repository.issues, default=0)

    @property
    def website(self) -> Website:
        """What people do by hand, at this moment; makes no requests."""
        return Website(self.repository, self.url, self._stamp())

    def land(self) -> None:
        """Late requests land now."""
        with self._lock:
            self._landing(everything=True)

    def __enter__(self) -> FakeGitHub:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None:
            self.check()

    def check(self) -> None:
        """Raises AssertionError if a request or an answer was not as GitHub's description has it."""
        if self.violations:
            raise AssertionError("not GitHub's API:\n" + "\n".join(self.violations))

    def start(self, port: int = 0) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", port), Connection)
        server.daemon_threads = True
        server.fake = self  # type: ignore[attr-defined]  # how a connection finds its way back
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self.url

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    # -- for connections ---------------------------------------------------------------------------------------------

    def reply(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """One request from the first look at its faults to the last header of its answer."""
        with self._lock:
            self._landing()
            fault = self._take_fault(method, target)
            body = _json(raw)
            token = self._token(headers)
            reply = self._faulty(fault, method, target, headers, body)
            status = 0 if reply.dropped else reply.status
            login = token.login if token else ""
            said = fault.kind if fault else ""
            self.ledger.append(Line(method, target, login, status, body, said, "authorization" in headers))
            return reply

    def _landing(self, *, everything: bool = False) -> None:
        waiting, self._late = self._late, []
        for left, land in waiting:
            if everything or left <= 1:
                land()
            else:
                self._late.append((left - 1, land))

    def _take_fault(self, method: str, target: str) -> Fault | None:
        for place, fault in enumerate(self.faults):
            if not fault.matches(method, target):
                continue
            if fault.skip:
                self._replace(place, fault, replace(fault, skip=fault.skip - 1))
                continue
            if fault.times > 1:
                self._replace(place, fault, replace(fault, times=fault.times - 1))
            else:
                del self.faults[place]
            return fault
        return None

    def _replace(self, place: int, old: Fault, new: Fault) -> None:
        self.faults[place] = new
        if id(old) in self._marks:
            self._marks[id(new)] = self._marks[id(old)]

    def _faulty(self, fault: Fault | None, method: str, target: str, headers: Mapping[str, str], body: Any) -> Reply:
        def really(known_up_to: int | None = None) -> Reply:
            return self._answer(method, target, headers, body, known_up_to)

        if fault is None:
            return really()
        match fault.kind:
            case "before":
                return self._error(fault.status, fault.message, headers=fault.headers)
            case "after":
                really()
                return self._error(fault.status, fault.message, headers=fault.headers)
            case "drop-before":
                return Reply(dropped=True)
            case "drop-after":
                really()
                return Reply(dropped=True)
            case "late":
                self._late.append((fault.behind, really))
                return Reply(dropped=True)
            case "empty":
                return Reply(200, self._standing(headers), b"[]")
            case "stale":
                return really(self._marks[id(fault)])
            case "cut":
                return replace(really(), cut=True)
            case "slow":
                return replace(really(), seconds=fault.seconds)

    def _answer(
        self, method: str, target: str, headers: Mapping[str, str], body: Any, known_up_to: int | None
    ) -> Reply:
        try:
            return self._allowed(method, target, headers, body, known_up_to)
        except Refused as refused:
            return self._error(refused.status, refused.message, refused.errors, refused.headers)

    def _allowed(
        self, method: str, target: str, headers: Mapping[str, str], body: Any, known_up_to: int | None
    ) -> Reply:
        parts = urlsplit(target)
        path = unquote(parts.path).removeprefix("/api/v3")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        stored = self._stored(path)
        if stored is not None:
            return Reply(200, {"Content-Type": "application/octet-stream"}, stored)
        token = self._token(headers)
        self._count(headers)
        if path == "/rate_limit":
            return self._json_reply(200, self._rate_limit(headers), headers)
        if path == "/user":
            return self._user(token, headers)
        route, names = self._find(method, self._inside(path))
        self._permit(route, token, method)
        who = token or Token("", {})
        answers = Answers(self.repository, self.url)
        asked = Asked(method, path, query, headers, body, who, self.repository, answers, self._stamp(), known_up_to)
        self._describe(route, asked)
        return self._finish(route.handler(asked, **names), route, asked)

    def _inside(self, path: str) -> str:
        """What comes after the repository: it is found by its name, in any case, and by its number."""
        for prefix in (f"/repos/{self.repository.full_name}", f"/repositories/{self.repository.number}"):
            if path.lower() == prefix.lower() or path.lower().startswith(prefix.lower() + "/"):
                return path[len(prefix) :]
        if path.startswith(("/repos/", "/repositories/")):
            raise Refused(404, "Not Found")
        raise self._strange(f"the fake has no {path}")

    def _strange(self, what: str) -> Refused:
        self.violations.append(what)
        return Refused(501, f"NOT GITHUB'S API: {what}")

    def _find(self, method: str, inside: str) -> tuple[Route, Mapping[str, str]]:
        for route in _ROUTES:
            found = route.pattern.fullmatch(inside)
            if found and route.method == method:
                return route, found.groupdict()
        raise self._strange(f"the fake has no {method} {inside}")

    def _token(self, headers: Mapping[str, str]) -> Token | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return self.tokens.get(token.strip()) if scheme.lower() in ("bearer", "token") else None

    def _permit(self, route: Route, token: Token | None, method: str) -> None:
        if token is None:
            raise_for_nobody(method, self.repository)
            return
        what, level = route.needs
        if what != "metadata" and not token.allows(what, level):
            # a public repository can be read by everybody, owners' pages apart
            if level == "read" and what in ("contents", "issues", "actions") and not self.repository.private:
                return
            whose = "integration" if token.kind == "installation" else "personal access token"
            raise Refused(403, f"Resource not accessible by {whose}", X_Accepted_GitHub_Permissions=f"{what}={level}")
        if level == "write" and self.repository.archived:
            raise Refused(403, "Repository was archived so is read-only.")

    def _describe(self, route: Route, asked: Asked) -> None:
        where = f"{asked.method} {asked.path}"
        unknown = set(asked.query) - set(route.query)
        if unknown:
            raise self._strange(f"{where}: no such query: {', '.join(sorted(unknown))}")
        older = () if asked.newest or not isinstance(asked.body, dict) else route.older
        body = {k: v for k, v in asked.body.items() if k not in older} if older else asked.body
        wrong = description.mistakes(route.takes, body) if route.takes else ""
        if wrong:
            raise self._strange(f"{where}: {wrong}")

    def _finish(self, answer: Answer, route: Route, asked: Asked) -> Reply:
        more = dict(answer.headers)
        if answer.content is not None:
            return Reply(
                answer.status,
                {**self._standing(asked.headers), "Content-Type": "application/octet-stream"},
                answer.content,
            )
        body = answer.body
        if answer.listed is not None:
            number, size = asked.page()
            body = answer.listed[(number - 1) * size : number * size]
            more |= self._links(asked, len(answer.listed), number, size)
        wrong = description.mistakes(route.gives, body) if route.gives else ""
        if wrong:
            raise self._strange(f"ANSWER to {asked.method} {asked.path}: {wrong}")
        if route.key:
            body = {"total_count": len(answer.listed or ()), route.key: body}
        return self._json_reply(answer.status, body, asked.headers, more)

    def _links(self, asked: Asked, total: int, number: int, size: int) -> dict[str, str]:
        """GitHub's next-page links name the repository by its number."""
        last = max(1, -(-total // size))
        inside = self._inside(asked.path)

        def link(page: int, name: str) -> str:
            query = urlencode({**asked.query, "page": str(page)})
            return f'<{self.url}/repositories/{self.repository.number}{inside}?{query}>; rel="{name}"'

        links = [link(number - 1, "prev"), link(1, "first")] if number > 1 else []
        links += [link(number + 1, "next"), link(last, "last")] if number < last else []
        return {"Link": ", ".join(links)} if links else {}

    def _stored(self, path: str) -> bytes | None:
        """Archives and artifacts: other hosts at GitHub, which must see no token of ours."""
        if path.startswith("/_codeload/"):
            commit = self.repository.git.commit_of(path.split("/legacy.tar.gz/")[1])
            if commit is None:
                raise Refused(404, "Not Found")
            return self.repository.git.tarball(commit, f"{self.repository.owner}-{self.repository.name}-{commit[:7]}")
        if path.startswith("/_storage/"):
            return self.repository.artifacts[int(path.rpartition("/")[2])].content
        return None

    # -- limits, headers and errors ----------------------------------------------------------------------------------

    def _count(self, headers: Mapping[str, str]) -> None:
        given = headers.get("authorization", "")
        token = self._token(headers)
        if given and (token is None or token.revoked):
            raise Refused(401, "Bad credentials")
        self._asked_by[given] = self._asked_by.get(given, 0) + 1
        if self._asked_by[given] > self.hourly_limit:
            raise Refused(403, "API rate limit exceeded for installation ID 1.")

    def _left(self, headers: Mapping[str, str]) -> int:
        return max(0, self.hourly_limit - self._asked_by.get(headers.get("authorization", ""), 0))

    def _reset(self) -> int:
        return int(self.now().timestamp()) // 3600 * 3600 + 3600

    def _standing(self, headers: Mapping[str, str]) -> dict[str, str]:
        left = self._left(headers)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Date": format_datetime(self.now().astimezone(UTC), usegmt=True),
            "X-RateLimit-Limit": str(self.hourly_limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Used": str(self.hourly_limit - left),
            "X-RateLimit-Reset": str(self._reset()),
            "X-RateLimit-Resource": "core",
            "X-GitHub-Request-Id": f"FAKE:{len(self.ledger):X}",
        }

    def _rate_limit(self, headers: Mapping[str, str]) -> dict[str, Any]:
        left = self._left(headers)
        one = {"limit": self.hourly_limit, "remaining": left, "reset": self._reset(), "used": self.hourly_limit - left}
        return {"resources": {"core": one, "search": one}, "rate": one}

    def _user(self, token: Token | None, headers: Mapping[str, str]) -> Reply:
        if token is None:
            raise Refused(401, "Requires authentication")
        if token.kind == "installation":
            raise Refused(403, "Resource not accessible by integration")
        return self._json_reply(200, Answers(self.repository, self.url).user(token.login), headers)

    def _stamp(self) -> str:
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _json_reply(
        self, status: int, body: Any, headers: Mapping[str, str], more: Mapping[str, str] | None = None
    ) -> Reply:
        raw = b"" if body is None else json.dumps(body).encode()
        return Reply(status, {**self._standing(headers), **(more or {})}, raw)

    def _error(
        self, status: int, message: str, errors: list[Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        body: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
        if errors is not None:
            body["errors"] = errors
        return Reply(status, {**self._standing({}), **(headers or {})}, json.dumps(body).encode())


def raise_for_nobody(method: str, repository: Repository) -> None:
    """Without a token a public repository can be read, and nothing else."""
    if repository.private:
        raise Refused(404, "Not Found")
    if method != "GET":
        raise Refused(401, "Requires authentication")


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else {}
    except ValueError:
        return {"not": "JSON"}

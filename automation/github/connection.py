"""PyGithub's connections with what they lack: one deadline for a whole exchange, and a cap on the answer's size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import requests
    from github.Requester import Requester

LARGEST = 64_000_000
"""Bytes of the largest JSON answer that is read."""


class TooLarge(ValueError):
    """The answer is larger than what is read at most."""


class NotWhole(OSError):
    """The answer was cut, or not whole by the deadline."""


class Raw(NamedTuple):
    """An answer as it came; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Transport(Protocol):
    """Makes one exchange, without repeating it or following it to another host."""

    def send(self, method: str, path: str, body: object, deadline: float) -> Raw: ...

    def fetch(self, url: str, limit: int, deadline: float) -> Raw:
        """Read another address without any credentials."""


class PyGithubTransport:
    """Exchanges through PyGithub's requester, with its retries and pacing off: those are the policy's."""

    def __init__(self, api: str, token: str, deadline: float) -> None:
        self._api, self._token, self._deadline = api, token, deadline
        self._made: Requester | None = None

    def send(self, method: str, path: str, body: object, deadline: float) -> Raw:
        """Raises what `requests` raises, `TooLarge` and `NotWhole`."""
        headers = {"Accept": "application/vnd.github+json"}
        status, told, text = self._requester(deadline).requestJson(method, path, headers=headers, input=body)
        return Raw(status, {str(name): str(value) for name, value in told.items()}, text.encode())

    def fetch(self, url: str, limit: int, deadline: float) -> Raw:
        """Raises what `requests` raises, `TooLarge` and `NotWhole`."""
        import requests

        with requests.Session() as session:
            session.auth = _nobody  # or ~/.netrc would be asked for credentials
            answer = session.get(url, timeout=deadline, stream=True, allow_redirects=False)
            content = read_whole(answer, limit, time.monotonic() + deadline)
        return Raw(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _requester(self, deadline: float) -> Requester:
        if self._made is None:
            self._made = _make(self._api, self._token, deadline)
        return self._made


def read_whole(answer: requests.Response, limit: int, until: float) -> bytes:
    """The whole body. Raises `TooLarge` and `NotWhole` (`until` is monotonic)."""
    from urllib3.exceptions import HTTPError

    try:
        return b"".join(_pieces(answer, limit, until))
    except HTTPError as error:
        answer.close()
        raise NotWhole(str(error)) from error
    except BaseException:
        answer.close()  # an answer that was read to its end keeps its connection, for the next request
        raise


def _pieces(answer: requests.Response, limit: int, until: float) -> Iterator[bytes]:
    """Piece by piece as they come: what waits for a whole block would wait for ever where bytes only drip."""
    size = 0
    while piece := answer.raw.read1(65_536, decode_content=True):
        size += len(piece)
        if size > limit:
            raise TooLarge(f"the answer is larger than {limit:,} bytes")
        if time.monotonic() > until:
            raise NotWhole("timed out: the answer was not whole by the deadline")
        yield piece
    if answer.raw.length_remaining:
        raise NotWhole(f"the answer was cut: {answer.raw.length_remaining:,} bytes are missing")


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _make(api: str, token: str, deadline: float) -> Requester:
    from github import Auth
    from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester, RequestsResponse

    def whole(connection: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass) -> RequestsResponse:
        send: Callable[..., requests.Response] = getattr(connection.session, connection.verb.lower())
        until = time.monotonic() + deadline
        answer = send(
            f"{connection.protocol}://{connection.host}:{connection.port}{connection.url}",
            headers=connection.headers,
            data=connection.input,
            timeout=deadline,
            verify=connection.verify,
            allow_redirects=False,
            stream=True,
        )
        # requests keeps a body that was read here, and `text` then gives it back
        answer._content = read_whole(answer, LARGEST, until)
        answer._content_consumed = True  # type: ignore[attr-defined]  # where requests looks whether it was read
        if answer.encoding is None:
            answer.encoding = "utf-8"
        return RequestsResponse(answer)

    class Plain(HTTPRequestsConnectionClass):
        def getresponse(self) -> RequestsResponse:
            return whole(self)

    class Secure(HTTPSRequestsConnectionClass):
        def getresponse(self) -> RequestsResponse:
            return whole(self)

    class Ours(Requester):
        """So that the connection classes are ours alone."""

    Ours.injectConnectionClasses(Plain, Secure)
    try:
        return Ours(
            auth=Auth.Token(token),
            base_url=api,
            timeout=int(deadline),
            user_agent="ztr",
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )
    finally:
        Ours.resetConnectionClasses()  # the one that was just made keeps them; now it also keeps its connection

"""One HTTP exchange: checked, sent, followed, read within its bounds; every failure told as `HttpFailed`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, urlsplit

from automation.engine import web_address
from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse, Stopped
from automation.engine.stop import Stop
from automation.engine.web_body import Garbled, TooLarge, unpack
from automation.engine.web_connection import Guard, pinned_adapter
from automation.engine.web_redirect import is_redirect, redirected

if TYPE_CHECKING:
    from requests import Response

_CHUNK = 65_536
_PORTS = {"http": 80, "https": 443}
_DEFAULTS = {"User-Agent": "ztr", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


class Exchange:
    """What `HttpClient` promises, for one request: hop by hop under one guard."""

    def __init__(self, stop: Stop, ca_file: Path | None, resolve: web_address.Resolve) -> None:
        self._stop = stop
        self._verify = str(ca_file) if ca_file else True
        self._resolve = resolve

    def send(self, request: HttpRequest) -> HttpResponse:
        with Guard(self._stop, request.timeout) as guard:
            for _ in range(request.redirects + 1):
                response = self._hop(request, guard)
                if not request.redirects or not is_redirect(response.status, response.headers):
                    return response
                request = redirected(request, response.status, response.headers["location"])
        raise HttpFailed(
            f"{_where(request.url)}: more than {request.redirects} redirects", kind="permanent", sent="maybe"
        )

    def _hop(self, request: HttpRequest, guard: Guard) -> HttpResponse:
        try:
            return self._exchange(request, guard)
        except HttpFailed as failed:
            raise HttpFailed(str(failed), kind=failed.kind, sent=_sent(guard)) from None
        except (TooLarge, Garbled) as problem:
            size = f"the answer is larger than {request.max_bytes:,} bytes"
            reason = size if isinstance(problem, TooLarge) else f"the answer cannot be read: {problem}"
            kind: Literal["transient", "permanent"] = "permanent" if isinstance(problem, TooLarge) else "transient"
            raise HttpFailed(f"{_where(request.url)}: {reason}", kind=kind, sent="maybe") from None

    def _exchange(self, request: HttpRequest, guard: Guard) -> HttpResponse:
        from requests import Request, RequestException
        from requests.exceptions import InvalidHeader
        from urllib3.exceptions import HTTPError

        url = _checked(request.url)
        headers = {**_DEFAULTS, **request.headers}
        try:
            prepared = Request(request.method, request.url, headers=headers, data=request.body or None).prepare()
            url = _checked(str(prepared.url))
        except (RequestException, ValueError) as problem:
            # Their own messages quote the header or the URL, and either may be a secret.
            header = "a header holds a line break or begins with a blank; is there one around a secret's value?"
            reason = header if isinstance(problem, InvalidHeader) else "its URL cannot be sent"
            raise HttpFailed(f"{_where(request.url)}: not a request: {reason}", kind="permanent", sent="no") from None
        host, port = str(url.hostname), url.port or _PORTS[url.scheme]
        targets = web_address.addresses(
            host, port, private=request.private, deadline=guard.deadline, stop=self._stop, resolve=self._resolve
        )
        adapter = pinned_adapter(guard, targets, port)
        try:
            with adapter.send(prepared, stream=True, timeout=guard.left(), verify=self._verify) as response:
                body = _body(response, request)
        except Exception as problem:
            self._check(request, guard)  # first of all: a connection that was cut may fail anyhow
            if isinstance(problem, RequestException | HTTPError | OSError):
                raise _failure(request, problem) from None
            raise
        finally:
            adapter.close()
        self._check(request, guard)  # a connection that was cut looks like the end of a body without a length
        return HttpResponse(response.status_code, _lower(response.headers), body)

    def _check(self, request: HttpRequest, guard: Guard) -> None:
        if guard.cut == "stopped":
            raise Stopped("the run is being stopped")
        if guard.cut == "deadline":
            late = f"{_where(request.url)}: no whole answer within {request.timeout:g} s"
            raise HttpFailed(late, kind="transient", sent=_sent(guard))


def _checked(url: str) -> SplitResult:
    """The URL's parts. Raises `HttpFailed` if it is not one that can be asked."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise HttpFailed("the URL cannot be read; write https://host/path", kind="permanent", sent="no") from None
    if not valid:
        raise HttpFailed("not a URL of http or https with a host; write https://host/path", kind="permanent", sent="no")
    if "@" in parts.netloc:
        raise HttpFailed(
            f"{parts.hostname}: a URL holds no user or password; use a header", kind="permanent", sent="no"
        )
    return parts


def _body(response: Response, request: HttpRequest) -> bytes:
    length = response.headers.get("content-length", "")
    if request.method.upper() != "HEAD" and length.isdigit() and int(length) > request.max_bytes:
        raise TooLarge
    return unpack(_pieces(response), response.headers.get("content-encoding", ""), request.max_bytes)


def _pieces(response: Response) -> Iterator[bytes]:
    while piece := response.raw.read(_CHUNK, decode_content=False):
        yield piece


def _failure(request: HttpRequest, problem: Exception) -> HttpFailed:
    cause = _cause(problem)
    untrusted = isinstance(cause, ssl.SSLCertVerificationError)
    reason = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else _reason(cause)
    return HttpFailed(f"{_where(request.url)}: {reason}", kind="permanent" if untrusted else "transient", sent="no")


def _cause(problem: BaseException) -> BaseException:
    """The innermost reason: libraries wrap it, and their own text holds the whole URL."""
    seen: set[int] = set()
    while id(problem) not in seen:
        seen.add(id(problem))
        inner = [problem.__cause__, problem.__context__, getattr(problem, "reason", None), *problem.args]
        problem = next((one for one in inner if isinstance(one, BaseException) and id(one) not in seen), problem)
    return problem


def _reason(cause: BaseException) -> str:
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return f"{type(cause).__name__}: {text}"[:300]


def _sent(guard: Guard) -> Literal["no", "maybe"]:
    return "maybe" if guard.connected else "no"


def _where(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return "the URL"


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}

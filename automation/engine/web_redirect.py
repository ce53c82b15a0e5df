"""What becomes of a request when the answer points somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, urljoin, urlsplit

from automation.engine.ports import HttpFailed, HttpRequest

_SEE_OTHER = 303
_STATUSES = frozenset({301, 302, _SEE_OTHER, 307, 308})
# All else may be a credential under a name of its own (X-Api-Key): it stays with the host that it was meant for.
_HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent", "range"})
_PORTS = {"http": 80, "https": 443}


def is_redirect(status: int, headers: Mapping[str, str]) -> bool:
    return status in _STATUSES and bool(headers.get("location"))


def redirected(request: HttpRequest, status: int, location: str) -> HttpRequest:
    """The request to send next. Raises `HttpFailed` for a step down to http and for a body going to another host."""
    url = urljoin(request.url, location).partition("#")[0]
    before, after = urlsplit(request.url), urlsplit(url)
    if after.scheme not in _PORTS or (before.scheme == "https" and after.scheme == "http"):
        raise _refused(f"{before.hostname} redirects from {before.scheme} to {after.scheme or 'nothing'}")
    method, body, headers = request.method, request.body, dict(request.headers)
    if _becomes_get(status, method):
        method, body = "GET", b""
        headers = {name: value for name, value in headers.items() if not name.lower().startswith("content-")}
    if _origin(before) != _origin(after):
        if body:
            raise _refused(f"{before.hostname} redirects a request with a body to {after.hostname}")
        headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
    return request._replace(method=method, url=url, headers=headers, body=body)


def _becomes_get(status: int, method: str) -> bool:
    """303 always means GET; for 301 and 302 that is what everybody does with POST (RFC 9110, 15.4)."""
    return (status == _SEE_OTHER and method != "HEAD") or (status in (301, 302) and method == "POST")


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, _port(url)


def _port(url: SplitResult) -> int | None:
    try:
        return url.port or _PORTS.get(url.scheme)
    except ValueError:
        return None


def _refused(what: str) -> HttpFailed:
    return HttpFailed(f"{what}; that is not followed: give the final address", kind="permanent", sent="maybe")

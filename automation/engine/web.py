"""HTTP behind the port `Http`. Nothing of it is loaded before the first request: most runs send none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from automation.engine.ports import HttpRequest, HttpResponse
from automation.engine.stop import Stop


class HttpClient:
    """Implements `Http` on requests, without retries.

    The deadline is one for name, connection, redirects and body; a body is bounded after decompression; every address
    is checked, and connected to as checked. No cookie is kept, no proxy, `.netrc` or other setting of the environment
    is looked at, and messages name only the host: a webhook's path is its secret. `http` is only used where the
    request's own URL says so. With `redirects=0` an answer that points elsewhere is the answer.

    `ca_file` replaces the certificate authorities that are trusted, `resolve` the system's resolver (host and port to
    addresses; it raises `OSError`).
    """

    def __init__(
        self,
        stop: Stop,
        *,
        ca_file: Path | None = None,
        resolve: Callable[[str, int], Sequence[str]] | None = None,
    ) -> None:
        self._stop = stop
        self._ca_file = ca_file
        self._resolve = resolve

    def send(self, request: HttpRequest) -> HttpResponse:
        self._stop.check()
        from automation.engine.web_address import system_resolve
        from automation.engine.web_exchange import Exchange

        return Exchange(self._stop, self._ca_file, self._resolve or system_resolve).send(request)

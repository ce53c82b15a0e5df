"""Where a redirect may lead, and what is taken there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automation.engine.stop import Stop
from automation.engine.web import HttpClient
from tests.integration.engine.web_server import Server, answer, classed, fails, get


def test_without_redirects_the_pointer_is_the_answer(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(answer(b"", "302 Found", {"Location": "/other"}))
    response = get(client, server.url())
    assert (response.status, response.headers["location"]) == (302, "/other")


def test_redirects_are_followed_as_often_as_allowed(client: HttpClient, serve: Callable[..., Server]) -> None:
    server = serve(answer(b"", "302 Found", {"Location": "/again"}))
    failed = fails(client, server.url(), redirects=3)
    assert classed(failed) == ("permanent", "maybe")
    assert "more than 3 redirects" in str(failed)
    assert len(server.requests) == 4


def test_credentials_are_not_taken_to_another_host(client: HttpClient, serve: Callable[..., Server]) -> None:
    target = serve(answer(b"there"))
    server = serve(answer(b"", "302 Found", {"Location": target.url("/t"), "Set-Cookie": "a=b"}))
    headers = {"Authorization": "Bearer s3cret", "Cookie": "c=d", "X-Api-Key": "s3cret", "Accept": "text/html"}
    assert get(client, server.url(), redirects=1, headers=headers).body == b"there"
    assert b"s3cret" in server.requests[0]
    assert b"s3cret" not in target.requests[0]
    assert b"ookie" not in target.requests[0]
    assert b"Accept: text/html" in target.requests[0]


def test_each_redirect_is_checked_for_its_address(
    stop: Stop, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(answer(b"", "302 Found", {"Location": "http://169.254.169.254/latest"}))
    # The first hop is taken for a public one, so that only the second can be refused.
    monkeypatch.setattr("automation.engine.web_address.is_public", lambda address: address == "127.0.0.1")
    failed = fails(HttpClient(stop), server.url(), redirects=2, private=False)
    assert classed(failed) == ("permanent", "maybe")
    assert "169.254.169.254, which is not public" in str(failed)

"""What a service's answer means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automation.actions.answers import failure, parsed
from automation.actions.base import Failed
from automation.actions.retry_after import LONGEST_WAIT
from automation.engine.ports import HttpResponse

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def answer(status: int, body: bytes = b"", **headers: str) -> HttpResponse:
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def judged(response: HttpResponse) -> Failed | None:
    return failure(response, NOW, service="Svc", secrets=("TOKEN",))


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_2xx_is_done(status: int) -> None:
    assert judged(answer(status)) is None


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (answer(429, retry_after="30"), Failed("transient", "Svc answered 429", 30.0, False)),
        (answer(429), Failed("transient", "Svc answered 429", None, False)),
        (
            answer(503, retry_after="Wed, 04 Mar 2026 09:00:10 GMT"),
            Failed("transient", "Svc answered 503", 10.0, False),
        ),
        (answer(503), Failed("transient", "Svc answered 503", None, None)),
        (answer(503, retry_after="soon"), Failed("transient", "Svc answered 503", None, None)),
        (answer(500), Failed("transient", "Svc answered 500", None, None)),
        (answer(502, b"<html>Bad\n gateway"), Failed("transient", "Svc answered 502: <html>Bad gateway", None, None)),
        (answer(408), Failed("transient", "Svc answered 408", None, None)),
        (answer(403, retry_after="5"), Failed("transient", "Svc answered 403", 5.0, False)),
        (
            answer(401, b'{"error": {"message": "bad key", "type": "t"}}'),
            Failed(
                "permanent",
                "Svc answered 401: bad key. Check the secret TOKEN: is it valid, not expired, and allowed to do this?",
            ),
        ),
        (
            answer(403),
            Failed(
                "permanent",
                "Svc answered 403. Check the secret TOKEN: is it valid, not expired, and allowed to do this?",
            ),
        ),
        (answer(404, b'{"error": "NOT_FOUND"}'), Failed("permanent", "Svc answered 404: NOT_FOUND")),
        (answer(422, b'{"unknown": 1}'), Failed("permanent", "Svc answered 422")),
        (answer(302), Failed("permanent", "Svc answered 302", happened=None)),
        (answer(400, b"\xff\xfe"), Failed("permanent", "Svc answered 400: \ufffd\ufffd")),
        (answer(400, b"[" * 9000), Failed("permanent", f"Svc answered 400: {'[' * 300}…")),
    ],
)
def test_each_class_of_answer(response: HttpResponse, expected: Failed) -> None:
    assert judged(response) == expected


@pytest.mark.parametrize(
    ("remaining", "reset", "wait"),
    [
        ("0", str(int(NOW.timestamp()) + 90), 90.0),
        ("0", "1", 0.0),
        ("0", "9" * 12, LONGEST_WAIT),
        ("0", "soon", None),
        ("0", "", None),
        ("17", str(int(NOW.timestamp()) + 90), None),
    ],
)
def test_a_limit_that_is_used_up_says_until_when(remaining: str, reset: str, wait: float | None) -> None:
    got = judged(answer(403, x_ratelimit_remaining=remaining, x_ratelimit_reset=reset))
    assert got is not None
    assert (got.kind, got.retry_after) == ("permanent" if wait is None else "transient", wait)


def test_a_body_that_is_not_json_is_none() -> None:
    assert parsed(answer(200, b"ok")) is None
    assert parsed(answer(200, b"[" * 99_999)) is None
    assert parsed(answer(200, b'{"a": 1}')) == {"a": 1}

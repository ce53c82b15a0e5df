"""The `http` action: the request, the expectations, what may be repeated."""

from __future__ import annotations

import json

import pytest

from automation.actions.base import BadInput, Done, Draft, Failed
from automation.actions.http import ACTION, repeat_of
from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse
from automation.plan.model import Json
from tests.fakes import FakeHttp, a_call, fake_tools

URL = "https://example.com/a"


def perform(
    inputs: dict[str, Json], *answers: HttpResponse | HttpFailed, **secrets: str
) -> tuple[object, list[HttpRequest]]:
    http = FakeHttp(*answers)
    return ACTION.perform(a_call({"url": URL, **inputs}, tools=fake_tools(http=http), secrets=secrets)), http.requests


def test_the_request_is_recorded_as_it_would_be_sent() -> None:
    inputs: dict[str, Json] = {
        "url": URL,
        "method": "POST",
        "headers": {"Authorization": "Bearer ${T}"},
        "json": {"a": 1},
    }
    assert ACTION.prepare(a_call(inputs)) == (
        Draft(
            f"POST {URL}",
            {
                "method": "POST",
                "url": URL,
                "headers": {
                    "Authorization": "Bearer ${T}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": "effect-key",
                },
                "json": {"a": 1},
            },
        ),
    )


def test_secrets_are_filled_into_address_and_headers_but_never_into_the_body() -> None:
    got, requests = perform(
        {"url": URL + "?k=${K}", "method": "PUT", "headers": {"X-K": "${K}"}, "body": "${K}"},
        HttpResponse(200, {}, b""),
        K="v1",
    )
    assert isinstance(got, Done)
    assert requests == [
        HttpRequest("PUT", URL + "?k=v1", {"X-K": "v1"}, b"${K}", timeout=30, max_bytes=1_000_000, redirects=0)
    ]


def test_limits_and_policies_are_handed_on_and_the_step_limit_wins() -> None:
    inputs: dict[str, Json] = {"timeout": 99, "max-bytes": 5, "redirects": 2, "allow-private": True}
    _, requests = perform(inputs, HttpResponse(200, {}, b""))
    assert requests == [HttpRequest("GET", URL, {}, b"", timeout=30, max_bytes=5, redirects=2, private=True)]


def test_outputs_are_status_json_body_and_headers_without_cookies() -> None:
    answer = HttpResponse(201, {"etag": "x", "set-cookie": "session=1"}, b'{"a": 1}')
    got, _ = perform({}, answer)
    assert got == Done({"status": 201, "json": {"a": 1}, "body": '{"a": 1}', "headers": {"etag": "x"}})


def test_large_answers_are_cut_and_not_parsed_into_outputs() -> None:
    got, _ = perform({}, HttpResponse(200, {}, json.dumps("x" * 300_000).encode()))
    assert isinstance(got, Done)
    assert (got.outputs["json"], len(str(got.outputs["body"]))) == (None, 10_000)


@pytest.mark.parametrize(
    ("inputs", "answer", "expected"),
    [
        ({}, HttpResponse(404, {}, b""), Failed("permanent", f"{URL} answered 404")),
        ({"expect-status": 404}, HttpResponse(404, {}, b""), None),
        ({"expect-status": [200, 404]}, HttpResponse(404, {}, b""), None),
        (
            {"expect-status": [200, 201]},
            HttpResponse(202, {}, b""),
            Failed("permanent", f"{URL} answered 202, expected was 200 or 201"),
        ),
        (
            {"expect-status": 200},
            HttpResponse(503, {"retry-after": "3"}, b""),
            Failed("transient", f"{URL} answered 503, expected was 200", 3.0),
        ),
        ({"expect-json": {"a.0": 1}}, HttpResponse(200, {}, b'{"a": [1]}'), None),
        (
            {"expect-json": {"a.0": 2}},
            HttpResponse(200, {}, b'{"a": [1]}'),
            Failed("transient", f"{URL}: a.0 in the answer is 1, expected was 2"),
        ),
        (
            {"expect-json": {"b": 2}},
            HttpResponse(200, {}, b"no json"),
            Failed("transient", f"{URL}: b in the answer is missing, expected was 2"),
        ),
    ],
)
def test_expectations_of_a_request_that_reads(
    inputs: dict[str, Json], answer: HttpResponse, expected: Failed | None
) -> None:
    got, _ = perform(inputs, answer)
    assert isinstance(got, Done) if expected is None else got == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpFailed("slow", kind="transient", sent="maybe"), None),
        (HttpFailed("down", kind="transient", sent="no"), False),
        (HttpResponse(500, {}, b""), None),
        (HttpResponse(404, {}, b""), False),
        (HttpResponse(202, {}, b""), True),
    ],
    ids=str,
)
def test_whether_a_post_happened_is_told_and_a_get_never_did(
    answer: HttpResponse | HttpFailed, expected: bool | None
) -> None:
    got, _ = perform({"method": "POST", "expect-status": 201}, answer)
    assert isinstance(got, Failed)
    assert got.happened is expected
    read, _ = perform({"expect-status": 201}, answer)
    assert isinstance(read, Failed)
    assert read.happened is False


def test_a_wrong_answer_to_a_post_is_not_asked_for_again() -> None:
    got, _ = perform({"method": "POST", "expect-json": {"ok": True}}, HttpResponse(200, {}, b'{"ok": 1}'))
    assert got == Failed("permanent", f"{URL}: ok in the answer is 1, expected was true", happened=True)


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"url": "file:///etc/passwd"}, "no http"),
        ({"url": "http://example.com", "headers": {"A": "${T}"}}, "use https"),
        ({"url": "http://example.com/${T}"}, "use https"),
        ({"headers": {"A b": "x"}}, "not one that a step may set"),
        ({"headers": {"Host": "x"}}, "not one that a step may set"),
        ({"headers": {"A": "x\r\nB: y"}}, "line break"),
    ],
)
def test_requests_that_must_not_be_sent_are_refused(inputs: dict[str, Json], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        ACTION.prepare(a_call({"url": URL, **inputs}))


@pytest.mark.parametrize(
    ("inputs", "secrets", "why"),
    [
        ({"headers": {"A": "${T}"}}, {}, "has no value"),
        ({"headers": {"A": "${T}"}}, {"T": "a\nb"}, "what headers cannot carry"),
        ({"url": "${T}/x"}, {"T": "http://example.com"}, "use https"),
    ],
)
def test_secrets_that_cannot_be_filled_in_are_refused(
    inputs: dict[str, Json], secrets: dict[str, str], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        perform(inputs, **secrets)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("GET", "upsert"),
        ("head", "upsert"),
        ("PUT", "upsert"),
        ("DELETE", "upsert"),
        ("POST", "blind"),
        ("PATCH", "blind"),
    ],
)
def test_what_may_be_repeated_follows_from_the_method(method: str, expected: str) -> None:
    assert repeat_of({"method": method}) == expected
    assert repeat_of({}) == "upsert"


def test_a_header_for_the_key_that_the_step_gives_itself_is_kept() -> None:
    (draft,) = ACTION.prepare(a_call({"url": URL, "method": "POST", "headers": {"idempotency-key": "own"}}))
    assert draft.request == {"method": "POST", "url": URL, "headers": {"idempotency-key": "own"}}

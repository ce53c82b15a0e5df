"""Which requests to GitHub are made again, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.github.policy import Again, Lost, Policy, Reply, Stop, after, is_limit, limit_wait, pause

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
POLICY = Policy()
LIMIT = Reply(403, {"retry-after": "7"}, "You have exceeded a secondary rate limit")


def follow(outcome: Reply | Lost, attempt: int = 1, *, repeatable: bool = True) -> Again | Stop:
    return after(POLICY, outcome, attempt, repeatable=repeatable, now=NOW, jitter=0.0)


@pytest.mark.parametrize(
    ("outcome", "repeatable", "expected"),
    [
        (Reply(404, {}), True, Stop()),
        (Reply(403, {}, "Resource not accessible by integration"), True, Stop()),
        (Reply(422, {}), True, Stop()),
        (Reply(502, {}), True, Again(0.5)),
        (Reply(502, {}), False, Stop(unsure=True)),
        (Lost("maybe", "cut"), True, Again(0.5)),
        (Lost("maybe", "cut"), False, Stop(unsure=True)),
        (Lost("no", "refused"), False, Again(0.5)),
        (LIMIT, True, Again(7.0)),
        (LIMIT, False, Again(7.0)),
        (Reply(429, {}), False, Again(60.0)),
        (Reply(403, {"retry-after": "9999"}), True, Stop(later=9999.0)),
    ],
)
def test_the_first_failure_decides_by_what_may_have_happened(
    outcome: Reply | Lost, repeatable: bool, expected: Again | Stop
) -> None:
    assert follow(outcome, repeatable=repeatable) == expected


def test_waits_double_and_end_after_five_attempts() -> None:
    told = [follow(Reply(500, {}), attempt) for attempt in range(1, 6)]
    assert told == [Again(0.5), Again(1.0), Again(2.0), Again(4.0), Stop()]


def test_a_limit_that_does_not_pass_is_told_with_its_time() -> None:
    assert follow(LIMIT, 5) == Stop(later=7.0)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "Wed, 04 Mar 2026 09:01:30 GMT"}, 90.0),
        ({"retry-after": "Wed, 04 Mar 2026 08:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, 60.0),
        ({"retry-after": "-5"}, 60.0),
        ({"retry-after": "99999999999999999999"}, 999_999_999.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 40)}, 41.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) - 40)}, 1.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "junk"}, 60.0),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "9"}, 60.0),
    ],
)
def test_the_wait_is_what_github_asks_for_and_a_minute_where_it_is_junk(
    headers: dict[str, str], seconds: float
) -> None:
    assert limit_wait(POLICY, Reply(403, headers), NOW) == seconds


@pytest.mark.parametrize(
    ("reply", "limit"),
    [
        (Reply(429, {}), True),
        (Reply(403, {}, "API rate limit exceeded for installation ID 1."), True),
        (Reply(403, {"x-ratelimit-remaining": "0"}), True),
        (Reply(403, {"x-ratelimit-remaining": "10"}, "Must have admin rights"), False),
        (Reply(500, {"retry-after": "1"}), False),
    ],
)
def test_a_limit_is_told_from_a_missing_permission(reply: Reply, limit: bool) -> None:
    assert is_limit(reply) is limit


def test_changes_are_a_second_apart() -> None:
    assert [pause(POLICY, since) for since in (None, 0.0, 0.25, 1.0, 5.0)] == [0.0, 1.0, 0.75, 0.0, 0.0]


@given(st.text(), st.text(), st.text(), st.integers(100, 599), st.text())
def test_no_header_makes_it_wait_for_ever_or_break(
    retry: str, remaining: str, reset: str, status: int, message: str
) -> None:
    headers = {"retry-after": retry, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}
    told = follow(Reply(status, headers, message))
    assert isinstance(told, Stop) or 0 <= told.wait <= POLICY.longest + 1

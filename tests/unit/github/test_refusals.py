"""Every refusal of GitHub says what mends it."""

from __future__ import annotations

import pytest

from automation.errors import HostError
from automation.github.policy import Reply
from automation.github.refusals import Absent, Clash, Denied, IssuesDisabled, refusal


@pytest.mark.parametrize(
    ("method", "path", "status", "message", "kind", "remedy"),
    [
        ("GET", "/git/ref/heads/x", 401, "Bad credentials", Denied, "revoked, expired or mistyped"),
        ("POST", "/git/trees", 403, "Resource not accessible", Denied, "`permissions: {contents: write}`"),
        ("GET", "/git/trees/x", 403, "Resource not accessible", Denied, "`permissions: {contents: read}`"),
        ("PATCH", "/issues/3", 403, "Resource not accessible", Denied, "`permissions: {issues: write}`"),
        ("POST", "/actions/workflows/x/dispatches", 403, "no", Denied, "`permissions: {actions: write}`"),
        ("GET", "/collaborators/a/permission", 403, "no", Denied, "has to see the repository"),
        ("POST", "/git/refs", 403, "Repository was archived so is read-only.", Denied, "Unarchive"),
        ("POST", "/issues/1/comments", 403, "Unable to create comment because issue is locked.", Denied, "locked"),
        ("POST", "/x", 403, "Actions is disabled", Denied, "Settings → Actions"),
        ("GET", "/issues/9", 404, "Not Found", Absent, "may not see it"),
        ("POST", "/issues", 410, "Issues are disabled for this repo", IssuesDisabled, "Features → Issues"),
        ("PATCH", "/git/refs/heads/x", 422, "Update is not a fast forward", Clash, ""),
        ("PATCH", "/git/refs/heads/x", 409, "Conflict", Clash, ""),
        ("GET", "/x", 418, "", HostError, "githubstatus"),
    ],
)
def test_a_refusal_is_of_its_kind_and_says_what_to_do(
    method: str, path: str, status: int, message: str, kind: type[HostError], remedy: str
) -> None:
    told = refusal(method, path, Reply(status, {}, message))
    assert type(told) is kind
    assert remedy in told.remedy
    assert told.exit_code == 4

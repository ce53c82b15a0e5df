"""What Slack's Web API says in an answer of status 200 whose `ok` is false (pure); the codes are Slack's own."""

from __future__ import annotations

from collections.abc import Mapping

from automation.actions.base import Failed
from automation.plan.model import Json

TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 - the secret's name
_NOT_TAKEN = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable"})
_TRANSIENT = _NOT_TAKEN | frozenset({"internal_error", "fatal_error", "request_timeout", "team_added_to_org"})
_UNCLEAR = frozenset({"fatal_error", "internal_error"})  # Slack says that part of it may have been done
_KEY = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "org_login_required"}
)
_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "is_archived"})


def not_ok(answer: Mapping[str, Json]) -> Failed:
    """Why Slack did not do it, with what mends it."""
    code = str(answer.get("error") or "no reason")[:200]
    told = f"Slack answered {code}"
    if code in _TRANSIENT:
        return Failed("transient", told, happened=None if code in _UNCLEAR else False)
    if code == "missing_scope":
        needed, has = (str(answer.get(name) or "?")[:200] for name in ("needed", "provided"))
        return Failed(
            "permanent", f"{told}: {TOKEN} lacks the scope {needed} (it has {has}); add it and install the app anew"
        )
    if code in _KEY:
        return Failed(
            "permanent", f"{told}. Check the secret {TOKEN}: is it valid, not expired, and allowed to do this?"
        )
    if code in _CHANNEL:
        return Failed("permanent", f"{told}: give the channel's id, and invite the app into the channel")
    return Failed("permanent", told)

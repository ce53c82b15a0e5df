"""Slack: an incoming webhook, and as much of the Web API as a bot with messages needs."""

from __future__ import annotations

import time
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata

from tests.services.base import Asked, Reply, Service

TOKEN = "xoxb-fakeTokenForTests-0123456789"
HOOK = "/services/T0FAKE/B0FAKE/madeUpForTests01"
CHANNEL = "C0CHANNEL1"
SCOPES = frozenset({"chat:write", "channels:history"})
_NEEDS = {"chat.": "chat:write", "conversations.": "channels:history"}


class Slack(Service):
    """`posted` are the webhook's messages; `messages` the channel's, by timestamp. `scopes` are the bot's,
    `epoch` is when its first message is posted, in seconds since 1970.
    """

    name = "slack"

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Any] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.scopes = set(SCOPES)
        self.page = 200
        self.epoch = int(time.time())

    @property
    def webhook(self) -> str:
        return self.address + HOOK

    def allows(self, asked: Asked) -> bool:
        return asked.path == HOOK or asked.headers.get("authorization") == f"Bearer {TOKEN}"

    def denied(self, asked: Asked) -> Reply:
        gone = Reply(404, text="no_service")
        return gone if asked.path == HOOK else Reply(200, {"ok": False, "error": "invalid_auth"})

    def do(self, asked: Asked) -> Reply:
        if asked.path == HOOK:
            return self._hook(asked.json)
        method = asked.path.removeprefix("/api/")
        needed = next((scope for start, scope in _NEEDS.items() if method.startswith(start)), "")
        if needed and needed not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            return Reply(200, {"ok": False, "error": "missing_scope", "needed": needed, "provided": provided})
        answer = getattr(self, "_" + method.replace(".", "_"))(asked.json or {})
        return Reply(200, answer, headers={"X-OAuth-Scopes": ",".join(sorted(self.scopes))})

    def _hook(self, message: Any) -> Reply:
        if not isinstance(message, dict) or not message.get("text"):
            return Reply(400, text="no_text")
        if not _valid(message.get("blocks", [])):
            return Reply(400, text="invalid_blocks")
        self.posted.append(message)
        return Reply(200, text="ok")

    def _auth_test(self, _asked: Any) -> Any:
        return {"ok": True, "url": self.address, "team": "Fake", "user": "ztr", "team_id": "T0FAKE", "user_id": "U0BOT"}

    def _chat_postMessage(self, asked: Any) -> Any:  # noqa: N802 - named as the method of the API
        problem = self._problem(asked)
        if problem:
            return {"ok": False, "error": problem}
        ts = f"{self.epoch + len(self.messages)}.{len(self.messages):06d}"
        self.messages[ts] = {"type": "message", "user": "U0BOT", "ts": ts, **asked}
        return {"ok": True, "channel": asked["channel"], "ts": ts, "message": self.messages[ts]}

    def _chat_update(self, asked: Any) -> Any:
        problem = self._problem(asked)
        if problem or asked["ts"] not in self.messages:
            return {"ok": False, "error": problem or "message_not_found"}
        self.messages[asked["ts"]].update(asked)
        return {"ok": True, "channel": asked["channel"], "ts": asked["ts"], "text": asked["text"]}

    def _chat_delete(self, asked: Any) -> Any:
        if self.messages.pop(asked["ts"], None) is None:
            return {"ok": False, "error": "message_not_found"}
        return {"ok": True, "channel": asked["channel"], "ts": asked["ts"]}

    def _conversations_history(self, asked: Any) -> Any:
        return self._listed(asked, [one for one in self.messages.values() if "thread_ts" not in one])

    def _conversations_replies(self, asked: Any) -> Any:
        return self._listed(asked, [one for one in self.messages.values() if one.get("thread_ts") == asked["ts"]])

    def _listed(self, asked: Any, messages: list[Any]) -> Any:
        """The newest first, a page at a time; metadata only for those who ask for it."""
        if asked["channel"] != CHANNEL:
            return {"ok": False, "error": "channel_not_found"}
        wanted = str(asked.get("include_all_metadata", "")).lower() in ("1", "true")
        newest = sorted(messages, key=lambda one: str(one["ts"]), reverse=True)
        at = int(asked.get("cursor") or 0)
        size = min(int(asked.get("limit", 100)), self.page)
        told = [one if wanted else {k: v for k, v in one.items() if k != "metadata"} for one in newest[at : at + size]]
        following = str(at + size) if at + size < len(newest) else ""
        return {"ok": True, "messages": told, "response_metadata": {"next_cursor": following}}

    def _problem(self, asked: Any) -> str:
        if asked.get("channel") != CHANNEL:
            return "channel_not_found"
        metadata = asked.get("metadata")
        if metadata is not None and set(Metadata(**metadata).to_dict()) != {"event_type", "event_payload"}:
            return "invalid_metadata_format"
        return "" if _valid(asked.get("blocks", [])) else "invalid_blocks"


def _valid(blocks: Any) -> bool:
    for block in blocks:
        model = Block.parse(block)
        if model is None:
            return False
        model.validate_json()
    return True

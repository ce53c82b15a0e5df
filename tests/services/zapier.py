"""Zapier: one catch hook."""

from __future__ import annotations

from typing import Any

from tests.services.base import Asked, Reply, Service

HOOK = "/hooks/catch/1234567/madeUp1/"


class Zapier(Service):
    """`events` are what the hook has caught."""

    name = "zapier"

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    @property
    def webhook(self) -> str:
        return self.address + HOOK

    def allows(self, asked: Asked) -> bool:
        return asked.path == HOOK

    def denied(self, asked: Asked) -> Reply:
        return Reply(410, text="this hook is not there any more")

    def do(self, asked: Asked) -> Reply:
        self.events.append(asked.json)
        identity = f"zap-{len(self.events)}"
        return Reply(200, {"status": "success", "id": identity, "attempt": identity, "request_id": identity})

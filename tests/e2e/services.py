"""Slack, Airtable, Notion, OpenAI and Zapier on 127.0.0.1: small, with state, answering as their documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

KEYS = {
    "airtable": "patFakeTokenForTests.0123456789abcdef",
    "notion": "ntn_fakeTokenForTests0123456789abcdef",
    "openai": "sk-proj-fakeKeyForTests0123456789",
}
BASE = "appFakeBase0000001"


class Request(NamedTuple):
    """One request that a service took. `path` is the one below the service's own address."""

    service: str
    method: str
    path: str
    json: Any


class Services:
    """All five behind one port, `/<service>/…` each; `ledger` is what they took, in order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.ledger: list[Request] = []
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.pages: list[Any] = []
        self._lock = threading.Lock()

    @property
    def secrets(self) -> dict[str, str]:
        """The six secrets with which everything here works."""
        return {
            "SLACK_WEBHOOK_URL": f"{self.address}/slack/services/T0FAKE/B0FAKE/madeUpForTests01",
            "OPENAI_API_KEY": KEYS["openai"],
            "AIRTABLE_API_KEY": KEYS["airtable"],
            "AIRTABLE_BASE_ID": BASE,
            "NOTION_API_KEY": KEYS["notion"],
            "ZAPIER_WEBHOOK_URL": f"{self.address}/zapier/hooks/catch/1234567/madeUp1/",
        }

    @property
    def addresses(self) -> dict[str, str]:
        """The plan's variables for the services that are reached by an address."""
        return {f"{name}-url": f"{self.address}/{name}" for name in KEYS}

    def take(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Do what is asked; status and answer. What is refused is not in the ledger."""
        _, service, rest = path.split("/", 2)
        if service in KEYS and headers.get("Authorization") != f"Bearer {KEYS[service]}":
            return 401, {"error": {"message": "the token is not valid"}}
        with self._lock:
            answer = getattr(self, f"_{service}")(method, "/" + rest, headers, body)
            self.ledger.append(Request(service, method, "/" + rest, body))
        return 200, answer

    def _slack(self, _method: str, _path: str, _headers: Mapping[str, str], _body: Any) -> Any:
        return "ok"

    def _zapier(self, _method: str, _path: str, _headers: Mapping[str, str], _body: Any) -> Any:
        return {"status": "success", "id": f"zap-{len(self.ledger)}", "attempt": f"zap-{len(self.ledger)}"}

    def _airtable(self, _method: str, path: str, _headers: Mapping[str, str], body: Any) -> Any:
        """An upsert: a record with the same key fields is updated, any other is made."""
        keys, created, told = body["performUpsert"]["fieldsToMergeOn"], [], []
        for record in body["records"]:
            fields = record["fields"]
            identity = path, json.dumps([fields[key] for key in keys])
            if identity not in self.records:
                self.records[identity] = {"id": f"rec{len(self.records):014d}"}
                created.append(self.records[identity]["id"])
            self.records[identity]["fields"] = fields
            told.append(self.records[identity])
        return {"records": told, "createdRecords": created, "updatedRecords": []}

    def _notion(self, _method: str, path: str, headers: Mapping[str, str], body: Any) -> Any:
        if "Notion-Version" not in headers:
            raise ValueError("Notion-Version is missing")
        if path == "/v1/pages":
            self.pages.append(body)
            return {"object": "page", "id": f"page-{len(self.pages)}", "url": "https://notion.example/page"}
        return {"object": "list", "results": body["children"]}

    def _openai(self, _method: str, path: str, _headers: Mapping[str, str], body: Any) -> Any:
        if path.endswith("/embeddings"):
            data = [{"index": at, "embedding": [0.6, 0.8]} for at, _ in enumerate(body["input"])]
            return {"object": "list", "data": data, "usage": {"total_tokens": len(data)}}
        message = {"role": "assistant", "content": '{"verdict": "allow"}'}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return {"id": "chatcmpl-1", "choices": [choice], "usage": {"total_tokens": 5}}


@contextmanager
def services() -> Iterator[Services]:
    """The services, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = found.take(self.command, self.path, dict(self.headers), body)
            content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PATCH = _take  # noqa: N815 - the names that the base class calls

        def log_message(self, *_: object) -> None:
            """Nothing: the ledger tells."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Services(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""OpenAI: models, embeddings, and chat completions that fit the schema that they are asked for."""

from __future__ import annotations

import json
from typing import Any

from tests.services.base import Asked, Reply, Service

KEY = "sk-proj-fakeKeyForTests0123456789"
_VALUES: dict[str, Any] = {"string": "allow", "number": 0.5, "integer": 1, "boolean": True, "array": [], "null": None}


class OpenAI(Service):
    """`asked` counts texts and questions; every text of n bytes costs n // 4 + 1 tokens."""

    name = "openai"

    def __init__(self) -> None:
        super().__init__()
        self.says: str | None = None
        self.usage = True
        self.finish = "stop"
        self.refusal: str | None = None

    def allows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def denied(self, asked: Asked) -> Reply:
        told = {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}
        return Reply(401, {"error": told})

    def do(self, asked: Asked) -> Reply:
        match asked.method, asked.path:
            case "GET", "/v1/models":
                models = [{"id": "gpt-4o-mini", "object": "model", "created": 1, "owned_by": "fake"}]
                return Reply(200, {"object": "list", "data": models})
            case "POST", "/v1/embeddings":
                return Reply(200, _embeddings(asked.json))
            case "POST", "/v1/chat/completions":
                return Reply(200, self._chat(asked.json))
            case _:
                return Reply(404, {"error": {"message": "no such path"}})

    def _chat(self, body: Any) -> Any:
        form = body.get("response_format", {}).get("json_schema", {})
        said = self.says if self.says is not None else json.dumps(_fitting(form.get("schema", {"type": "string"})))
        sent, received = _tokens(json.dumps(body["messages"])), _tokens(said)
        message = {"role": "assistant", "content": None if self.refusal else said, "refusal": self.refusal}
        usage = {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": body["model"],
            "choices": [{"index": 0, "finish_reason": self.finish, "message": message, "logprobs": None}],
            **({"usage": usage} if self.usage else {}),
        }


def _embeddings(body: Any) -> Any:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    data = [{"object": "embedding", "index": at, "embedding": [0.6, 0.8]} for at, _ in enumerate(texts)]
    tokens = sum(_tokens(text) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data[::-1], "model": body["model"], "usage": usage}


def _tokens(text: str) -> int:
    return len(text.encode()) // 4 + 1


def _fitting(schema: Any) -> Any:
    """A small value that fits the schema, of the forms that strict outputs allow."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: _fitting(one) for name, one in schema.get("properties", {}).items()}
    return _VALUES[kind]

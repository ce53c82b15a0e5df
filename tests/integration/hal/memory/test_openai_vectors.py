"""Embeddings asked from a local server that answers as OpenAI does."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from automation.hal.memory.sentences import OpenAiEmbedder, openai_request


def test_vectors_come_back_in_the_order_of_the_texts(httpserver: HTTPServer) -> None:
    data = [{"object": "embedding", "index": 1, "embedding": [0.0, 2.0]}]
    data.append({"object": "embedding", "index": 0, "embedding": [3.0, 4.0]})
    answer = {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 2, "total_tokens": 2}}
    httpserver.expect_request("/v1/embeddings", method="POST").respond_with_json(answer)
    request = openai_request("sk-made-up", "m", httpserver.url_for("/v1"))
    vectors = OpenAiEmbedder(request, "m", 2).embed(["one", "two"])
    assert vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 1.0]]
    sent = httpserver.log[0][0]
    assert sent.get_json()["input"] == ["one", "two"]
    assert sent.headers["Authorization"] == "Bearer sk-made-up"

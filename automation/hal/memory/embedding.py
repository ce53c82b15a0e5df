"""Texts as vectors: the port, and the offline default that needs no download."""

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.text import checked, terms
from automation.hal.memory.topics import TopicModel

Vectors = NDArray[np.float32]

_WORD_WEIGHT, _GRAM_WEIGHT = 1.0, 0.5
_GRAM_SIZES = (3, 4)
_LONGEST_TERM = 60
_CACHED_FEATURES = 50_000


class Embedder(Protocol):
    """Anything that turns texts into unit vectors of one fixed dimension, the same for the same text."""

    @property
    def name(self) -> str:
        """Names model and settings: vectors under different names are never compared."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    @property
    def spelling_part(self) -> int:
        """How many leading components tell spelling; the rest, if any, tell topic."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, shape ``(len(texts), dimension)``. Raises ``ValueError`` for unusable text."""
        ...


class OfflineEmbedder:
    """Hashed stems and character n-grams (spelling), beside the text's place in a topic model, if there is one.

    Spelling: signed feature hashing with sublinear counts (Weinberger et al., "Feature Hashing for Large Scale
    Multitask Learning", 2009). It is stateless, so a text embedded today equals the same text embedded next year,
    and a changed record costs one embedding. It knows spellings, not meanings: without a topic model "puppy" and
    "dog" stay strangers, with one they are near if they were spoken of alike in the background conversations.
    """

    def __init__(self, topics: TopicModel | None = None, spelling: int = 448) -> None:
        if spelling < 1:
            raise ValueError(f"the spelling part has {spelling} dimensions, it must have at least 1")
        self._topics, self._spelling = topics, spelling
        self._name = f"offline-{spelling}" + (f"+{topics.fingerprint}" if topics else "")

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._spelling + (self._topics.dimension if self._topics else 0)

    @property
    def spelling_part(self) -> int:
        return self._spelling

    def embed(self, texts: Sequence[str]) -> Vectors:
        spelling = np.zeros((len(texts), self._spelling), dtype=np.float32)
        documents = [terms(checked(text)) for text in texts]
        for row, document in enumerate(documents):
            self._spell(spelling[row], Counter(document) or Counter([texts[row]]))
        if self._topics is None:
            return spelling
        both = np.hstack([spelling, self._topics.project(documents)])
        both /= np.linalg.norm(both, axis=1, keepdims=True)
        return both

    def _spell(self, vector: Vectors, counts: Counter[str]) -> None:
        for term, count in counts.items():
            strength = 1 + math.log(count)
            for code, weight in _features(term):
                vector[(code >> 1) % self._spelling] += strength * (weight if code & 1 else -weight)
        norm = float(np.linalg.norm(vector))
        if norm < 1e-9:  # noqa: PLR2004 - every feature cancelled out: a unit vector still, near to nothing
            vector[zlib.crc32(next(iter(counts)).encode()) % self._spelling] = norm = 1.0
        vector /= norm


@lru_cache(maxsize=_CACHED_FEATURES)
def _features(term: str) -> tuple[tuple[int, float], ...]:
    """Hash codes and weights of a term and of its n-grams; a term's n-grams weigh the same however many there are."""
    grams = list(_grams(term))
    each = _GRAM_WEIGHT / len(grams) ** 0.5
    named = [("w " + term, _WORD_WEIGHT), *(("g " + gram, each) for gram in grams)]
    return tuple((zlib.crc32(feature.encode()), weight) for feature, weight in named)


def _grams(term: str) -> Iterator[str]:
    padded = f"<{term[:_LONGEST_TERM]}>"
    for size in _GRAM_SIZES:
        yield from (padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))

"""Which words are used alike: latent semantic analysis over background conversations."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

_TOPICS = 64
_WINDOW = 2
_RAREST = 2
_WORDS_A_TOPIC = 4
_SEED = 7


@dataclass(frozen=True, slots=True)
class TopicModel:
    """One row of weights a known word; a text is the unit-length sum of its words' rows.

    Deerwester et al., "Indexing by Latent Semantic Analysis" (1990): TF-IDF with sublinear counts, truncated SVD.
    It is fitted on the shipped dev conversations, never on what users store, so that no vector tells one user
    about another.
    """

    vocabulary: tuple[str, ...]
    weights: NDArray[np.float32]
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {word: row for row, word in enumerate(self.vocabulary)})

    @property
    def dimension(self) -> int:
        """Number of topics."""
        return int(self.weights.shape[1])

    @property
    def fingerprint(self) -> str:
        """Names the vocabulary and the rounded weights."""
        content = json.dumps(self.vocabulary).encode() + np.abs(np.round(self.weights, 2)).tobytes()
        return hashlib.sha256(content).hexdigest()[:12]

    def project(self, documents: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Unit topic vectors, one row a document; zero for a document of unknown words."""
        vectors = np.zeros((len(documents), self.dimension), dtype=np.float32)
        for number, document in enumerate(documents):
            for word, count in Counter(document).items():
                if word in self._rows:
                    vectors[number] += np.float32(1 + math.log(count)) * self.weights[self._rows[word]]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def save(self, path: Path) -> None:
        """Writes the model as an ``npz`` file without pickled objects."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            np.savez_compressed(file, vocabulary=np.array(self.vocabulary), weights=self.weights)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The saved model. Raises ``OSError`` if the file is missing or damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                vocabulary, weights = saved["vocabulary"], saved["weights"]
        except FileNotFoundError:
            raise FileNotFoundError(
                f"there is no topic model at {path}: run the embedding-service task first"
            ) from None
        except Exception as error:  # noqa: BLE001 - numpy and zipfile raise many types for a damaged file
            raise OSError(f"{path} is damaged ({error}): run the embedding-service task again") from None
        if weights.ndim != 2 or len(vocabulary) != len(weights) or not np.isfinite(weights).all():  # noqa: PLR2004 - a table
            raise OSError(f"{path} is damaged (words and weights do not fit): run the embedding-service task again")
        return cls(tuple(str(word) for word in vocabulary), weights.astype(np.float32))


def fit_topics(sessions: Sequence[Sequence[Sequence[str]]]) -> TopicModel:
    """Fits the model on sessions of turns of terms; a document is a turn with two neighbours on each side.

    Raises ``ValueError`` if there are too few words for any topic.
    """
    from scipy.sparse import csr_array
    from sklearn.decomposition import TruncatedSVD

    windows = [
        Counter(term for turn in session[max(0, at - _WINDOW) : at + _WINDOW + 1] for term in turn)
        for session in sessions
        for at in range(len(session))
    ]
    spread = Counter(term for window in windows for term in window)
    vocabulary = tuple(sorted(term for term, seen in spread.items() if seen >= _RAREST))
    # With nearly as many topics as words each word keeps one of its own, and which of equals are left out is up to the
    # machine's arithmetic.
    topics = min(_TOPICS, len(vocabulary) // _WORDS_A_TOPIC, len(windows) - 1)
    if topics < 1:
        raise ValueError("the background conversations hold too few words to fit topics: give it more text")
    column = {term: number for number, term in enumerate(vocabulary)}
    idf = np.array([1 + np.log((1 + len(windows)) / (1 + spread[term])) for term in vocabulary])
    cells = [
        (row, column[term], (1 + np.log(count)) * idf[column[term]])
        for row, window in enumerate(windows)
        for term, count in window.items()
        if term in column
    ]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    matrix = csr_array((values, (rows.astype(int), columns.astype(int))), shape=(len(windows), len(vocabulary)))
    norms = np.sqrt((matrix.multiply(matrix)).sum(axis=1))
    matrix = csr_array(matrix.multiply(1 / np.maximum(norms, 1e-9)[:, None]))
    svd = TruncatedSVD(topics, random_state=_SEED).fit(matrix)
    return TopicModel(vocabulary, (svd.components_.T * idf[:, None]).astype(np.float32))

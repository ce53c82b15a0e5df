"""Several logistic regressions, one for each kind of feature, that vote with equal voice.

One regression over everything leans on the words that it has seen; heads of their own make those that see only what
words denote learn to decide alone, which is what counts for an attack in new words. Trained in the plan, kept as an
``.npz`` of plain arrays (no pickle: loading a model runs no code).
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automation.hal.guardrails.features import counts

FORMAT = 2
SPREAD: Mapping[str, float] = {
    "c": 2.26, "w": 2.32, "m": 2.46, "r": 1.77, "t": 2.41, "s": 2.48, "g": 2.68, "h": 2.71,
}  # fmt: skip
"""The heads, and the standard deviation of each one's log-odds on families held out of training (module tuning):
divided by it, they speak equally loud.
"""

SLOPE, OFFSET = 3.91, -0.05
"""Turn the mean voice into log-odds: fitted on families held out of training (module tuning)."""

_STRENGTH: Mapping[str, float] = {"r": 3.0}
_USUAL_STRENGTH = 10.0
_TOLERANCE = 0.01
_MIN_TEXTS = 3
_PRESENCE_ONLY = "r"
_PRESENCE = 0.3

Floats = NDArray[np.float64]


class ModelError(ValueError):
    """A model file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of a trained model; `probability` needs nothing else."""

    vocabulary: Mapping[str, Mapping[str, int]]
    idf: Mapping[str, Floats]
    weight: Mapping[str, Floats]
    bias: Mapping[str, float]

    def probability(self, text: str) -> float:
        """How likely a text is a violation, 0 to 1."""
        voices = self.voices(text)
        logit = OFFSET + SLOPE * sum(voices[kind] / SPREAD[kind] for kind in voices) / len(voices)
        return float(1 / (1 + np.exp(-np.clip(logit, -60, 60))))

    def voices(self, text: str) -> dict[str, float]:
        """The log-odds of each head, by kind of feature."""
        seen = counts(text)
        return {kind: self._voice(kind, seen[kind]) for kind in self.vocabulary}

    def _voice(self, kind: str, seen: Counter[str]) -> float:
        places, values = _weighted(seen, self.vocabulary[kind], self.idf[kind], kind)
        return self.bias[kind] + float(values @ self.weight[kind][places])


def train(texts: Sequence[str], labels: Sequence[bool], families: Sequence[str]) -> Classifier:
    """Fits a classifier; each family of wordings counts by the square root of its size. ValueError without both
    labels.
    """
    if len(set(labels)) < 2:  # noqa: PLR2004 - yes and no
        raise ValueError("training needs both violations and harmless texts")
    seen = [counts(text) for text in texts]
    frequencies = {kind: Counter(feature for one in seen for feature in one[kind]) for kind in SPREAD}
    vocabulary = {kind: _vocabulary(frequency) for kind, frequency in frequencies.items()}
    idf = {kind: _idf(frequencies[kind], vocabulary[kind], len(texts)) for kind in SPREAD}
    answers, fair = np.asarray(labels), _fair(families)
    heads = {
        kind: _fitted(_matrix([one[kind] for one in seen], vocabulary[kind], idf[kind], kind), answers, fair, kind)
        for kind in SPREAD
    }
    weight = {kind: weights for kind, (weights, _) in heads.items()}
    return Classifier(vocabulary, idf, weight, {kind: bias for kind, (_, bias) in heads.items()})


def save(model: Classifier, path: Path) -> None:
    """Writes the model as compressed arrays; the directory is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {"format": np.array([FORMAT])}
    for kind in model.vocabulary:
        arrays[f"{kind}-bias"] = np.array([model.bias[kind]])
        arrays[f"{kind}-terms"] = np.frombuffer("\0".join(model.vocabulary[kind]).encode(), np.uint8)
        arrays[f"{kind}-idf"] = model.idf[kind].astype(np.float32)
        arrays[f"{kind}-weight"] = model.weight[kind].astype(np.float32)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the arrays for its flag


def load(path: Path) -> Classifier:
    """Reads a model that `save` wrote; ModelError for a file that is missing, damaged or of another format."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _model({name: arrays[name] for name in arrays.files})
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no model; train one first (task injection-detection)") from error
    except (
        OSError,
        ValueError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        MemoryError,
    ) as error:
        raise ModelError(f"{path}: not a usable model ({error}); train it again (task injection-detection)") from error


def _model(arrays: Mapping[str, NDArray[np.generic]]) -> Classifier:
    if int(arrays["format"][0]) != FORMAT:
        raise ValueError(f"format {arrays['format'][0]}, this version reads {FORMAT}")
    vocabulary, idf, weight, bias = {}, {}, {}, {}
    for kind in SPREAD:
        terms = arrays[f"{kind}-terms"].tobytes().decode().split("\0")
        idf[kind], weight[kind] = _finite(arrays[f"{kind}-idf"]), _finite(arrays[f"{kind}-weight"])
        if not len(terms) == len(idf[kind]) == len(weight[kind]):
            raise ValueError(f"{kind}: {len(terms)} terms, {len(idf[kind])} and {len(weight[kind])} values")
        vocabulary[kind] = {term: place for place, term in enumerate(terms)}
        bias[kind] = float(_finite(arrays[f"{kind}-bias"])[0])
    return Classifier(vocabulary, idf, weight, bias)


def _finite(array: NDArray[np.generic]) -> Floats:
    values = array.astype(np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("values that are not numbers in a row")
    return values


def _vocabulary(frequency: Counter[str]) -> dict[str, int]:
    kept = sorted(feature for feature, count in frequency.items() if count >= _MIN_TEXTS)
    return {feature: place for place, feature in enumerate(kept)}


def _idf(frequency: Counter[str], vocabulary: Mapping[str, int], texts: int) -> Floats:
    """Smoothed inverse document frequency, ``ln((1 + n) / (1 + df)) + 1``."""
    return np.array([np.log((1 + texts) / (1 + frequency[feature])) + 1 for feature in vocabulary])


def _weighted(seen: Counter[str], known: Mapping[str, int], idf: Floats, kind: str) -> tuple[NDArray[np.intp], Floats]:
    """Places and values of the known features: sublinear TF-IDF of unit length, or plain presence for rules."""
    # In the order of the vocabulary, as sets vary theirs from process to process, and sums with it in the last digit.
    found = sorted((known[feature], count) for feature, count in seen.items() if feature in known)
    places = np.array([place for place, _ in found], dtype=np.intp)
    if kind == _PRESENCE_ONLY:
        return places, np.full(len(found), _PRESENCE)
    values = (1 + np.log(np.array([count for _, count in found], dtype=np.float64))) * idf[places]
    length = float(np.sqrt(values @ values)) or 1.0
    return places, values / length


def _fitted(matrix: object, answers: NDArray[np.bool_], fair: Floats, kind: str) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    strength = _STRENGTH.get(kind, _USUAL_STRENGTH)
    model = LogisticRegression(C=strength, tol=_TOLERANCE, solver="liblinear", random_state=0)
    model.fit(matrix, answers, sample_weight=fair)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def _matrix(seen: Sequence[Counter[str]], known: Mapping[str, int], idf: Floats, kind: str) -> object:
    from scipy import sparse

    rows = [_weighted(one, known, idf, kind) for one in seen]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([places for places, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, places, starts), shape=(len(seen), len(known)))


def _fair(families: Sequence[str]) -> Floats:
    """A weight for each text, mean 1, so that a family of many wordings does not drown the others."""
    sizes = Counter(families)
    raw = np.array([1 / np.sqrt(sizes[family]) for family in families])
    return np.asarray(raw * len(raw) / raw.sum(), dtype=np.float64)

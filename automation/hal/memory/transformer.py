"""A small BERT encoder run by NumPy alone: sentence vectors without a deep-learning framework."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automation.hal.memory.wordpiece import WordPieces

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

_BATCH = 32
_EPSILON = np.float32(1e-12)
_HEADER = 8
_ERF_STEP = np.float32(0.3275911)
_ERF_TERMS = tuple(np.float32(one) for one in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the model is; ``longest`` counts pieces, start and end included."""

    layers: int
    heads: int
    width: int
    longest: int


class Encoder:
    """Sentence vectors: the mean of the last layer's vectors, made unit length (Reimers & Gurevych, "Sentence-BERT",
    2019; Devlin et al., "BERT", 2018).

    Weights stay in the mapped file: only what is used is resident.
    """

    def __init__(self, weights: Mapping[str, Vectors], pieces: WordPieces, shape: Shape) -> None:
        self._weights, self._pieces, self.shape = weights, pieces, shape

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text. Long texts are cut off; texts of like length are computed together."""
        numbers = [self._pieces.numbers(text, self.shape.longest) for text in texts]
        order = sorted(range(len(texts)), key=lambda row: len(numbers[row]))
        vectors = np.zeros((len(texts), self.shape.width), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._batch([numbers[row] for row in rows])
        return vectors

    def _batch(self, numbers: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, numbers))
        padded = np.zeros((len(numbers), longest), dtype=np.int64)
        mask = np.zeros((len(numbers), longest), dtype=np.float32)
        for row, pieces in enumerate(numbers):
            padded[row, : len(pieces)], mask[row, : len(pieces)] = pieces, 1
        states = self._embedded(padded)
        hidden = ((mask - 1) * np.float32(1e4))[:, None, None, :]
        for layer in range(self.shape.layers):
            states = self._layer(states, hidden, f"encoder.layer.{layer}")
        mean: Vectors = np.einsum("bsw,bs->bw", states, mask)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), dtype=np.float32)

    def _embedded(self, padded: Numbers) -> Vectors:
        words = self._weights["embeddings.word_embeddings.weight"][padded]
        places = self._weights["embeddings.position_embeddings.weight"][: padded.shape[1]]
        return self._normed(words + places + self._weights["embeddings.token_type_embeddings.weight"][0], "embeddings")

    def _layer(self, states: Vectors, hidden: Vectors, name: str) -> Vectors:
        attended = self._dense(self._attention(states, hidden, f"{name}.attention.self"), f"{name}.attention.output")
        states = self._normed(states + attended, f"{name}.attention.output")
        inner = _gelu(self._linear(states, f"{name}.intermediate.dense"))
        return self._normed(states + self._dense(inner, f"{name}.output"), f"{name}.output")

    def _attention(self, states: Vectors, hidden: Vectors, name: str) -> Vectors:
        query, key, value = (self._heads(self._linear(states, f"{name}.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(query.shape[-1] ** 0.5) + hidden
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return np.asarray((shares @ value).transpose(0, 2, 1, 3).reshape(states.shape))

    def _heads(self, states: Vectors) -> Vectors:
        rows, pieces, _ = states.shape
        return states.reshape(rows, pieces, self.shape.heads, -1).transpose(0, 2, 1, 3)

    def _dense(self, states: Vectors, name: str) -> Vectors:
        return self._linear(states, f"{name}.dense")

    def _linear(self, states: Vectors, name: str) -> Vectors:
        flat = states.reshape(-1, states.shape[-1]) @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return flat.reshape(*states.shape[:-1], -1)

    def _normed(self, states: Vectors, name: str) -> Vectors:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)
        gain, shift = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return np.asarray(centred / spread * gain + shift, dtype=np.float32)


def load(folder: Path, longest: int = 256) -> Encoder:
    """The model in a folder of Hugging Face's layout (config.json, vocab.txt, model.safetensors).

    Raises ``OSError`` if a file is missing or damaged, or describes another kind of model.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        weights = read_tensors(folder / "model.safetensors")
        most = min(longest, len(weights["embeddings.position_embeddings.weight"]))
        shape = Shape(config["num_hidden_layers"], config["num_attention_heads"], config["hidden_size"], most)
        if weights["embeddings.word_embeddings.weight"].shape != (len(vocabulary), shape.width):
            raise ValueError("vocabulary and weights do not fit")  # noqa: TRY301 - told with the others below
        return Encoder(weights, WordPieces(vocabulary), shape)
    except (ValueError, KeyError, TypeError) as error:
        raise OSError(f"{folder} holds no usable BERT model ({error}): install its package again") from None


def read_tensors(path: Path) -> dict[str, Vectors]:
    """The float32 tensors of a safetensors file, mapped, not read. Raises ``ValueError`` if one lies outside."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(_HEADER).ljust(_HEADER, b"\0"))
        size = path.stat().st_size
        if length > size:
            raise ValueError(f"the header of {path.name} is longer than the file")
        header = json.loads(file.read(length))
    content = np.memmap(path, dtype=np.uint8, mode="r", offset=_HEADER + length)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        if not 0 <= start <= end <= len(content):
            raise ValueError(f"tensor {name} lies outside {path.name}")
        tensors[name] = np.ndarray(entry["shape"], dtype="<f4", buffer=content[start:end])
    return tensors


def _gelu(values: Vectors) -> Vectors:
    """Hendrycks & Gimpel, "Gaussian Error Linear Units" (2016), by the normal distribution and not by tanh.

    The error function after Abramowitz & Stegun, 7.1.26 (wrong by at most 1.5e-7): NumPy runs it in a fraction of
    SciPy's time.
    """
    size = np.abs(values) * np.float32(0.5**0.5)
    step = 1 / (1 + _ERF_STEP * size)
    tail = np.full_like(values, _ERF_TERMS[0])
    for term in _ERF_TERMS[1:]:
        tail *= step
        tail += term
    tail *= step
    np.square(size, out=size)
    np.negative(size, out=size)
    tail *= np.exp(size, out=size)
    tail *= np.float32(0.5) * np.abs(values)
    # x * Phi(x) is max(x, 0) less the tail, which is the same on both sides of zero.
    return np.asarray(np.maximum(values, 0) - tail, dtype=np.float32)

"""Word pieces, the encoder that NumPy runs, and the embedders that are built on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from automation.hal.memory import sentences
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.sentences import MiniLmEmbedder, OpenAiEmbedder, best_embedder, model_folder
from automation.hal.memory.transformer import load
from automation.hal.memory.wordpiece import WordPieces
from tests.unit.hal.memory.tiny_bert import VOCABULARY, write_model


def shown(text: str, most: int = 32) -> list[str]:
    return [VOCABULARY[number] for number in WordPieces(VOCABULARY).numbers(text, most)[1:-1]]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The cats.", ["the", "cat", "##s", "."]),
        ("dog's!", ["dog", "[UNK]", "s", "!"]),
        ("Café", ["cafe"]),
        ("猫cat", ["猫", "cat"]),
        ("cat\tdog\x07\n", ["cat", "dog"]),
        ("cat\u200bs \ufffddog…", ["cat", "##s", "dog", "[UNK]"]),
        ("bird", ["[UNK]"]),
        ("c" * 101, ["[UNK]"]),
        ("[SEP]", ["[UNK]", "[UNK]", "[UNK]"]),
        ("", []),
    ],
)
def test_text_is_cut_into_the_longest_known_pieces(text: str, pieces: list[str]) -> None:
    assert shown(text) == pieces


def test_a_long_text_is_cut_off_before_the_end_mark() -> None:
    numbers = WordPieces(VOCABULARY).numbers("cat " * 50, 10)
    assert (len(numbers), VOCABULARY[numbers[0]], VOCABULARY[numbers[-1]]) == (10, "[CLS]", "[SEP]")


def test_a_vocabulary_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lacks \[UNK\], \[SEP\]: it is no BERT one"):
        WordPieces(["[CLS]", "cat"])


def test_a_text_has_the_same_unit_vector_alone_and_beside_longer_ones(tmp_path: Path) -> None:
    encoder = load(write_model(tmp_path))
    texts = ["cat", "the dogs. the cats!", "dog " * 60, "the"]
    together = encoder.encode(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert encoder.encode([text])[0] == pytest.approx(vector, abs=1e-5)
    assert encoder.encode([]).shape == (0, 8)
    assert not np.allclose(together[0], together[3], atol=1e-5)


def test_the_encoder_follows_the_published_layers(tmp_path: Path) -> None:
    """Against a second way to compute the same, in 64 bits and without batches."""
    encoder = load(write_model(tmp_path))
    assert encoder.encode(["the cats."])[0] == pytest.approx(_plainly("the cats."), abs=1e-4)


def _plainly(text: str) -> Sequence[float]:
    from math import erf

    from tests.unit.hal.memory.tiny_bert import LAYERS, WIDTH, weights

    held = {name: tensor.astype(np.float64) for name, tensor in weights().items()}

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        y = (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True)
        return np.asarray(y * held[f"{name}.LayerNorm.weight"] + held[f"{name}.LayerNorm.bias"])

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return np.asarray(x @ held[f"{name}.weight"].T + held[f"{name}.bias"])

    numbers = WordPieces(VOCABULARY).numbers(text, 32)
    x = held["embeddings.word_embeddings.weight"][numbers]
    x = x + held["embeddings.position_embeddings.weight"][: len(numbers)]
    x = norm(x + held["embeddings.token_type_embeddings.weight"][0], "embeddings")
    for layer in range(LAYERS):
        name, heads = f"encoder.layer.{layer}", []
        query, key, value = (dense(x, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        for start in range(0, WIDTH, 4):
            part = slice(start, start + 4)
            shares = np.exp(query[:, part] @ key[:, part].T / 2)
            heads.append(shares / shares.sum(1, keepdims=True) @ value[:, part])
        x = norm(x + dense(np.hstack(heads), f"{name}.attention.output.dense"), f"{name}.attention.output")
        inner = dense(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(erf)(inner / 2**0.5))
        x = norm(x + dense(inner, f"{name}.output.dense"), f"{name}.output")
    mean = x.mean(axis=0)
    return [float(one) for one in mean / np.linalg.norm(mean)]


@pytest.mark.parametrize("damage", ["header", "tensor", "vocabulary", "config", "missing"])
def test_a_damaged_model_is_named(tmp_path: Path, damage: str) -> None:
    folder = write_model(tmp_path / "model", VOCABULARY[:-1] if damage == "vocabulary" else None)
    path = folder / "model.safetensors"
    if damage == "header":
        path.write_bytes(b"\xff" * 20)
    elif damage == "tensor":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "config":
        (folder / "config.json").write_text("{}", encoding="utf-8")
    elif damage == "missing":
        path.unlink()
    with pytest.raises(OSError, match="model"):
        load(folder)


def test_the_best_embedder_is_minilm_where_its_files_are(tmp_path: Path) -> None:
    embedder = best_embedder(folder=write_model(tmp_path))
    assert (embedder.name, embedder.dimension, embedder.spelling_part) == ("minilm-l6-32", 8, 8)
    assert embedder.embed(["cat", "dog"]).shape == (2, 8)
    with pytest.raises(ValueError, match="surrogate"):
        embedder.embed(["\ud800"])


def test_without_the_package_the_fallback_is_used_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PACKAGE", "no_such_package_of_weights")
    assert model_folder() is None
    assert best_embedder(lambda: OfflineEmbedder(spelling=16)).name == "offline-16"


def test_a_module_that_is_no_package_holds_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PACKAGE", "this")
    assert model_folder() is None


def test_a_package_is_looked_into_without_being_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PACKAGE", "json")
    folder = model_folder()
    assert folder is not None
    assert folder.parts[-2:] == ("json", "model")


def test_openai_vectors_are_made_unit_length_and_checked() -> None:
    embedder = OpenAiEmbedder(lambda texts: [[3.0, 4.0]] * len(texts), "some-model", 2)
    assert embedder.embed(["a", "b"]).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]] * 2
    assert (embedder.name, embedder.spelling_part, embedder.embed([]).shape) == ("openai-some-model-2", 2, (0, 2))
    with pytest.raises(OSError, match="answered with"):
        OpenAiEmbedder(lambda _: [[1.0]], "some-model", 2).embed(["a"])
    with pytest.raises(OSError, match="no direction"):
        OpenAiEmbedder(lambda _: [[0.0, float("nan")]], "some-model", 2).embed(["a"])
    with pytest.raises(OSError, match="no direction"):
        OpenAiEmbedder(lambda _: [[0.0, 0.0]], "some-model", 2).embed(["a"])


def test_an_encoder_is_an_embedder(tmp_path: Path) -> None:
    assert MiniLmEmbedder(load(write_model(tmp_path), longest=16)).name == "minilm-l6-16"

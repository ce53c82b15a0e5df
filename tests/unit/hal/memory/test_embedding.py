"""The offline embedder and its topics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.topics import TopicModel, fit_topics

BACKGROUND = [
    [["pup", "walk", "park"], ["dog", "walk", "park"], ["pup", "food"], ["dog", "food"]],
    [["invoic", "tax"], ["bill", "tax"], ["invoic", "due"], ["bill", "due"]],
]

storable = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and "\0" not in text)


def cosine(embedder: OfflineEmbedder, one: str, other: str) -> float:
    first, second = embedder.embed([one, other])
    return float(first @ second)


@settings(max_examples=30)
@given(storable)
def test_every_text_gets_the_same_finite_unit_vector_each_time(text: str) -> None:
    embedder = OfflineEmbedder(spelling=64)
    vector = embedder.embed([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert (OfflineEmbedder(spelling=64).embed(["else", text])[1] == vector).all()


def test_no_texts_give_no_vectors() -> None:
    assert OfflineEmbedder(spelling=8).embed([]).shape == (0, 8)


def test_a_text_whose_features_cancel_out_still_has_a_unit_vector() -> None:
    embedder = OfflineEmbedder(spelling=1)
    pairs = [f"{one} {other}" for one in "bcdfghjk" for other in "lmnpqrtv"]
    assert {float(abs(vector[0])) for vector in embedder.embed(pairs)} == {1.0}


def test_related_spellings_are_nearer_than_unrelated_ones() -> None:
    embedder = OfflineEmbedder()
    assert cosine(embedder, "the gardener", "gardening") > cosine(embedder, "the gardener", "invoice")


def test_words_that_were_used_alike_are_near_with_topics_and_strangers_without() -> None:
    topics = TopicModel(("dog", "pup"), np.array([[1, 0], [1, 0.1]], dtype=np.float32))
    assert cosine(OfflineEmbedder(topics), "puppy", "dog") > cosine(OfflineEmbedder(), "puppy", "dog") + 0.4


def test_fitting_puts_words_of_one_conversation_nearer_than_words_of_two() -> None:
    embedder = OfflineEmbedder(fit_topics(BACKGROUND))
    assert cosine(embedder, "dog", "walk") > cosine(embedder, "dog", "tax") + 0.1


def test_a_text_of_unknown_words_has_a_unit_vector_beside_topics() -> None:
    vector = OfflineEmbedder(fit_topics(BACKGROUND)).embed(["xylophone"])[0]
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_the_name_tells_size_and_topics_apart() -> None:
    topics = fit_topics(BACKGROUND)
    names = {OfflineEmbedder().name, OfflineEmbedder(spelling=64).name, OfflineEmbedder(topics).name}
    assert len(names) == 3
    assert OfflineEmbedder(fit_topics(BACKGROUND)).name == OfflineEmbedder(topics).name


def test_a_vector_needs_a_dimension() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        OfflineEmbedder(spelling=0)


@pytest.mark.parametrize("background", [[], [[["one"]]], [[["one", "two"], ["three"]]]])
def test_topics_need_words_that_occur_more_than_once(background: list[list[list[str]]]) -> None:
    with pytest.raises(ValueError, match="too few words"):
        fit_topics(background[:1] if background != [[["one", "two"], ["three"]]] else [[["one"]], [["two"]]])


def test_a_topic_vector_is_zero_for_unknown_words() -> None:
    model = TopicModel(("dog",), np.ones((1, 2), dtype=np.float32))
    assert model.project([["cat"], ["dog"]]).tolist() == [[0, 0], pytest.approx([2**-0.5, 2**-0.5])]

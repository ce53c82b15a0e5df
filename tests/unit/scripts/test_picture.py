"""The picture of a summary."""

from __future__ import annotations

from xml.etree import ElementTree

from scripts.picture import picture

TEXT = "plain & <simple>\n\x1b[31mred\x1b[0m"


def test_the_picture_is_svg_with_the_text_and_its_colours() -> None:
    drawn = picture(TEXT)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own text, made a line before
    words = " ".join("".join(root.itertext()).replace("\xa0", " ").split())
    assert "plain & <simple>" in words
    assert "fill: #ff7b72" in drawn


def test_the_same_text_gives_the_same_picture() -> None:
    assert picture(TEXT) == picture(TEXT)


def test_the_picture_loads_nothing_from_elsewhere() -> None:
    drawn = picture(TEXT).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in drawn
    assert "font-face" not in drawn

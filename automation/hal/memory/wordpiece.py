"""Text cut into the pieces of a BERT vocabulary, as the uncased models expect it. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

_LONGEST_WORD = 100
_CACHED_WORDS = 20_000
_UNKNOWN, _START, _END = "[UNK]", "[CLS]", "[SEP]"
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_ASCII_WORD = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~]")


class WordPieces:
    """Cuts text greedily into the longest known pieces (Schuster & Nakajima, "Japanese and Korean Voice Search", 2012).

    Raises ``ValueError`` if the vocabulary lacks the pieces for a start, an end or an unknown word.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._number: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        if lost := [piece for piece in (_UNKNOWN, _START, _END) if piece not in self._number]:
            raise ValueError(f"the vocabulary of {len(vocabulary)} pieces lacks {', '.join(lost)}: it is no BERT one")
        # A cache of its own: words of one vocabulary mean nothing in another.
        self._cut = lru_cache(maxsize=_CACHED_WORDS)(self._pieces)

    def numbers(self, text: str, most: int) -> list[int]:
        """The pieces' numbers between start and end, cut off at ``most`` in all."""
        found: list[int] = [self._number[_START]]
        for piece in chain.from_iterable(map(self._cut, _words(text))):
            if len(found) == most - 1:
                break
            found.append(piece)
        return [*found, self._number[_END]]

    def _pieces(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._number[_UNKNOWN],)
        found: list[int] = []
        start = 0
        while start < len(word):
            end = self._end_of_piece(word, start)
            if end == start:
                return (self._number[_UNKNOWN],)
            found.append(self._number[_shown(word, start, end)])
            start = end
        return tuple(found)

    def _end_of_piece(self, word: str, start: int) -> int:
        return next((end for end in range(len(word), start, -1) if _shown(word, start, end) in self._number), start)


def _shown(word: str, start: int, end: int) -> str:
    return ("##" if start else "") + word[start:end]


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents; each punctuation mark and each ideograph is one of its own."""
    if text.isascii():
        yield from _ASCII_WORD.findall(_without_controls(text).lower())
        return
    spaced = _IDEOGRAPH.sub(lambda match: f" {match.group()} ", _without_controls(text))
    folded = unicodedata.normalize("NFD", spaced.lower())
    for word in "".join(c for c in folded if unicodedata.category(c) != "Mn").split():
        yield from _apart(word)


def _apart(word: str) -> Iterator[str]:
    start = 0
    for place, character in enumerate(word):
        if _is_punctuation(character):
            if start < place:
                yield word[start:place]
            yield character
            start = place + 1
    if start < len(word):
        yield word[start:]


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return not character.isalnum() and character.isprintable()
    return unicodedata.category(character).startswith("P")


def _without_controls(text: str) -> str:
    """White space as blanks; control and format characters, and what could not be decoded, left out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c.isspace() else c for c in text if c.isspace() or (unicodedata.category(c)[0] != "C" and c != "\ufffd")
    )

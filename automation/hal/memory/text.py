"""Text as the search sees it: checked, folded, cut into terms, stemmed. Pure functions."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MAX_CHARACTERS = 2_000_000

_WORD = re.compile(r"\w+")
# Scripts that are written without spaces between words: cut into overlapping pairs instead.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SUFFIXES = (
    "ations",
    "ation",
    "ements",
    "ement",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ied",
    "ies",
    "ers",
    "er",
    "ed",
    "ly",
    "es",
    "s",
    "e",
    "y",
)
_SHORTEST_STEM = 3
_CACHED_STEMS = 20_000

STOP_WORDS = frozenset(
    _WORD.findall("""
    a about above after again all am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further had has have having he her here hers him his
    how i if in into is it its itself just may me might more most must my myself no nor not now of off on once
    only or other our ours out over own please same shall she should so some such than that the their theirs them
    then there these they this those through to too under until up us very was we were what when where which while
    who whom whose why will with would you your yours
    """)
)


def checked(text: str, what: str = "text") -> str:
    """``text`` itself, if it can be stored and searched.

    Raises ``ValueError`` for blank text, NUL characters, unpaired surrogates (they are no Unicode text and cannot be
    written as UTF-8), or more than ``MAX_CHARACTERS`` characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"{what} has {len(text):,} characters, at most {MAX_CHARACTERS:,} are allowed: split it")
    if "\0" in text:
        raise ValueError(f"{what} holds a NUL character: remove it")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{what} holds an unpaired surrogate at character {error.start}: decode it again") from None
    if not text.strip():
        raise ValueError(f"{what} is empty")
    return text


def fold(text: str) -> str:
    """Compatibility-normalised, case-folded, accents removed: "Café" and "CAFE" are one word."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def words(text: str) -> Iterator[str]:
    """The folded words of a text; scripts without spaces come as overlapping character pairs."""
    for match in _WORD.finditer(fold(text)):
        word = match.group()
        if _UNSPACED.search(word):
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            yield word


@lru_cache(maxsize=_CACHED_STEMS)
def stem(word: str) -> str:
    """A light English suffix stripper: "moved", "moving" and "moves" share a stem; short words stay as they are."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiou"
    return word[:-1] if doubled else word


def terms(text: str) -> list[str]:
    """Stemmed words without function words; all words if nothing else is left ("Who is it?")."""
    found = list(words(text))
    content = [stem(word) for word in found if word not in STOP_WORDS]
    return content or [stem(word) for word in found]

"""Features that see what kind of thing is said of what, whatever the words: groups and classes of the thesaurus that
stand near one another, and the sentence with its content words replaced by what they denote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from automation.hal.guardrails.concepts import Token
from automation.hal.guardrails.thesaurus import Sense, sense

NEAR = 7
"""Two groups belong together if at most so many words lie between them."""

FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "their",
        "our",
        "its",
        "me",
        "you",
        "i",
        "we",
        "they",
        "he",
        "she",
        "it",
        "him",
        "us",
        "them",
        "this",
        "that",
        "these",
        "those",
        "who",
        "what",
        "which",
        "how",
        "why",
        "when",
        "where",
        "if",
        "so",
        "to",
        "of",
        "in",
        "on",
        "at",
        "for",
        "from",
        "by",
        "with",
        "without",
        "as",
        "and",
        "or",
        "but",
        "not",
        "no",
        "never",
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "can",
        "could",
        "would",
        "should",
        "may",
        "might",
        "must",
        "will",
        "shall",
        "have",
        "has",
        "had",
        "let",
        "let's",
        "please",
        "into",
        "out",
        "up",
        "off",
        "over",
        "any",
        "all",
        "some",
        "one",
        "than",
        "then",
        "there",
        "here",
        "whom",
        "whose",
        "just",
        "like",
        "want",
        "need",
        "about",
        "after",
        "before",
        "while",
        "until",
        "unless",
        "because",
        "i'd",
        "i'm",
        "i'll",
        "you're",
        "you'd",
        "you'll",
        "don't",
        "isn't",
        "doesn't",
        "can't",
        "won't",
        "didn't",
    ]
)
"""Words kept as they are: they carry the syntax."""

_PILLARS = frozenset({"not", "no", "never", "without", "you", "your", "my", "me", "i", "how", "?", "."})
_PERSONS = ("you", "i", "my", "your", "me", "someone", "we", "they", "how", "please")
_ASKING = ("why", "what")
_GROUP_RUN, _CLASS_RUN, _PILLAR_RUN = 4, 5, 3
_LENGTH_STEP, _LONGEST = 6, 8
_NOTHING = Sense((), (), "", "")

Labels = tuple[str, ...]


def skeletons(row: Sequence[Token]) -> dict[str, Counter[str]]:
    """Features by kind: ``t`` groups and near pairs, ``s`` runs of the sentence in groups, ``h`` the same in classes,
    ``g`` which groups stand together anywhere and how the text is built.
    """
    senses = [_sense(token) for token in row]
    groups = [_labels(token, one.groups) for token, one in zip(row, senses, strict=True)]
    classes = [_labels(token, one.classes) for token, one in zip(row, senses, strict=True)]
    words = [token.text for token in row if _is_word(token)]
    return {
        "t": Counter([*(label for labels in groups for label in labels), *_pairs(groups)]),
        "s": _runs([_symbol(token, one.group) for token, one in zip(row, senses, strict=True)], _GROUP_RUN),
        "h": Counter(
            [
                *_runs(
                    [_symbol(token, one.kind) for token, one in zip(row, senses, strict=True)], _CLASS_RUN
                ).elements(),
                *_pairs(classes),
                *_together(classes, [*_PERSONS, *_ASKING], words),
            ]
        ),
        "g": Counter({*_together(groups, [], words), *_build(row, groups, words)}),
    }


def _sense(token: Token) -> Sense:
    return sense(token.text.replace("’", "'")) if _is_word(token) else _NOTHING  # noqa: RUF001 - the confusable character is meant


def _is_word(token: Token) -> bool:
    return not (token.concepts and token.concepts[0].startswith("@"))


def _labels(token: Token, names: Labels) -> Labels:
    if not _is_word(token):
        return token.concepts
    return tuple(f"{name}'" for name in names) if token.quoted else names


def _symbol(token: Token, name: str) -> str:
    """What stands for a word: itself if it carries syntax, else what it denotes in capitals; a mark if quoted."""
    if not _is_word(token):
        mark = token.concepts[0]
        return mark if mark != "@stop" else "?" if "?" in token.text else "."
    shown = token.text if token.text in FUNCTION_WORDS else name.upper() or "_"
    return f"{shown}'" if token.quoted else shown


def _pairs(row: Sequence[Labels]) -> Iterable[str]:
    for here, labels in enumerate(row):
        if labels:
            near = [other for there in row[here + 1 : here + 1 + NEAR] for other in there]
            yield from {f"{label}>{other}" for label in labels for other in near}


def _runs(symbols: Sequence[str], longest: int) -> Counter[str]:
    framed = ["^", *symbols, "$"]
    pillars = [symbol for symbol in framed if symbol.isupper() or symbol in _PILLARS]
    return Counter(
        [
            *(run for size in range(1, longest + 1) for run in _windows(framed, size)),
            *(f"~{run}" for size in range(2, _PILLAR_RUN + 1) for run in _windows(pillars, size)),
        ]
    )


def _windows(symbols: Sequence[str], size: int) -> Iterable[str]:
    return (" ".join(symbols[start : start + size]) for start in range(len(symbols) - size + 1))


def _together(row: Sequence[Labels], persons: Sequence[str], words: Sequence[str]) -> Iterable[str]:
    present = {label for labels in row for label in labels}
    spoken = set(words)
    present.update(f"p:{person}" for person in persons if person in spoken)
    return (f"{first}&{second}" for first, second in combinations(sorted(present), 2))


def _build(row: Sequence[Token], groups: Sequence[Labels], words: Sequence[str]) -> Iterable[str]:
    yield from (f"|{label}" for labels in groups for label in labels)
    yield f"length:{min(len(words) // _LENGTH_STEP, _LONGEST)}"
    yield f"first:{words[0] if words else ''}"
    yield f"end:{row[-1].text[:1] if row else ''}"
    if any(token.quoted for token in row):
        yield "quoted"
    spoken = set(words)
    yield from (f"p:{person}" for person in _PERSONS if person in spoken)

"""Seeded strange texts, to see that the normaliser neither fails nor changes its mind."""

from __future__ import annotations

import random
from collections.abc import Iterator

_KNOWN = 0.6
_PIECES = (
    "", " ", "\t\r\n", "\x00", "\ud800", "\udfff\ud800",
    "\u200b\u200d\ufeff", "\u202e", "a\u0301\u0327", "ﬁ", "Ⅷ", "ｈｅｌｌｏ",  # noqa: RUF001 - the confusable character is meant
    "раураl", "\U000e0041\U000e0042", "🏴\U000e0067\U000e0062\U000e007f", "👩\u200d👧", "مرحبا", "漢字かな",  # noqa: RUF001 - the confusable character is meant
    "ก็", "0x41", "aGVsbG8gd29ybGQgaGVsbG8=", "uryyb", "h.e.l.l.o", "l33t",
    "{{}}", "<script>", "${{ x }}", "\\u0041", "%00", "İıſK",  # noqa: RUF001 - the confusable character is meant
    "\u0344\u0345", "ΑΒΓ", "z͑ͫ̓a̍l", "\u2028\u2029\x85",
)  # fmt: skip


def texts(count: int, seed: int = 0) -> Iterator[str]:
    """`count` texts: every odd piece alone, a long run, then mixtures of pieces and random code points (surrogates
    included).
    """
    fixed = [*_PIECES, "a" * 1_000_000, "\u0301" * 5_000, "а" * 30_000]  # noqa: RUF001 - the confusable character is meant
    yield from fixed[:count]
    rng = random.Random(seed)
    for _ in range(count - len(fixed)):
        parts = [
            rng.choice(_PIECES) if rng.random() < _KNOWN else chr(rng.randrange(0x110000))
            for _ in range(rng.randint(1, 25))
        ]
        yield rng.choice(["", " ", "\n"]).join(parts)

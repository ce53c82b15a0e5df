"""Judges a whole message: which cues of attacks come together in it, how it is built, and its words.

The stretches of `detector` see two or three sentences at a time. A persona that is talked out of its limits over a
page, or a task that was slipped into a letter, shows only in the whole. Cues and structure are few, so that what they
weigh carries over to attacks in new words; words count little.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automation.hal.guardrails.cues import cues, kind_of
from automation.hal.guardrails.structure import structure

if TYPE_CHECKING:
    from scipy import sparse

WEIGHTS_FILE = Path(__file__).parents[1] / "data" / "guardrails-context.json"
FORMAT = 1

_WORD = re.compile(r"\w+")
_STEPS = (1, 2, 3, 4, 5, 6, 8)
_MAX_WORDS = 400
_MIN_TEXTS = 3
_WORDS_COUNT = 1.0
_DIGITS = 4
_PAIR = "p:"
_FLOOR = -0.3
"""No cue of an attack may speak for harmlessness louder than this: it only would because of the lines at hand."""


class ContextError(ValueError):
    """A file of weights that cannot be used."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a judge is fitted: the inverse of the regularisation, and how loud words, and pairs of cues and structure,
    are beside cues and structure alone (pairs at 0 are left out).

    The defaults hold back, for attacks of a kind that was not seen; louder words and pairs suit attacks of kinds that
    were.
    """

    strength: float = 0.1
    words: float = 1.0
    pairs: float = 0.0


@dataclass(frozen=True, slots=True)
class ContextJudge:
    """Weights by feature, and a bias: the log-odds that a message is an attack are their sum."""

    weights: Mapping[str, float]
    bias: float
    pairs: bool = False
    """Whether pairs of cues and structure are weighed, too."""

    def score(self, text: str) -> float:
        """Log-odds that a message in canonical form is an attack."""
        return self.score_features(features(text))

    def score_features(self, row: Mapping[str, float]) -> float:
        """The same for `features` that were made before."""
        weights = self.weights
        seen = with_pairs(row) if self.pairs else row
        return self.bias + sum(value * weights[name] for name, value in seen.items() if name in weights)


def features(text: str) -> dict[str, float]:
    """What the judge sees of a message, by name: cues, kinds of cues that come together, structure, words."""
    return {**_cues(text), **{f"s:{name}": value for name, value in structure(text).items()}, **_words(text)}


def with_pairs(row: Mapping[str, float]) -> dict[str, float]:
    """The features, and which cues and traits of structure stand together, two by two."""
    present = sorted(name for name, value in row.items() if value and name.startswith(("c:", "s:")))
    return {**row, **{f"{_PAIR}{one}&{other}": 1.0 for one, other in combinations(present, 2)}}


def fit(texts: Sequence[str], labels: Sequence[bool], weights: Sequence[float]) -> ContextJudge:
    """Fits a judge to messages in canonical form, each with a weight of its own; ValueError without both labels."""
    return fit_features([features(text) for text in texts], labels, weights)


def fit_features(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    weights: Sequence[float],
    how: Fit | None = None,
) -> ContextJudge:
    """The same for features that were made before."""
    if len(set(labels)) < 2:  # noqa: PLR2004 - yes and no
        raise ValueError("training needs both attacks and harmless messages")
    from sklearn.linear_model import LogisticRegression

    how = how or Fit()
    rows = [with_pairs(row) for row in rows] if how.pairs else rows
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= _MIN_TEXTS)
    voices = {"w:": how.words, _PAIR: how.pairs}
    loud = {name: voices.get(name[:2], 1.0) for name in names}
    matrix = _matrix(rows, loud)
    model = LogisticRegression(C=how.strength, solver="liblinear", random_state=0)
    while True:
        model.fit(matrix, list(labels), sample_weight=list(weights))
        found = dict(zip(names, model.coef_[0], strict=True))
        kept = [place for place, name in enumerate(names) if not (name.startswith("c:") and found[name] < _FLOOR)]
        if len(kept) == len(names):
            break
        matrix, names = matrix[:, kept], [names[place] for place in kept]
    rounded = {name: round(float(weight) * loud[name], _DIGITS) for name, weight in found.items()}
    return ContextJudge(
        {name: weight for name, weight in rounded.items() if weight},
        round(float(model.intercept_[0]), _DIGITS),
        pairs=how.pairs > 0,
    )


def _matrix(rows: Sequence[Mapping[str, float]], loud: Mapping[str, float]) -> sparse.csr_matrix:
    """A row for each message, a column for each name, in their order."""
    from scipy import sparse

    place = {name: number for number, name in enumerate(loud)}
    kept = [[(place[name], value * loud[name]) for name, value in row.items() if name in place] for row in rows]
    starts = list(accumulate((len(row) for row in kept), initial=0))
    flat = [pair for row in kept for pair in row]
    values, columns = [value for _, value in flat], [number for number, _ in flat]
    return sparse.csr_matrix((values, columns, starts), shape=(len(rows), len(place)))


def save(judge: ContextJudge, path: Path = WEIGHTS_FILE) -> None:
    """Writes the weights as JSON, in the order of their names."""
    content = {"format": FORMAT, "bias": judge.bias, "weights": dict(sorted(judge.weights.items()))}
    path.write_text(json.dumps(content, indent=0, ensure_ascii=True) + "\n", "ascii")


def load(path: Path = WEIGHTS_FILE) -> ContextJudge:
    """Weights that `save` wrote; ContextError if the file is missing, damaged or of another format."""
    try:
        judge = _judge(json.loads(path.read_text("ascii")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContextError(
            f"{path}: not usable weights ({error}); write them again (module context_training)"
        ) from error
    if not all(map(math.isfinite, [judge.bias, *judge.weights.values()])):
        raise ContextError(f"{path}: holds weights that are not numbers; write them again (module context_training)")
    return judge


def _judge(content: Mapping[str, Any]) -> ContextJudge:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}, this version reads {FORMAT}")
    weights = {str(name): float(weight) for name, weight in content["weights"].items()}
    return ContextJudge(weights, float(content["bias"]), pairs=any(name.startswith(_PAIR) for name in weights))


def _cues(text: str) -> dict[str, float]:
    seen = cues(text)
    kinds = Counter(kind_of(name) for name in seen)
    length = max(len(text.split()), 1)
    found = {f"c:{name}": min(1 + math.log(count) / 2, 2.0) for name, count in seen.items()}
    found |= {f"k:{kind}>={step}": 0.5 for kind, count in kinds.items() for step in _STEPS if count >= step}
    found |= {
        f"k:{one}&{other}": 0.5 * min(kinds[one], kinds[other], 3) for one, other in combinations(sorted(kinds), 2)
    }
    found |= {f"k:{kind}/w": min(count * 20 / (length + 20), 3.0) for kind, count in kinds.items()}
    found["long"] = min(math.log(length) / 6, 1.3)
    return found


def _words(text: str) -> dict[str, float]:
    words = _WORD.findall(text.lower())[:_MAX_WORDS]
    named = {f"w:{word}" for word in words} | {f"w:{one} {other}" for one, other in pairwise(words)}
    return dict.fromkeys(sorted(named), _WORDS_COUNT / math.sqrt(len(named) or 1))

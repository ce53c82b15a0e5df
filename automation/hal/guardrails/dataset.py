"""The labelled cases as they are shipped: read, checked against their manifest, freed of duplicates, compared across
splits.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from automation.hal.guardrails.files import write_lines
from automation.hal.guardrails.normalise import normalise
from automation.hal.guardrails.planted import fill

DATA = Path(__file__).parents[1] / "data"
FILES = {
    "train": (
        "train.jsonl",
        "train-more.jsonl",
        "train-lines.jsonl",
        "train-wide.jsonl",
        "train-paraphrase.jsonl",
    ),
    "dev": ("dev.jsonl",),
    "test": ("test.jsonl",),
}
MIN_CASES = 500
"""Cases of each label that the test split needs before a rate of 99 % may be claimed from it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text; `family` is the template that it came from, `disguise` how it was encoded ('' if it was
    not).
    """

    id: str
    text: str
    violation: bool
    category: str
    family: str
    disguise: str


def load_split(split: str, data: Path = DATA) -> tuple[Case, ...]:
    """The cases of a split without duplicates; ValueError if a file does not match its manifest."""
    cases = [case for name in FILES[split] for case in _read(data, name)]
    return tuple({_key(case.text): case for case in reversed(cases)}.values())[::-1]


def save_split(cases: Iterable[Case], path: Path) -> None:
    """Writes cases as JSON lines."""
    write_lines(path, (asdict(case) for case in cases))


def read_split(path: Path) -> tuple[Case, ...]:
    """Cases that `save_split` wrote; ValueError for a missing or damaged file."""
    try:
        return tuple(Case(**json.loads(line)) for line in path.read_text("ascii").splitlines())
    except FileNotFoundError as error:
        raise ValueError(f"{path}: there is no such split; run the task safety-dataset first") from error
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{path}: not a split of labelled cases ({error}); run the task safety-dataset again"
        ) from error


def load_outputs(split: str, data: Path = DATA) -> tuple[Case, ...]:
    """The answers of a split (``dev`` or ``test``) with their planted items filled in."""
    return tuple(_filled(case) for case in _read(data, f"outputs-{split}.jsonl"))


def overlap(splits: Sequence[Sequence[Case]]) -> int:
    """How many texts (in canonical form, without case and punctuation) or families stand in more than one split."""
    keys = [{_key(case.text) for case in cases} | {f"family {case.family}" for case in cases} for cases in splits]
    return sum(count - 1 for count in Counter(key for one in keys for key in one).values() if count > 1)


def by_category(cases: Iterable[Case]) -> dict[str, int]:
    """Number of cases in each category, by name."""
    return dict(sorted(Counter(case.category for case in cases).items()))


def _read(data: Path, name: str) -> list[Case]:
    content = (data / "guardrails" / name).read_bytes()
    manifest = json.loads((data / "MANIFEST-guardrails.json").read_text("ascii"))
    expected = manifest.get(f"guardrails/{name}", {}).get("sha256")
    if hashlib.sha256(content).hexdigest() != expected:
        raise ValueError(
            f"{name}: does not match its SHA-256 in MANIFEST-guardrails.json; evaluation data must not change"
        )
    return [_case(json.loads(line)) for line in content.splitlines()]


def _case(row: dict[str, str]) -> Case:
    return Case(
        row["id"], row["text"], row["label"] == "violation", row["category"], row["family"], row.get("disguise", "")
    )


def _filled(case: Case) -> Case:
    text, _ = fill(case.text, random.Random(case.id))
    return Case(case.id, text, case.violation, case.category, case.family, case.disguise)


def _key(text: str) -> str:
    """What a text says, visibly and in invisible tag characters; case and punctuation do not count."""
    words = re.sub(r"\W+", " ", text.lower()).strip()
    return f"{words}|{normalise(text).hidden}"

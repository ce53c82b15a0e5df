"""The series on which each alert rule is tried: one that must make it fire, one that must not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from automation.hal.detection.rules import Sample

DATA = Path(__file__).parent.parent / "data" / "alert-fixtures.json"


class Repeated(TypedDict):
    """A list of values written once and meant so many times."""

    times: int
    values: list[float]


Run = tuple[float, float, list[float] | Repeated]


@dataclass(frozen=True, slots=True)
class Fixture:
    """What one rule is tried on; both series are asked at minute `until`."""

    rule: str
    until: float
    fires: tuple[Sample, ...]
    silent: tuple[Sample, ...]


def load_fixtures(path: Path = DATA) -> tuple[Fixture, ...]:
    """Read the shipped fixtures, their repeated runs written out."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Fixture(entry["rule"], float(entry["until"]), expand(entry["fires"]), expand(entry["silent"]))
        for entry in document["fixtures"]
    )


def expand(runs: Sequence[Run]) -> tuple[Sample, ...]:
    """Write runs [first minute, step, values] out as samples."""
    samples: list[Sample] = []
    for first, step, given in runs:
        values = given["values"] * given["times"] if isinstance(given, dict) else given
        samples += [Sample(first + step * place, float(value)) for place, value in enumerate(values)]
    return tuple(samples)

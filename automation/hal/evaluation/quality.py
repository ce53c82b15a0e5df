"""A quality score per task from its gates, by a formula simple enough to be checked with pencil and paper.

    score = 70 · passed gates / gates  +  20 / attempts  +  10 · standing

`standing` is 1 for a task that is done, 0.5 for a mocked one (its outside part is unproven) and 0 for any other. A gate
that was not judged is not passed. A task without gates gets nothing for them: what nobody measured is not quality. Out
of 100, rounded to two places, half to even.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from automation.hal.evaluation.history import TaskOutcome

GATES, ATTEMPTS, STANDING = 70, 20, 10
STANDINGS = {"done": Fraction(1), "mocked": Fraction(1, 2)}


@dataclass(frozen=True, slots=True)
class Quality:
    """A score with everything that it was made from."""

    task: str
    status: str
    gates: int
    passed: int
    attempts: int
    score: float


def assess(task: TaskOutcome) -> Quality:
    """Score one finished slot."""
    passed = sum(gate.verdict == "passed" for gate in task.gates)
    gates, attempts = len(task.gates), max(1, task.attempts)
    return Quality(task.id, task.status, gates, passed, attempts, score(task.status, gates, passed, attempts))


def score(status: str, gates: int, passed: int, attempts: int) -> float:
    """The formula; ValueError for counts that cannot be."""
    if not 0 <= passed <= gates or attempts < 1:
        raise ValueError(
            f"a quality score needs 0 <= passed <= gates and an attempt, not {passed}, {gates}, {attempts}"
        )
    share = Fraction(passed, gates) if gates else Fraction(0)
    exact = GATES * share + Fraction(ATTEMPTS, attempts) + STANDING * STANDINGS.get(status, Fraction(0))
    return float(round(exact, 2))


def mean_score(qualities: Sequence[Quality]) -> float:
    """Mean of the scores; 0 for none."""
    exact = sum((Fraction(str(quality.score)) for quality in qualities), Fraction(0)) / max(1, len(qualities))
    return float(round(exact, 2))

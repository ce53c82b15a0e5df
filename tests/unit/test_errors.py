"""The errors that users see."""

from __future__ import annotations

import pytest

from automation.errors import (
    Interrupted,
    Locked,
    SecretsMissing,
    StateError,
    UsageError,
    ZtrError,
)
from automation.plan.model import Place
from automation.plan.problems import PlanInvalid, Problem


@pytest.mark.parametrize(
    ("kind", "code"),
    [(ZtrError, 1), (UsageError, 2), (SecretsMissing, 3), (StateError, 4), (Locked, 4), (Interrupted, 130)],
)
def test_each_class_carries_its_exit_code_and_says_what_to_do(kind: type[ZtrError], code: int) -> None:
    error = kind("it broke", "mend it")
    assert (error.exit_code, str(error)) == (code, "it broke\nmend it")
    assert str(kind("it broke")) == "it broke"


def test_an_invalid_plan_lists_its_mistakes() -> None:
    error = PlanInvalid(
        [Problem(Place("a.yaml", 1, 2), "steps[0]", "odd", "Mend it."), Problem(Place("b.yaml"), "", "gone")]
    )
    assert error.exit_code == 2
    assert str(error) == "The plan has 2 mistakes:\na.yaml:1:2: steps[0]: odd. Mend it.\nb.yaml: gone."
    assert str(PlanInvalid([Problem(Place("b.yaml"), "", "gone")])) == "The plan has 1 mistake:\nb.yaml: gone."

"""Shifts of a stream of samples against its reference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from automation.hal.detection.shift import Shift, first_shift

Samples = NDArray[np.float64]


def found(change: Callable[[Samples], Samples], seed: int) -> Shift | None:
    random = np.random.default_rng(seed)
    reference, noise = random.standard_normal(1_000), random.standard_normal(600)
    return first_shift(reference, change(noise))


@pytest.mark.parametrize(("size", "within"), [(2.0, 20), (1.0, 60), (0.5, 300)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_moved_level_is_found_the_sooner_the_larger_it_is(size: float, within: int, sign: int) -> None:
    for seed in range(5):
        shift = found(lambda noise: noise + sign * size, seed)
        assert shift is not None
        assert shift.sample < within


def test_a_changed_shape_is_found_though_the_level_stays() -> None:
    shifts = [found(lambda noise: 2.5 * noise, seed) for seed in range(5)]
    assert all(shift is not None for shift in shifts)


def test_where_nothing_changes_nothing_is_found() -> None:
    assert [found(lambda noise: noise, seed) for seed in range(20)] == [None] * 20


def test_nothing_to_look_at_is_no_shift() -> None:
    assert first_shift(np.random.default_rng(1).standard_normal(300), np.empty(0)) is None


@pytest.mark.parametrize(
    ("reference", "values", "told"),
    [
        (np.zeros(199), np.zeros(5), "a reference needs 200 samples, not 199"),
        (np.full(200, np.nan), np.zeros(5), "finite numbers"),
        (np.arange(200.0), np.array([np.inf]), "finite numbers"),
    ],
)
def test_what_cannot_be_judged_is_refused(reference: Samples, values: Samples, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        first_shift(reference, values)

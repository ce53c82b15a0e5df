"""Incidents in a stream: level times isolation, against the past, with a refractory period."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.hal.detection import anomaly
from automation.hal.detection.anomaly import KNOWN_AT_LEAST, Watch

RANDOM = np.random.default_rng(11)
CALM = RANDOM.standard_normal(900)


def spiked(*places: int, size: float = 9.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = CALM.copy()
    values[list(places)] += size
    return values


def test_single_spikes_are_found_and_ordinary_values_are_not() -> None:
    assert Watch(12, threshold=2.0).extend(spiked(400, 620, 850)) == [400, 620, 850]


def test_with_no_short_mean_a_lone_spike_stands_out_more() -> None:
    spike = spiked(620)
    assert Watch(12, short=1).oddness(spike)[620] > Watch(12).oddness(spike)[620]


def test_noise_alone_seldom_alarms() -> None:
    counted = [len(Watch(12).extend(np.random.default_rng(seed).standard_normal(1_000))) for seed in range(3)]
    assert sum(counted) <= 9  # three in a thousand values


def test_nothing_is_reported_before_enough_is_known() -> None:
    assert Watch(12, threshold=2.0).extend(spiked(KNOWN_AT_LEAST - 50)) == []


def test_one_incident_alarms_once_within_its_refractory_period() -> None:
    values = spiked(*range(500, 540))
    assert Watch(400, threshold=2.0).extend(values) == [500]
    assert len(Watch(5, threshold=2.0).extend(values)) > 1


def test_a_stream_that_always_spikes_is_not_reported_for_the_next_spike() -> None:
    values = spiked(*range(10, 900, 20))
    late = [place for place in Watch(12).extend(values) if place > KNOWN_AT_LEAST + 100]
    assert late == []


@pytest.mark.parametrize("value", [0.0, 1.0, 1e9])
def test_a_stream_that_never_changes_has_no_incident(value: float) -> None:
    assert Watch(1).oddness(np.full(700, value)).max() == 0.0


def test_a_change_after_a_long_calm_is_an_incident() -> None:
    values = np.concatenate([np.full(500, 7.0), np.full(20, 8.0)]) + CALM[:520] * 1e-3
    assert Watch(1_000, threshold=2.0).extend(values) == [500]


def test_large_values_do_not_drown_small_changes() -> None:
    assert Watch(12, threshold=2.0).extend(1e9 + spiked(620)) == [620]


@settings(max_examples=4)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_it_does_not_matter_in_which_pieces_the_values_come(sizes: list[int]) -> None:
    values = spiked(400, 620, 850)
    whole, pieces = Watch(12), Watch(12)
    cuts = [cut for cut in np.cumsum(sizes).tolist() if cut < len(values)]
    in_pieces = np.concatenate([pieces.oddness(piece) for piece in np.split(values, cuts)])
    np.testing.assert_allclose(in_pieces, whole.oddness(values), rtol=1e-9)


def test_what_is_kept_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly, "MEMORY", 400)
    monkeypatch.setattr(anomaly, "FITTED_ON", 300)
    watch = Watch(12)
    for _ in range(4):
        watch.oddness(CALM[:500])
    kept = sum(len(part) for part in (watch._values, watch._features, watch._raw))
    assert kept < 2_000
    assert len(watch.oddness(CALM[:3])) == 3


def test_nothing_new_says_nothing() -> None:
    assert Watch(12).extend(np.empty(0)) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused_and_nothing_is_taken(bad: float) -> None:
    watch = Watch(12, threshold=2.0)
    with pytest.raises(ValueError, match="value 1 is not a finite number"):
        watch.extend(np.array([1.0, bad]))
    assert watch.extend(spiked(400)) == [400]

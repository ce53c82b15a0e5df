"""Two-sample window tests and ADWIN against what scipy and the paper say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from automation.hal.detection.adwin import Adwin, Bucket, bound, merge
from automation.hal.detection.windows import ks_probability, ks_scores, ks_threshold, level_scores

RANDOM = np.random.default_rng(7)
REFERENCE = RANDOM.standard_normal(200)


@pytest.mark.parametrize("shift", [0.0, 0.5, 3.0])
def test_each_window_has_the_kolmogorov_smirnov_distance_that_scipy_computes(shift: float) -> None:
    values = RANDOM.standard_normal(40) + shift
    root = np.sqrt(200 * 12 / 212)
    distances = ks_scores(REFERENCE, values, 12) / (root + 0.12 + 0.11 / root)
    expected = [stats.ks_2samp(REFERENCE, values[k : k + 12]).statistic for k in range(29)]
    assert distances == pytest.approx(expected)


@pytest.mark.parametrize("score", [0.5, 1.0, 1.36, 2.0])
def test_the_probability_of_a_score_is_kolmogorovs(score: float) -> None:
    assert ks_probability(score) == pytest.approx(stats.kstwobign.sf(score), rel=1e-9)


def test_a_score_of_nothing_is_certain() -> None:
    assert ks_probability(0.0) == 1.0


def test_a_threshold_is_passed_with_its_probability() -> None:
    assert ks_probability(ks_threshold(1e-4)) == pytest.approx(1e-4, rel=1e-6)


def test_level_scores_grow_with_the_shift_and_not_with_its_sign() -> None:
    values = np.tile(REFERENCE[:24], 1)
    scores = [float(level_scores(REFERENCE, values + shift, 24)[0]) for shift in (0.5, 1.0, 2.0)]
    assert scores == sorted(scores)
    mirrored = level_scores(-REFERENCE, -(values + 2.0), 24)[0]
    assert mirrored == pytest.approx(scores[-1])


def test_a_long_tail_weighs_no_more_than_its_rank() -> None:
    calm = REFERENCE[:24].copy()
    wild = calm.copy()
    calm[calm.argmax()] = REFERENCE.max() + 1
    wild[wild.argmax()] = 1e9
    assert level_scores(REFERENCE, wild, 24)[0] == pytest.approx(level_scores(REFERENCE, calm, 24)[0])


def test_adwin_cuts_its_window_after_the_mean_moves_and_forgets_the_old_one() -> None:
    adwin = Adwin()
    cuts = [adwin.update(value) for value in [0.0, 0.1] * 100 + [5.0, 5.1] * 30]
    assert not any(cuts[:200])
    assert cuts.index(True) < 215
    assert adwin.mean == pytest.approx(5.05, abs=0.5)
    assert adwin.width < 120


def test_adwin_keeps_a_steady_stream_whole() -> None:
    adwin = Adwin(every=5)
    assert not any(adwin.update(value) for value in RANDOM.standard_normal(400).tolist())
    assert adwin.width == 400
    assert sum(len(row) for row in adwin.rows) < 60


def test_an_empty_adwin_has_mean_zero() -> None:
    assert (Adwin().mean, Adwin().width) == (0.0, 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30))
def test_merged_buckets_describe_all_their_values(left: list[float], right: list[float]) -> None:
    merged = merge(_bucket(left), _bucket(right))
    whole = _bucket(left + right)
    assert merged.count == whole.count
    assert merged.total == pytest.approx(whole.total, abs=1e-6)
    assert merged.spread == pytest.approx(whole.spread, rel=1e-6, abs=1e-4)


def test_merging_with_nothing_changes_nothing() -> None:
    some = Bucket(2, 3.0, 0.5)
    assert merge(Bucket(0, 0.0, 0.0), some) == some
    assert merge(some, Bucket(0, 0.0, 0.0)) == some


def test_more_values_allow_a_smaller_difference() -> None:
    assert bound(100, 100, 1.0, 5.0) < bound(20, 20, 1.0, 5.0)


def _bucket(values: list[float]) -> Bucket:
    array = np.array(values)
    return Bucket(len(values), float(array.sum()), float(((array - array.mean()) ** 2).sum()))

"""Rolling z times isolation forest, with a refractory period."""

import numpy as np
import pytest

from automation.hal.detection.anomaly import alarms, scores


def test_single_spikes_are_found_and_ordinary_values_are_not() -> None:
    values = np.random.default_rng(11).standard_normal(700)
    values[[400, 520, 690]] += 9
    assert alarms(scores(values, 336), refractory=12) == [64, 184, 354]


def test_one_incident_alarms_once_within_its_refractory_period() -> None:
    assert alarms(np.array([0.0, 9, 9, 9, 0, 9, 9]), refractory=3) == [1, 5]
    assert alarms(np.array([0.0, 9, 9, 9]), refractory=0) == [1, 2, 3]


def test_a_series_that_never_changed_has_no_oddness() -> None:
    assert scores(np.ones(400), 200).max() == 0.0


def test_the_shortest_reference_is_enough() -> None:
    values = np.random.default_rng(12).standard_normal(200)
    values[190] += 12
    assert int(scores(values, 168).argmax()) == 22


@pytest.mark.parametrize(("length", "reference"), [(400, 100), (200, 200), (100, 300)])
def test_a_reference_that_is_too_short_or_all_there_is_is_refused(length: int, reference: int) -> None:
    with pytest.raises(ValueError, match="need a reference of 168"):
        scores(np.zeros(length), reference)

"""Drift detection on seeded streams, and what it refuses to learn from."""

from dataclasses import replace

import numpy as np
import pytest

from automation.hal.detection.drift import Finding, first_drift, learn
from automation.hal.detection.streams import DriftKind, Stream, drift, load_specification, noise, streams
from automation.hal.detection.trial import Verdict, judge, summarise, weak_drifts

DEV = replace(load_specification("dev"), stable=4, drifting=12)


def test_planted_drifts_are_found_in_time_and_stable_streams_stay_silent() -> None:
    summary = summarise(judge(stream, DEV) for stream in streams(DEV))
    assert (summary.found, summary.drifting, summary.stable, summary.false_alarms) == (12, 12, 4, 0)
    assert 1 <= summary.longest_delay <= DEV.deadline_hours
    assert summary.median_delay["large"] < summary.median_delay["small"]


def test_the_same_seed_gives_the_same_streams_and_splits_share_none() -> None:
    first, again = list(streams(DEV)), list(streams(DEV))
    other = list(streams(replace(load_specification("test"), stable=4, drifting=12)))
    assert all((one.values == two.values).all() for one, two in zip(first, again, strict=True))
    assert not any((one.values[:5] == two.values[:5]).all() for one in first for two in other)


@pytest.mark.parametrize("family", DEV.families)
def test_noise_of_every_family_has_mean_zero_and_deviation_one_but_for_its_cycle(family: str) -> None:
    values = noise(family, 20_000, np.random.default_rng(1))
    assert values.mean() == pytest.approx(0.0, abs=0.05)
    assert values.std() == pytest.approx(np.sqrt(2) if family == "daily" else 1.0, abs=0.05)


def test_a_drift_adds_nothing_before_its_onset_and_its_size_after_the_ramp() -> None:
    ramp = drift(10, 4, DriftKind(size=3.0, ramp_hours=2))
    assert ramp.tolist() == [0, 0, 0, 0, 1, 2, 3, 3, 3, 3]
    assert drift(4, 2, DriftKind(size=3.0, ramp_hours=0)).tolist() == [0, 0, 3, 3]


def test_an_unknown_split_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="no split 'train'; it has dev, test"):
        load_specification("train")


def test_an_alarm_before_the_onset_is_false_and_the_drift_not_found() -> None:
    values = noise("level", 672, np.random.default_rng(3))
    values[400:] += 6
    verdict = judge(Stream("level", "small", 600, values), DEV)
    assert verdict == Verdict("level", "small", None, True, verdict.detector)
    assert summarise([verdict]).found == 0


def test_a_drift_that_nobody_notices_counts_as_missed() -> None:
    values = noise("level", 672, np.random.default_rng(4))
    summary = summarise([judge(Stream("level", "small", 600, values), DEV)])
    assert (summary.drifting, summary.found, summary.longest_delay) == (1, 0, 0)


def test_an_alarm_on_a_stable_stream_is_a_false_one() -> None:
    values = noise("level", 672, np.random.default_rng(3))
    values[400:] += 6
    assert judge(Stream("level", "stable", None, values), DEV).false_alarm


def test_weaker_drifts_are_found_less_often() -> None:
    found = weak_drifts(DEV, count=12)
    assert 0.0 <= found["1.0"] < found["1.5"] <= 1.0


def test_a_creeping_mean_is_found_by_adwin() -> None:
    values = noise("level", 1400, np.random.default_rng(5))
    values[336:] += np.linspace(0, 1.6, len(values) - 336)
    finding = first_drift(values[:336], values[336:])
    assert isinstance(finding, Finding)
    assert 24 < finding.hour < 1000


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        (np.zeros(20), "needs 96 hourly values, not 20"),
        (np.full(120, np.nan), "not finite numbers"),
        (np.full(120, 7.5), "never changes"),
    ],
)
def test_a_useless_reference_is_refused_with_the_reason(reference: np.ndarray, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        learn(reference)

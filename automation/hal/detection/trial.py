"""Judges the drift detectors on the seeded streams: what they find, how late, and what they imagine."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from automation.hal.detection.drift import first_drift
from automation.hal.detection.streams import DriftKind, Specification, Stream, streams

WEAK_SIZES = (1.0, 1.5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One stream's outcome. `delay` is in hours after the onset, counted so that the onset's own value is hour 1."""

    family: str
    kind: str
    delay: int | None
    false_alarm: bool
    detector: str | None


def judge(stream: Stream, specification: Specification) -> Verdict:
    """Watch one stream until its deadline; an alarm before the onset, or on a stable stream, is a false one."""
    reference = stream.values[: specification.reference_hours]
    end = len(stream.values) if stream.onset is None else stream.onset + specification.deadline_hours
    found = first_drift(reference, stream.values[specification.reference_hours : end])
    if found is None:
        return Verdict(stream.family, stream.kind, None, False, None)
    hour = found.hour + specification.reference_hours
    if stream.onset is None or hour < stream.onset:
        return Verdict(stream.family, stream.kind, None, True, found.detector)
    return Verdict(stream.family, stream.kind, hour - stream.onset + 1, False, found.detector)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over a split; delays in hours, 0 where nothing was found."""

    drifting: int
    found: int
    stable: int
    false_alarms: int
    longest_delay: int
    median_delay: dict[str, float]
    detectors: dict[str, int]


def summarise(verdicts: Iterable[Verdict]) -> Summary:
    """Add up verdicts; a drifting stream with an alarm before its onset counts as a false alarm and as not found."""
    every = list(verdicts)
    drifting = [verdict for verdict in every if verdict.kind != "stable"]
    delays: dict[str, list[int]] = {}
    for verdict in drifting:
        if verdict.delay is not None:
            delays.setdefault(verdict.kind, []).append(verdict.delay)
    return Summary(
        drifting=len(drifting),
        found=sum(len(values) for values in delays.values()),
        stable=len(every) - len(drifting),
        false_alarms=sum(verdict.false_alarm for verdict in every),
        longest_delay=max((max(values) for values in delays.values()), default=0),
        median_delay={kind: float(sorted(values)[len(values) // 2]) for kind, values in sorted(delays.items())},
        detectors=dict(sorted(Counter(v.detector for v in drifting if v.detector and v.delay).items())),
    )


def weak_drifts(specification: Specification, count: int = 40) -> dict[str, float]:
    """Share of steps weaker than the planted ones that is found within the deadline: how far the detectors reach.

    Each size is tried on so many streams of their own.
    """
    return {str(size): _share_found(specification, size, count) for size in WEAK_SIZES}


def _share_found(specification: Specification, size: float, count: int) -> float:
    weaker = Specification(
        seed=specification.seed + 1,
        stable=0,
        drifting=count,
        reference_hours=specification.reference_hours,
        watch_hours=specification.watch_hours,
        deadline_hours=specification.deadline_hours,
        families=specification.families,
        drifts=((f"step of {size}", DriftKind(size=size, ramp_hours=0)),),
    )
    outcome = summarise(judge(stream, weaker) for stream in streams(weaker))
    return outcome.found / outcome.drifting

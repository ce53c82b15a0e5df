"""Plants faults in a service, watches whether they are noticed, heals by one restart each. Pure but for its port."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

FAULTS = ("crash", "slow", "errors")
SLOW_LIMIT_SECONDS = 0.4
BAD_PROBES = 2
MOST_PROBES = 6
CALM_PROBES = 3
HEALTHY_STATUS = 200


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at the service: the status of its answer (None: no answer) and the seconds it took."""

    status: int | None
    seconds: float

    @property
    def complaint(self) -> str:
        """What is wrong (down, errors, slow), or nothing."""
        if self.status is None:
            return "down"
        if self.status != HEALTHY_STATUS:
            return "errors"
        return "slow" if self.seconds > SLOW_LIMIT_SECONDS else ""


class Service(Protocol):
    """A service that can be looked at, broken and restarted."""

    def probe(self) -> Probe: ...

    def plant(self, fault: str) -> None: ...

    def restart(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Incident:
    """What became of one planted fault; `noticed_as` is empty if it was not, `probes` counts looks until then."""

    fault: str
    false_alarm: bool
    noticed_as: str
    probes: int
    healed: bool


def drill(service: Service, faults: Sequence[str] = FAULTS) -> list[Incident]:
    """For each fault: look at the calm service, plant it, notice it, restart once, look again."""
    return [_one(service, fault) for fault in faults]


def notice(service: Service, most: int) -> tuple[str, int]:
    """Look until two probes running complain; what the last said and how many looks it took, or ("", most)."""
    running = 0
    for count in range(1, most + 1):
        complaint = service.probe().complaint
        running = running + 1 if complaint else 0
        if running == BAD_PROBES:
            return complaint, count
    return "", most


def _one(service: Service, fault: str) -> Incident:
    calm, _ = notice(service, CALM_PROBES)
    service.plant(fault)
    noticed, probes = notice(service, MOST_PROBES)
    if not noticed:
        return Incident(fault, bool(calm), "", probes, healed=False)
    service.restart()
    still, _ = notice(service, CALM_PROBES)
    return Incident(fault, bool(calm), noticed, probes, healed=not still)

"""Delivers alerts once and in order over a transport that may lose answers.

The queue is ordered and free of repetitions. Each alert is tried until the receiver confirms it, and the next one only
then: this keeps the order. A lost answer leads to a second delivery with the same key, which the receiver drops.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from automation.hal.detection.rules import SEVERITIES, Alert

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """One place in the queue; numbers start at 1 and leave no gap."""

    number: int
    key: str
    alert: Alert

    def body(self) -> dict[str, object]:
        """What is sent, as a JSON object."""
        return {"number": self.number, "key": self.key, **asdict(self.alert)}


class Transport(Protocol):
    """Sends one body; returns the status of the answer, or None if no answer came back."""

    def send(self, body: dict[str, object]) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a queue: confirmed deliveries in order, those given up, and the number of attempts."""

    confirmed: tuple[str, ...]
    given_up: tuple[str, ...]
    attempts: int


def queue(alerts: Iterable[Alert]) -> tuple[Delivery, ...]:
    """Order by time, the more severe first among alerts of the same minute, each key once."""
    unique = {alert.key: alert for alert in alerts}
    ordered = sorted(unique.values(), key=lambda alert: (alert.minute, -SEVERITIES.index(alert.severity), alert.rule))
    return tuple(Delivery(number, alert.key, alert) for number, alert in enumerate(ordered, start=1))


def deliver(deliveries: Sequence[Delivery], transport: Transport) -> Outcome:
    """Send in order, each up to four times. After one is given up nothing more is sent: order before progress."""
    confirmed: list[str] = []
    attempts = 0
    for delivery in deliveries:
        for _ in range(ATTEMPTS):
            attempts += 1
            status = transport.send(delivery.body())
            if status is not None and 200 <= status < 300:  # noqa: PLR2004 - HTTP's range of success
                confirmed.append(delivery.key)
                break
        else:
            return Outcome(tuple(confirmed), tuple(item.key for item in deliveries[len(confirmed) :]), attempts)
    return Outcome(tuple(confirmed), (), attempts)

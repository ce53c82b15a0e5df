"""What the plan's tasks on drift, alerts and the drill call."""

from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

import numpy as np

from automation.hal.detection import anomaly, trial
from automation.hal.detection.delivery import deliver, queue
from automation.hal.detection.documents import read_json, read_list, write_json
from automation.hal.detection.drill import FAULTS, drill
from automation.hal.detection.escalation import describe, notices
from automation.hal.detection.fixtures import Fixture, load_fixtures
from automation.hal.detection.local_service import LocalService
from automation.hal.detection.receiver import Inbox, LocalPost, receiver
from automation.hal.detection.rules import SEVERITIES, Alert, AlertRule, evaluate, parse_rules
from automation.hal.detection.streams import load_specification, noise, streams

SHIPPED_RULES = Path(__file__).parent.parent / "data" / "alert-rules.json"
SPIKE_SIZE = 8.0
SPIKES_A_STREAM = 4
REFRACTORY_HOURS = 12
QUIET_HOURS = 336
SPIKE_ODDNESS = 1.6  # a lone spike of eight deviations is well beyond the default threshold
# Which requests to the local receiver are refused, and of which the answer is lost.
FAULTY_REQUESTS = {2: "refuse", 4: "forget", 5: "refuse", 8: "forget"}


class DriftResult(TypedDict):
    """Streams drifting and stable, what was found of the former and imagined on either; delay in hours."""

    drifting: int
    found: int
    missed: int
    stable: int
    false_alarms: int
    longest_delay_hours: float
    weak_found: float


def find_drifts(*, split: str, report: Path) -> DriftResult:
    """Judge the drift detectors on a split of the seeded streams and write every stream's verdict."""
    specification = load_specification(split)
    verdicts = [trial.judge(stream, specification) for stream in streams(specification)]
    summary = trial.summarise(verdicts)
    weak = trial.weak_drifts(specification)
    document = {"split": split, "summary": asdict(summary), "found-share-of-weaker-steps": weak}
    write_json(report, {**document, "verdicts": [asdict(verdict) for verdict in verdicts]})
    return DriftResult(
        drifting=summary.drifting,
        found=summary.found,
        missed=summary.drifting - summary.found,
        stable=summary.stable,
        false_alarms=summary.false_alarms,
        longest_delay_hours=float(summary.longest_delay),
        weak_found=min(weak.values()),
    )


class SpikeResult(TypedDict):
    """Spikes planted and found, alarms that belong to none, and alarms beyond one for a spike."""

    planted: int
    found: int
    false_alarms: int
    found_share: float


def find_spikes(*, series: int, seed: int, report: Path) -> SpikeResult:
    """Plant single spikes of eight deviations in stable hourly series and look for them with the anomaly detector."""
    planted = found = false = 0
    rows = []
    for number in range(series):
        random = np.random.default_rng([seed, number])
        values = noise("level", 2 * QUIET_HOURS, random)
        block = QUIET_HOURS // SPIKES_A_STREAM
        places = [QUIET_HOURS + block * k + int(random.integers(block // 2)) for k in range(SPIKES_A_STREAM)]
        values[places] += SPIKE_SIZE
        watch = anomaly.Watch(REFRACTORY_HOURS, SPIKE_ODDNESS, seed=number, short=1)
        alarms = set(watch.extend(values))
        planted += len(places)
        found += len(alarms & set(places))
        false += len(alarms - set(places))
        rows.append({"series": number, "planted": places, "alarms": sorted(alarms)})
    write_json(report, rows)
    return SpikeResult(planted=planted, found=found, false_alarms=false, found_share=found / max(1, planted))


class RuleCount(TypedDict):
    """How many rules there are."""

    rules: int


def write_rules(*, target: Path) -> RuleCount:
    """Put the shipped alert rules, once they are found valid, where later tasks look for them."""
    document = read_json(SHIPPED_RULES)
    rules = parse_rules(document)
    write_json(target, document)
    return RuleCount(rules=len(rules))


class RuleTrial(TypedDict):
    """Rules that behave on their two fixtures, those that do not, and broken rule files that were accepted."""

    fired: int
    not_fired: int
    fired_wrongly: int
    broken: int
    broken_accepted: int


def try_rules(*, rules: Path, report: Path) -> RuleTrial:
    """Each rule on its two fixtures, and the reader on rule files with one thing broken."""
    document = read_list(rules)
    known = parse_rules(document)
    fixtures = {fixture.rule: fixture for fixture in load_fixtures()}
    rows = [_try_rule(rule, fixtures.get(rule.id)) for rule in known]
    write_json(report, rows)
    broken = [changed for entry in document if isinstance(entry, dict) for changed in _broken(entry)]
    fired = sum(bool(row["fires"]) for row in rows)
    return RuleTrial(
        fired=fired,
        not_fired=len(rows) - fired,
        fired_wrongly=sum(row["silent"] is not True for row in rows),
        broken=len(broken),
        broken_accepted=sum(_accepted(changed) for changed in broken),
    )


class QueueResult(TypedDict):
    """Alerts in the queue, repetitions left out, the most severe level, and a line for people."""

    alerts: int
    left_out: int
    worst: str
    headline: str


def build_queue(*, rules: Path, target: Path, digest: Path) -> QueueResult:
    """Let the rules fire on their fixtures, as a rehearsal, and write the ordered queue and its digest.

    Every alert is offered twice, as after a restart of the evaluator: the queue must not repeat it.
    """
    alerts = _rehearsal(parse_rules(read_json(rules)))
    deliveries = queue([*alerts, *alerts])
    write_json(target, [delivery.body() for delivery in deliveries])
    counts = Counter(delivery.alert.severity for delivery in deliveries)
    worst = next((level for level in ("critical", "high", "medium", "low") if counts[level]), "none")
    levels = ", ".join(f"{count} {level}" for level, count in sorted(counts.items()))
    headline = f"Alert rehearsal: {len(deliveries)} alerts in order ({levels})"
    write_json(digest, {"headline": headline, "worst": worst, "keys": [delivery.key for delivery in deliveries]})
    return QueueResult(
        alerts=len(deliveries), left_out=2 * len(alerts) - len(deliveries), worst=worst, headline=headline
    )


class DeliveryResult(TypedDict):
    """What the receiver kept against the queue. An alert arrives again only where its answer was lost."""

    kept: int
    missing: int
    out_of_order: int
    repeated: int
    needless_repeats: int
    attempts: int


def prove_delivery(*, source: Path, report: Path) -> DeliveryResult:
    """Deliver the queue to a local receiver that refuses some requests and loses some answers."""
    deliveries = queue(_alert(entry) for entry in read_list(source))
    inbox = Inbox(faults=FAULTY_REQUESTS)
    with receiver(inbox) as port:
        outcome = deliver(deliveries, LocalPost(port))
    expected = [delivery.key for delivery in deliveries]
    write_json(report, {"expected": expected, "kept": inbox.kept, "repeated": inbox.repeated, **asdict(outcome)})
    places = [expected.index(key) for key in inbox.kept]
    return DeliveryResult(
        kept=len(inbox.kept),
        missing=len(set(expected) - set(inbox.kept)),
        out_of_order=sum(later < earlier for earlier, later in pairwise(places)),
        repeated=len(inbox.repeated),
        needless_repeats=len(inbox.repeated) - list(FAULTY_REQUESTS.values()).count("forget"),
        attempts=outcome.attempts,
    )


class DrillResult(TypedDict):
    """Planted faults, and what became of them; processes left running must be none."""

    planted: int
    found: int
    healed: int
    false_alarms: int
    most_probes: int


def run_drill(*, report: Path) -> DrillResult:
    """Break a local service in three ways; each must be noticed within six looks and healed by one restart."""
    with LocalService() as service:
        incidents = drill(service)
    write_json(report, [asdict(incident) for incident in incidents])
    return DrillResult(
        planted=len(FAULTS),
        found=sum(bool(incident.noticed_as) for incident in incidents),
        healed=sum(incident.healed for incident in incidents),
        false_alarms=sum(incident.false_alarm for incident in incidents),
        most_probes=max(incident.probes for incident in incidents),
    )


class EscalationResult(TypedDict):
    """Simulated incidents and how many did not escalate as planned."""

    simulated: int
    wrong: int


# Virtual minutes at which the incident ends, and the notices planned for it (minute:tier) within 100 minutes.
HORIZON = 100
PLANNED = (
    (5, ""),
    (6, "5:1"),
    (10, "5:1"),
    (11, "5:1 10:2"),
    (31, "5:1 10:2 30:3"),
    (60, "5:1 10:2 30:3"),
    (None, "5:1 10:2 30:3 60:3 90:3"),
)


def simulate_escalation(*, report: Path) -> EscalationResult:
    """Incidents healed at various moments, and one never, in virtual time against the planned notices."""
    rows = [{"ended": end, "planned": plan, "given": describe(notices(HORIZON, end))} for end, plan in PLANNED]
    write_json(report, rows)
    return EscalationResult(simulated=len(rows), wrong=sum(row["planned"] != row["given"] for row in rows))


def _try_rule(rule: AlertRule, fixture: Fixture | None) -> dict[str, object]:
    if fixture is None:
        return {"rule": rule.id, "fires": [], "silent": "no fixture"}
    fires = evaluate(rule, fixture.fires, fixture.until)
    wrong = evaluate(rule, fixture.silent, fixture.until)
    return {"rule": rule.id, "fires": [alert.minute for alert in fires], "silent": not wrong}


def _broken(entry: dict[str, object]) -> list[dict[str, object]]:
    """The rule with each key left out (an optional one apart), misspelt and of a wrong type."""
    needed = [key for key in entry if key != "for-minutes"]
    without = [{name: value for name, value in entry.items() if name != key} for key in needed]
    misspelt = [{(f"{name}x" if name == key else name): value for name, value in entry.items()} for key in entry]
    return [*without, *misspelt, *[{**entry, key: ["wrong"]} for key in entry]]


def _accepted(entry: dict[str, object]) -> bool:
    try:
        parse_rules([entry])
    except ValueError:
        return False
    return True


def _rehearsal(rules: tuple[AlertRule, ...]) -> list[Alert]:
    known = {rule.id: rule for rule in rules}
    return [
        alert
        for fixture in load_fixtures()
        if fixture.rule in known
        for alert in evaluate(known[fixture.rule], fixture.fires, fixture.until)
    ]


def _alert(entry: object) -> Alert:
    fields: dict[str, object] = entry if isinstance(entry, dict) else {}
    texts = {key: text for key in ("rule", "metric", "severity", "summary") if isinstance(text := fields.get(key), str)}
    numbers = {key: number for key in ("minute", "value") if isinstance(number := fields.get(key), int | float)}
    if len(texts) + len(numbers) != len(ALERT_FIELDS) or texts["severity"] not in SEVERITIES:
        raise ValueError(f"{str(entry)[:80]!r} is not an alert; build the queue again with alert-delivery")
    rule, metric, severity, summary = texts.values()
    minute, value = numbers.values()
    return Alert(rule, metric, severity, minute, value, summary)


ALERT_FIELDS = ("rule", "metric", "severity", "summary", "minute", "value")

"""Phase 12: a target's own benchmark, or its service under a bounded load on this machine, against a budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from automation.consolidation.contracts import askable, contracts
from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.manifests import manifests
from automation.consolidation.processes import FORBIDDEN, NOTHING, argv_of, copy_of, declared, run
from automation.consolidation.service import NotStarted, percentile, service, start_command
from automation.consolidation.study import Study

REQUESTS = 200
"""Requests to a service at most."""
_ROUNDS = 5
_SECONDS = 60.0


class Load(NamedTuple):
    """What a target came to: what was measured, how often, milliseconds at the 95th percentile, and the budget."""

    target: str
    what: str
    command: str
    number: int = 0
    p95: float = 0.0
    startup: float = 0.0
    failed: int = 0
    budget: float = 0.0
    reason: str = ""


def measure_all(
    studies: Sequence[Study], services: str, benchmarks: str, budget: float, benchmark_budget: float
) -> Result:
    """Every target that can be measured, and for the others what is missing."""
    loads = [measure(study, services, benchmarks, budget, benchmark_budget) for study in studies]
    measured = [one for one in loads if not one.reason]
    findings = []
    for one in measured:
        proposal = "look at the hot spots of phase 1 first, or agree on another budget"
        if one.p95 > one.budget:
            what = f"{one.what}: {one.p95:g} ms at the 95th percentile, the budget is {one.budget:g} ms"
            findings.append(Finding("over-budget", "medium", one.target, "", 0, what, proposal))
        if one.failed:
            what = f"{one.what}: {one.failed} of {one.number} failed"
            findings.append(
                Finding("fails-under-load", "high", one.target, "", 0, what, "mend it before it is put under load")
            )
    metrics: dict[str, int | float] = {
        "measured": len(measured),
        "requests": sum(one.number for one in measured),
        "failed": sum(one.failed for one in measured),
        "p95-ms": max((one.p95 for one in measured), default=0.0),
        "startup-ms": max((one.startup for one in measured), default=0.0),
        "accounted-for": sum(bool(one.number) or bool(one.reason) for one in loads) / len(loads),
    }
    unchecked = [Unchecked("performance", one.target, one.reason) for one in loads if one.reason]
    details: dict[str, Json] = {
        shown(one.target): {key: value for key, value in one._asdict().items() if key != "target"} for one in loads
    }
    return Result(metrics, findings, unchecked, details)


def measure(study: Study, services: str, benchmarks: str, budget: float, benchmark_budget: float) -> Load:
    """One target: its declared benchmark first, else its service."""
    names = [study.name, *(one.project for one in manifests(study) if one.project)]
    benchmark, command = declared(benchmarks, names), start_command(study, services)
    if benchmark and benchmark != NOTHING:
        return _benchmark(study, benchmark, benchmark_budget)
    if NOTHING in (benchmark, command):
        return Load(study.name, "", "", reason=FORBIDDEN)
    if command:
        return _requests(study, command, budget)
    reason = "it declares neither a benchmark nor a service: name one in the plan's benchmarks or services"
    return Load(study.name, "", "", reason=reason)


def _benchmark(study: Study, command: str, budget: float) -> Load:
    told = Load(study.name, "declared benchmark", command, budget=budget)
    try:
        argv = argv_of(command)
    except ValueError as error:
        return told._replace(reason=f"the benchmark cannot be read: {error}")
    with copy_of(study) as copy:
        rounds = [run(argv, copy, _SECONDS) for _ in range(_ROUNDS)]
    if rounds[0].status is None:
        return told._replace(reason=rounds[0].reason)
    p95 = round(percentile([one.seconds * 1000 for one in rounds], 0.95), 1)
    first = round(rounds[0].seconds * 1000, 1)
    return told._replace(number=_ROUNDS, p95=p95, startup=first, failed=sum(one.status != 0 for one in rounds))


def _requests(study: Study, command: str, budget: float) -> Load:
    told = Load(study.name, "requests to the service", command, budget=budget)
    promises, _ = contracts(study)
    paths = askable(study, promises)
    try:
        with service(study, command) as running:
            answers = [running.ask(paths[number % len(paths)]) for number in range(REQUESTS)]
            startup = running.startup
    except NotStarted as error:
        return told._replace(reason=str(error))
    failed = sum(one.status == 0 or one.status >= 500 for one in answers)  # noqa: PLR2004 - HTTP's server errors
    p95 = round(percentile([one.seconds * 1000 for one in answers], 0.95), 2)
    return told._replace(number=len(answers), p95=p95, startup=round(startup * 1000, 1), failed=failed)

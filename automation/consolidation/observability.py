"""Phase 11: what a service lets others see of it: logs, metrics and health, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.study import Study

_HEALTH = re.compile(r"/(api/)?(-/)?(health|healthz|livez|readyz|ready|live|ping|status|_health)(/.*)?$", re.IGNORECASE)
_METRICS = re.compile(r"/(api/)?(-/)?(metrics|prometheus|stats)(/.*)?$", re.IGNORECASE)
_LOGGERS = {"logging", "structlog", "loguru", "winston", "pino", "bunyan", "log4js"}
_METERS = {"prometheus_client", "opentelemetry", "statsd", "prom-client", "datadog", "@opentelemetry/api"}
_ERRORS = {"sentry_sdk", "@sentry/node", "rollbar", "bugsnag"}


def observe(studies: Sequence[Study]) -> Result:
    """What there is to observe of all targets, and the gaps of those that are services."""
    seen = {study.name: signals(study) for study in studies}
    findings = [one for study in studies for one in gaps(study, seen[study.name])]
    unchecked = [
        Unchecked(
            "health and metric end-points",
            study.name,
            "no route was found: it is no service, or one of a kind that is not known here",
        )
        for study in studies
        if not seen[study.name]["routes"]
    ]
    metrics = {
        "services": sum(bool(one["routes"]) for one in seen.values()),
        "health": sum(len(one["health"]) for one in seen.values()),
        "metric-end-points": sum(len(one["metrics"]) for one in seen.values()),
        "logging": sum(bool(one["logging"]) for one in seen.values()),
    }
    details: dict[str, Json] = {
        shown(name): {key: list(value) for key, value in one.items()} for name, one in seen.items()
    }
    accounted = (metrics["services"] + len(unchecked)) / len(studies)
    return Result({**metrics, "accounted-for": accounted}, findings, unchecked, details)


def signals(study: Study) -> dict[str, list[str]]:
    """Routes, health and metric end-points, and the files that log, measure, report errors or print."""
    found: dict[str, list[str]] = {
        key: [] for key in ("routes", "health", "metrics", "logging", "measuring", "errors", "printing")
    }
    for one in study.files:
        if one.role != "product" or one.language not in PROGRAMMING:
            continue
        for route in one.parsed.routes:
            place = f"{route.name} ({shown(one.path)}:{route.line})"
            found["routes"].append(place)
            if _HEALTH.match(route.name):
                found["health"].append(place)
            elif _METRICS.match(route.name):
                found["metrics"].append(place)
        modules = {name for each in one.parsed.imports for name in (each.module, each.module.split(".")[0])}
        if modules & _LOGGERS or "logging" in one.parsed.uses:
            found["logging"].append(shown(one.path))
        if modules & _METERS:
            found["measuring"].append(shown(one.path))
        if modules & _ERRORS:
            found["errors"].append(shown(one.path))
        if "print" in one.parsed.uses:
            found["printing"].append(shown(one.path))
    return found


def gaps(study: Study, seen: dict[str, list[str]]) -> Iterator[Finding]:
    """What is missing of a target that serves requests."""
    if not seen["routes"]:
        return
    first = next(one for one in study.files if one.role == "product" and one.parsed.routes)
    wanted = (
        ("health", "missing-health", "medium", "nothing tells whether the service is well", "serve GET /health"),
        ("metrics", "missing-metrics", "low", "nothing can be measured from outside", "serve GET /metrics"),
        (
            "logging",
            "missing-logging",
            "low",
            "no file writes a log",
            "log each request and each error with its reason",
        ),
    )
    for key, kind, severity, what, proposal in wanted:
        if not seen[key]:
            yield Finding(kind, severity, study.name, first.path, 0, what, proposal)

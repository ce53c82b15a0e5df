"""Phase 7: what services promise against what they serve, and whether they start at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.processes import FORBIDDEN, NOTHING
from automation.consolidation.safe_yaml import as_list, as_mapping, load_yaml
from automation.consolidation.service import NotStarted, service, start_command
from automation.consolidation.study import Study

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


class Promise(NamedTuple):
    """One operation that a contract declares."""

    method: str
    route: str
    path: str


def integrate(studies: Sequence[Study], commands: str) -> Result:
    """Contracts compared with routes, services composed, and each declared service started and asked."""
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    details: dict[str, Json] = {}
    promised = started = asked = accounted = 0
    for study in studies:
        promises, problems = contracts(study)
        findings += [*compare(study, promises), *composed(study)]
        unchecked += problems
        checks, missing, more = start_up(study, commands, promises)
        findings, unchecked = [*findings, *more], [*unchecked, *missing]
        promised, started, asked = promised + len(promises), started + bool(checks), asked + len(checks)
        accounted += bool(checks or missing or more)
        details[shown(study.name)] = {"promises": [f"{one.method} {one.route}" for one in promises], "asked": checks}
    metrics = {"contracts": promised, "services-started": started, "requests": asked}
    return Result({**metrics, "accounted-for": accounted / len(studies)}, findings, unchecked, details)


def contracts(study: Study) -> tuple[list[Promise], list[Unchecked]]:
    """The operations of all OpenAPI documents of a target, and the documents that cannot be read."""
    found: list[Promise] = []
    problems = []
    for one in study.ending(".yaml", ".yml", ".json"):
        if not re.search(r"(openapi|swagger)", one.path, re.IGNORECASE) or one.role == "test":
            continue
        text = study.text_of(one.path)
        try:
            document = as_mapping(json.loads(text) if one.path.endswith(".json") else load_yaml(text))
        except (ValueError, RecursionError) as error:
            problems.append(Unchecked(f"contract {shown(one.path)}", study.name, f"it cannot be read: {error}"))
            continue
        if "openapi" in document or "swagger" in document:
            found += [
                Promise(verb.upper(), route, one.path)
                for route, operations in as_mapping(document.get("paths")).items()
                for verb in as_mapping(operations)
                if verb in _VERBS
            ]
    return found, problems


def compare(study: Study, promises: Sequence[Promise]) -> Iterator[Finding]:
    """Operations that are promised and not served, and routes that no contract knows."""
    if not promises:
        return
    served = {
        (route.more.split(" ")[0], _shape(route.name)): (one.path, route)
        for one in study.files
        if one.role == "product"
        for route in one.parsed.routes
    }
    for promise in promises:
        shape = _shape(promise.route)
        if (promise.method, shape) not in served and ("ANY", shape) not in served:
            what = f"{promise.method} {promise.route} is promised, and no route serves it"
            yield Finding(
                "contract-not-served",
                "high",
                study.name,
                promise.path,
                0,
                what,
                "serve it, or take it out of the contract",
            )
    promised = {(one.method, _shape(one.route)) for one in promises}
    routes = {shape for _, shape in promised}
    for (method, shape), (path, route) in served.items():
        if (method, shape) not in promised and not (method == "ANY" and shape in routes):
            what = f"{method} {route.name} is served, and no contract declares it"
            yield Finding(
                "route-not-declared", "medium", study.name, path, route.line, what, "declare it in the contract"
            )


def composed(study: Study) -> Iterator[Finding]:
    """Services that wait for a service that the compose file does not have."""
    for one in study.named("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"):
        try:
            services = as_mapping(as_mapping(load_yaml(study.text_of(one.path))).get("services"))
        except ValueError:
            continue  # phase 10 says so
        for name, described in services.items():
            needs = as_mapping(described).get("depends_on")
            for need in as_mapping(needs) or [str(word) for word in as_list(needs)]:
                if need not in services:
                    what = f"service {name} waits for {need}, which the file does not have"
                    yield Finding(
                        "compose-unknown-service",
                        "high",
                        study.name,
                        one.path,
                        0,
                        what,
                        "add the service, or take the need out",
                    )


def start_up(
    study: Study, commands: str, promises: Sequence[Promise]
) -> tuple[list[Json], list[Unchecked], list[Finding]]:
    """Start the service and ask each route that needs no more than its path; what was asked, missing and found."""
    command = start_command(study, commands)
    has_routes = any(one.parsed.routes for one in study.files if one.role == "product")
    if command == NOTHING:
        return [], [Unchecked("start-up of the service", study.name, FORBIDDEN)], []
    if command is None:
        reason = (
            "the target has routes, but nothing declares how to start it"
            if has_routes
            else "the target declares no service"
        )
        return [], [Unchecked("start-up of the service", study.name, reason)], []
    checks: list[Json] = []
    findings = []
    try:
        with service(study, command) as running:
            for path in askable(study, promises):
                answer = running.ask(path)
                checks.append({"route": path, "status": answer.status, "ms": round(answer.seconds * 1000, 1)})
                if answer.status == 0 or answer.status >= 500:  # noqa: PLR2004 - HTTP's server errors
                    what = f"GET {path} answers {answer.status or 'nothing'}"
                    findings.append(
                        Finding("route-fails", "high", study.name, "", 0, what, "mend it before anything depends on it")
                    )
    except NotStarted as error:
        what = str(error)
        return (
            [],
            [],
            [
                Finding(
                    "service-does-not-start",
                    "high",
                    study.name,
                    "",
                    0,
                    what,
                    "mend its start before anything depends on it",
                )
            ],
        )
    return checks, [], findings


def askable(study: Study, promises: Sequence[Promise]) -> list[str]:
    """Paths without a variable part that answer GET."""
    found = {one.route for one in promises if one.method == "GET"}
    for one in study.files:
        if one.role == "product":
            found |= {route.name for route in one.parsed.routes if route.more.split(" ")[0] in ("GET", "ANY")}
    return sorted(path for path in found if not re.search(r"[{<:*]", path))[:50] or ["/"]


def _shape(route: str) -> str:
    """A route with its variable parts alike: `{id}`, `<int:id>` and `:id` are all the same."""
    return re.sub(r"\{[^}]*\}|<[^>]*>|:[A-Za-z_]\w*", "{}", route).rstrip("/") or "/"

"""Phase 2: the map of a target: imports, entry points, services, integration points, rules and complicated places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.facts import FileFacts
from automation.consolidation.graph import Shape, shape
from automation.consolidation.integrations import integrations
from automation.consolidation.manifests import manifests
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.study import Study

COMPLEX = 15
"""Branches plus one from which on a function is named as complicated."""
_LISTED = 100


def map_components(studies: Sequence[Study]) -> Result:
    """The map of all targets."""
    shapes = {study.name: shape(study.files) for study in studies}
    findings = [
        one
        for study in studies
        for one in (*_cycles(study, shapes[study.name]), *_complicated(study), *_unreadable(study))
    ]
    unchecked = [one for study in studies for one in _unparsed(study)]
    details: dict[str, Json] = {
        shown(study.name): {
            **_graph(shapes[study.name]),
            "entry-points": entry_points(study),
            "services": services(study),
            "integration-points": [
                {"kind": one.kind, "name": one.name, "path": shown(one.path), "line": one.line}
                for one in integrations(study.files)
            ],
            "rules": _rules(study),
        }
        for study in studies
    }
    return Result(
        {
            "accounted-for": _accounted(studies, findings, unchecked),
            "modules": sum(one.files for one in shapes.values()),
            "imports": sum(len(one.edges) for one in shapes.values()),
            "cycles": sum(len(one.cycles) for one in shapes.values()),
            "longest-chain": max((len(one.chain) for one in shapes.values()), default=0),
            "entry-points": sum(len(entry_points(study)) for study in studies),
            "routes": sum(len(one.parsed.routes) for study in studies for one in study.files if one.role == "product"),
            "complicated": sum(one.kind == "complex-function" for one in findings),
        },
        findings,
        unchecked,
        details,
    )


def _accounted(studies: Sequence[Study], findings: Sequence[Finding], unchecked: Sequence[Unchecked]) -> float:
    """The share of source files that a parser has read, or whose file or language is named as not read."""
    named = {(one.target, one.path) for one in findings if one.kind == "unparsable"}
    languages = {(one.target, one.what.removeprefix("imports of ")) for one in unchecked}
    dialects = ("JavaScript", "TypeScript")
    code = [(study.name, one) for study in studies for one in study.product if one.language in PROGRAMMING]
    known = [
        one
        for name, one in code
        if not one.parsed.error
        or (name, one.path) in named
        or (name, one.language) in languages
        or one.language in dialects
    ]
    return round(len(known) / len(code), 4) if code else 1.0


def entry_points(study: Study) -> list[dict[str, Json]]:
    """Where a target's programs begin: declared commands, and files that are made to be run."""
    found: list[dict[str, Json]] = [
        {"kind": "command", "name": name, "path": shown(manifest.path), "starts": command}
        for manifest in manifests(study)
        for name, command in manifest.commands
    ]
    for one in study.files:
        if one.role != "product" or one.language not in PROGRAMMING:
            continue
        if one.path.endswith("__main__.py") or "__main__" in one.parsed.uses:
            found.append({"kind": "module", "name": shown(one.path), "path": shown(one.path), "starts": ""})
        elif one.entry.mode & 0o111 and one.language in ("Shell", "Python", "JavaScript"):
            found.append({"kind": "program", "name": shown(one.path), "path": shown(one.path), "starts": ""})
    return found


def services(study: Study) -> list[dict[str, Json]]:
    """The files that answer requests, with their routes."""
    return [
        {
            "path": shown(one.path),
            "routes": [{"route": route.name, "handler": route.more, "line": route.line} for route in one.parsed.routes],
        }
        for one in study.files
        if one.role == "product" and one.parsed.routes
    ]


def _graph(found: Shape) -> dict[str, Json]:
    return {
        "imports": len(found.edges),
        "cycles": [[shown(path) for path in cycle] for cycle in found.cycles],
        "longest-chain": [shown(path) for path in found.chain],
        "most-imported": [{"path": shown(path), "by": number} for path, number in found.imported],
    }


def _cycles(study: Study, found: Shape) -> Iterator[Finding]:
    for cycle in found.cycles:
        line = next((edge.line for edge in found.edges if edge.source == cycle[0] and edge.target in cycle), 0)
        what = f"{len(cycle)} files import each other: {', '.join(shown(path) for path in cycle[:6])}"
        proposal = "move what both sides need into a file that imports neither"
        yield Finding("import-cycle", "medium", study.name, cycle[0], line, what, proposal)


def _complicated(study: Study) -> Iterator[Finding]:
    for one in study.files:
        if one.role == "product":
            for function in one.parsed.functions:
                if function.complexity > COMPLEX:
                    what = f"{function.name} has {function.complexity - 1} branches"
                    proposal = "split it by its cases, or make it a table"
                    yield Finding("complex-function", "low", study.name, one.path, function.line, what, proposal)


def _unreadable(study: Study) -> Iterator[Finding]:
    for one in study.files:
        if one.role == "product" and one.language == "Python" and one.parsed.error:
            what = f"no parser reads it ({one.parsed.error})"
            yield Finding("unparsable", "medium", study.name, one.path, 0, what, "mend it, or take it out")


def _unparsed(study: Study) -> Iterator[Unchecked]:
    """Languages that only count as text, and why."""
    yield from (
        Unchecked(f"imports of {language}", study.name, "no parser for it is among the tools")
        for language in sorted({one.language for one in study.files if one.role == "product"} & _UNPARSED)
    )
    errors: dict[str, list[str]] = {}
    for one in study.files:
        if one.role == "product" and one.language in ("JavaScript", "TypeScript") and one.parsed.error:
            errors.setdefault(one.parsed.error, []).append(shown(one.path))
    for error, paths in sorted(errors.items()):
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""  # noqa: PLR2004 - three are named
        yield Unchecked(f"imports of {', '.join(paths[:3])}{more}", study.name, error)


_UNPARSED = PROGRAMMING - {"Python", "JavaScript", "TypeScript", "Shell", "SQL"}


def _rules(study: Study) -> list[dict[str, Json]]:
    """Functions that decide about the business, by their names and branches, the most branched first."""
    found: list[tuple[int, FileFacts, str, int]] = [
        (function.complexity, one, function.name, function.line)
        for one in study.files
        if one.role == "product"
        for function in one.parsed.functions
        if function.rule
    ]
    found.sort(key=lambda one: (-one[0], one[1].path, one[3]))
    return [
        {"function": name, "path": shown(one.path), "line": line, "branches": branches - 1}
        for branches, one, name, line in found[:_LISTED]
    ]

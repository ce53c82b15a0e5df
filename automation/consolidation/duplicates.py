"""Phase 3: what exists twice, inside a repository and across several, and the order in which to merge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, shown
from automation.consolidation.graph import component_needs, edges, order
from automation.consolidation.inventory import component_of
from automation.consolidation.manifests import manifests
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.study import Study

SMALLEST = 100
"""Bytes below which two equal files are no duplicate worth a word."""


class Place(NamedTuple):
    """Where a copy is."""

    target: str
    path: str
    line: int
    name: str


def merge_strategy(studies: Sequence[Study]) -> Result:
    """Duplicates with what to do about each, and the order of merging."""
    whole, parts = equal_files(studies), equal_functions(studies)
    findings = [*map(_file_finding, whole), *map(_function_finding, parts)]
    lines = sum((len(group) - 1) for group in whole)
    between, within = targets_order(studies), {study.name: components_order(study) for study in studies}
    details: dict[str, Json] = {
        "order-of-targets": [[shown(name) for name in group] for group in between],
        "order-of-components": {
            shown(name): [[shown(one) for one in group] for group in groups] for name, groups in within.items()
        },
        "duplicates": [[_plain(place) for place in group] for group in (*whole, *parts)][:1000],
    }
    return Result(
        {
            "duplicate-files": len(whole),
            "duplicate-functions": len(parts),
            "superfluous-files": lines,
            "ordered": sum(len(group) for group in between),
            "circles-between-targets": sum(len(group) > 1 for group in between),
        },
        findings,
        (),
        details,
    )


def equal_files(studies: Sequence[Study]) -> list[list[Place]]:
    """Groups of source files with the same content; tests and vendored files are left out."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for study in studies:
        for one in study.files:
            if one.role == "product" and one.language in PROGRAMMING and one.entry.size >= SMALLEST:
                groups[one.digest].append(Place(study.name, one.path, 0, ""))
    return sorted(group for group in groups.values() if len(group) > 1)


def equal_functions(studies: Sequence[Study]) -> list[list[Place]]:
    """Groups of functions with the same body, in files that differ otherwise, or twice in one file."""
    groups: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for study in studies:
        for one in study.files:
            if one.role == "product":
                for function in one.parsed.functions:
                    if function.body:
                        place = Place(study.name, one.path, function.line, function.name)
                        groups[function.body][one.digest].append(place)
    found = []
    for by_file in groups.values():
        # A file that exists twice is named as a whole; its functions are looked at once.
        places = [place for same in by_file.values() for place in same if place[:2] == same[0][:2]]
        if len(places) > 1:
            found.append(sorted(places))
    return sorted(found)


def targets_order(studies: Sequence[Study]) -> list[list[str]]:
    """Targets, each after those that it depends on by its manifests or its imports."""
    names: dict[str, str] = {}
    for study in studies:
        for manifest in manifests(study):
            if manifest.project and manifest.path.count("/") < 2:  # noqa: PLR2004 - the project's own, or a package's
                names.setdefault(manifest.project.lower().replace("_", "-"), study.name)
    needs: dict[str, set[str]] = {}
    for study in studies:
        wanted = {one.name.lower().replace("_", "-") for manifest in manifests(study) for one in manifest.dependencies}
        wanted |= {
            one.module.split(".")[0].lower().replace("_", "-")
            for file in study.files
            if file.role == "product"
            for one in file.parsed.imports
            if not one.level
        }
        needs[study.name] = {names[name] for name in wanted if name in names} - {study.name}
    return order(needs)


def components_order(study: Study) -> list[list[str]]:
    """The components of one target, each after those that it imports."""
    code = [one for one in study.files if one.role == "product" and one.language in PROGRAMMING]
    places = {one.path: component_of(one.path) for one in code}
    return order(component_needs(edges(code), places))


def _file_finding(group: Sequence[Place]) -> Finding:
    first, others = group[0], ", ".join(f"{place.target}/{shown(place.path)}" for place in group[1:5])
    what = f"the same file is also at {others}" + (f" and {len(group) - 5} more places" if len(group) > 5 else "")  # noqa: PLR2004 - the first and four others are named
    proposal = f"keep {first.target}/{shown(first.path)} and import it from there"
    return Finding("duplicate-file", "low", first.target, first.path, 0, what, proposal)


def _function_finding(group: Sequence[Place]) -> Finding:
    first = group[0]
    others = ", ".join(f"{place.target}/{shown(place.path)}:{place.line}" for place in group[1:5])
    what = f"{first.name} has the same body as {others}" + (f" and {len(group) - 5} more" if len(group) > 5 else "")  # noqa: PLR2004 - the first and four others are named
    proposal = "keep one in a module that all can import"
    return Finding("duplicate-code", "low", first.target, first.path, first.line, what, proposal)


def _plain(place: Place) -> dict[str, Json]:
    return {"target": place.target, "path": shown(place.path), "line": place.line, "name": place.name}

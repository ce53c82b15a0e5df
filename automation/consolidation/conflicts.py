"""Phase 4: what stands in the way of merging: contradicting paths, symbols and versions, each with a way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from automation.consolidation.document import Finding, Result, shown
from automation.consolidation.facts import FileFacts
from automation.consolidation.manifests import all_dependencies, manifests
from automation.consolidation.study import Study
from automation.consolidation.versions import clashes

_NOT_NAMES = frozenset({"main", "__init__", "setup", "run", "index", "cli"})


class Definition(NamedTuple):
    """A public symbol: where it is defined, and what tells its content."""

    target: str
    path: str
    line: int
    content: str


def resolve_conflicts(studies: Sequence[Study]) -> Result:
    """Every conflict, each with a proposed resolution."""
    findings = [*path_conflicts(studies), *symbol_conflicts(studies), *version_conflicts(studies), *unfinished(studies)]
    kinds = ("path-conflict", "symbol-conflict", "version-conflict", "conflict-marker")
    counted = {f"{kind}s": sum(one.kind == kind for one in findings) for kind in kinds}
    resolved = sum(bool(one.proposal) for one in findings)
    return Result(
        {**counted, "conflicts": len(findings), "resolved": 1.0 if not findings else resolved / len(findings)},
        findings,
        (),
        {"resolutions": [f"{one.target}/{shown(one.path)}: {one.proposal}" for one in findings[:1000]]},
    )


def path_conflicts(studies: Sequence[Study]) -> Iterator[Finding]:
    """The same path in two targets with different content."""
    seen: dict[str, tuple[str, FileFacts]] = {}
    for study in studies:
        for one in study.files:
            if not one.digest or one.role == "vendored":
                continue
            first = seen.setdefault(one.path, (study.name, one))
            if first[0] != study.name and first[1].digest != one.digest:
                what = f"{first[0]} has another file at this path"
                yield Finding("path-conflict", "medium", study.name, one.path, 0, what, _way_out(study.name, one))


def symbol_conflicts(studies: Sequence[Study]) -> Iterator[Finding]:
    """The same public symbol, in modules of the same name, with different content, in two targets.

    Files at the same path are named as a whole.
    """
    found: dict[tuple[str, str], list[Definition]] = defaultdict(list)
    for study in studies:
        for one in study.files:
            module = _module(one.path)
            if one.role != "product" or module in _NOT_NAMES:
                continue
            for symbol in one.parsed.symbols:
                if not symbol.name.startswith("_") and not symbol.more.startswith(("short", "class")):
                    place = Definition(study.name, one.path, symbol.line, symbol.more)
                    found[module, symbol.name].append(place)
    for (module, name), places in sorted(found.items()):
        first = places[0]
        for place in places[1:]:
            if place.content != first.content and place.target != first.target and place.path != first.path:
                what = f"{module}.{name} is defined otherwise in {first.target}/{shown(first.path)}:{first.line}"
                proposal = f"compare the two, keep one as {module}.{name}, and rename what is still needed of the other"
                yield Finding("symbol-conflict", "medium", place.target, place.path, place.line, what, proposal)
                break


def version_conflicts(studies: Sequence[Study]) -> Iterator[Finding]:
    """Dependencies that two manifests want in versions that exclude each other."""
    declared = ((study.name, one) for study in studies for one in all_dependencies(manifests(study)))
    for clash in clashes(declared):
        (first, one), (second, other) = clash.one, clash.other
        what = f"{other.name} {other.wanted} here, but {one.wanted} in {first}/{shown(one.path)}: no version meets both"
        yield Finding("version-conflict", "high", second, other.path, other.line, what, clash.proposal)


def unfinished(studies: Sequence[Study]) -> Iterator[Finding]:
    """Merges that somebody began and did not finish."""
    for study in studies:
        for one in study.files:
            for flag in one.flags:
                word, _, line = flag.partition(":")
                if word == "conflict-marker" and one.role != "test":
                    what = "the marks of an unfinished merge are still in it"
                    proposal = "decide between the two sides and take the marks out"
                    yield Finding("conflict-marker", "high", study.name, one.path, int(line), what, proposal)


def _way_out(target: str, one: FileFacts) -> str:
    name = one.path.rpartition("/")[2].lower()
    if name in ("pyproject.toml", "package.json", "requirements.txt", "setup.cfg"):
        return f"keep both as packages of one workspace: move this one to {target}/{shown(one.path)}"
    if name.startswith((".git", ".editor", ".env")):
        return "join the lines of both"
    if one.role == "docs":
        return f"join the texts, or keep this one as {target}/{shown(one.path)}"
    return f"move this one to {target}/{shown(one.path)} and change what imports it"


def _module(path: str) -> str:
    """A file's name without its ending; of a package's own file the package's name."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return folder.rpartition("/")[2] if stem in ("__init__", "index") and folder else stem

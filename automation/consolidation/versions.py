"""Whether two declared ranges of versions leave anything to install (PEP 440; npm's words are translated first)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from automation.consolidation.manifests import Dependency, npm_range


class Clash(NamedTuple):
    """Two declarations of one dependency that no version meets, and the one to settle on."""

    one: tuple[str, Dependency]
    other: tuple[str, Dependency]
    proposal: str


def clashes(declared: Iterable[tuple[str, Dependency]]) -> list[Clash]:
    """The first clash of each dependency; each declaration comes with the name of its target.

    Declarations under different conditions (markers) may differ.
    """
    groups: dict[tuple[str, str], list[tuple[str, Dependency]]] = {}
    for target, one in declared:
        groups.setdefault((one.ecosystem, one.name), []).append((target, one))
    return [clash for group in groups.values() if (clash := _first(group)) is not None]


def specifier(one: Dependency) -> str:
    """The range in PEP 440's words; empty where anything will do or nothing can be said."""
    if one.ecosystem == "python":
        return one.wanted
    return npm_range(one.wanted.removeprefix("v"))


def compatible(first: str, second: str) -> bool:
    """Whether some version meets both specifiers. A specifier that cannot be read meets everything.

    If two ranges meet, they do so at a bound of one of them or right beside it.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        both = SpecifierSet(",".join(part for part in (first, second) if part), prereleases=True)
    except InvalidSpecifier:
        return True
    return not len(both) or any(version in both for version in _candidates(both_bounds(str(both))))


def both_bounds(specifiers: str) -> list[str]:
    """The versions that a specifier names."""
    import re

    return re.findall(r"\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)?", specifiers)


def _candidates(bounds: Sequence[str]) -> Iterator[str]:
    yield "0"
    for bound in bounds:
        parts = [int(part) for part in bound.split(".") if part.isdigit()] or [0]
        yield bound
        yield f"{bound}.post1" if bound[-1].isdigit() and "post" not in bound else bound
        for place in range(len(parts)):
            yield ".".join(map(str, [*parts[:place], parts[place] + 1]))
            if parts[place]:
                yield ".".join(map(str, [*parts[:place], parts[place] - 1, *([9999] if place < len(parts) else [])]))
        yield ".".join(map(str, [*parts, 1]))


def _first(group: Sequence[tuple[str, Dependency]]) -> Clash | None:
    for one, other in combinations(group, 2):
        if one[1].marker != other[1].marker or one[1].path == other[1].path == "":
            continue
        first, second = specifier(one[1]), specifier(other[1])
        if first and second and first != second and not compatible(first, second):
            return Clash(one, other, _proposal(one, other))
    return None


def _proposal(one: tuple[str, Dependency], other: tuple[str, Dependency]) -> str:
    """To settle on the declaration that names the newer version."""
    from packaging.version import Version

    def newest(declared: tuple[str, Dependency]) -> Version:
        return max(map(Version, both_bounds(specifier(declared[1])) or ["0"]))

    newer = max((other, one), key=newest)
    return f"settle on {newer[1].wanted} as in {newer[0]}/{newer[1].path}, once the tests of both pass with it"

"""Phase 2, the graph: which file of a target imports which, its cycles, and its longest chain."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from automation.consolidation.facts import FileFacts
from automation.consolidation.source import Import

if TYPE_CHECKING:
    from networkx import DiGraph

_ENDINGS = ("", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", "/index.js", "/index.ts")


class Edge(NamedTuple):
    """One file imports another; a lazy import (inside a function, or for type checkers) closes no cycle."""

    source: str
    target: str
    line: int
    lazy: bool


class Shape(NamedTuple):
    """What the graph of a target looks like: cycles and longest chain by path, and how often each file is imported."""

    files: int
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[str, ...], ...]
    chain: tuple[str, ...]
    imported: tuple[tuple[str, int], ...]


def edges(files: Sequence[FileFacts]) -> list[Edge]:
    """Every import between two files of the target, once for each pair; a strict import outranks a lazy one."""
    paths = {one.path for one in files}
    modules = module_names(paths)
    found: dict[tuple[str, str], Edge] = {}
    for file in files:
        for one in file.parsed.imports:
            for goal in _goals(file, one, modules, paths):
                pair = (file.path, goal)
                if goal != file.path and (pair not in found or (found[pair].lazy and not one.lazy)):
                    found[pair] = Edge(file.path, goal, one.line, one.lazy)
    return sorted(found.values())


def shape(files: Sequence[FileFacts]) -> Shape:
    """The graph of a target's product code."""
    code = [one for one in files if one.role == "product"]
    found = edges(code)
    strict = _graph((one.source, one.target) for one in found if not one.lazy)
    counted: dict[str, int] = {}
    for one in found:
        counted[one.target] = counted.get(one.target, 0) + 1
    ranking = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:20]
    return Shape(len(code), tuple(found), tuple(cycles(strict)), longest_chain(strict), tuple(ranking))


def module_names(paths: set[str]) -> dict[str, str]:
    """Python files by the dotted names under which they may be imported: from the top, and from `src`-like folders."""
    found: dict[str, str] = {}
    tops = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(path.count("/"))}
    roots = {top for top in tops if top and f"{top}/__init__.py" not in paths}
    for path in sorted(path for path in paths if path.endswith(".py")):
        for root in _roots_of(path, roots):
            inner = path[len(root) + 1 :] if root else path
            name = inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found.setdefault(name, path)
    return found


def cycles(graph: DiGraph) -> list[tuple[str, ...]]:
    """The groups of files that import each other in a circle, each in its alphabetical order."""
    import networkx

    groups = networkx.strongly_connected_components(graph)
    return sorted(tuple(sorted(group)) for group in groups if len(group) > 1)


def longest_chain(graph: DiGraph) -> tuple[str, ...]:
    """The longest chain of imports; of a cycle the first file stands for all."""
    import networkx

    if not graph:
        return ()
    dense = networkx.condensation(graph)
    return tuple(min(dense.nodes[node]["members"]) for node in networkx.dag_longest_path(dense))


def order(needs: Mapping[str, set[str]]) -> list[list[str]]:
    """Names in the order of their needs: each list needs only what stands before it; a circle stands in one list."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(sorted(needs))
    graph.add_edges_from(sorted((need, name) for name, some in needs.items() for need in some if need in needs))
    dense = networkx.condensation(graph)
    return [sorted(dense.nodes[node]["members"]) for node in networkx.lexicographical_topological_sort(
        dense, key=lambda node: min(dense.nodes[node]["members"])
    )]  # fmt: skip


def component_needs(found: Sequence[Edge], component: Mapping[str, str]) -> dict[str, set[str]]:
    """Which component needs which, by the imports between their files."""
    needs: dict[str, set[str]] = {name: set() for name in component.values()}
    for edge in found:
        one, other = component.get(edge.source), component.get(edge.target)
        if one and other and one != other:
            needs[one].add(other)
    return needs


def _graph(pairs: Iterator[tuple[str, str]]) -> DiGraph:
    import networkx

    graph = networkx.DiGraph()
    graph.add_edges_from(sorted(pairs))
    return graph


def _roots_of(path: str, roots: set[str]) -> Iterator[str]:
    """The folders from which a file may be imported: the top one, and folders above it that are no packages."""
    yield ""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        root = "/".join(parts[:depth])
        if root in roots:
            yield root


def _goals(file: FileFacts, one: Import, modules: Mapping[str, str], paths: set[str]) -> Iterator[str]:
    if file.language != "Python":
        yield from _relative_file(file.path, one.module, paths)
        return
    base = _absolute(file.path, one)
    if base is None:
        return
    if isinstance(base, tuple):  # relative: the folder is known, whatever its dotted name
        folder, rest = base
        yield from _in_folder(folder, rest, one.names, paths)
        return
    taken = [f"{base}.{name}" for name in one.names]
    inner = [modules[name] for name in taken if name in modules]
    yield from inner
    if base in modules and len(inner) < max(len(taken), 1):
        yield modules[base]


def _absolute(path: str, one: Import) -> str | tuple[str, str] | None:
    if not one.level:
        return one.module
    folder = path.split("/")[:-1]
    if one.level - 1 > len(folder):
        return None
    return "/".join(folder[: len(folder) - one.level + 1]), one.module.replace(".", "/")


def _in_folder(folder: str, rest: str, names: Sequence[str], paths: set[str]) -> Iterator[str]:
    base = "/".join(part for part in (folder, rest) if part)
    prefix = f"{base}/" if base else ""
    inner = [path for name in names for path in (f"{prefix}{name}.py", f"{prefix}{name}/__init__.py") if path in paths]
    yield from inner
    if len(inner) < max(len(names), 1):
        yield from (path for path in (f"{base}.py", f"{prefix}__init__.py") if path in paths)


def _relative_file(path: str, module: str, paths: set[str]) -> Iterator[str]:
    if not module.startswith("."):
        return
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
    yield from [found for ending in _ENDINGS if (found := base + ending) in paths][:1]

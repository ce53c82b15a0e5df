"""Dependencies as a target's manifests declare them. Manifests are parsed, never run."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from automation.consolidation.study import Study


class Dependency(NamedTuple):
    """One declared dependency: ecosystem, normalised name, versions as written, where, and under what condition."""

    ecosystem: str
    name: str
    wanted: str
    path: str
    line: int
    scope: str = "run"
    marker: str = ""


class Manifest(NamedTuple):
    """A manifest: what it declares, the name and licence that it gives its project, or why it could not be read."""

    path: str
    dependencies: tuple[Dependency, ...] = ()
    project: str = ""
    licence: str = ""
    commands: tuple[tuple[str, str], ...] = ()
    error: str = ""


def manifests(study: Study) -> list[Manifest]:
    """All manifests of a target that is not vendored, tests' own data left out."""
    found = []
    for one in study.files:
        read = _reader(one.path)
        if read is not None and one.role in ("product", "docs") and one.entry.readable:
            found.append(read_manifest(one.path, study.text_of(one.path)))
    return found


def read_manifest(path: str, text: str) -> Manifest:
    """One manifest by its name (pure); one that cannot be read says why."""
    read = _reader(path)
    if read is None:
        return Manifest(path, error="it is no manifest that is known here")
    try:
        return read(path, text)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, configparser.Error) as error:
        return Manifest(path, error=f"it cannot be read: {' '.join(str(error).split())}"[:200])


def _reader(path: str) -> Callable[[str, str], Manifest] | None:
    name = path.rpartition("/")[2]
    if name in _READERS:
        return _READERS[name]
    if re.fullmatch(r"(?:.*/)?(requirements[\w.-]*\.txt|requirements/[\w.-]+\.txt|constraints[\w.-]*\.txt)", path):
        return _requirements
    return None


def _pyproject(path: str, text: str) -> Manifest:
    document = tomllib.loads(text)
    project = document.get("project", {})
    found = [_python(path, text, spec, "run") for spec in project.get("dependencies", [])]
    groups = {**project.get("optional-dependencies", {}), **document.get("dependency-groups", {})}
    found += [
        _python(path, text, spec, scope) for scope, some in groups.items() for spec in some if isinstance(spec, str)
    ]
    poetry = document.get("tool", {}).get("poetry", {})
    for name, wanted in poetry.get("dependencies", {}).items():
        version = wanted if isinstance(wanted, str) else wanted.get("version", "*")
        if name != "python":
            line = _line(text, name)
            found.append(Dependency("python", _normal(name), npm_range(version), path, line))
    name = str(project.get("name") or poetry.get("name") or "")
    licence = project.get("license") or poetry.get("license") or ""
    said = licence.get("text", "") if isinstance(licence, dict) else str(licence)
    commands = tuple((key, str(value)) for key, value in project.get("scripts", {}).items())
    return Manifest(path, tuple(one for one in found if one and one.name != _normal(name)), name, said, commands)


def _requirements(path: str, text: str) -> Manifest:
    found = []
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        spec = line.split(" #")[0].split(" --hash")[0].strip()
        if spec and not spec.startswith(("#", "-")):
            found.append(_python(path, text, spec, "run"))
    return Manifest(path, tuple(one for one in found if one))


def _setup_cfg(path: str, text: str) -> Manifest:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    wanted = parser.get("options", "install_requires", fallback="").splitlines()
    found = [_python(path, text, spec.strip(), "run") for spec in wanted if spec.strip()]
    name, licence = (parser.get("metadata", key, fallback="") for key in ("name", "license"))
    return Manifest(path, tuple(one for one in found if one), name, licence)


def _package_json(path: str, text: str) -> Manifest:
    document = json.loads(text)
    sections = (("dependencies", "run"), ("devDependencies", "dev"), ("peerDependencies", "peer"))
    found = [
        Dependency("npm", name, str(wanted), path, _line(text, f'"{name}"'), scope)
        for section, scope in sections
        for name, wanted in document.get(section, {}).items()
    ]
    commands = tuple((str(key), str(value)) for key, value in document.get("scripts", {}).items())
    name, licence = str(document.get("name", "")), str(document.get("license", ""))
    return Manifest(path, tuple(found), name, licence, commands)


def _go_mod(path: str, text: str) -> Manifest:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = re.match(r"\s*(?:require\s+)?([\w.-]+\.[a-z]+/\S+)\s+v(\S+)", line)
        if match:
            found.append(Dependency("go", match[1], f"=={match[2]}", path, number))
    module = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    return Manifest(path, tuple(found), module[1] if module else "")


def _cargo(path: str, text: str) -> Manifest:
    document = tomllib.loads(text)
    package = document.get("package", {})
    found = []
    for section, scope in (("dependencies", "run"), ("dev-dependencies", "dev")):
        for name, wanted in document.get(section, {}).items():
            version = wanted if isinstance(wanted, str) else wanted.get("version", "*")
            found.append(Dependency("cargo", name, version, path, _line(text, name), scope))
    return Manifest(path, tuple(found), str(package.get("name", "")), str(package.get("license", "")))


_READERS: dict[str, Callable[[str, str], Manifest]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "go.mod": _go_mod,
    "Cargo.toml": _cargo,
}
_SPEC = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?((?:[<>=!~][^;@)]*)?)\)?\s*(?:;\s*(.*))?")


def _python(path: str, text: str, spec: str, scope: str) -> Dependency | None:
    match = _SPEC.fullmatch(spec.strip())
    if match is None:  # a path or an address
        return None
    line = _line(text, spec.split(";", maxsplit=1)[0].strip())
    return Dependency("python", _normal(match[1]), match[2].replace(" ", ""), path, line, scope, match[3] or "")


def _normal(name: str) -> str:
    """A Python project's name in its one form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _line(text: str, word: str) -> int:
    place = text.find(word)
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def npm_range(wanted: str) -> str:
    """A range in npm's or Poetry's words as PEP 440 has it; empty where anything will do or nothing can be said."""
    alternatives = wanted.split("||")
    if len(alternatives) > 1:
        return ""
    found = []
    for word in re.sub(r"(>=|<=|>|<|=)\s+", r"\1", wanted.replace(",", " ")).split():
        part = _npm_part(word)
        if part is None:
            return ""
        found.append(part)
    return ",".join(part for part in found if part)


def _npm_part(word: str) -> str | None:
    match = re.fullmatch(r"(\^|~|>=|<=|>|<|==|=)?v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?([-+][\w.-]+)?", word)
    if match is None:
        return "" if word in ("*", "x", "latest", "") else None
    sign, major, minor, patch = match[1] or "", *(_number(match[place]) for place in (2, 3, 4))
    low = f"{major or 0}.{minor or 0}.{patch or 0}"
    if sign in (">=", "<=", ">", "<"):
        return f"{sign}{low}"
    if sign == "^":
        return f">={low},<{_caret(major or 0, minor, patch)}"
    if sign == "~" or patch is None:
        top = f"{(major or 0) + 1}.0.0" if minor is None else f"{major}.{minor + 1}.0"
        return f">={low},<{top}"
    return f"=={low}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _caret(major: int, minor: int | None, patch: int | None) -> str:
    """The first version that `^` no longer takes: the left-most number that is not zero may not change."""
    if major or minor is None:
        return f"{major + 1}.0.0"
    if minor or patch is None:
        return f"0.{minor + 1}.0"
    return f"0.0.{patch + 1}"


def all_dependencies(found: list[Manifest]) -> Iterator[Dependency]:
    """The dependencies of several manifests."""
    for manifest in found:
        yield from manifest.dependencies

"""Phase 0: what is there: languages, sizes, components, integrations, owners, and what production would miss."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown
from automation.consolidation.facts import FileFacts
from automation.consolidation.git import GitFailed, git
from automation.consolidation.integrations import integrations
from automation.consolidation.source import PROGRAMMING
from automation.consolidation.study import Study

_LARGEST = 20


class Need(NamedTuple):
    """Something that production wants, the files that would be it, and what to do where it is missing."""

    kind: str
    severity: str
    pattern: re.Pattern[str]
    what: str
    proposal: str


def _need(kind: str, severity: str, pattern: str, what: str, proposal: str) -> Need:
    return Need(kind, severity, re.compile(pattern, re.IGNORECASE), what, proposal)


NEEDS = (
    _need("readme", "medium", r"readme(\.\w+)?", "there is no README", "write one: what it is, how to run and test it"),
    _need("licence", "medium", r"(licen[cs]e|copying)([.-][\w.-]+)?", "there is no licence file", "add LICENSE"),
    _need("owners", "low", r"(\.github/|docs/)?codeowners", "nobody is named as owner", "add .github/CODEOWNERS"),
    _need("security-policy", "low", r"(\.github/|docs/)?security(\.\w+)?", "weaknesses: nobody to tell", "add one"),
    _need(
        "ci",
        "medium",
        r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|jenkinsfile|\.circleci/config\.yml|azure-pipelines\.yml",
        "no workflow checks a change",
        "take over the workflow that phase 13 proposes",
    ),
)  # fmt: skip
_LOCKS = ("requirements.txt", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock",
          "pnpm-lock.yaml", "bun.lockb", "npm-shrinkwrap.json")  # fmt: skip


def discover(studies: Sequence[Study]) -> Result:
    """The inventory of all targets, their gaps and the baseline that later phases are compared with."""
    findings = [one for study in studies for one in (*gaps(study), *oddities(study))]
    unchecked = [one for study in studies for one in left_out(study)]
    details = {shown(study.name): _details(study) for study in studies}
    files = sum(len(study.files) for study in studies)
    accounted = sum(bool(one.digest) or not one.entry.readable for study in studies for one in study.files)
    return Result(
        {
            "targets": len(studies),
            "files": files,
            "lines": sum(one.lines for study in studies for one in study.files),
            "languages": len({one.language for study in studies for one in study.files if one.language in PROGRAMMING}),
            "components": sum(len(components(study.files)) for study in studies),
            "integrations": sum(len({one[:2] for one in integrations(study.files)}) for study in studies),
            "accounted-for": round(accounted / files, 4) if files else 1.0,
        },
        findings,
        unchecked,
        details,
    )


def components(files: Iterable[FileFacts]) -> dict[str, list[FileFacts]]:
    """The parts that hold code: top folders, or the packages below `src`, `packages` and the like."""
    found: dict[str, list[FileFacts]] = defaultdict(list)
    for one in files:
        if one.language in PROGRAMMING and one.role != "vendored":
            found[component_of(one.path)].append(one)
    return dict(sorted(found.items()))


def component_of(path: str) -> str:
    """The component that a path belongs to; `.` for the top folder."""
    folders = path.split("/")[:-1]
    if len(folders) > 1 and folders[0] in ("src", "packages", "services", "apps", "libs", "lib", "modules"):
        return "/".join(folders[:2])
    return folders[0] if folders else "."


def gaps(study: Study) -> Iterator[Finding]:
    """What production would miss in a target."""
    if not study.files:
        yield Finding("empty", "high", study.name, "", 0, "there are no files", "commit something, or leave it out")
        return
    for need in NEEDS:
        if not any(need.pattern.fullmatch(one.path) for one in study.files):
            yield Finding(f"missing-{need.kind}", need.severity, study.name, "", 0, need.what, need.proposal)
    code = [one for one in study.files if one.language in PROGRAMMING and one.role == "product"]
    if code and not any(one.role == "test" and one.language in PROGRAMMING for one in study.files):
        proposal = "begin with the hot spots that phase 1 names"
        yield Finding("missing-tests", "high", study.name, "", 0, f"{len(code)} source files, and no test", proposal)
    manifests = study.named("pyproject.toml", "package.json", "setup.py", "Pipfile")
    if manifests and not _locked(study):
        what = "dependencies have no lock: two installations may differ"
        yield Finding("missing-lock", "low", study.name, manifests[0].path, 0, what, "commit a lock file")


def oddities(study: Study) -> Iterator[Finding]:
    """Entries that tools stumble over: links in circles or out of the repository, names that are no UTF-8."""
    for one in study.files:
        if one.entry.kind == "symlink" and not study.target.bare:
            yield from _link(study, one)
        if not _is_utf8(one.path):
            what = "its name is not UTF-8: many tools cannot open it"
            yield Finding("name-not-utf8", "low", study.name, one.path, 0, what, "rename it")


def left_out(study: Study) -> Iterator[Unchecked]:
    """A line for every entry that is not looked into."""
    for one in study.files:
        reason = {
            "huge": f"its {one.entry.size / 1e6:.1f} MB are only measured",
            "submodule": "it is a submodule: name its folder as a target to look into it",
            "missing": "git tracks it, but it is not there",
            "special": "it is neither a file nor a link",
            "unreadable": "it may not be read",
        }.get(one.entry.kind)
        if reason:
            yield Unchecked(f"file {shown(one.path)}", study.name, reason)
    if study.target.shallow:
        yield Unchecked("history", study.name, "the clone is shallow: commits before its cut are missing")
    if not study.target.has_history:
        yield Unchecked("history", study.name, "there is no commit yet")


def owners(study: Study) -> list[dict[str, Json]]:
    """Who owns what: by CODEOWNERS, else the three people with the most commits."""
    for path in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"):
        lines = [line.split("#")[0].split() for line in study.text_of(path).splitlines()]
        rules: list[dict[str, Json]] = [{"pattern": line[0], "owners": line[1:]} for line in lines if len(line) > 1]
        if rules:
            return rules
    if not study.target.has_history:
        return []
    try:
        told = git(study.target.root, "shortlog", "--summary", "--numbered", "--no-merges", "HEAD", seconds=60)
    except GitFailed:
        return []
    rows = [line.split("\t", 1) for line in told.decode("utf-8", "replace").splitlines()[:3]]
    return [{"pattern": "*", "owners": [shown(name)], "commits": int(count)} for count, name in rows]


def _details(study: Study) -> dict[str, Json]:
    languages: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for one in study.files:
        if one.language:
            languages[one.language] += 1
            lines[one.language] += one.lines
    largest = sorted(study.files, key=lambda one: -one.entry.size)[:_LARGEST]
    return {
        "languages": {name: {"files": number, "lines": lines[name]} for name, number in languages.most_common()},
        "kinds": dict(sorted(Counter(one.entry.kind for one in study.files).items())),
        "bytes": sum(one.entry.size for one in study.files),
        "largest": [{"path": shown(one.path), "bytes": one.entry.size} for one in largest],
        "components": {
            shown(name): {"files": len(files), "lines": sum(one.lines for one in files)}
            for name, files in components(study.files).items()
        },
        "integrations": [
            {"kind": one.kind, "name": one.name, "path": shown(one.path), "line": one.line}
            for one in integrations(study.files)
        ],
        "owners": owners(study),
        "gaps": [one.kind for one in gaps(study)],
        "fingerprint": study.fingerprint,
    }


def _locked(study: Study) -> bool:
    if study.named(*_LOCKS):
        return True
    pinned = [one for one in study.files if re.fullmatch(r"(.*/)?requirements([/-][\w.-]+)?\.txt", one.path)]
    return any("==" in study.text_of(one.path) for one in pinned)


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _link(study: Study, one: FileFacts) -> Iterator[Finding]:
    place = Path(study.target.root) / one.path
    try:
        real = place.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        circle = isinstance(error, RuntimeError) or not isinstance(error, FileNotFoundError)
        what = "the link leads in a circle" if circle else f"the link leads nowhere ({_leads_to(place)})"
        kind = "symlink-loop" if circle else "symlink-broken"
        yield Finding(kind, "low", study.name, one.path, 0, what, "take it out, or point it to a file")
        return
    root = study.target.root.resolve()
    if not real.is_relative_to(root):
        what = f"the link leads out of the repository, to {shown(str(real))}"
        yield Finding(
            "symlink-outside", "medium", study.name, one.path, 0, what, "copy what is needed into the repository"
        )
    elif real.is_dir() and place.absolute().is_relative_to(real):
        what = "the link leads to a folder that it lies in: whoever follows links never ends"
        yield Finding("symlink-loop", "low", study.name, one.path, 0, what, "take it out")


def _leads_to(place: Path) -> str:
    try:
        return shown(os.readlink(place))  # noqa: PTH115 - the text of the link as it is
    except OSError:
        return "unreadable"

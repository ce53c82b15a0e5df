"""Phase 8: the settings that sources read against those that are documented, and one template for all targets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, shown, write_text
from automation.consolidation.git import GitFailed, git
from automation.consolidation.study import Study

_TEMPLATE = re.compile(r"(^|/)(\.env\.(example|sample|template|dist)|env\.(example|sample|template)|example\.env)$")
_LINE = re.compile(r"^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]{1,80})\s*=\s*(.*?)\s*$", re.MULTILINE)
_SECRET = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|API_KEY|PRIVATE|CREDENTIAL|_KEY$|WEBHOOK)")
# What a system or a host of workflows sets by itself is no setting of the target.
_SURROUNDINGS = re.compile(
    r"(PATH|HOME|HOST|PORT|USER|SHELL|LANG|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|PWD|CI|DISPLAY|EDITOR|PAGER|NO_COLOR|FORCE_COLOR|COLUMNS"
    r"|XDG_\w+|GITHUB_\w+|RUNNER_\w+|PYTHON\w*|VIRTUAL_ENV|PYTEST_\w+|COVERAGE_\w+|NODE_ENV|NODE_OPTIONS|SSL_CERT_\w+"
    r"|REQUESTS_CA_BUNDLE|HOSTNAME|LOGNAME|SYSTEMROOT|APPDATA|LOCALAPPDATA|HTTPS?_PROXY)"
)
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^@\s]+@")
_ASKED_AT_ONCE = 200


class Setting(NamedTuple):
    """An environment variable that sources read: where first, and whether they can do without it."""

    name: str
    path: str
    line: int
    required: bool

    @property
    def is_secret(self) -> bool:
        """Whether its name says that its value is nobody's business."""
        return _SECRET.search(self.name) is not None


def configure(studies: Sequence[Study], folder: Path) -> Result:
    """Settings used and documented, by target; `env.template` in the folder is one template for all of them."""
    findings: list[Finding] = []
    details: dict[str, Json] = {}
    all_used: dict[str, list[tuple[str, Setting]]] = defaultdict(list)
    known = 0
    for study in studies:
        used, templates = settings(study), documented_settings(study)
        told = {one.name for one in used} & (templates.keys() | words_in_docs(study, [one.name for one in used]))
        known += len(told)
        findings += [*_undocumented(study, used, told), *_unused(study, used, templates)]
        for one in used:
            all_used[one.name].append((study.name, one))
        details[shown(study.name)] = {
            "used": [{**one._asdict(), "path": shown(one.path), "documented": one.name in told} for one in used],
            "templates": sorted(templates),
        }
    write_text(folder / "env.template", template(all_used, defaults_of(studies)))
    number = sum(len(places) for places in all_used.values())
    metrics: dict[str, int | float] = {
        "settings": number,
        "documented": known,
        "undocumented": number - known,
        "unused": sum(one.kind == "unused-variable" for one in findings),
        "in-template": len(all_used),
    }
    return Result(metrics, findings, (), details)


def settings(study: Study) -> list[Setting]:
    """The variables that product code reads, each with its first place; what the surroundings set is left out."""
    found: dict[str, Setting] = {}
    for one in study.files:
        if one.role != "product":
            continue
        for variable in one.parsed.variables:
            required = variable.more == "required"
            if _SURROUNDINGS.fullmatch(variable.name):
                continue
            before = found.setdefault(variable.name, Setting(variable.name, one.path, variable.line, required))
            if required and not before.required:
                found[variable.name] = before._replace(required=True)
    return sorted(found.values())


def documented_settings(study: Study) -> dict[str, tuple[str, int]]:
    """The variables of a target's templates, each with its place."""
    found: dict[str, tuple[str, int]] = {}
    for one in study.files:
        if _TEMPLATE.search(one.path):
            text = study.text_of(one.path)
            for match in _LINE.finditer(text):
                found.setdefault(match[1], (one.path, text.count("\n", 0, match.start(1)) + 1))
    return found


def defaults_of(studies: Iterable[Study]) -> dict[str, str]:
    """The values that templates suggest, secrets' left out, and passwords inside of addresses."""
    found: dict[str, str] = {}
    for study in studies:
        for one in study.files:
            if _TEMPLATE.search(one.path):
                for match in _LINE.finditer(study.text_of(one.path)):
                    if not _SECRET.search(match[1]):
                        found.setdefault(match[1], _PASSWORD.sub(r"\1@", match[2]))
    return found


def words_in_docs(study: Study, names: Sequence[str]) -> set[str]:
    """Which of the names stand in a page of the target."""
    return _grep(study, names, ("*.md", "*.rst", "*.txt", "*.adoc"))


def template(used: Mapping[str, Sequence[tuple[str, Setting]]], defaults: Mapping[str, str]) -> str:
    """One template of all settings, with where each is read; secrets without a value."""
    lines = ["# Settings of all targets. Proposed by phase 8: copy it to .env and fill it in.\n"]
    for name, places in sorted(used.items()):
        needed = any(one.required for _, one in places)
        where = ", ".join(f"{target}/{shown(one.path)}:{one.line}" for target, one in places[:3])
        lines.append(
            f"# {'needed' if needed else 'optional'}{', secret' if places[0][1].is_secret else ''}; read by {where}"
        )
        lines.append(f"{name}={'' if places[0][1].is_secret else defaults.get(name, '')}\n")
    return "\n".join(lines)


def _undocumented(study: Study, used: Sequence[Setting], told: set[str]) -> Iterator[Finding]:
    for one in used:
        if one.name not in told:
            severity = "medium" if one.required else "low"
            what = f"{one.name} is read here, and no template or page names it"
            yield Finding(
                "undocumented-variable",
                severity,
                study.name,
                one.path,
                one.line,
                what,
                "add it to .env.example; the template has it",
            )


def _unused(study: Study, used: Sequence[Setting], templates: Mapping[str, tuple[str, int]]) -> Iterator[Finding]:
    idle = sorted(templates.keys() - {one.name for one in used})
    if not idle:
        return
    elsewhere = _grep(study, idle, (":(exclude)*.md", ":(exclude)*.rst", ":(exclude)*.txt", *_not_templates(study)))
    for name in idle:
        if name not in elsewhere:
            path, line = templates[name]
            what = f"{name} is documented, and nothing reads it"
            yield Finding("unused-variable", "low", study.name, path, line, what, "take it out")


def _not_templates(study: Study) -> list[str]:
    return [f":(exclude,literal){one.path}" for one in study.files if _TEMPLATE.search(one.path)]


def _grep(study: Study, names: Sequence[str], where: Sequence[str]) -> set[str]:
    """Which of the names stand as words in tracked files."""
    found: set[str] = set()
    if study.target.bare and not study.target.head:
        return found
    tree = ["HEAD"] if study.target.bare else []
    for start in range(0, len(names), _ASKED_AT_ONCE):
        words = [word for name in names[start : start + _ASKED_AT_ONCE] for word in ("-e", name)]
        try:
            told = git(study.target.root, "grep", "-I", "-h", "-o", "-w", "-F", *words, *tree, "--", *where)
        except GitFailed:  # its word for: nothing was found
            continue
        found.update(told.decode("utf-8", "replace").split())
    return found & set(names)

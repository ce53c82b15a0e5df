"""Security checks of the shipped code: what was looked at, what was found, and what could not be looked at.

A check that could not run is *not checked*, with the reason; it is never counted as clean. Each tool is started as a
program of its own, because their settings are process-wide.
"""

import importlib.util
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SEVERITIES = ("low", "medium", "high", "critical")
# These detectors guess by entropy or by a variable's name; the others know the format of one kind of secret.
GUESSES = ("Secret Keyword", "Hex High Entropy String", "Base64 High Entropy String")
DATA_FOLDER = "hal/data/"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `severity` is low, medium, high or critical."""

    severity: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Check:
    """What one check came to: what it looked at and found, or, if `reason` is set, why it did not look."""

    name: str
    scope: str
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def checked(self) -> bool:
        """Whether it looked at all."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Completed:
    """A tool that ran to its end."""

    status: int
    output: str
    errors: str


class Tools(Protocol):
    """Starts tools; None if the tool is not installed or did not end in time."""

    def run(self, tool: str, arguments: Sequence[str], folder: Path) -> Completed | None: ...


def package_folder(name: str = "automation") -> Path:
    """Where a package's code lies, however it was installed; OSError if it is nowhere."""
    specification = importlib.util.find_spec(name)
    if specification is None or not specification.submodule_search_locations:
        raise FileNotFoundError(f"package {name!r} is not installed: there is no code to check")
    return Path(next(iter(specification.submodule_search_locations)))


def secret_scan(tools: Tools, root: Path, code: Path) -> Check:
    """detect-secrets over a folder of code; guesses are medium, a recognised format is critical. Asks nobody online."""
    scope = f"{code}/ without {DATA_FOLDER}"
    arguments = ["scan", "--all-files", "--no-verify", "--exclude-files", DATA_FOLDER, str(code)]
    done = tools.run("detect_secrets", arguments, root)
    document = _document(done)
    if not isinstance(document, dict) or "results" not in document:
        return _not_checked("secret scan", scope, "detect-secrets", done)
    findings = [
        Finding(
            "medium" if hit["type"] in GUESSES else "critical",
            f"{hit['filename']}:{hit['line_number']}",
            hit["type"],
        )
        for hits in document["results"].values()
        for hit in hits
    ]
    return Check("secret scan", scope, tuple(findings))


def code_scan(tools: Tools, root: Path, code: Path) -> Check:
    """Bandit over a folder of code, with its own severities."""
    scope = f"{code}/"
    done = tools.run("bandit", ["--quiet", "--recursive", str(code), "--format", "json"], root)
    document = _document(done)
    if not isinstance(document, dict) or "results" not in document or document.get("errors"):
        return _not_checked("code scan", scope, "bandit", done)
    findings = [
        Finding(hit["issue_severity"].lower(), f"{hit['filename']}:{hit['line_number']}", hit["issue_text"])
        for hit in document["results"]
    ]
    return Check("code scan", scope, tuple(findings))


def workflow_audit(tools: Tools, root: Path) -> Check:
    """zizmor, offline, over the repository's workflows; not checked where there are none."""
    scope = ".github/workflows/"
    if not any((root / ".github" / "workflows").glob("*.y*ml")):
        return Check("workflow audit", scope, reason="the code is not in a repository with workflows")
    arguments = ["--offline", "--no-progress", "--strict-collection", "--persona", "auditor", "--format", "json", "."]
    done = tools.run("zizmor", arguments, root)
    document = _document(done)
    if not isinstance(document, list):
        return _not_checked("workflow audit", scope, "zizmor", done)
    findings = [
        Finding(_zizmor_severity(hit["determinations"]["severity"]), _zizmor_place(hit), hit["desc"])
        for hit in document
        if not hit.get("ignored")
    ]
    return Check("workflow audit", scope, tuple(findings))


def dependency_audit(tools: Tools, root: Path, *, online: bool) -> Check:
    """pip-audit against its advisory database, which is on the network: not checked unless that is allowed."""
    scope = "installed distributions"
    if not online:
        reason = "needs an advisory database on the network, which this run does not use"
        return Check("dependency audit", scope, reason=reason)
    done = tools.run("pip_audit", ["--format", "json", "--progress-spinner", "off", "--timeout", "5"], root)
    document = _document(done)
    if not isinstance(document, dict) or "dependencies" not in document:
        return _not_checked("dependency audit", scope, "pip-audit", done)
    findings = [
        Finding("high", f"{entry['name']} {entry.get('version', '')}".strip(), advisory["id"])
        for entry in document["dependencies"]
        for advisory in entry.get("vulns", [])
    ]
    return Check("dependency audit", scope, tuple(findings))


def count(checks: Iterable[Check], severity: str) -> int:
    """Findings of one severity in what was checked."""
    return sum(finding.severity == severity for check in checks for finding in check.findings)


def _document(done: Completed | None) -> object:
    try:
        return json.loads(done.output) if done is not None else None
    except json.JSONDecodeError:
        return None


def _not_checked(name: str, scope: str, tool: str, done: Completed | None) -> Check:
    if done is None:
        return Check(name, scope, reason=f"{tool} is not installed here or did not end in time")
    said = (done.errors.strip() or done.output.strip()).splitlines()
    return Check(
        name, scope, reason=f"{tool} ended with status {done.status}: {said[-1][:200] if said else 'no output'}"
    )


def _zizmor_severity(word: str) -> str:
    lowered = word.lower()
    return lowered if lowered in SEVERITIES else "low"


def _zizmor_place(hit: dict[str, list[dict[str, dict[str, dict[str, dict[str, str]]]]]]) -> str:
    key = hit["locations"][0]["symbolic"]["key"] if hit.get("locations") else {}
    return key.get("Local", {}).get("verbatim_path", "workflow")

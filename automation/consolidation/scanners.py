"""Phase 9, scanners: bandit, zizmor and pip-audit, each as a program of its own on a copy of what it looks at."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from automation.consolidation.document import Finding, Json, Unchecked
from automation.consolidation.facts import FileFacts
from automation.consolidation.processes import Ended, copy_of, environment, run
from automation.consolidation.safe_yaml import as_list, as_mapping
from automation.consolidation.study import Study

SECONDS = 240.0
_SERIOUS = ("medium", "high", "critical")

Scan = tuple[list[Finding], list[Unchecked]]


def scan_all(study: Study, *, online: bool) -> Scan:
    """All scanners over one target."""
    scans = (_bandit(study), _zizmor(study), _advisories(study, online=online))
    return [one for found, _ in scans for one in found], [one for _, missing in scans for one in missing]


def _bandit(study: Study) -> Scan:
    """Bandit's findings of at least medium severity in product code."""
    if not any(map(_is_product, study.files)):
        return [], []
    if find_spec("bandit") is None:
        return _missing("code scan", study, "bandit is not installed: install ztr[consolidation]")
    with copy_of(study, _is_product) as copy:
        listed = copy.parent / "bandit.json"
        argv = ["--quiet", "--recursive", ".", "--format", "json", "--output", str(listed)]
        ended = run([sys.executable, "-m", "bandit", *argv], copy, SECONDS)
        document = _document(listed, ended)
    if document is None:
        return _missing("code scan", study, ended.reason or f"bandit ended with status {ended.status}")
    return list(_code_findings(study, as_list(as_mapping(document).get("results")))), []


def _is_product(one: FileFacts) -> bool:
    return one.role == "product" and one.language == "Python"


def _code_findings(study: Study, results: Sequence[Json]) -> Iterator[Finding]:
    for hit in map(as_mapping, results):
        severity, test = str(hit.get("issue_severity", "")).lower(), str(hit.get("test_id", ""))
        if severity not in _SERIOUS or hit.get("issue_confidence") == "LOW":
            continue
        path, line = str(hit.get("filename", "")).removeprefix("./"), int(cast("int", hit.get("line_number") or 0))
        what = f"{test}: {hit.get('issue_text')}"[:300]
        if _looked_at(str(hit.get("code", "")), test):
            severity, what = "info", f"{what} (silenced for ruff: somebody has looked at it)"
        yield Finding("insecure-code", severity, study.name, path, line, what, "rewrite it as bandit's page on it says")


def _looked_at(code: str, test: str) -> bool:
    """Whether a line says that somebody has decided about it: ruff has bandit's checks under S instead of B."""
    return re.search(rf"#\s*noqa:[^#]*\bS{test[1:]}\b", code) is not None


def _zizmor(study: Study) -> Scan:
    """What zizmor, offline, has to say about a target's workflows, from medium severity on."""
    if not any(one.path.startswith(".github/workflows/") for one in study.files):
        return [], []
    program = Path(sys.executable).with_name("zizmor")
    if not program.is_file():
        return _missing("workflow audit", study, "zizmor is not installed: install ztr[consolidation]")
    argv = [str(program), "--offline", "--no-progress", "--no-config", "--format", "json", "."]
    with copy_of(study, lambda one: one.path.endswith((".yml", ".yaml")) and one.role != "test") as copy:
        listed = copy.parent / "zizmor.json"
        with listed.open("wb") as output:
            ended = _to_file(argv, copy, output.fileno())
        document = _document(listed, ended)
    if not isinstance(document, list):
        return _missing("workflow audit", study, ended.reason or f"zizmor ended with status {ended.status}")
    return list(_workflow_findings(study, document)), []


def _workflow_findings(study: Study, document: list[Json]) -> Iterator[Finding]:
    for hit in map(as_mapping, document):
        severity = str(as_mapping(hit.get("determinations")).get("severity", "")).lower()
        if hit.get("ignored") or severity not in _SERIOUS:
            continue
        place = as_mapping(next(iter(as_list(hit.get("locations"))), None))
        key = as_mapping(as_mapping(as_mapping(place.get("symbolic")).get("key")).get("Local"))
        path = str(key.get("verbatim_path") or key.get("given_path") or ".github/workflows").removeprefix("./")
        row = as_mapping(as_mapping(as_mapping(place.get("concrete")).get("location")).get("start_point")).get("row")
        what = f"{hit.get('ident')}: {hit.get('desc')}"[:300]
        line = row + 1 if isinstance(row, int) else 0
        proposal = f"see {hit.get('url', 'the audit')}"[:300]
        yield Finding("vulnerable-workflow", severity, study.name, path, line, what, proposal)


def _advisories(study: Study, *, online: bool) -> Scan:
    """pip-audit over pinned requirements, where a database may be asked and answers; otherwise it is not checked."""
    what = "dependency audit"
    if not online:
        reason = "it needs an advisory database on the network, which this run does not ask (--var online=true does)"
        return _missing(what, study, reason)
    if find_spec("pip_audit") is None:
        return _missing(what, study, "pip-audit is not installed")
    pinned = [one.path for one in study.ending(".txt") if one.path.rpartition("/")[2].startswith("requirements")]
    if not pinned:
        return _missing(what, study, "there is no requirements file with pinned versions")
    with copy_of(study, lambda one: one.path == pinned[0]) as copy:
        listed = copy.parent / "advisories.json"
        argv = ["--requirement", pinned[0], "--no-deps", "--disable-pip", "--format", "json", "--timeout", "5"]
        argv += ["--progress-spinner", "off", "--output", str(listed)]
        ended = run([sys.executable, "-m", "pip_audit", *argv], copy, SECONDS)
        document = as_mapping(_document(listed, ended))
    if "dependencies" not in document:
        last = next(iter(reversed(ended.output.strip().splitlines())), "no output")[:200]
        return _missing(what, study, ended.reason or f"the database was not reached: {last}")
    return list(_weak(study, pinned[0], as_list(document["dependencies"]))), []


def _weak(study: Study, path: str, dependencies: Sequence[Json]) -> Iterator[Finding]:
    for entry in map(as_mapping, dependencies):
        for weakness in map(as_mapping, as_list(entry.get("vulns"))):
            what = f"{entry.get('name')} {entry.get('version')}: {weakness.get('id')}"
            yield Finding("vulnerable-dependency", "high", study.name, path, 0, what, "take a version without it")


def _missing(what: str, study: Study, reason: str) -> Scan:
    return [], [Unchecked(what, study.name, reason)]


def _document(path: Path, ended: Ended) -> Json:
    if ended.status is None:
        return None
    try:
        document: Json = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return None
    return document


def _to_file(argv: list[str], folder: Path, descriptor: int) -> Ended:
    """Run a program whose standard output is the document; what it says beside that is left out."""
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "", SECONDS, f"it was stopped at its time limit of {SECONDS:g} s")
    return Ended(done.returncode, "", 0.0)

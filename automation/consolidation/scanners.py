"""Phase 9, scanners: bandit, zizmor and pip-audit, each as a program of its own on a copy of what it looks at."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from automation.consolidation.document import Finding, Json, Unchecked
from automation.consolidation.processes import Ended, copy_of, run
from automation.consolidation.safe_yaml import as_list, as_mapping
from automation.consolidation.study import Study

SECONDS = 240.0
_SERIOUS = ("medium", "high", "critical")

Scan = tuple[list[Finding], list[Unchecked]]


def scan_all(study: Study, *, online: bool) -> Scan:
    """All scanners over one target."""
    with copy_of(study) as copy:
        scans = (_bandit(study, copy), _zizmor(study, copy), _advisories(study, copy, online=online))
    return [one for found, _ in scans for one in found], [one for _, missing in scans for one in missing]


def _bandit(study: Study, copy: Path) -> Scan:
    """Bandit's findings of at least medium severity in product code."""
    product = {one.path for one in study.files if one.role == "product" and one.language == "Python"}
    if not product:
        return [], []
    if find_spec("bandit") is None:
        return _missing("code scan", study, "bandit is not installed: install ztr[consolidation]")
    listed = copy.parent / "bandit.txt"
    ended = run([sys.executable, "-m", "bandit", "--quiet", "--recursive", ".", "--format", "json", "--output", str(listed)], copy, SECONDS)
    document = _document(listed, ended)
    if document is None:
        return _missing("code scan", study, ended.reason or f"bandit ended with status {ended.status}")
    found = []
    for hit in (as_mapping(one) for one in as_list(as_mapping(document).get("results"))):
        path, severity = str(hit.get("filename", "")).removeprefix("./"), str(hit.get("issue_severity", "")).lower()
        if path in product and severity in _SERIOUS:
            what = f"{hit.get('test_id')}: {hit.get('issue_text')}"[:300]
            line = int(cast("int", hit.get("line_number") or 0))
            found.append(Finding("insecure-code", severity, study.name, path, line, what, "see bandit's page on it, and rewrite it"))
    return found, []


def _zizmor(study: Study, copy: Path) -> Scan:
    """What zizmor, offline, has to say about a target's workflows, from medium severity on."""
    if not any(one.path.startswith(".github/workflows/") for one in study.files):
        return [], []
    program = Path(sys.executable).with_name("zizmor")
    if not program.is_file():
        return _missing("workflow audit", study, "zizmor is not installed: install ztr[consolidation]")
    listed = copy.parent / "zizmor.json"
    with listed.open("wb") as output:
        ended = _to_file([str(program), "--offline", "--no-progress", "--no-config", "--format", "json", "."], copy, output.fileno())
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
        yield Finding("vulnerable-workflow", severity, study.name, path, line, what, f"see {hit.get('url', 'the audit')}"[:300])


def _advisories(study: Study, copy: Path, *, online: bool) -> Scan:
    """pip-audit over pinned requirements, where a database may be asked and answers; otherwise it is not checked."""
    what = "dependency audit"
    pinned = [one.path for one in study.files if one.path.rpartition("/")[2].startswith("requirements") and one.path.endswith(".txt")]
    if not online:
        return _missing(what, study, "it needs an advisory database on the network, which this run does not ask (online: true does)")
    if find_spec("pip_audit") is None:
        return _missing(what, study, "pip-audit is not installed")
    if not pinned:
        return _missing(what, study, "there is no requirements file with pinned versions")
    listed = copy.parent / "advisories.json"
    argv = [sys.executable, "-m", "pip_audit", "--requirement", pinned[0], "--no-deps", "--disable-pip", "--format", "json",
            "--progress-spinner", "off", "--timeout", "5", "--output", str(listed)]  # fmt: skip
    ended = run(argv, copy, SECONDS)
    document = as_mapping(_document(listed, ended))
    if "dependencies" not in document:
        last = next(iter(reversed(ended.output.strip().splitlines())), "no output")[:200]
        return _missing(what, study, ended.reason or f"the database was not reached: {last}")
    return [
        Finding("vulnerable-dependency", "high", study.name, pinned[0], 0, f"{entry.get('name')} {entry.get('version')}: {as_mapping(weakness).get('id')}", "take a version without it")
        for entry in map(as_mapping, as_list(document["dependencies"]))
        for weakness in as_list(entry.get("vulns"))
    ], []


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
    import subprocess

    from automation.consolidation.processes import environment

    try:
        done = subprocess.run(
            argv, cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, stdout=descriptor,
            stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ended(None, "", SECONDS, f"it was stopped at its time limit of {SECONDS:g} s")
    return Ended(done.returncode, "", 0.0)

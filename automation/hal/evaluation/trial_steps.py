"""What the plan's tasks on end-to-end scenarios, benchmarks and security call."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from automation.hal.detection.documents import Json, write_json, write_text
from automation.hal.evaluation import abuse, benchmarks, scenarios, security
from automation.hal.evaluation.acceptance import Target, load_targets
from automation.hal.evaluation.baseline import load_baseline
from automation.hal.evaluation.tools import InstalledTools
from automation.hal.guardrails.chain import Guardrails
from automation.hal.guardrails.classifier import load
from automation.hal.memory.embedding import OfflineEmbedder


class ScenarioResult(TypedDict):
    """Scenarios played, passed and failed, turns in them, and what went wrong first (or nothing)."""

    scenarios: int
    passed: int
    failed: int
    turns: int
    first_failure: str


def play_scenarios(*, model: Path, report: Path) -> ScenarioResult:
    """Play all shipped scenarios with the classifier that the plan trained, each on a fresh memory."""
    guardrails, embedder = Guardrails(load(model)), OfflineEmbedder()
    shipped = scenarios.load_scenarios()
    with _scratch(report) as folder:
        wrong = {item.id: scenarios.play(item, guardrails, embedder, Path(folder)) for item in shipped}
    write_json(report, [{"scenario": name, "passed": not faults, "faults": faults} for name, faults in wrong.items()])
    failed = {name: faults for name, faults in wrong.items() if faults}
    return ScenarioResult(
        scenarios=len(shipped),
        passed=len(shipped) - len(failed),
        failed=len(failed),
        turns=sum(len(item.turns) for item in shipped),
        first_failure=next((f"{name}: {faults[0]}" for name, faults in failed.items()), ""),
    )


class BenchmarkResult(TypedDict):
    """Metrics judged, those below their target, those that the baseline knows too, and the names of the former."""

    metrics: int
    below_target: int
    compared: int
    worst: str


def run_benchmarks(*, model: Path, baseline: Path, report: Path) -> BenchmarkResult:
    """Measure every part anew, and judge what the signed baseline froze, both against their targets."""
    success = _success(load_baseline(baseline))
    with _scratch(report) as folder:
        found = benchmarks.run(Guardrails(load(model)), OfflineEmbedder(), Path(folder), success)
    frozen = [
        benchmarks.Benchmark(target, success[target.id], success[target.id])
        for target in load_targets()
        if target.id in success
    ]
    rows = [_benchmark_row(item, "measured now") for item in found] + [
        _benchmark_row(item, "baseline") for item in frozen
    ]
    write_json(report, rows)
    below = [item.target.id for item in [*found, *frozen] if not item.met]
    return BenchmarkResult(
        metrics=len(rows),
        below_target=len(below),
        compared=sum(item.frozen is not None for item in [*found, *frozen]),
        worst=", ".join(below),
    )


class SecurityResult(TypedDict):
    """Checks that looked and those that could not, abuse cases tried, and findings by severity."""

    checked: int
    not_checked: int
    abuse_cases: int
    critical: int
    high: int
    medium: int
    low: int
    left_out: str


def check_security(*, model: Path, package: str, report: Path, page: Path, online: bool) -> SecurityResult:
    """Scan a package's code and the workflows, abuse memory and guardrails; what was not checked is listed as such."""
    root, tools = security.package_folder(package.partition(".")[0]).parent, InstalledTools()
    code = security.package_folder(package).relative_to(root)
    memory_cases, guardrail_cases = abuse.load_cases("memory"), abuse.load_cases("guardrails")
    with ThreadPoolExecutor(max_workers=2) as pool, _scratch(report) as folder:
        scans = [
            pool.submit(security.secret_scan, tools, root, code),
            pool.submit(security.code_scan, tools, root, code),
            pool.submit(security.workflow_audit, tools, root),
            pool.submit(security.dependency_audit, tools, root, online=online),
        ]
        checks = [
            abuse.abuse_memory(memory_cases, OfflineEmbedder(), Path(folder)),
            abuse.abuse_guardrails(guardrail_cases, Guardrails(load(model))),
            *[scan.result() for scan in scans],
        ]
    write_json(report, [{**asdict(check), "checked": check.checked} for check in checks])
    write_text(page, security_page(checks))
    counts = {severity: security.count(checks, severity) for severity in security.SEVERITIES}
    left_out = [check.name for check in checks if not check.checked]
    return SecurityResult(
        checked=len(checks) - len(left_out),
        not_checked=len(left_out),
        abuse_cases=len(memory_cases) + len(guardrail_cases),
        critical=counts["critical"],
        high=counts["high"],
        medium=counts["medium"],
        low=counts["low"],
        left_out=", ".join(left_out),
    )


def security_page(checks: Sequence[security.Check]) -> str:
    """The security report as a page; a check that did not run is *not checked*, with the reason."""
    lines = ["# Security checks", "", "| check | looked at | result |", "|---|---|---|"]
    lines += [f"| {check.name} | {check.scope} | {_result(check)} |" for check in checks]
    grave = [(check, item) for check in checks for item in check.findings if item.severity != "low"]
    if grave:
        lines += ["", "## Findings of medium severity and above", ""]
        lines += [f"- {item.severity}: {check.name}, `{item.place}`: {item.what}" for check, item in grave]
    return "\n".join(lines) + "\n"


def _result(check: security.Check) -> str:
    if not check.checked:
        return f"**not checked**: {check.reason}"
    counts = [f"{n} {level}" for level in reversed(security.SEVERITIES) if (n := security.count([check], level))]
    return ", ".join(counts) or "nothing found"


def _benchmark_row(item: benchmarks.Benchmark, source: str) -> dict[str, Json]:
    target: Target = item.target
    return {
        "id": target.id,
        "title": target.title,
        "value": round(item.value, 4),
        "unit": target.unit,
        "target": {target.bound: target.limit},
        "met": item.met,
        "source": source,
        "baseline": item.frozen,
        "ratio-to-baseline": round(item.value / item.frozen, 3) if item.frozen else None,
    }


def _success(document: dict[str, Json]) -> dict[str, float]:
    found = document.get("success")
    if not isinstance(found, dict):
        raise ValueError("the baseline holds no success metrics; freeze it again with evaluation-baseline")  # noqa: TRY004 - a file's fault
    return {name: float(value) for name, value in found.items()}


def _scratch(report: Path) -> "TemporaryDirectory[str]":
    """A folder beside the report, gone after use: steps write only below the work directory."""
    report.parent.mkdir(parents=True, exist_ok=True)
    return TemporaryDirectory(prefix="scratch-", dir=report.parent)

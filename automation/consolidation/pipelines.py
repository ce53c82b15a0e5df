"""Phase 13: the workflows of a target, what they check, and a workflow where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown, write_text
from automation.consolidation.safe_yaml import as_list, as_mapping, load_yaml
from automation.consolidation.study import Study
from automation.consolidation.suites import find_command

_TESTS = re.compile(
    r"\b(pytest|unittest|tox|nox|npm (run )?test|npm t\b|yarn test|pnpm test|node --test|jest|vitest|mocha|go test"
    r"|cargo test|make (check|test)|test\.sh|ctest|mvn|gradle)"
)


class Job(NamedTuple):
    """One job of a workflow: what it runs, and whether it has a time limit."""

    name: str
    path: str
    line: int
    commands: tuple[str, ...]
    limited: bool
    reusable: bool


class Workflow(NamedTuple):
    """A workflow with the events that start it."""

    path: str
    name: str
    events: tuple[str, ...]
    jobs: tuple[Job, ...]


def examine(studies: Sequence[Study], folder: Path) -> Result:
    """The workflows of all targets; `proposal.md` in the folder has one for each target without."""
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    details: dict[str, Json] = {}
    proposals: dict[str, str] = {}
    jobs = required = 0
    for study in studies:
        found, problems = workflows(study)
        unchecked += problems
        findings += judge(study, found)
        checks = required_checks(found)
        jobs, required = jobs + sum(len(one.jobs) for one in found), required + len(checks)
        if not found:
            proposals[study.name] = proposed(study)
        details[shown(study.name)] = {
            "workflows": [
                {
                    "path": shown(one.path),
                    "name": one.name,
                    "events": list(one.events),
                    "jobs": [job.name for job in one.jobs],
                }
                for one in found
            ],
            "required-checks": list(checks),
        }
    parts = ["# CI/CD: proposals\n"]
    for name, text in proposals.items():
        parts.append(f"## {shown(name)}: .github/workflows/ci.yml\n\n```yaml\n{text}```\n")
    if not proposals:
        parts.append(
            "Every target has workflows. Let the branch's rules require the checks that the JSON document lists.\n"
        )
    write_text(folder / "proposal.md", "\n".join(parts))
    metrics = {
        "workflows": sum(len(workflows(study)[0]) for study in studies),
        "jobs": jobs,
        "required-checks": required,
        "proposals": len(proposals),
    }
    listed = [path for study in studies for path in _paths(study)]
    accounted = metrics["workflows"] + len(unchecked)
    return Result(
        {**metrics, "accounted-for": accounted / len(listed) if listed else 1.0}, findings, unchecked, details
    )


def workflows(study: Study) -> tuple[list[Workflow], list[Unchecked]]:
    """The workflows that can be read, and those that cannot."""
    found, problems = [], []
    for path in _paths(study):
        try:
            found.append(read_workflow(path, study.text_of(path)))
        except ValueError as error:
            problems.append(Unchecked(f"workflow {shown(path)}", study.name, f"it cannot be read: {error}"))
    return found, problems


def _paths(study: Study) -> list[str]:
    return [one.path for one in study.files if re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", one.path)]


def read_workflow(path: str, text: str) -> Workflow:
    """A workflow (pure). Raises ValueError if it is none."""
    document = as_mapping(load_yaml(text))
    if "jobs" not in document:
        raise ValueError("it has no jobs")
    events = document.get("on")
    names = tuple(as_mapping(events)) or tuple(str(one) for one in as_list(events))
    lines = text.splitlines()
    jobs = tuple(_job(path, name, as_mapping(job), lines) for name, job in as_mapping(document["jobs"]).items())
    return Workflow(path, str(document.get("name") or path.rpartition("/")[2]), names, jobs)


def judge(study: Study, found: Sequence[Workflow]) -> Iterator[Finding]:
    """Changes that no test looks at, and jobs that may run for six hours."""
    if not found:
        return  # phase 0 says so
    checking = [one for one in found if {"pull_request", "push", "merge_group"} & set(one.events)]
    commands = [command for one in checking for job in one.jobs for command in job.commands]
    reused = any(job.reusable for one in checking for job in one.jobs)
    if find_command(study) and not reused and not any(_TESTS.search(command) for command in commands):
        what = "no workflow that a change starts runs the tests"
        yield Finding("ci-without-tests", "high", study.name, found[0].path, 0, what, "add a job that runs them")
    for one in found:
        for job in one.jobs:
            if not job.limited and not job.reusable:
                what = f"job {job.name} has no time limit: stuck, it runs for six hours"
                yield Finding("job-without-timeout", "low", study.name, one.path, job.line, what, "set timeout-minutes")


def required_checks(found: Sequence[Workflow]) -> tuple[str, ...]:
    """The jobs that look at a pull request: what the branch's rules should require."""
    return tuple(f"{one.name} / {job.name}" for one in found if "pull_request" in one.events for job in one.jobs)


def proposed(study: Study) -> str:
    """A workflow that runs a target's tests on each change, with no more rights than it needs."""
    node = "package.json" in study.by_path
    command = find_command(study) or ("npm test" if node else "python -m pytest -q")
    setup = (
        "      - uses: actions/setup-node@COMMIT # pin it to a commit\n        with: {node-version: 20}\n"
        "      - run: npm ci\n"
        if node
        else '      - uses: actions/setup-python@COMMIT # pin it to a commit\n        with: {python-version: "3.12"}\n'
        "      - run: pip install -e .\n"
    )
    return (
        "name: CI\non:\n  pull_request:\n  push: {branches: [main]}\npermissions: {}\n"
        "jobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 15\n"
        "    permissions: {contents: read}\n    steps:\n"
        "      - uses: actions/checkout@COMMIT # pin it to a commit\n        with: {persist-credentials: false}\n"
        f"{setup}      - run: {command}\n"
    )


def _job(path: str, name: str, job: dict[str, Json], lines: Sequence[str]) -> Job:
    commands = tuple(str(run) for step in as_list(job.get("steps")) if (run := as_mapping(step).get("run")))
    line = next(
        (number for number, text in enumerate(lines, start=1) if re.match(rf"\s+{re.escape(name)}\s*:", text)), 0
    )
    return Job(name, path, line, commands, "timeout-minutes" in job, "uses" in job)

"""The guardrail check as a step of a CI workflow: the workflow file, and how it is linted."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import yaml

WORKFLOW = """\
name: Guardrails
on:
  pull_request:
    paths: ["**/*.md", "**/*.txt", "prompts/**"]
permissions: {}
jobs:
  guardrails:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to read the texts that are checked
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0
        with:
          python-version: "3.11"
      - run: python -m pip install --require-hashes -r requirements/run.txt
      - run: |
          git ls-files -z -- '*.md' '*.txt' 'prompts/*' |
            xargs -0 --no-run-if-empty python -m automation.hal.guardrails --
"""
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


class Lint(TypedDict):
    """Which linter judged the workflow, and what it found wrong."""

    linter: str
    problems: list[str]


def lint(workflow: Path) -> Lint:
    """Judges a workflow by GitHub's schema as check-jsonschema ships it, or by structure alone where that is not
    installed.
    """
    problems = structural_problems(workflow.read_text("utf-8"))
    schema = _vendored_schema()
    if schema is None:
        return {"linter": "structural", "problems": problems}
    return {"linter": "check-jsonschema + structural", "problems": [*_schema_problems(workflow, schema), *problems]}


def structural_problems(text: str) -> list[str]:
    """What is wrong with a workflow by this project's rules: triggers, permissions, time limits, pinned actions."""
    try:
        document = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - BaseLoader makes only texts, lists and mappings
    except yaml.YAMLError as error:
        return [f"not YAML: {str(error).splitlines()[0]}"]
    if not isinstance(document, Mapping):
        return ["the workflow is not a mapping"]
    problems = [f"'{key}' is missing" for key in ("name", "on", "permissions", "jobs") if key not in document]
    jobs = document.get("jobs")
    for name, job in jobs.items() if isinstance(jobs, Mapping) else ():
        problems += [f"job '{name}': {problem}" for problem in _job_problems(job)]
    return problems


def _job_problems(job: object) -> list[str]:
    if not isinstance(job, Mapping):
        return ["is not a mapping"]
    problems = [f"'{key}' is missing" for key in ("runs-on", "timeout-minutes", "steps") if key not in job]
    steps = job.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else [], 1):
        if not isinstance(step, Mapping) or ("uses" in step) == ("run" in step):
            problems.append(f"step {number}: needs either 'uses' or 'run'")
        elif "uses" in step and not _PINNED.fullmatch(str(step["uses"])):
            problems.append(f"step {number}: {step['uses']} is not pinned by commit")
        elif "${{" in str(step.get("run", "")):
            problems.append(f"step {number}: an expression inside 'run' can inject shell text")
    return problems


def _vendored_schema() -> Path | None:
    spec = importlib.util.find_spec("check_jsonschema")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "builtin_schemas" / "vendor" / "github-workflows.json"
    return path if path.is_file() else None


def _schema_problems(workflow: Path, schema: Path) -> list[str]:
    import json

    from jsonschema import Draft7Validator

    document = yaml.load(workflow.read_text("utf-8"), _WorkflowLoader)  # noqa: S506 - a safe loader that keeps 'on' a text
    validator = Draft7Validator(json.loads(schema.read_text("utf-8")))
    return [
        f"{'/'.join(map(str, error.path)) or 'workflow'}: {error.message[:200]}"
        for error in validator.iter_errors(document)
    ]


class _WorkflowLoader(yaml.SafeLoader):
    """YAML 1.2's idea of truth: only ``true`` and ``false``, so that the key ``on`` stays a word."""


_WorkflowLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_WorkflowLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))

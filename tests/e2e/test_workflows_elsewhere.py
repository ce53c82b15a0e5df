"""The caller that the documentation gives, run in a repository that holds none of our code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.act import TOKEN, cut_off, make_foreign_repository
from tests.e2e.test_workflows_runs import branch, hosted, journals, statuses
from tests.fake_github.remote import RemoteFake
from tests.integration.docs.markdown import blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "github.md"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PLAN = """\
id: theirs
title: Their plan
start: 2026-01-05
zone: UTC
week: [mon, tue, wed, thu, fri]
"""
TASK = """\
id: count
title: Count with code of their own
day: 1
produces: [out/count.json]
steps:
  - id: count
    uses: python
    with: {call: "automation.counting:count"}
    outputs: {lines: number}
gates:
  - {metric: steps.count.outputs.lines, at-least: 2}
"""
# Their own package and modules are called like ours and like our libraries.
THEIRS = {
    "automation/__init__.py": "",
    "automation/counting.py": (
        "from pathlib import Path\n\n\ndef count() -> dict:\n"
        "    Path('out').mkdir(exist_ok=True)\n    Path('out/count.json').write_text('{}')\n    return {'lines': 2}\n"
    ),
    "yaml.py": "raise SystemExit('shadowed')\n",
    "click.py": "raise SystemExit('shadowed')\n",
    "sitecustomize.py": "raise SystemExit('shadowed')\n",
    "tasks/theirs/plan.yaml": PLAN,
    "tasks/theirs/count.yaml": TASK,
}


def callers() -> list[str]:
    return [block.text for block in blocks(PAGE) if block.info == "yaml" and "jobs:" in block.text]


@pytest.fixture(scope="module")
def remote() -> Iterator[RemoteFake]:
    with RemoteFake(cut_off()) as fake:
        yield fake


def test_the_caller_of_about_twenty_lines_has_everything(remote: RemoteFake, tmp_path: Path) -> None:
    whole, _ = callers()
    assert len(whole.splitlines()) <= 25
    hosted(remote, {"contents": "write", "issues": "write", "actions": "write"})
    repository = make_foreign_repository(tmp_path, remote, {**THEIRS, ".github/workflows/ztr.yml": whole}, COMMIT)
    ran = repository.run("ztr.yml", "schedule", payload={"schedule": "17 5 * * *"})
    assert (ran.code, ran.jobs) == (0, {"Claim": "succeeded", "Run": "succeeded", "Publish": "succeeded"}), ran.log
    assert statuses(ran) == {"count": "done"}
    assert journals(repository) == ["101-1.jsonl"]
    assert any(path.startswith("objects/") for path in branch(repository))
    assert TOKEN not in ran.said


def test_the_action_alone_needs_nothing_but_reading(remote: RemoteFake, tmp_path: Path) -> None:
    _, alone = callers()
    hosted(remote, {"contents": "read"})
    repository = make_foreign_repository(tmp_path, remote, {**THEIRS, ".github/workflows/ztr.yml": alone}, COMMIT)
    ran = repository.run("ztr.yml", inputs={})
    assert (ran.code, ran.jobs) == (0, {"ZTR": "succeeded"}), ran.log
    assert list((ran.artifacts / "ztr-report").rglob("report.json")), ran.log
    assert "contents: write and issues: write" in ran.log
    assert remote.get().ledger == []

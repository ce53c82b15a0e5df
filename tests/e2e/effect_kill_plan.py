"""The plan whose effects are killed around: two tasks of each class, each the next one's need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.services.outside import PARENT

CLASSES = {"notion": "findable", "airtable": "upsert", "keyed": "keyed", "slack": "blind"}
"""Which service stands for which class."""
EACH = 2


def write_plan(folder: Path) -> None:
    """Two tasks of each class, each as the next one's need, so that one kill hits one effect."""
    folder.mkdir(parents=True)
    urls = "".join(f"  {name}-url: https://example.com\n" for name in CLASSES)
    secrets = ("NOTION_API_KEY", "AIRTABLE_API_KEY", "AIRTABLE_BASE_ID", "SLACK_WEBHOOK_URL")
    declared = "".join(f"  {name}: {{description: for tests}}\n" for name in secrets)
    limits = "limits: {runs-per-task: 100, catch-up: 42}\n"
    plan = f"id: demo\ntitle: Demo\nstart: 2026-03-02\n{limits}secrets:\n{declared}vars:\n{urls}"
    (folder / "plan.yaml").write_text(plan)
    before = ""
    for name, step in steps():
        needs = f"needs: [{before}]\n" if before else ""
        retry = "retry: {attempts: 4, delay: 1s, factor: 1}\n"
        (folder / f"{name}.yaml").write_text(f"id: {name}\ntitle: {name}\n{needs}{retry}steps:\n  - id: s\n{step}")
        before = name


def steps() -> Iterable[tuple[str, str]]:
    rows = ", ".join(f"{{name: r{row}}}" for row in range(12))
    for at in range(EACH):
        yield (
            f"findable-{at}",
            "    uses: notion\n    secrets: [NOTION_API_KEY]\n    with: {base-url: '${{ vars.notion-url }}', "
            f"parent: '{PARENT}', title: findable-{at}, markdown: 'Text.'}}\n",
        )
        yield (
            f"upsert-{at}",
            "    uses: airtable\n    secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID]\n"
            f"    with: {{base-url: '${{{{ vars.airtable-url }}}}', table: upsert-{at}, key-fields: [name], "
            f"fields: [{{name: name, type: singleLineText}}], records: [{rows}]}}\n",
        )
        yield (
            f"keyed-{at}",
            "    uses: http\n    on-unknown: retry\n    with: {method: POST, url: '${{ vars.keyed-url }}/events', "
            f"allow-private: true, json: {{task: keyed-{at}}}}}\n",
        )
        yield (
            f"blind-{at}",
            "    uses: slack\n    secrets: [SLACK_WEBHOOK_URL]\n" + f"    with: {{text: blind-{at}}}\n",
        )

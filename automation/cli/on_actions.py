"""What a run leaves for GitHub Actions: job summary, annotations, outputs. Nothing of it is made elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from automation.cli.session import Session
from automation.plan.graph import mermaid
from monitoring.model import Report


def tell_actions(session: Session, report: Report, folder: Path, code: int, environment: Mapping[str, str]) -> None:
    """Write the summary once, print the annotations, append the outputs. A file that cannot be written is told of."""
    from automation.cli.workflow_commands import annotate_tasks, as_output_file, outputs
    from monitoring.render import job_summary

    root = Path(environment.get("GITHUB_WORKSPACE") or ".")
    for line in annotate_tasks(report, session.plan, root):
        click.echo(session.redactor.text(line), err=True)
    statuses = {task.id: task.status for task in report.tasks}
    summary = job_summary.render(report, mermaid(session.plan, statuses))
    _append(environment.get("GITHUB_STEP_SUMMARY", ""), session.redactor.text(summary))
    found = outputs(report, os.path.relpath(folder, Path.cwd()), code)
    _append(environment.get("GITHUB_OUTPUT", ""), as_output_file(found, f"ztr-{os.urandom(16).hex()}"))


def _append(path: str, text: str) -> None:
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        click.echo(f"ztr: {path} cannot be written: {error.strerror}", err=True)

"""From a session to its report, and how progress is to be shown."""

from __future__ import annotations

import os
import sys
from typing import IO

from automation import __version__
from automation.cli.session import Session
from automation.cli.settings import Settings
from automation.engine.modes import unlock_map
from automation.engine.state import State
from monitoring.live import Kind
from monitoring.model import Environment, Report
from monitoring.report import report


def make_report(
    session: Session,
    state: State,
    *,
    day: int | None = None,
    going: bool = False,
    idle: bool = False,
    present: frozenset[str] | None = None,
) -> Report:
    """The report of a state, with what the session knows of secrets and surroundings.

    `present` names the secrets that count as there, where the session is not given them itself.
    """
    present = session.present if present is None else present
    return report(
        session.plan,
        state,
        now=session.now(),
        present=present,
        unlock=unlock_map(session.plan, session.effects, present),
        environment=_environment(session.settings),
        day=day,
        going=going,
        idle=idle,
    )


def progress_kind(settings: Settings, stream: IO[str]) -> Kind:
    """`live` on a terminal, `actions` on GitHub, else `plain`."""
    if settings.actions:
        return "actions"
    return "live" if stream.isatty() and settings.terminal not in ("", "dumb") and not settings.ci else "plain"


def _environment(settings: Settings) -> Environment:
    host = "actions" if settings.actions else "ci" if settings.ci else "local"
    python = ".".join(map(str, sys.version_info[:3]))
    return Environment(__version__, python, f"{sys.platform}-{os.uname().machine}", host, settings.url)

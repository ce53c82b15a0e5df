"""How progress is shown, by where the output goes."""

from __future__ import annotations

import io

import pytest

from automation.cli.settings import read_settings
from automation.cli.told import progress_kind


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "stream", "kind"),
    [
        ({"TERM": "xterm"}, Terminal(), "live"),
        ({"TERM": "xterm"}, io.StringIO(), "plain"),
        ({"TERM": "dumb"}, Terminal(), "plain"),
        ({}, Terminal(), "plain"),
        ({"TERM": "xterm", "CI": "true"}, Terminal(), "plain"),
        ({"TERM": "xterm", "CI": "true", "GITHUB_ACTIONS": "true"}, io.StringIO(), "actions"),
    ],
)
def test_progress_is_live_on_a_terminal_grouped_on_github_and_plain_elsewhere(
    environment: dict[str, str], stream: io.StringIO, kind: str
) -> None:
    assert progress_kind(read_settings(environment, ()), stream) == kind

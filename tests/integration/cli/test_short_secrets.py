"""Secrets of fewer than 8 characters: what a step gives back that was handed one does not hold it."""

from __future__ import annotations

import pytest

from tests.integration.cli.rig import Ztr

ECHO = """
    id: echo
    title: Echo
    steps:
      - id: say
        run: echo "said=key $AIRTABLE_API_KEY" >> "$ZTR_OUTPUT"; echo "$AIRTABLE_API_KEY"
        secrets: [AIRTABLE_API_KEY]
        outputs: {said: string}
"""


def test_a_short_secret_in_an_output_is_kept_nowhere(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRTABLE_API_KEY", "q7x2k9")
    ztr.plan({"1-echo": ECHO})
    assert ztr("run").code == 0
    kept = [path for path in (ztr.folder / ".ztr").rglob("*") if path.is_file()]
    assert "state.json" in {path.name for path in kept}
    assert [path.name for path in kept if b"q7x2k9" in path.read_bytes()] == []
    assert any(b"key ***" in path.read_bytes() for path in kept)

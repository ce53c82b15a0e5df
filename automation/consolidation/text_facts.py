"""Files that no parser reads: only the hosts that they name."""

from __future__ import annotations

from automation.consolidation.source import Parsed, hosts


def parse(data: bytes) -> Parsed:
    """What a text says (pure)."""
    return Parsed(hosts=hosts(data))

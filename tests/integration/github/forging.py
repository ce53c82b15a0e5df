"""What somebody who controls a run's job can do to its artifact."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.integration.github.flow import Flow


def lines_of(artifact: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (artifact / "journal.jsonl").read_bytes().splitlines()]


def seal(artifact: Path, events: list[dict[str, Any]] | None = None) -> None:
    """Write the journal with fresh checksums, and a manifest that fits: what a clever forger would do."""
    if events is not None:
        crc, text = 0, b""
        for event in events:
            event.pop("crc", None)
            body = json.dumps(event, separators=(",", ":"), ensure_ascii=False)[:-1].encode()
            crc = crc32(body, crc)
            text += b'%s,"crc":"%08x"}\n' % (body, crc)
        (artifact / "journal.jsonl").write_bytes(text)
    manifest = json.loads((artifact / "manifest.json").read_text())
    files = [path for path in artifact.rglob("*") if path.is_file() and path.name != "manifest.json"]
    manifest["files"] = {
        path.relative_to(artifact).as_posix(): {
            "sha256": sha256(path.read_bytes()).hexdigest(),
            "size": path.stat().st_size,
        }
        for path in files
    }
    (artifact / "manifest.json").write_text(json.dumps(manifest))


def made(flow: Flow) -> Path:
    claimed = flow.claim()
    return flow.run(claimed)[1]


def refused(flow: Flow, artifact: Path, why: str) -> None:
    before = flow.branch()
    told = flow.publish(artifact)
    assert told.code == 4, told
    assert why in told.err
    assert "Traceback" not in told.err
    assert flow.branch() == before

"""The frozen baseline: what was measured when the evaluation began, signed by its SHA-256.

The signature file has the format of `sha256sum`, so that anybody can check it with `sha256sum --check`. It tells a
changed file from the frozen one; it does not say who froze it (that is what the state branch's history is for).
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from automation.hal.detection.documents import Json, canonical, read_object, write_text
from automation.hal.evaluation.quality import Quality, mean_score

BASELINE_VERSION = 1


def baseline(
    report: Mapping[str, Json],
    qualities: Iterable[Quality],
    outcomes: Mapping[str, int],
    success: Mapping[str, float],
) -> dict[str, Json]:
    """The baseline of a metric report, quality scores, outcomes by status and the success metrics measured so far."""
    scores = list(qualities)
    rows = report.get("metrics")
    if not isinstance(rows, list) or not rows:
        raise ValueError("the metric report holds no metrics: there is nothing to freeze")
    if not all(isinstance(row, dict) and {"task", "name", "value"} <= row.keys() for row in rows):
        raise ValueError("the metric report has entries that are no metrics; make it again with metrics-schema")
    return {
        "baseline-version": BASELINE_VERSION,
        "plan": report["plan"],
        "run": report["run"],
        "metrics": {f"{row['task']}/{row['name']}": row["value"] for row in rows},
        "quality": {"mean": mean_score(scores), "lowest": min((quality.score for quality in scores), default=0.0)},
        "outcomes": dict(outcomes),
        "success": dict(success),
    }


def freeze(path: Path, document: Mapping[str, Json]) -> str:
    """Write the baseline and beside it its signature `NAME.sha256`; returns the SHA-256."""
    signature = write_text(path, canonical(document))
    write_text(signature_path(path), f"{signature}  {path.name}\n")
    return signature


def load_baseline(path: Path) -> dict[str, Json]:
    """Read a baseline that its signature vouches for; ValueError if it was changed since it was frozen."""
    if not path.is_file() or not signature_path(path).is_file():
        raise FileNotFoundError(f"{path} or its signature is not there; freeze the baseline first")
    if not vouches(signature_path(path).read_text(encoding="utf-8"), path.read_bytes()):
        raise ValueError(
            f"{path} was changed since it was frozen: its SHA-256 is not the one in {signature_path(path)}"
        )
    return read_object(path)


def vouches(signature: str, content: bytes) -> bool:
    """Whether a signature line belongs to this content."""
    words = signature.split()
    return bool(words) and words[0] == hashlib.sha256(content).hexdigest()


def signature_path(path: Path) -> Path:
    """Where the signature of a baseline lies."""
    return path.with_name(path.name + ".sha256")

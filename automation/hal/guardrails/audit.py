"""One row a decision, to prove later what was decided and why, without keeping what was said."""

from __future__ import annotations

import hashlib
from typing import TypedDict

from automation.hal.guardrails.verdict import Finding, Verdict

_WITHHELD = frozenset({"pii", "secret"})
_SHOWN = 80


class Reason(TypedDict):
    """One finding as it is kept; `evidence` is empty for personal data and secrets."""

    category: str
    severity: str
    action: str
    source: str
    score: float
    how: str
    start: int
    end: int
    evidence: str


class AuditRow(TypedDict):
    """A decision: when (as the caller tells it), on which text (SHA-256 and length), what, and why."""

    at: str
    direction: str
    sha256: str
    characters: int
    action: str
    severity: str
    category: str
    reasons: list[Reason]


def audit_row(text: str, verdict: Verdict, *, at: str, direction: str = "input") -> AuditRow:
    """The row for a verdict on a text; `direction` is ``input`` or ``output``. Plain values, fit for JSON."""
    content = text.encode("utf-8", "surrogatepass")
    return {
        "at": at,
        "direction": direction,
        "sha256": hashlib.sha256(content).hexdigest(),
        "characters": len(text),
        "action": verdict.action,
        "severity": verdict.severity,
        "category": verdict.category,
        "reasons": [_reason(finding) for finding in verdict.findings],
    }


def _reason(finding: Finding) -> Reason:
    evidence = "" if finding.category in _WITHHELD else ascii(finding.evidence[:_SHOWN])[1:-1]
    return {
        "category": finding.category, "severity": finding.severity, "action": finding.action,
        "source": finding.source, "score": round(finding.score, 4), "how": finding.how,
        "start": finding.start, "end": finding.end, "evidence": evidence,
    }  # fmt: skip

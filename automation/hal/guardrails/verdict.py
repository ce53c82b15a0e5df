"""What the guardrails say about a text."""

from __future__ import annotations

from dataclasses import dataclass

from automation.hal.guardrails.policy import ACTIONS, SEVERITIES


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason: the category, its severity and action by the policy, what found it, and the evidence.

    `start` and `end` (exclusive) are offsets into `reading`, the text as it was read (decoded, normalised); `how` says
    how it was decoded, ``plain`` if it was not.
    """

    category: str
    severity: str
    action: str
    source: str
    score: float
    how: str
    reading: str
    start: int
    end: int

    @property
    def evidence(self) -> str:
        """The stretch of text that speaks for the finding."""
        return self.reading[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The sternest action of all findings, and the text that may pass: redacted, or empty if it is blocked."""

    findings: tuple[Finding, ...]
    safe_text: str

    @property
    def action(self) -> str:
        """``allow``, ``flag``, ``redact`` or ``block``."""
        return max((finding.action for finding in self.findings), key=ACTIONS.index, default="allow")

    @property
    def severity(self) -> str:
        """The highest severity found, or ``none``."""
        return max((finding.severity for finding in self.findings), key=SEVERITIES.index, default="none")

    @property
    def category(self) -> str:
        """The category of the gravest finding, or ``none``."""
        gravest = max(
            self.findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.score), default=None
        )
        return gravest.category if gravest else "none"

    @property
    def blocked(self) -> bool:
        """Whether nothing of the text may pass."""
        return self.action == "block"

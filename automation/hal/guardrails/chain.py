"""The whole chain in one call: normalise, find, redact, decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from automation.hal.guardrails.classifier import Classifier
from automation.hal.guardrails.detector import Suspicion, suspicion
from automation.hal.guardrails.normalise import MAX_CHARACTERS, Normalised, normalise
from automation.hal.guardrails.output_rules import output_hits
from automation.hal.guardrails.policy import Policy, load_policy
from automation.hal.guardrails.redaction import find, redact
from automation.hal.guardrails.verdict import Finding, Verdict

THRESHOLD = 0.9
"""Probability from which a text is a violation: by the rule of module tuning, on families held out of training and on
dev.
"""


@dataclass(frozen=True, slots=True)
class Guardrails:
    """Checks inputs and outputs by a policy. A category that the policy leaves out is not looked for."""

    model: Classifier
    policy: Policy = field(default_factory=load_policy)
    threshold: float = THRESHOLD

    def check_input(self, text: str) -> Verdict:
        """A verdict on what comes in: an attack, hidden text, personal data and secrets."""
        normalised = normalise(text)
        found = [*self._size(text), *self._hidden(normalised), *self._attack(normalised), *self._items(text)]
        return _verdict(text, found)

    def check_output(self, text: str) -> Verdict:
        """A verdict on what goes out: live markup, leaks, help with harm, personal data and secrets."""
        shown = normalise(text).text
        rules = [
            self._finding(hit.category, source="output rule", reading=shown, span=(hit.start, hit.end))
            for hit in output_hits(shown)
            if hit.category in self.policy.categories
        ]
        return _verdict(text, [*self._size(text), *rules, *self._items(text)])

    def _size(self, text: str) -> Iterable[Finding]:
        if len(text) > MAX_CHARACTERS and "oversized" in self.policy.categories:
            yield self._finding("oversized", source="size")

    def _hidden(self, text: Normalised) -> Iterable[Finding]:
        if text.hidden.strip() and "hidden-text" in self.policy.categories:
            yield self._finding(
                "hidden-text", source="normaliser", how="tags", reading=text.hidden, span=(0, len(text.hidden))
            )

    def _attack(self, text: Normalised) -> Iterable[Finding]:
        worst = suspicion(text, self.model)
        if worst.score >= self.threshold and worst.category in self.policy.categories:
            yield self._suspected(worst)

    def _suspected(self, worst: Suspicion) -> Finding:
        first = next((hit for hit in worst.hits if hit.category == worst.category), None)
        return self._finding(
            worst.category,
            source=f"rule {first.rule}" if first else "classifier",
            score=worst.score,
            how=worst.reading.how,
            reading=worst.reading.text,
            span=(first.start, first.end) if first else (0, len(worst.reading.text)),
        )

    def _items(self, text: str) -> Iterable[Finding]:
        for item in find(text):
            if item.category in self.policy.categories:
                yield self._finding(item.category, source=item.kind, reading=text, span=(item.start, item.end))

    def _finding(
        self,
        name: str,
        *,
        source: str,
        score: float = 1.0,
        how: str = "plain",
        reading: str = "",
        span: tuple[int, int] = (0, 0),
    ) -> Finding:
        category = self.policy.category(name)
        return Finding(name, category.severity, category.action, source, score, how, reading, *span)


def _verdict(text: str, found: list[Finding]) -> Verdict:
    unchecked = Verdict(tuple(found), text)
    if unchecked.blocked:
        return Verdict(unchecked.findings, "")
    if unchecked.action != "redact":
        return unchecked
    redacting = {finding.category for finding in found if finding.action == "redact"}
    return Verdict(unchecked.findings, redact(text, [item for item in find(text) if item.category in redacting]))

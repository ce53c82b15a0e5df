"""The whole chain in one call: normalise, find, redact, decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from automation.hal.guardrails import message
from automation.hal.guardrails.classifier import Classifier
from automation.hal.guardrails.context import ContextJudge
from automation.hal.guardrails.detector import Suspicion, suspicion
from automation.hal.guardrails.normalise import MAX_CHARACTERS, Normalised, normalise
from automation.hal.guardrails.output_rules import output_hits
from automation.hal.guardrails.policy import Policy, load_policy
from automation.hal.guardrails.redaction import Item, find, redact
from automation.hal.guardrails.verdict import Finding, Verdict

THRESHOLD = 0.9
"""Probability from which a text is a violation: by the rule of module tuning, on families held out of training and on
dev.
"""


@dataclass(frozen=True, slots=True)
class Guardrails:
    """Checks inputs and outputs by a policy. A category that the policy leaves out is not looked for.

    The judge of whole messages finds attacks on prompts and needs no training. With a `model`, every stretch of a text
    is judged as well: that finds more, harmful requests too, takes longer, and flags more harmless texts.
    """

    model: Classifier | None = None
    policy: Policy = field(default_factory=load_policy)
    threshold: float = THRESHOLD
    judge: ContextJudge = field(default_factory=message.shipped_judge)
    message_threshold: float | None = None

    def check_input(self, text: str) -> Verdict:
        """A verdict on what comes in: an attack, hidden text, personal data and secrets."""
        normalised = normalise(text)
        items = find(text)
        found = [*self._size(text), *self._hidden(normalised), *self._attack(normalised), *self._items(text, items)]
        return _verdict(text, found, items)

    def check_output(self, text: str) -> Verdict:
        """A verdict on what goes out: live markup, leaks, help with harm, personal data and secrets."""
        shown = normalise(text).text
        rules = [
            self._finding(hit.category, source="output rule", reading=shown, span=(hit.start, hit.end))
            for hit in output_hits(shown)
            if hit.category in self.policy.categories
        ]
        items = find(text)
        return _verdict(text, [*self._size(text), *rules, *self._items(text, items)], items)

    def _size(self, text: str) -> Iterable[Finding]:
        if len(text) > MAX_CHARACTERS and "oversized" in self.policy.categories:
            yield self._finding("oversized", source="size")

    def _hidden(self, text: Normalised) -> Iterable[Finding]:
        if text.hidden.strip() and "hidden-text" in self.policy.categories:
            yield self._finding(
                "hidden-text", source="normaliser", how="tags", reading=text.hidden, span=(0, len(text.hidden))
            )

    def _attack(self, text: Normalised) -> Iterable[Finding]:
        whole = message.message_suspicion(text, self.judge)
        if whole.score >= self._message_threshold() and whole.category in self.policy.categories:
            yield self._suspected(whole, "cue")
        elif self.model is not None:
            worst = suspicion(text, self.model)
            if worst.score >= self.threshold and worst.category in self.policy.categories:
                yield self._suspected(worst, "rule")

    def _message_threshold(self) -> float:
        if self.message_threshold is not None:
            return self.message_threshold
        return message.THRESHOLD if self.model is None else message.THRESHOLD_BESIDE

    def _suspected(self, worst: Suspicion, what: str) -> Finding:
        first = next((hit for hit in worst.hits if hit.category == worst.category), None)
        return self._finding(
            worst.category,
            source=f"{what} {first.rule}" if first else "classifier",
            score=worst.score,
            how=worst.reading.how,
            reading=worst.reading.text,
            span=(first.start, first.end) if first else (0, len(worst.reading.text)),
        )

    def _items(self, text: str, items: Iterable[Item]) -> Iterable[Finding]:
        for item in items:
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


def _verdict(text: str, found: list[Finding], items: Iterable[Item]) -> Verdict:
    unchecked = Verdict(tuple(found), text)
    if unchecked.blocked:
        return Verdict(unchecked.findings, "")
    if unchecked.action != "redact":
        return unchecked
    redacting = {finding.category for finding in found if finding.action == "redact"}
    return Verdict(unchecked.findings, redact(text, [item for item in items if item.category in redacting]))

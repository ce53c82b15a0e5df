"""Guardrails: policy, normaliser, rules, classifier, redaction and the chain of them in one call."""

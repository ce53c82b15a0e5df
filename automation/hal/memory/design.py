"""The memory design page: Markdown gathered from what the first tasks wrote and measured."""

import hashlib
from collections.abc import Mapping

Product = Mapping[str, object]


def page(schema: Product, retention: Product, index: Product, scoping: Product) -> str:
    """The page. Every figure on it stands in one of the four products. Raises ``ValueError`` if one is missing."""
    parts = (["# HAL memory design"], _record(schema), _retention(retention), _index(index), _scopes(scoping))
    return "\n".join(line for part in parts for line in [*part, ""])


def content_hash(text: str) -> str:
    """SHA-256 of the page's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _record(schema: Product) -> list[str]:
    lines = ["## Record", "", "| field | rule | meaning |", "|---|---|---|"]
    for name, rule in _object(schema, "properties", "record schema").items():
        described = rule if isinstance(rule, dict) else {}
        kinds = described.get("enum") or described.get("type", "")
        shown = " or ".join(str(kind) for kind in kinds) if isinstance(kinds, list) else str(kinds)
        lines.append(f"| {name} | {shown} | {described.get('description', '')} |")
    return lines


def _retention(policy: Product) -> list[str]:
    lines = ["## Retention", "", "| what | days |", "|---|---|"]
    for group in ("by_scope", "by_kind"):
        for name, days in _object(policy, group, "retention policy").items():
            lines.append(f"| {group.removeprefix('by_')} {name} | {'for ever' if days is None else days} |")
    return lines


def _index(decision: Product) -> list[str]:
    chosen, rule = (_value(decision, key, "index decision") for key in ("chosen", "rule"))
    lines = ["## Vector index", "", f"Chosen: **{chosen}**, by this rule: {rule}.", ""]
    lines += ["| index | recall | p95 ms |", "|---|---|---|"]
    for name, figures in _object(decision, "candidates", "index decision").items():
        measured = figures if isinstance(figures, dict) else {}
        lines.append(f"| {name} | {measured.get('recall')} | {measured.get('p95_ms')} |")
    return lines


def _scopes(report: Product) -> list[str]:
    cases, violations = (_value(report, key, "scoping report") for key in ("cases", "violations"))
    return ["## Scopes", "", f"{cases} generated cases, {violations} violations."]


def _object(product: Product, key: str, what: str) -> dict[str, object]:
    value = product.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"the {what} has no {key}: run its task again")  # noqa: TRY004 - bad input, not a bad call
    return value


def _value(product: Product, key: str, what: str) -> object:
    if key not in product:
        raise ValueError(f"the {what} has no {key}: run its task again")
    return product[key]

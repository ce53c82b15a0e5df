"""The memory design page: Markdown gathered from what the first tasks wrote and measured."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

Product = Mapping[str, object]


def page(schema: Product, retention: Product, index: Product, scoping: Product) -> str:
    """The page. Every figure on it stands in one of the four products. Raises ``ValueError`` if one is missing."""
    properties = _object(schema, "properties", "record schema")
    lines = ["# HAL memory design", "", "## Record", "", "| field | rule | meaning |", "|---|---|---|"]
    for name, rule in properties.items():
        described = rule if isinstance(rule, dict) else {}
        kind = " or ".join(described["enum"]) if "enum" in described else described.get("type", "")
        lines.append(f"| {name} | {' or '.join(kind) if isinstance(kind, list) else kind} | {described.get('description', '')} |")
    lines += ["", "## Retention", "", "| what | days |", "|---|---|"]
    for group in ("by_scope", "by_kind"):
        for name, days in _object(retention, group, "retention policy").items():
            lines.append(f"| {group.removeprefix('by_')} {name} | {'for ever' if days is None else days} |")
    lines += ["", "## Vector index", "", f"Chosen: **{_value(index, 'chosen', 'index decision')}**, by {_value(index, 'rule', 'index decision')}.", ""]
    lines += ["| index | recall | p95 ms |", "|---|---|---|"]
    for name, figures in _object(index, "candidates", "index decision").items():
        measured = figures if isinstance(figures, dict) else {}
        lines.append(f"| {name} | {measured.get('recall')} | {measured.get('p95_ms')} |")
    lines += ["", "## Scopes", "", f"{_value(scoping, 'cases', 'scoping report')} generated cases, {_value(scoping, 'violations', 'scoping report')} violations.", ""]
    return "\n".join(lines)


def read_product(path: Path) -> dict[str, object]:
    """A JSON object that an earlier task wrote. Raises ``OSError`` if it is missing, ``ValueError`` if it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing: run the task that produces it first") from None
    except ValueError as error:
        raise ValueError(f"{path} is not valid JSON ({error}): run the task that produces it again") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds {type(content).__name__}, expected an object: run its task again")
    return content


def content_hash(text: str) -> str:
    """SHA-256 of the page's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _object(product: Product, key: str, what: str) -> dict[str, object]:
    value = product.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"the {what} has no {key}: run its task again")
    return value


def _value(product: Product, key: str, what: str) -> object:
    if key not in product:
        raise ValueError(f"the {what} has no {key}: run its task again")
    return product[key]

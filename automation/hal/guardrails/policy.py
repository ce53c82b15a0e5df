"""The policy: categories of violation, how severe each is, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import yaml

POLICY_FILE = Path(__file__).parents[1] / "data" / "guardrails-policy.yaml"
SEVERITIES = ("low", "medium", "high", "critical")
ACTIONS = ("allow", "flag", "redact", "block")
CATEGORIES = frozenset({
    "prompt-injection", "jailbreak", "data-exfiltration", "harmful-request", "hidden-text", "secret", "pii",
    "active-content", "exfiltration-link", "prompt-leak", "unsafe-compliance", "oversized",
})  # fmt: skip
"""What the guardrails can find; a policy may leave a category out (it is then not looked for) but cannot invent one."""


class PolicyError(ValueError):
    """A policy file that cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of violation."""

    name: str
    title: str
    severity: str
    action: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Categories by name."""

    categories: Mapping[str, Category]

    def category(self, name: str) -> Category:
        """The category; PolicyError if the policy has none of that name."""
        if name not in self.categories:
            raise PolicyError(f"unknown category {name!r}{_suggestion(name, self.categories)}")
        return self.categories[name]


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """The policy in a YAML file; PolicyError names the file, the place and the remedy."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: not a YAML text: {str(error).splitlines()[0]}") from error
    try:
        return parse_policy(document)
    except PolicyError as error:
        raise PolicyError(f"{path.name}: {error}") from None


def parse_policy(document: object) -> Policy:
    """A policy from a loaded document; PolicyError names the place and the remedy."""
    categories = _mapping(_mapping(document, "the policy").get("categories"), "categories")
    if not categories:
        raise PolicyError("categories: is empty; name at least one category")
    return Policy(MappingProxyType({name: _category(name, body) for name, body in categories.items()}))


def _category(name: str, body: object) -> Category:
    if name not in CATEGORIES:
        raise PolicyError(f"categories.{name}: unknown category{_suggestion(name, CATEGORIES)}")
    where = f"categories.{name}"
    fields = _mapping(body, where)
    examples = fields.get("examples")
    if not isinstance(examples, list) or not examples or not all(isinstance(text, str) and text for text in examples):
        raise PolicyError(f"{where}.examples: expected a list of at least one text")
    severity = _choice(fields.get("severity"), SEVERITIES, f"{where}.severity")
    action = _choice(fields.get("action"), ACTIONS, f"{where}.action")
    return Category(name, str(fields.get("title", name)), severity, action, tuple(examples))


def _mapping(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise PolicyError(f"{where}: expected a mapping, found {type(value).__name__}")
    return {str(key): entry for key, entry in value.items()}


def _choice(value: object, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise PolicyError(f"{where}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _suggestion(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(sorted(known))}"

"""Finding a value inside JSON by a dotted path, and comparing JSON values (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from automation.plan.model import Json


def find(value: Json, path: str) -> tuple[bool, Json]:
    """Whether `path` (names, and numbers of list items from 0, joined by dots) leads to something, and to what."""
    for name in path.split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif _is_list(value) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False, None
    return True, value


def same(left: Json, right: Json) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not, lists and tuples are."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if _is_list(left) and _is_list(right):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, list | tuple)

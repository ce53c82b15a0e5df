"""Expressions in `${{ … }}`: GitHub's operators and a few of its functions over the values of a run.

Pure, bounded, no eval. Names: `steps.ID.outputs.NAME`, `steps.ID.status`, `needs.TASK.steps.STEP.outputs.NAME`,
`needs.TASK.status`, `vars.X`, `plan.X`, `run.X`, `event.…`; a name that is missing in the scope is null. Operators: `!
< <= > >= == != && ||`, `( )`, `.` and `[ ]`. Functions: contains, startsWith, endsWith, format, join, toJSON,
fromJSON, always, success, failure, cancelled.

Coercions as GitHub's: `&&` and `||` give one of their operands; null, false, 0, NaN and '' are false, all else true.
Operands of different types are compared as numbers (null 0, true 1, '' 0, text by its number or NaN, lists and
mappings NaN); texts are compared without regard to case; a list or mapping equals only itself. Unlike GitHub's, a list
or mapping that is inserted in text becomes its JSON, and names are exact in case.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

from automation.plan.expression_syntax import (
    STATUS_FUNCTIONS,
    Call,
    Chain,
    ExpressionError,
    Index,
    Literal,
    Node,
    Not,
    Read,
    parse,
    walk,
)
from automation.plan.model import Json, Reference

__all__ = [
    "ExpressionError",
    "evaluate",
    "expression_paths",
    "expression_references",
    "paths",
    "problems",
    "references",
    "resolve",
    "to_text",
    "truthy",
    "uses_status",
]

Scope = Mapping[str, Json]

MAX_RESULT: Final = 1_000_000
_WHOLE: Final = 1e15  # below, a double has all digits before the point
# No two branches begin alike, so going back costs no more than going on. Possessive quantifiers are broken before
# Python 3.11.3.
_TEMPLATE: Final = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_NUMBER: Final = r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*"
_OTHER_BASE: Final = r"\s*0(?:x[0-9a-fA-F]{1,16}|o[0-7]{1,22})\s*"
_PLACEHOLDER: Final = r"\{\{|\}\}|\{([0-9]{1,3})\}|[{}]"


def evaluate(expression: str, scope: Scope) -> Json:
    """The value of an expression, bare or in `${{ }}`. Raises `ExpressionError`."""
    return _value(parse(_bare(expression)), scope)


def resolve(value: Json, scope: Scope) -> Json:
    """`value` with all templates in its texts worked out, keys of mappings excepted.

    A text that is one whole `${{ … }}` becomes the expression's value, with its type; in any other text the value is
    inserted as text. Raises `ExpressionError`.
    """
    if isinstance(value, str):
        return _fill(value, scope) if "${{" in value else value
    if isinstance(value, Mapping):
        return {key: resolve(item, scope) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(item, scope) for item in value]
    return value


def references(value: Json) -> tuple[Reference, ...]:
    """All outputs that templates inside of `value` read, each once.

    An output '' stands for all of the step, a step '' for all of the task.
    """
    return _unique(paths(value))


@lru_cache(maxsize=4096)
def expression_references(expression: str) -> tuple[Reference, ...]:
    """All outputs that an expression, bare or in `${{ }}`, reads, each once; '' as in `references`."""
    return _unique(expression_paths(expression))


def paths(value: Json) -> tuple[tuple[str, ...], ...]:
    """All names that templates inside of `value` read, as paths: ("vars", "top-k").

    A part that is worked out ends its path.
    """
    return tuple(
        path for text in _texts(value) for expression in _expressions(text) for path in _reads(parse(expression))
    )


@lru_cache(maxsize=4096)
def expression_paths(expression: str) -> tuple[tuple[str, ...], ...]:
    """The same for an expression, bare or in `${{ }}`."""
    return tuple(_reads(parse(_bare(expression))))


def problems(value: Json) -> tuple[str, ...]:
    """What is wrong with the templates inside of `value`, in words; empty when they can be worked out."""
    found: list[str] = []
    for text in _texts(value):
        try:
            for expression in _expressions(text):
                parse(expression)
        except ExpressionError as error:
            found.append(str(error))
    return tuple(found)


def uses_status(expression: str) -> bool:
    """Whether an expression, bare or in `${{ }}`, calls always(), success(), failure() or cancelled()."""
    nodes = walk(parse(_bare(expression)))
    return any(isinstance(node, Call) and node.name in STATUS_FUNCTIONS for node in nodes)


def truthy(value: Json) -> bool:
    """Whether a condition with this value holds."""
    if isinstance(value, (Mapping, list, tuple)):
        return True
    return bool(value) and value == value  # noqa: PLR0124 - NaN is false


def to_text(value: Json) -> str:
    """A value as it is inserted in text: null is '', whole numbers have no decimals, lists and mappings are JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return _dump(value) if isinstance(value, (Mapping, list, tuple)) else str(value)


def _bare(expression: str) -> str:
    text = expression.strip()
    if not text.startswith("${{"):
        return text
    match = _TEMPLATE.fullmatch(text)
    if match is None:
        raise ExpressionError(f"{text!r}: put the whole condition into one ${{{{ }}}}, or leave the brackets away")
    return match[1]


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[tuple[str, str], ...]:
    """The text in pieces: plain text, and the expression that follows it ('' at the end)."""
    pieces: list[tuple[str, str]] = []
    at = 0
    while (start := text.find("${{", at)) >= 0:
        match = _TEMPLATE.match(text, start)
        if match is None:
            raise ExpressionError(f"{text[start : start + 40]!r}: the closing }}}} is missing")
        if not match[1].strip():
            raise ExpressionError("${{ }} holds no expression; write one or remove it")
        pieces.append((text[at:start], match[1]))
        at = match.end()
    pieces.append((text[at:], ""))
    return tuple(pieces)


def _expressions(text: str) -> Iterator[str]:
    return (expression for _, expression in _split(text) if expression)


def _texts(value: Json) -> Iterator[str]:
    waiting: list[Json] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if "${{" in current:
                yield current
        elif isinstance(current, Mapping):
            waiting.extend(reversed(current.values()) if isinstance(current, dict) else current.values())
        elif isinstance(current, Sequence):
            waiting.extend(reversed(current))


def _reads(node: Node) -> Iterator[tuple[str, ...]]:
    for part in walk(node):
        if isinstance(part, Read):
            path = [part.root]
            for key in part.keys:
                if not isinstance(key, Literal):
                    break
                path.append(to_text(key.value))
            yield tuple(path)


def _unique(found: tuple[tuple[str, ...], ...]) -> tuple[Reference, ...]:
    return tuple(dict.fromkeys(reference for path in found if (reference := _reference(path)) is not None))


def _reference(path: tuple[str, ...]) -> Reference | None:
    padded = (*path, "", "", "", "", "", "")
    if padded[0] == "steps" and padded[2] in {"outputs", ""}:
        return Reference("", padded[1], padded[3])
    if padded[0] == "needs" and padded[2] in {"steps", ""} and padded[4] in {"outputs", ""}:
        return Reference(padded[1], padded[3], padded[5])
    return None


def _fill(text: str, scope: Scope) -> Json:
    pieces = _split(text)
    expressions = [expression for _, expression in pieces if expression]
    if len(expressions) == 1 and not any(plain.strip() for plain, _ in pieces):
        return _value(parse(expressions[0]), scope)
    parts: list[str] = []
    for plain, expression in pieces:
        parts.append(plain)
        if expression:
            parts.append(to_text(_value(parse(expression), scope)))
    return _bounded("".join(parts))


def _value(node: Node, scope: Scope) -> Json:
    match node:
        case Literal(value):
            return value
        case Read(root, keys):
            return _access(scope.get(root), keys, scope)
        case Index(base, keys):
            return _access(_value(base, scope), keys, scope)
        case Not(times, operand):
            return truthy(_value(operand, scope)) == (times % 2 == 0)
        case Chain(first, rest):
            return _chain(_value(first, scope), rest, scope)
        case Call(name, arguments):
            if name in STATUS_FUNCTIONS:
                return name == "always" or scope.get("status", "success") == name
            return _call(name, [_value(argument, scope) for argument in arguments])


def _access(value: Json, keys: tuple[Node, ...], scope: Scope) -> Json:
    for node in keys:
        key = _value(node, scope)
        if isinstance(value, Mapping):
            value = value.get(to_text(key))
        elif isinstance(value, (list, tuple)) and (at := _whole(key)) is not None and at < len(value):
            value = value[at]
        else:
            return None
    return value


def _whole(key: Json) -> int | None:
    number = _to_number(key)
    return int(number) if math.isfinite(number) and number >= 0 else None


def _chain(left: Json, rest: tuple[tuple[str, Node], ...], scope: Scope) -> Json:
    for operator, node in rest:
        if operator == "&&":
            left = _value(node, scope) if truthy(left) else left
        elif operator == "||":
            left = left if truthy(left) else _value(node, scope)
        else:
            left = _compare(operator, left, _value(node, scope))
    return left


def _compare(operator: str, left: Json, right: Json) -> bool:
    if operator in {"==", "!="}:
        return _equal(left, right) == (operator == "==")
    a: str | float
    b: str | float
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.lower(), right.lower()
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    a, b = _to_number(left), _to_number(right)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def _equal(left: Json, right: Json) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, (Mapping, list, tuple)) and isinstance(right, (Mapping, list, tuple)):
        return left is right
    return _to_number(left) == _to_number(right)


def _to_number(value: Json) -> float:
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if not isinstance(value, str):
        return math.nan
    if not value.strip():
        return 0.0
    if match := re.fullmatch(_NUMBER, value):
        return float(match[1])
    return float(int(value.strip(), 0)) if re.fullmatch(_OTHER_BASE, value) else math.nan


def _call(name: str, arguments: list[Json]) -> Json:
    first = arguments[0]
    match name:
        case "contains":
            return _contains(first, arguments[1])
        case "startsWith":
            return to_text(first).lower().startswith(to_text(arguments[1]).lower())
        case "endsWith":
            return to_text(first).lower().endswith(to_text(arguments[1]).lower())
        case "format":
            return _format(to_text(first), arguments[1:])
        case "join":
            items = first if isinstance(first, (list, tuple)) else [first]
            return _bounded(to_text(arguments[1] if len(arguments) > 1 else ",").join(map(to_text, items)))
        case "toJSON":
            return _dump(first, indent=2)
        case _:
            return _load(to_text(first))


def _contains(container: Json, item: Json) -> bool:
    if isinstance(container, (list, tuple)):
        return any(_equal(member, item) for member in container)
    return not isinstance(container, Mapping) and to_text(item).lower() in to_text(container).lower()


def _format(template: str, values: list[Json]) -> str:
    texts = [to_text(value) for value in values]

    def fill(match: re.Match[str]) -> str:
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        if match[1] is None or int(match[1]) >= len(texts):
            raise ExpressionError(
                f"format(): {match[0]!r} in {template[:40]!r} has no argument; write {{{{ for a bracket"
            )
        return texts[int(match[1])]

    largest = max(map(len, texts), default=0)
    if template.count("{") * largest > MAX_RESULT:
        raise ExpressionError(f"format() would give more than {MAX_RESULT:,} characters")
    return _bounded(re.sub(_PLACEHOLDER, fill, template))


def _dump(value: Json, indent: int | None = None) -> str:
    try:
        return _bounded(json.dumps(value, indent=indent, ensure_ascii=False, default=_plain))
    except (RecursionError, ValueError, TypeError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError("the value cannot be written as JSON") from None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _load(text: str) -> Json:
    def refuse(constant: str) -> float:
        raise ExpressionError(f"fromJSON(): {constant} is no JSON")

    try:
        return cast(Json, json.loads(text, parse_constant=refuse))
    except (RecursionError, ValueError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError(f"fromJSON(): {text[:40]!r} is no JSON") from None


def _bounded(text: str) -> str:
    if len(text) > MAX_RESULT:
        raise ExpressionError(f"the result has more than {MAX_RESULT:,} characters")
    return text

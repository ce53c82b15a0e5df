"""The grammar of expressions: text → a small tree. Linear in the text, no recursion beyond `MAX_DEPTH`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from automation.plan.model import Json

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 32
_EXACT_DIGITS: Final = 15  # of a number as a double

ROOTS: Final = ("steps", "needs", "vars", "plan", "run", "event")
STATUS_FUNCTIONS: Final = ("always", "success", "failure", "cancelled")
# name → fewest and most arguments
FUNCTIONS: Final = {
    "contains": (2, 2),
    "startsWith": (2, 2),
    "endsWith": (2, 2),
    "format": (1, 50),
    "join": (1, 2),
    "toJSON": (1, 1),
    "fromJSON": (1, 1),
    **dict.fromkeys(STATUS_FUNCTIONS, (0, 0)),
}


class ExpressionError(ValueError):
    """An expression that cannot be read or worked out: what is wrong with it and how to mend it."""


class Literal(NamedTuple):
    value: Json


class Read(NamedTuple):
    """`root.key[key]…`; a key is a name or, below anything but `steps` and `needs`, a tree of its own."""

    root: str
    keys: tuple[Node, ...]


class Not(NamedTuple):
    times: int
    operand: Node


class Chain(NamedTuple):
    """Operators of one precedence, from left to right: `first`, then each operator with its right side."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


class Call(NamedTuple):
    name: str
    arguments: tuple[Node, ...]


class Index(NamedTuple):
    """Access into what a function or a bracket gave: `fromJSON(vars.x).key`."""

    base: Node
    keys: tuple[Node, ...]


Node: TypeAlias = Literal | Read | Not | Chain | Call | Index

# Compiled when the first one is read that is not `_SIMPLE`: that spares 2 ms of most starts.
_PIECES: Final = (
    r"\s*(?:(?P<text>'[^']*'(?:'[^']*')*)"
    r"|(?P<number>-?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![A-Za-z0-9_]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<operator>==|!=|<=|>=|&&|\|\||[!<>().,\[\]])"
    r"|(?P<end>\Z))"
)
# What most expressions are: `steps.evaluate.outputs.accuracy`; read ten times faster than by the parser.
_SIMPLE: Final = re.compile(r"\s*([a-z]+)((?:\.[A-Za-z_][A-Za-z0-9_-]*)+)\s*")
_LEVELS: Final = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
_CONSTANTS: Final[dict[str, Json]] = {"null": None, "true": True, "false": False}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


@lru_cache(maxsize=4096)
def parse(expression: str) -> Node:
    """The tree of a bare expression. Raises `ExpressionError` that names the place in the expression."""
    if len(expression) > MAX_LENGTH:
        raise ExpressionError(f"the expression has more than {MAX_LENGTH:,} characters; make it shorter")
    if (simple := _SIMPLE.fullmatch(expression)) and simple[1] in ROOTS:
        return Read(simple[1], tuple(Literal(part) for part in simple[2][1:].split(".")))
    return _Parser(expression).whole()


def walk(node: Node) -> Iterator[Node]:
    """The tree's nodes, from the top."""
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        match current:
            case Not(_, operand):
                waiting.append(operand)
            case Chain(first, rest):
                waiting.extend((first, *(right for _, right in rest)))
            case Call(_, parts) | Read(_, parts):
                waiting.extend(parts)
            case Index(base, keys):
                waiting.extend((base, *keys))
            case Literal():
                pass


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    token = re.compile(_PIECES)
    at = 0
    while True:
        match = token.match(text, at)
        if match is None or match.lastgroup is None:
            rest = text[at:].lstrip()
            hint = "; write texts in 'single quotes'" if rest.startswith(('"', "'")) else ""
            raise ExpressionError(f"{text.strip()!r}: unexpected {rest[:10]!r}{hint}")
        kind = match.lastgroup
        found.append(_Token(kind, match[kind], match.start(kind)))
        if kind == "end":
            return found
        at = match.end()


class _Parser:
    """Recursive descent; `depth` counts brackets, so that no text can exhaust the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.chain(0)
        if self.tokens[self.next].kind != "end":
            raise self.unexpected()
        return node

    def chain(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        first = self.chain(level + 1)
        rest: list[tuple[str, Node]] = []
        while operator := self.take(*_LEVELS[level]):
            rest.append((operator, self.chain(level + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def unary(self) -> Node:
        times = 0
        while self.take("!"):
            times += 1
        operand = self.postfix()
        return Not(times, operand) if times else operand

    def postfix(self) -> Node:
        base = self.primary()
        keys: list[Node] = []
        while operator := self.take(".", "["):
            keys.append(self.property() if operator == "." else self.bracket("]"))
        if not isinstance(base, Read):
            return Index(base, tuple(keys)) if keys else base
        if base.root in {"steps", "needs"} and not all(
            isinstance(key, Literal) and isinstance(key.value, str) for key in keys
        ):
            raise ExpressionError(
                f"{self.text.strip()!r}: name the parts of {base.root} literally, not by an expression"
            )
        return Read(base.root, (*base.keys, *keys))

    def primary(self) -> Node:
        token = self.tokens[self.next]
        if self.take("("):
            return self.bracket(")")
        if token.kind not in {"text", "number", "name"}:
            raise self.unexpected()
        self.next += 1
        if token.kind == "text":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        return self.call(token.text) if self.take("(") else self.root(token.text)

    def property(self) -> Node:
        token = self.tokens[self.next]
        if token.kind != "name":
            raise self.unexpected()
        self.next += 1
        return Literal(token.text)

    def bracket(self, close: str) -> Node:
        self.deeper()
        node = self.chain(0)
        self.depth -= 1
        if not self.take(close):
            raise self.unexpected(f"; {close!r} is missing")
        return node

    def call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                f"{self.text.strip()!r}: there is no function {name!r}{_near(name, FUNCTIONS)} ({known})"
            )
        self.deeper()
        arguments: list[Node] = []
        while not self.take(")"):
            if arguments and not self.take(","):
                raise self.unexpected("; ')' is missing")
            arguments.append(self.chain(0))
        self.depth -= 1
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise ExpressionError(f"{self.text.strip()!r}: {name}() takes {wanted} arguments, not {len(arguments)}")
        return Call(name, tuple(arguments))

    def root(self, name: str) -> Node:
        if name in ROOTS:
            return Read(name, ())
        if name == "secrets":
            remedy = "name them in the step's `secrets:`, they are then in its environment"
            raise ExpressionError(f"{self.text.strip()!r}: expressions cannot read secrets; {remedy}")
        known = ", ".join(ROOTS)
        raise ExpressionError(f"{self.text.strip()!r}: there is no name {name!r}{_near(name, ROOTS)} ({known})")

    def take(self, *operators: str) -> str:
        token = self.tokens[self.next]
        if token.kind != "operator" or token.text not in operators:
            return ""
        self.next += 1
        return token.text

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"the expression has more than {MAX_DEPTH} levels of brackets; make it flatter")

    def unexpected(self, hint: str = "") -> ExpressionError:
        token = self.tokens[self.next]
        met = "the end" if token.kind == "end" else f"{token.text!r} at character {token.at + 1}"
        return ExpressionError(f"{self.text.strip()!r}: unexpected {met}{hint}")


def _number(text: str) -> int | float:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits[:2] in {"0x", "0o"}:
        return sign * int(digits, 16 if digits[1] == "x" else 8)
    return sign * int(digits) if digits.isdecimal() and len(digits) <= _EXACT_DIGITS else sign * float(digits)


def _near(name: str, known: object) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known) if isinstance(known, (dict, tuple)) else [], n=1)
    return f", did you mean {near[0]!r}?" if near else ""

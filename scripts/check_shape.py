"""Checks the shape of the code: short modules, short functions, and a reason beside everything that silences a tool."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MODULE_LINES = 400
FUNCTION_LINES = 60
GENERATED = b"written by scripts/generate.py"  # in the first line of a file that no person edits

# The tool's own words with the rule, then the reason; the reason may also stand in a comment on the line above.
SILENCER = re.compile(
    r"#\s*(?:noqa(?P<noqa>:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?"
    r"|type:\s*ignore(?P<ignore>\[[\w\-, ]+\])?"
    r"|pragma:\s*no\s*(?:cover|branch)(?P<pragma>)"
    r"|nosec(?P<nosec>\s+B\d+(?:\s*,\s*B\d+)*)?)(?P<reason>.*)",
    re.IGNORECASE,
)
REASON = re.compile(r"[A-Za-z]{2,}")


def main() -> int:
    paths = [
        p for room in ("automation", "monitoring", "scripts", "tests") for p in sorted((ROOT / room).rglob("*.py"))
    ]
    problems = [problem for path in paths for problem in shape_problems(path.read_bytes(), str(path.relative_to(ROOT)))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def shape_problems(source: bytes, name: str) -> Iterator[str]:
    """One line for each breach in a module's source, as `name:line: what is wrong`. Generated modules have no shape."""
    if GENERATED in source.partition(b"\n")[0]:
        return
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"{name}:{error.lineno}: not Python {sys.version_info.major}.{sys.version_info.minor}: {error.msg}"
        return
    lines = len(source.splitlines())
    if lines > MODULE_LINES:
        yield f"{name}:1: {lines} lines, at most {MODULE_LINES}: split it by what changes together"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"
    yield from unexplained(source, name)


def unexplained(source: bytes, name: str) -> Iterator[str]:
    """One line for each comment that silences a tool without naming the rule, or without a reason behind it."""
    lines = source.splitlines()
    for token in tokenize.tokenize(BytesIO(source).readline):
        found = SILENCER.match(token.string) if token.type == tokenize.COMMENT else None
        if found is None:
            continue
        if all(found[rule] is None for rule in ("noqa", "ignore", "pragma", "nosec")):
            yield f"{name}:{token.start[0]}: name the rule that is silenced: {token.string}"
        elif not REASON.search(found["reason"]) and not lines[token.start[0] - 2].lstrip().startswith(b"#"):
            yield f"{name}:{token.start[0]}: say why, behind it: {token.string}"


if __name__ == "__main__":
    sys.exit(main())

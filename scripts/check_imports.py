"""Checks what import-linter cannot: heavy libraries are imported late; no pure module is left out of the contracts."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a start would pay for although most runs do not need it: tens to hundreds of milliseconds each.
HEAVY = frozenset(
    {"airflow", "flask", "github", "holidays", "jsonschema", "mcp", "notion_client", "numpy", "openai"}
    | {"prometheus_client", "pyairtable", "requests", "rich", "scipy", "sklearn", "slack_sdk"}
)
# HAL's measuring modules are imported by the worker, never on start; its packages' __init__ files are.
FREE_IN_HAL = frozenset({"numpy", "scipy", "sklearn"})

# Modules and packages that the design wants pure. They need not exist yet; those that do must be under contract.
PURE = (
    "automation.plan.model",
    "automation.plan.calendar",
    "automation.plan.graph",
    "automation.plan.expressions",
    "automation.engine.events",
    "automation.engine.state",
    "automation.engine.decide",
    "automation.engine.retry",
    "automation.engine.approvals",
    "automation.engine.modes",
    "automation.engine.verdicts",
    "monitoring.report",
    "monitoring.progress",
    "monitoring.render",
)
PURE_CONTRACT = "Pure modules touch nothing"


def main() -> int:
    problems = [*heavy_imports(ROOT), *uncovered_pure_modules(ROOT)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def heavy_imports(root: Path) -> Iterator[str]:
    """One line for each heavy library that is imported as soon as a module is, as `file:line: what to do`."""
    for room in ("automation", "monitoring"):
        for path in sorted((root / room).rglob("*.py")):
            relative = path.relative_to(root)
            in_hal = relative.parts[:2] == ("automation", "hal") and relative.name != "__init__.py"
            forbidden = HEAVY - FREE_IN_HAL if in_hal else HEAVY
            for line, library in imported_on_start(ast.parse(path.read_bytes())):
                if library in forbidden:
                    yield f"{relative}:{line}: {library} is imported on start: import it in the function that needs it"


def imported_on_start(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and top-level package of every import outside functions and `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                yield node.lineno, node.module.split(".")[0]
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            for other in node.orelse:
                yield from imported_on_start(ast.Module([other], []))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imported_on_start(node)


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def uncovered_pure_modules(root: Path) -> Iterator[str]:
    """One line for each pure module that exists and that the import-linter contract does not name."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    named = next((set(c["source_modules"]) for c in contracts if c["name"] == PURE_CONTRACT), set())
    for module in PURE:
        path = root.joinpath(*module.split("."))
        exists = path.with_suffix(".py").exists() or (path / "__init__.py").exists()
        if exists and module not in named:
            yield f'pyproject.toml: {module} is pure: add it to source_modules of the contract "{PURE_CONTRACT}"'


if __name__ == "__main__":
    sys.exit(main())

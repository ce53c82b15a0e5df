"""Checks what import-linter cannot: heavy libraries are imported late; no module is left out of its contract."""

from __future__ import annotations

import ast
import re
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
# Imported only once a terminal wants the live display.
LATE = {"monitoring/screen.py": "rich"}

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

# Catalogues name their entries as `module:attribute`; each entry is under the contract of its room.
CATALOGUES = {
    "automation/actions/catalogue.py": "An action knows no other action",
    "automation/gates/catalogue.py": "A gate knows no other gate",
}
ENTRY = re.compile(r"([a-z_]+(?:\.[a-z_]+)+):[A-Z_]+")


def main() -> int:
    problems = [*heavy_imports(ROOT), *uncovered_modules(ROOT)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def heavy_imports(root: Path) -> Iterator[str]:
    """One line for each heavy library that is imported as soon as a module is, as `file:line: what to do`."""
    for room in ("automation", "monitoring"):
        for path in sorted((root / room).rglob("*.py")):
            relative = path.relative_to(root)
            in_hal = relative.parts[:2] == ("automation", "hal") and relative.name != "__init__.py"
            forbidden = (HEAVY - FREE_IN_HAL if in_hal else HEAVY) - {LATE.get(relative.as_posix(), "")}
            try:
                tree = ast.parse(path.read_bytes())
            except SyntaxError as error:
                yield f"{relative}:{error.lineno}: {error.msg}"
                continue
            for line, library in imported_on_start(tree):
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


def uncovered_modules(root: Path) -> Iterator[str]:
    """One line for each module that exists, belongs under an import-linter contract, and is not named there."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    wanted = {PURE_CONTRACT: PURE} | {name: entries(root / catalogue) for catalogue, name in CATALOGUES.items()}
    for name, modules in wanted.items():
        contract = contracts.get(name, {})
        named = contract.get("source_modules", contract.get("modules", []))
        for module in modules:
            if exists(root, module) and module not in named:
                yield f'pyproject.toml: add {module} to the contract "{name}"'


def entries(catalogue: Path) -> tuple[str, ...]:
    """The modules that a catalogue names, in its order; none if there is no catalogue."""
    if not catalogue.exists():
        return ()
    texts = (node.value for node in ast.walk(ast.parse(catalogue.read_bytes())) if isinstance(node, ast.Constant))
    found = (ENTRY.fullmatch(text) for text in texts if isinstance(text, str))
    return tuple(match[1] for match in found if match)


def exists(root: Path, module: str) -> bool:
    path = root.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


if __name__ == "__main__":
    sys.exit(main())

"""What a dry run looks at beside what the plan requires: that its schemas are schemas, and its callables are there.

Nothing is imported and nothing is called: modules are looked up and their text is read.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

from automation.cli.session import Session, search_path
from automation.errors import UsageError
from automation.plan.model import Json, all_steps
from automation.plan.paths import UnsafePath, read_inside

LARGEST = 5_000_000
"""Bytes of a schema or a module that are read."""


def check_criteria(session: Session) -> None:
    """Raises `UsageError` that names every schema and every callable of the plan that a run would not find."""
    problems = dict.fromkeys([*_schemas(session), *_callables(session)])
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise UsageError(
            f"{session.plan.title} would fail; nothing was run:\n{lines}", "mend this; paths of schemas are the plan's"
        )


def _schemas(session: Session) -> Iterator[str]:
    for task in session.plan.tasks.values():
        for gate in task.gates:
            path = gate.inputs.get("schema")
            if isinstance(path, str) and "${{" not in path and (problem := schema_problem(session.folder, path)):
                yield f"{task.id}: the schema {path} {problem}"


def schema_problem(folder: Path, path: str) -> str:
    """Why the file is no JSON Schema; empty where it is one."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        schema: Json = json.loads(read_inside(folder, path, LARGEST))
        if not isinstance(schema, dict | bool):
            return "is no JSON object"
        Draft202012Validator.check_schema(schema)
    except FileNotFoundError:
        return "is not there"
    except (OSError, UnsafePath) as error:
        return f"cannot be read: {error}"
    except (ValueError, RecursionError) as error:
        return f"is not JSON: {error}"
    except SchemaError as error:
        return f"is no JSON Schema: {error.message[:200]}"
    return ""


def _callables(session: Session) -> Iterator[str]:
    paths = search_path()
    for task in session.plan.tasks.values():
        for step in all_steps(task):
            function = step.inputs.get("call") if step.uses == "python" else None
            if isinstance(function, str) and "${{" not in function and (problem := callable_problem(function, paths)):
                yield f"{task.id}: {problem}"


def callable_problem(function: str, paths: Sequence[str]) -> str:
    """Why `module:function` cannot be called; empty where it looks as if it could."""
    module, _, name = function.partition(":")
    origin = _source_of(module, paths)
    if origin is None:
        return f"{function}: there is no module {module} where ztr was started, nor in the toolkit"
    if not origin.endswith(".py"):  # built in, or without source: a run tells
        return ""
    try:
        text = Path(origin).read_bytes()
        defined = _defined(ast.parse(text)) if len(text) <= LARGEST else None
    except (OSError, ValueError, RecursionError) as error:
        return f"{function}: {origin} cannot be read: {error}"
    except SyntaxError as error:
        return f"{function}: {origin}:{error.lineno}: {error.msg}"
    if defined is None or name.partition(".")[0] in defined:
        return ""
    return f"{function}: {module} defines no {name}"


def _source_of(module: str, paths: Sequence[str]) -> str | None:
    """The file of a module, as far as it can be told without importing anything; None where there is none."""
    where: Sequence[str] | None = paths
    origin: str | None = None
    for place, part in enumerate(parts := module.split(".")):
        spec = PathFinder.find_spec(".".join(parts[: place + 1]), where) if where is not None else None
        spec = spec or (find_spec(part) if place == 0 else None)  # built in, or installed to be edited
        if spec is None:
            return None
        origin, where = spec.origin or "", spec.submodule_search_locations
    return origin


def _defined(tree: ast.Module) -> set[str] | None:
    """The names that a module defines anywhere, so rather too many; None where that cannot be told."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case ast.alias():
                found.add((node.asname or node.name).partition(".")[0])
    return None if "*" in found or "__getattr__" in found else found

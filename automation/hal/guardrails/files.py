"""Reading and writing the steps' products as JSON and JSON lines, and reading YAML.

Failures name the file and the task that makes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the same values, some ten times as fast where libyaml is there


def write_json(path: Path, value: object) -> None:
    """Writes indented JSON; makes the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n", "ascii")


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Writes one JSON object a line; makes the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows), "ascii")


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping of plain values; ValueError if it is none. The shipped word lists and templates are large enough
    to want the fast parser.
    """
    document = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506 - a safe loader either way
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: expected a mapping")  # noqa: TRY004 - bad input
    return document


def read_json(path: Path) -> dict[str, object]:
    """A JSON object; ValueError says which file is missing or damaged."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path}: there is no such report; run the task that makes it first") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not JSON ({error}); run the task that makes it again") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path}: holds a {type(value).__name__}, expected an object")  # noqa: TRY004 - bad input
    return value
